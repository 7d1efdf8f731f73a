"""What became of a broadcast: in numbers while it goes, and person by person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, null, or_, select, update

from care import cohorts, patients, sight
from care.broadcasts import audience, sending, texts
from care.broadcasts.texts import Broadcast
from care.events import MessageHeard
from care.heart import gate
from care.heart.turn import Turn
from care.tables import broadcast_recipients as recipients
from care.tables import broadcasts, outbox, situations
from care.tables import patients as patients_table

# What became of one person's message, as staff read it.
STATUSES: Mapping[str, str] = {
    "waiting": "to be sent", "leaving": "leaving now", "sent": "sent", "unknown": "perhaps sent", "failed": "not delivered",
    "expired": "too late", "suppressed": "held back", "cancelled": "cancelled before", "left_out": "left out",
}
ANSWERS_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Progress:
    """`planned`: how many are meant, as far as that is known yet. The statuses are those of STATUSES and add up to it.
    `done_by`: when the last is sent, as it looks now; None if that cannot be said."""

    planned: int
    statuses: dict[str, int]
    reasons: list[tuple[str, str, int]]  # (status, why, how many), of everything that was not sent
    opened: int
    answered: int
    done_by: datetime | None


@dataclass(frozen=True)
class Result:
    """What became of one person's. `sent_at` is when Telegram had it, `version` which words they got."""

    patient_id: int
    name: str
    language: str
    status: str
    why: str | None
    due_at: datetime | None
    sent_at: datetime | None
    opened_at: datetime | None
    answered_at: datetime | None
    version: int | None
    message: int | None


STATUS: Any = case(
    (recipients.c.left_out.is_not(None), "left_out"),
    (and_(recipients.c.message.is_(None), broadcasts.c.state == "cancelled"), "cancelled"),
    (recipients.c.message.is_(None), "waiting"),
    (outbox.c.outcome.is_(None), "leaving"),
    (and_(outbox.c.outcome == "suppressed", outbox.c.why == gate.CANCELLED), "cancelled"),
    else_=outbox.c.outcome)
WHY: Any = case(
    (recipients.c.left_out.is_not(None), recipients.c.left_out), (outbox.c.outcome == "sent", null()), else_=outbox.c.why)


def _of(broadcast_id: int, *columns: Any) -> Select[Any]:
    return (select(*columns).select_from(recipients).join(broadcasts, broadcasts.c.id == recipients.c.broadcast_id)
            .outerjoin(outbox, outbox.c.id == recipients.c.message).where(recipients.c.broadcast_id == broadcast_id))


def progress(turn: Turn, found: Broadcast) -> Progress:
    status, why = STATUS.label("status"), WHY.label("why")
    rows = turn.db.execute(_of(
        found.id, status, why, func.count().label("number"), func.count(recipients.c.opened_at).label("opened"),
        func.count(recipients.c.answered_at).label("answered"), func.max(recipients.c.due_at).label("last"),
    ).group_by(status, why)).all()
    statuses = dict.fromkeys(STATUSES, 0)
    for row in rows:
        statuses[row.status] += row.number
    reasons = [(row.status, _words(row.status, row.why), row.number) for row in rows
               if row.status != "sent" and (row.why or row.status == "unknown")]
    last = max((row.last for row in rows if row.status == "waiting" and row.last), default=None)
    return Progress(
        sum(statuses.values()), statuses, sorted(reasons, key=lambda one: (-one[2], one)), sum(row.opened for row in rows),
        sum(row.answered for row in rows), _done_by(turn, found, statuses, last))


def _done_by(turn: Turn, found: Broadcast, statuses: Mapping[str, int], last: datetime | None) -> datetime | None:
    """As fast as Telegram takes them, and not before the last one is due."""
    left = statuses["waiting"] + statuses["leaving"]
    if found.state != "sending" or not (found.planned_at or found.counted):
        return None
    if found.planned_at is None:
        left = max(left, (found.counted or 0) - sum(statuses.values()) + left)
    soonest = max(turn.now, found.begins_at or turn.now) + timedelta(seconds=left / sending.pace(turn))
    return max(soonest, last) if last else soonest


