"""How the clinic itself is: what waits, how long, and when each door was last seen at work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from care.heart.turn import Lane, Turn
from care.tables import escalations, inbox, outbox, pulses

TELEGRAM, AWAY = "telegram", "telegram_away"  # when Telegram last answered; since when it has not
AT_WORK_WITHIN = 120  # seconds; each says so at least every half a minute
# How long each may wait before something is wrong, in seconds. A broadcast may take minutes.
OUTBOX_WITHIN, DOSE_WITHIN, INBOX_WITHIN, CALL_WITHIN = 300, 120, 120, 120
PARTS = {
    "scheduler": "The clock's work", "sender": "The sender", "intake": "The intake", TELEGRAM: "Telegram",
    "loop": "The event loop",
}


@dataclass(frozen=True)
class Health:
    """Ages in seconds; None where nothing waits, or nothing was ever seen."""

    oldest_due_outbox_s: float | None
    oldest_due_dose_s: float | None
    oldest_open_inbox_s: float | None
    oldest_overdue_escalation_s: float | None
    quarantined: int
    pulses: dict[str, datetime]


@dataclass(frozen=True)
class Check:
    ok: bool
    detail: str


def beat(turn: Turn, name: str) -> None:
    """A part is at work: see PARTS."""
    if not turn.db.execute(update(pulses).where(pulses.c.name == name).values(at=turn.now)).rowcount:
        turn.insert_once(pulses, {"name": name, "at": turn.now})


def telegram_answers(turn: Turn) -> None:
    beat(turn, TELEGRAM)
    turn.db.execute(delete(pulses).where(pulses.c.name == AWAY))


def telegram_is_away(turn: Turn) -> None:
    """It cannot be reached. Since when, is kept from the first time."""
    turn.insert_once(pulses, {"name": AWAY, "at": turn.now})


def away_since(turn: Turn) -> datetime | None:
    """Since when Telegram cannot be reached; None if it can, or nobody has tried."""
    found: datetime | None = turn.db.scalar(select(pulses.c.at).where(pulses.c.name == AWAY))
    return found


def last_heard(turn: Turn, name: str) -> datetime | None:
    """When this was last at work; None if it never was."""
    seen: datetime | None = turn.db.scalar(select(pulses.c.at).where(pulses.c.name == name))
    return seen


def stands_still(turn: Turn, name: str) -> datetime | None:
    """When a part was last at work that should be and is not; None if it is, or never was."""
    seen = last_heard(turn, name)
    return seen if seen and turn.now - seen > timedelta(seconds=AT_WORK_WITHIN) else None


def health(turn: Turn) -> Health:
    def age(moment: datetime | None) -> float | None:
        return (turn.now - moment).total_seconds() if moment else None

    due = select(func.min(outbox.c.not_before)).where(outbox.c.outcome.is_(None), outbox.c.not_before <= turn.now)
    arrived = select(func.min(inbox.c.received_at)).where(inbox.c.outcome.is_(None))
    overdue = select(func.min(escalations.c.next_action_at)).where(
        escalations.c.resolved_at.is_(None), escalations.c.next_action_at <= turn.now)
    quarantined = select(func.count()).select_from(inbox).where(inbox.c.outcome == "quarantined")
    return Health(
        age(turn.db.scalar(due)), age(turn.db.scalar(due.where(outbox.c.lane == int(Lane.DOSE)))),
        age(turn.db.scalar(arrived)), age(turn.db.scalar(overdue)), turn.db.scalar(quarantined) or 0,
        {row.name: row.at for row in turn.db.execute(select(pulses))})


def checks(turn: Turn) -> dict[str, Check]:
    """Whether the clinic works: every part that must never fall silent, and what waits for too long."""
    found = health(turn)
    return {
        **{name: _at_work(turn, what, found.pulses.get(name)) for name, what in PARTS.items()},
        "outbox": _waits(found.oldest_due_outbox_s, OUTBOX_WITHIN, "The oldest message is due since {} s."),
        "doses": _waits(found.oldest_due_dose_s, DOSE_WITHIN, "The oldest dose is due since {} s."),
        "inbox": _waits(found.oldest_open_inbox_s, INBOX_WITHIN, "The oldest update has waited for {} s."),
        "escalations": _waits(
            found.oldest_overdue_escalation_s, CALL_WITHIN, "Somebody should have been called {} s ago."),
    }


def _at_work(turn: Turn, what: str, seen: datetime | None) -> Check:
    if seen is None:
        return Check(False, f"{what}: nothing has been heard of it yet.")
    ago = int((turn.now - seen).total_seconds())
    return Check(ago <= AT_WORK_WITHIN, f"{what}: last heard of {ago} s ago.")


def _waits(seconds: float | None, most: float, words: str) -> Check:
    return Check(True, "Nothing waits.") if seconds is None else Check(seconds <= most, words.format(int(seconds)))
