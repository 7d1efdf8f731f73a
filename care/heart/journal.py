"""Reading the journal: the audit trail, and the feed that the console lives on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, or_, select, true

from care.heart.turn import Turn
from care.tables import events


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
    are given out before transactions end, so reading stops before the oldest that has not."""
    wanted = select(events).where(events.c.id > after_id, _over(turn)).order_by(events.c.id).limit(limit)
    return [Happening(e.id, e.at, e.actor, e.kind, e.patient_id, e.facts) for e in turn.db.execute(wanted)]


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


def latest_id(turn: Turn) -> int:
    return turn.db.scalar(select(func.max(events.c.id)).where(_over(turn))) or 0


def oldest_id(turn: Turn) -> int:
    return turn.db.scalar(select(func.min(events.c.id))) or 0
