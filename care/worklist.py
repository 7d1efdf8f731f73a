"""The worklist: everything that needs a person, the most severe first, then whoever has waited longest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Select, case, func, select, tuple_

from care.escalations import Severity
from care.heart.time import local
from care.heart.turn import Turn
from care.sight import everyone, held_to
from care.tables import escalations, patients, staff

Place: TypeAlias = tuple[int, int, int, datetime, int]
FELT = {0: "urgent", 1: None, 2: "can_wait"}


@dataclass(frozen=True)
class Item:
    escalation_id: int
    patient_id: int | None
    chat_id: int | None
    patient_name: str | None
    severity: str
    reason: str
    value: str | None
    kind: str
    language: str | None
    country: str | None
    opened_at: datetime
    waiting_since: datetime | None  # None: a person answered, the patient's turn
    due_at: datetime
    resolve_by: datetime
    owner_id: int | None
    owner: str | None  # whose it is; None: the whole team's
    snoozed_until: datetime | None
    exhausted_at: datetime | None  # when all had been called, and nobody had taken it on
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    times_reported: int
    local_time: datetime | None
    reachable: bool | None
    felt: str | None  # how urgent the patient says it is: urgent, can_wait
    position: Place  # where it stands in the list: hand it back to go on from there


owner = staff.alias()
ANSWERED = case((escalations.c.answered_at.is_(None), 0), else_=1)
ORDER = (escalations.c.severity, ANSWERED, escalations.c.felt, escalations.c.waiting_since, escalations.c.id)


def waiting(turn: Turn, after: Place | None = None, limit: int = 50) -> list[Item]:
    """A page of the worklist; `after` is the position of the last item already seen."""
    wanted = _open_items(turn).order_by(*ORDER).limit(limit)
    if after:
        wanted = wanted.where(tuple_(*ORDER) > tuple_(*after, types=[column.type for column in ORDER]))
    return [_item(turn, row) for row in turn.db.execute(wanted)]


def item(turn: Turn, escalation_id: int) -> Item | None:
    """One item as the worklist shows it; None if there is none open with this id."""
    row = turn.db.execute(_open_items(turn).where(escalations.c.id == escalation_id)).first()
    return _item(turn, row) if row else None


def of_patient(turn: Turn, patient_id: int) -> list[Item]:
    """What is open for one patient."""
    found = _open_items(turn).where(escalations.c.patient_id == patient_id).order_by(*ORDER)
    return [_item(turn, row) for row in turn.db.execute(found)]


def _open_items(turn: Turn) -> Select[Any]:
    """What is open, and whoever looks may see; what is of no patient is everybody's."""
    found = (
        select(escalations, patients.c.name, patients.c.language, patients.c.country, patients.c.time_zone,
               patients.c.reachable, staff.c.name.label("staff_name"), owner.c.name.label("owner_name"),
               ANSWERED.label("answered"))
        .outerjoin(patients, patients.c.id == escalations.c.patient_id)
        .outerjoin(staff, staff.c.id == escalations.c.acknowledged_by)
        .outerjoin(owner, owner.c.id == escalations.c.owner_id)
        .where(escalations.c.resolved_at.is_(None)))
    return held_to(turn, found, nobodys=True)


def counts(turn: Turn) -> dict[str, int]:
    severity, acknowledged = escalations.c.severity, escalations.c.acknowledged_by
    wanted: Any = select(
        func.count(), func.count().filter(severity == int(Severity.EMERGENCY)), func.count().filter(acknowledged.is_(None)),
    ).select_from(escalations).where(escalations.c.resolved_at.is_(None))
    if not everyone(turn.viewer):
        wanted = held_to(turn, wanted.outerjoin(patients, patients.c.id == escalations.c.patient_id), nobodys=True)
    row = turn.db.execute(wanted).one()
    return {"open": row[0], "emergency": row[1], "unacknowledged": row[2]}


def _item(turn: Turn, row: Any) -> Item:
    return Item(
        row.id, row.patient_id, row.chat_id, row.name, Severity(row.severity).word, row.reason, row.value, row.kind,
        row.language, row.country, row.opened_at, None if row.answered_at else row.waiting_since, row.due_at,
        row.resolve_by, row.owner_id, row.owner_name, row.snoozed_until, row.exhausted_at,
        row.staff_name, row.acknowledged_at, row.reports, local(turn.now, row.time_zone) if row.time_zone else None,
        row.reachable, FELT[row.felt], (row.severity, row.answered, row.felt, row.waiting_since, row.id))