def results(turn: Turn, broadcast_id: int, after: int = 0, limit: int = 500, status: str | None = None) -> list[Result]:
    """Person by person, in the order of their ids, after this one; only those of one status, if one is given, and only those
    whom whoever looks may see."""
    wanted = _of(
        broadcast_id, recipients.c.patient_id, patients_table.c.name, patients_table.c.language, STATUS.label("status"),
        WHY.label("why"), recipients.c.due_at, case((outbox.c.outcome == "sent", outbox.c.settled_at)).label("sent_at"),
        recipients.c.opened_at, recipients.c.answered_at, recipients.c.version, recipients.c.message,
    ).join(patients_table, patients_table.c.id == recipients.c.patient_id).where(recipients.c.patient_id > after)
    if status:
        wanted = wanted.where(STATUS.in_([status]))
    rows = turn.db.execute(sight.held_to(turn, wanted).order_by(recipients.c.patient_id).limit(limit))
    return [Result(**{**row._mapping, "why": _words(row.status, row.why) or None}) for row in rows]


def _words(status: str, why: str | None) -> str:
    return audience.LEFT_OUT.get(why or "", why or "") if status == "left_out" else why or ""


def show(turn: Turn, patient: patients.Patient, broadcast_id: int, edits: int) -> bool:
    """The patient wants to read what came; False if nothing came to them that can still be shown."""
    row = turn.db.execute(_of(
        broadcast_id, recipients.c.version, recipients.c.opened_at, broadcasts.c.expects_answers, broadcasts.c.criteria,
        outbox.c.created_at).where(recipients.c.patient_id == patient.id, recipients.c.message.is_not(None))).first()
    words = texts.words(turn, broadcast_id, row.version) if row else {}
    if row is None or not words or _lost_since(turn, patient, row):
        return False
    said = words.get(patient.language) or next(iter(words.values()))
    if row.opened_at is None:
        turn.db.execute(update(recipients).where(
            recipients.c.broadcast_id == broadcast_id, recipients.c.patient_id == patient.id).values(opened_at=turn.now))
    turn.tell(patient, texts.opened(turn, said, row.expects_answers, edits), topic="news_opened")
    return True


def _lost_since(turn: Turn, patient: patients.Patient, row: Any) -> bool:
    """Whether it was for those who expect a child, and this patient has lost theirs since it came."""
    return cohorts.of_pregnancy(cohorts.Criteria.read(row.criteria)) and bool(turn.db.scalar(
        select(situations.c.id).where(
            situations.c.patient_id == patient.id, situations.c.kind == "pregnancy_loss", situations.c.undone_at.is_(None),
            situations.c.at >= row.created_at).limit(1)))


def answered(turn: Turn, event: MessageHeard) -> None:
    """Whoever writes within a week of a broadcast that asks for it has answered it."""
    if event.patient_id is None:
        return
    newest = turn.db.scalar(
        select(recipients.c.broadcast_id)
        .join(broadcasts, broadcasts.c.id == recipients.c.broadcast_id).join(outbox, outbox.c.id == recipients.c.message)
        .where(recipients.c.patient_id == event.patient_id, broadcasts.c.expects_answers,
               or_(outbox.c.outcome == "sent", outbox.c.outcome == "unknown"),
               outbox.c.settled_at > turn.now - ANSWERS_WITHIN)
        .order_by(recipients.c.broadcast_id.desc()).limit(1))
    if newest:
        turn.db.execute(update(recipients).where(
            recipients.c.broadcast_id == newest, recipients.c.patient_id == event.patient_id,
            recipients.c.answered_at.is_(None)).values(answered_at=turn.now))
