"""Reading the journal: the audit trail, and the feed that the console lives on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal, literal_column, or_, select, true, tuple_

from care.heart.turn import Turn
from care.tables import events

OVERTAKEN = 10_000
OVERLAP = timedelta(minutes=1)  # no transaction is open for longer


@dataclass(frozen=True)
class Happening:
    id: int
    at: datetime
    actor: str
    kind: str
    patient_id: int | None
    facts: dict[str, Any]


def since(turn: Turn, after_id: int, limit: int = 500) -> list[Happening]:
    """What happened after event `after_id`, in order. Never skips one whose transaction is still open: on PostgreSQL ids
    are given out before transactions end, so reading stops before the oldest that has not. There the order is that of the
    transactions, since of two that overlap the older may have written the newer id."""
    wanted = select(events).where(*_after(turn, after_id), _over(turn)).order_by(*_in_order(turn)).limit(limit)
    return [Happening(e.id, e.at, e.actor, e.kind, e.patient_id, e.facts) for e in turn.db.execute(wanted)]


def _in_order(turn: Turn) -> tuple[ColumnElement[Any], ...]:
    return (func.coalesce(events.c.xid, 0), events.c.id) if turn.db.dialect.name == "postgresql" else (events.c.id,)


def _after(turn: Turn, after_id: int) -> tuple[ColumnElement[bool], ...]:
    if turn.db.dialect.name != "postgresql":
        return (events.c.id > after_id,)
    xid = turn.db.scalar(select(func.coalesce(events.c.xid, 0)).where(events.c.id == after_id))
    if xid is None:  # the beginning, or an event that is gone
        return (events.c.id > after_id,)
    # The bound lets the index do the work: no transaction lives so long that more events than that overtake it.
    return (events.c.id > after_id - OVERTAKEN, tuple_(*_in_order(turn)) > tuple_(literal(xid), literal(after_id)))


def _over(turn: Turn) -> ColumnElement[bool]:
    """Events before the oldest transaction that is still open."""
    if turn.db.dialect.name != "postgresql":
        return true()
    oldest_open: ColumnElement[int] = literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    return or_(events.c.xid.is_(None), events.c.xid < oldest_open)


def actor_of(turn: Turn, patient_id: int, kind: str, **facts: Any) -> str | None:
    """Who did this to, or for, a patient last; `facts` say which. None if nobody has."""
    found = turn.db.execute(select(events.c.actor, events.c.facts).where(
        events.c.patient_id == patient_id, events.c.kind == kind).order_by(events.c.id.desc()))
    return next((row.actor for row in found if facts.items() <= row.facts.items()), None)


def first_after(turn: Turn, moment: datetime) -> int:
    """The id after which every event is that happened later than this; some that are as old may be among them. Found by halves,
    since ids grow with time: overlapping transactions of PostgreSQL's are allowed for."""
    low, high = oldest_id(turn) - 1, turn.db.scalar(select(func.max(events.c.id))) or 0
    while low < high:
        middle = (low + high + 1) // 2
        at = turn.db.scalar(select(events.c.at).where(events.c.id >= middle).order_by(events.c.id).limit(1))
        low, high = (low, middle - 1) if at is None or at > moment - OVERLAP else (middle, high)
    return max(low, 0)


def latest_id(turn: Turn) -> int:
    return turn.db.scalar(select(func.max(events.c.id)).where(_over(turn))) or 0


def oldest_id(turn: Turn) -> int:
    return turn.db.scalar(select(func.min(events.c.id))) or 0
