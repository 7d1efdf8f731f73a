"""The fuse of the whole clinic: when something is wrong with what is sent to many, all of it stops until a person releases it.

Safety cards, answers, doses and what is planned for one patient go on. What counts as wrong, version 1, 2026-11-30, set by us
and to be reviewed by the clinic: a sixth identical message to one patient in a day; a patient who is sent more in an hour than
a person could have asked for; three in ten of the last broadcast messages lost; many stopping within the hour of a broadcast.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select, update

from care import escalations, events
from care.escalations import Severity
from care.heart import gate
from care.heart.turn import Lane, Turn
from care.tables import events as journal
from care.tables import halts, insert_once, outbox

AN_HOUR = timedelta(hours=1)
LOOKED_AT, LOST_SHARE = 200, 0.3  # of the newest messages to many
TOO_MANY_FOR_ONE = 120  # messages to one patient within an hour, of every lane but safety
NEWEST = 50_000  # rows, of the outbox and of the journal: an hour at full pace is twice that
STOPPING, STOPPING_SHARE = 20, 0.05  # of those who were written to within the hour


@dataclass(frozen=True)
class Halt:
    id: int
    kind: str
    reason: str
    begun_at: datetime
    begun_by: str


def halt(turn: Turn, kind: str, reason: str) -> bool:
    """Stop all that is sent to many, and make it somebody's obligation to look. False if it is stopped for that already."""
    opened = insert_once(halts, turn.db.dialect.name).returning(halts.c.id)
    halt_id = turn.db.execute(opened, {
        "kind": kind, "reason": reason, "begun_at": turn.now, "begun_by": turn.actor}).scalar()
    if halt_id is None:
        return False
    escalations.open_(turn, None, Severity.URGENT, "bulk_halted", f"Sending to many is stopped: {reason}")
    turn.happened(events.BulkHalted(None, halt_id, kind))
    return True


def release(turn: Turn, halt_id: int, staff_id: int) -> bool:
    """A person has looked, and lets it go on; False if it was released before. The obligation stays for them to close."""
    kind = turn.db.execute(update(halts).where(halts.c.id == halt_id, halts.c.released_at.is_(None)).values(
        released_at=turn.now, released_by=staff_id).returning(halts.c.kind)).scalar()
    if kind:
        turn.told = True  # what waited may leave now
        turn.happened(events.BulkReleased(None, halt_id, kind))
    return kind is not None


def open_now(turn: Turn) -> list[Halt]:
    """What has still to be released, the oldest first."""
    rows = turn.db.execute(
        select(halts.c.id, halts.c.kind, halts.c.reason, halts.c.begun_at, halts.c.begun_by)
        .where(halts.c.released_at.is_(None)).order_by(halts.c.id))
    return [Halt(*row) for row in rows]


def blown(turn: Turn, event: events.MessageHeldBack) -> None:
    """Somebody was about to get the same words a sixth time in a day: whatever says them says them in a circle."""
    if event.why == gate.THE_SAME_AGAIN:
        halt(turn, "same_again", f"patient {event.patient_id} was about to get the same message a sixth time in a day.")


def wrong(turn: Turn) -> list[tuple[str, str]]:
    """What is wrong with the last hour: the kinds of halt that it calls for, and why. What was before a release counts no
    more."""
    return [*_lost(turn), *_one_patient(turn), *_stopping(turn)]


def _since(turn: Turn, kind: str) -> datetime:
    """An hour ago, or the last release of such a halt."""
    released = turn.db.scalar(select(func.max(halts.c.released_at)).where(halts.c.kind == kind))
    return max(released or turn.now - AN_HOUR, turn.now - AN_HOUR)


def _lost(turn: Turn) -> Iterator[tuple[str, str]]:
    newest = (
        select(outbox.c.outcome).where(
            outbox.c.lane == int(Lane.BROADCAST), outbox.c.settled_at > _since(turn, "lost"),
            outbox.c.outcome.in_(("sent", "failed", "unknown")))
        .order_by(outbox.c.settled_at.desc()).limit(LOOKED_AT).subquery())
    looked_at, lost = turn.db.execute(select(
        func.count(), func.coalesce(func.sum(case((newest.c.outcome != "sent", 1), else_=0)), 0)).select_from(newest)).one()
    if looked_at == LOOKED_AT and lost > LOST_SHARE * LOOKED_AT:
        yield "lost", f"{lost} of the last {LOOKED_AT} messages were refused or lost."


def _one_patient(turn: Turn) -> Iterator[tuple[str, str]]:
    newest = turn.db.scalar(select(func.max(outbox.c.id))) or 0
    busiest = turn.db.execute(
        select(outbox.c.patient_id, func.count()).where(
            outbox.c.id > newest - NEWEST, outbox.c.created_at > _since(turn, "one_patient"), outbox.c.edits.is_(None),
            outbox.c.closes.is_(None), outbox.c.lane != int(Lane.SAFETY), outbox.c.patient_id.is_not(None))
        .group_by(outbox.c.patient_id).having(func.count() > TOO_MANY_FOR_ONE).order_by(func.count().desc()).limit(1)).first()
    if busiest:
        yield "one_patient", f"{busiest[1]} messages were written to patient {busiest[0]} within an hour."


def _stopping(turn: Turn) -> Iterator[tuple[str, str]]:
    since = _since(turn, "stopping")
    sent = turn.db.scalar(select(func.count()).select_from(outbox).where(
        outbox.c.lane == int(Lane.BROADCAST), outbox.c.settled_at > since, outbox.c.outcome == "sent")) or 0
    if sent < STOPPING:
        return
    newest = turn.db.scalar(select(func.max(journal.c.id))) or 0
    stopped = turn.db.scalar(select(func.count()).select_from(journal).where(
        journal.c.id > newest - NEWEST, journal.c.at > since,
        journal.c.kind.in_(("MessagesPaused", "RemindersStopped", "PatientLeft")))) or 0
    if stopped >= STOPPING and stopped > STOPPING_SHARE * sent:
        yield "stopping", f"{stopped} patients paused, stopped or left within an hour, in which {sent} were written to."
