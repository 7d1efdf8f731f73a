"""Alerts: what leaves by another channel than the console. Written in the turn that calls somebody; a door sends them.

They say how severe it is, of what class, and where to look: no patient's words or values; a name only if the clinic wants.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update

from care import events
from care.heart.time import local
from care.heart.turn import Turn
from care.tables import alerts, escalations, patients, staff

CHANNELS = ("email", "sms", "webhook")
SEVERITIES = ("emergency", "urgent", "routine")
LEASE = timedelta(minutes=2)  # a sender that holds one for longer is gone
LONGEST_PAUSE = timedelta(minutes=5)
GIVE_UP = timedelta(hours=12)
STUCK = timedelta(minutes=2)
LATELY = timedelta(days=1)

# What an escalation is about, by the class of its kind: enough to run, too little to tell a stranger's secret.
CLASSES = {
    "red_flag": "words that may mean danger", "answer": "a worrying answer", "zone": "a worrying measurement",
    "instrument": "a worrying questionnaire", "off_the_meter": "a measurement off the meter", "message": "a message",
    "person": "somebody wants a person", "undelivered_safety": "a safety message that did not arrive",
    "undelivered": "a message that did not arrive", "unheard": "something that the bot could not handle",
    "unreachable": "a patient who cannot be reached", "rota_gap": "nobody on call", "telegram_away": "Telegram out of reach",
    "webhook": "a program that is no longer told",
}
ANYTHING = "something that needs a person"
RUNGS = {"owner": "it is yours", "pool": "it belongs to your pool", "on_call": "you are on call",
         "backup": "you are the backup", "lead": "you are the lead", "everyone": "everyone on staff is called",
         "channels": "nobody has taken it on yet"}


@dataclass(frozen=True)
class Alert:
    """An alert to be sent now. `fence` says which claim this is."""

    id: int
    fence: int
    escalation_id: int
    channel: str
    address: str
    rung: str
    severity: str
    subject: str
    text: str
    created_at: datetime
    claimed_at: datetime


def write(turn: Turn, escalation: Any, rung: str, people: Sequence[int]) -> int:
    """Alert these people, each by every channel that reaches them; on the rung of the channels, the clinic's own addresses.
    Returns how many alerts were written."""
    settings, severity = turn.settings.alerts, escalation.severity.word
    if SEVERITIES.index(severity) > SEVERITIES.index(settings.from_severity):
        return 0
    subject = f"{severity.upper()}: {CLASSES.get(escalation.kind.partition(':')[0], ANYTHING)}"
    text = _text(turn, escalation, subject, rung)
    written = 0
    for channel, address, staff_id in (*_personal(turn, people), *(own_addresses(turn) if rung == "channels" else ())):
        turn.insert(alerts, {
            "escalation_id": escalation.id, "channel": channel, "address": address, "staff_id": staff_id, "rung": rung,
            "severity": severity, "subject": subject, "text": text, "created_at": turn.now, "not_before": turn.now})
        written += 1
    return written


def own_addresses(turn: Turn) -> list[tuple[str, str, int | None]]:
    """(channel, address, nobody): where the clinic itself wants to hear."""
    settings = turn.settings.alerts
    return [*(("email", one, None) for one in settings.email_to), *(("sms", one, None) for one in settings.sms_to),
            *((("webhook", "webhook", None),) if settings.webhook_url else ())]


def _personal(turn: Turn, people: Sequence[int]) -> Iterator[tuple[str, str, int | None]]:
    settings = turn.settings.alerts
    if not people or not (settings.smtp_host or settings.sms_url):
        return
    for row in turn.db.execute(select(staff.c.id, staff.c.email, staff.c.phone).where(staff.c.id.in_(people), staff.c.active)):
        if settings.smtp_host:
            yield "email", row.email, row.id
        if settings.sms_url and row.phone:
            yield "sms", row.phone, row.id


def _text(turn: Turn, escalation: Any, subject: str, rung: str) -> str:
    clinic = turn.settings.clinic
    who = turn.db.scalar(select(patients.c.name).where(patients.c.id == escalation.patient_id)) if (
        turn.settings.alerts.name_patients and escalation.patient_id is not None) else None
    due = local(escalation.due_at, clinic.time_zone)
    return "\n".join((
        f"{clinic.name}: {subject}" + (f" ({who})" if who else ""), f"You hear of it because {RUNGS.get(rung, rung)}.",
        f"Act by {due:%H:%M}, {due:%a} {due.day} {due:%b}. Take it on in the console, and nobody else is called:",
        f"{turn.settings.staff.public_url.rstrip('/')}/e/{escalation.id}"))


def waiting(turn: Turn) -> bool:
    """Whether there may be something to send."""
    return turn.db.scalar(select(alerts.c.id).where(
        alerts.c.outcome.is_(None), alerts.c.not_before <= turn.now).limit(1)) is not None


def claim(turn: Turn, most: int = 20) -> list[Alert]:
    """Take alerts that may leave now. What somebody has taken on, or closed, since it was written need not leave any more."""
    due = (
        select(alerts, escalations.c.acknowledged_at, escalations.c.resolved_at)
        .join(escalations, escalations.c.id == alerts.c.escalation_id)
        .where(alerts.c.outcome.is_(None), alerts.c.not_before <= turn.now,
               or_(alerts.c.claimed_at.is_(None), alerts.c.claimed_at <= turn.now - LEASE))
        .order_by(alerts.c.not_before, alerts.c.id).limit(most).with_for_update(of=alerts, skip_locked=True))
    taken = []
    for row in turn.db.execute(due).all():
        if row.resolved_at or (row.acknowledged_at and row.acknowledged_at >= row.created_at):
            _settle(turn, row.id, row.attempts, outcome="moot", why="taken on meanwhile", settled_at=turn.now)
            continue
        turn.db.execute(update(alerts).where(alerts.c.id == row.id).values(claimed_at=turn.now, attempts=row.attempts + 1))
        taken.append(Alert(row.id, row.attempts + 1, row.escalation_id, row.channel, row.address, row.rung, row.severity,
                           row.subject, row.text, row.created_at, turn.now))
    return taken


def sent(turn: Turn, alert: Alert) -> None:
    if _settle(turn, alert.id, alert.fence, outcome="sent", settled_at=turn.now):
        turn.happened(events.AlertSent(None, alert.escalation_id, alert.id, alert.channel))


def not_sent(turn: Turn, alert: Alert, why: str, again: bool) -> None:
    """It could not be handed in. If it may be tried again it will be, later and later; until it is half a day old."""
    if again and turn.now - alert.created_at < GIVE_UP:
        pause = min(timedelta(seconds=5 * 2 ** min(alert.fence - 1, 10)), LONGEST_PAUSE)
        _settle(turn, alert.id, alert.fence, claimed_at=None, not_before=turn.now + pause, why=why[:300])
    elif _settle(turn, alert.id, alert.fence, outcome="failed", why=why[:300], settled_at=turn.now):
        turn.happened(events.AlertFailed(None, alert.escalation_id, alert.id, alert.channel))


def _settle(turn: Turn, alert_id: int, fence: int, **changed: Any) -> bool:
    return bool(turn.db.execute(update(alerts).where(
        alerts.c.id == alert_id, alerts.c.attempts == fence, alerts.c.outcome.is_(None)).values(**changed)).rowcount)


@dataclass(frozen=True)
class Trouble:
    """What keeps alerts from leaving by one channel: how many failed within a day or have waited for minutes, and why."""

    channel: str
    number: int
    why: str


def troubles(turn: Turn) -> list[Trouble]:
    """The channels that do not work. One that has taken an alert since is taken to work again."""
    well = dict(turn.db.execute(select(alerts.c.channel, func.max(alerts.c.settled_at)).where(
        alerts.c.outcome == "sent", alerts.c.settled_at > turn.now - LATELY).group_by(alerts.c.channel)).all())
    stuck = select(alerts.c.channel, alerts.c.why, alerts.c.created_at.label("at")).where(
        alerts.c.outcome.is_(None), alerts.c.created_at <= turn.now - STUCK)
    failed = select(alerts.c.channel, alerts.c.why, alerts.c.settled_at.label("at")).where(
        alerts.c.outcome == "failed", alerts.c.settled_at > turn.now - LATELY)
    found: dict[str, list[str]] = {}
    for row in turn.db.execute(stuck.union_all(failed).order_by("at")):
        if row.channel not in well or well[row.channel] < row.at:
            found.setdefault(row.channel, []).append(row.why or "nobody has tried to send it")
    return [Trouble(channel, len(why), why[-1]) for channel, why in found.items()]
