"""The worklist: everything that needs a person, the most severe first, then whoever has waited longest; by views and pools."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, tuple_

from care.escalations import WROTE, Escalation, Severity, read
from care.heart.time import instant, local
from care.heart.turn import Turn
from care.sight import EMERGENCIES, everyone, held_to, in_open_pools
from care.tables import chat_links, escalation_steps, escalations, patients, pools, staff

Place: TypeAlias = tuple[int, int, int, datetime, int]
FELT_URGENT = 0
FELT = {FELT_URGENT: "urgent", 1: None, 2: "can_wait"}


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
    owner: str | None  # whose it is; None: the pool's, or the whole team's
    pool_id: int | None
    pool: str | None  # where it belongs
    snoozed_until: datetime | None
    or_reply: bool  # ... or until the patient is heard, if before
    exhausted_at: datetime | None  # when all had been called, and nobody had taken it on
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    times_reported: int
    local_time: datetime | None
    reachable: bool | None
    felt: str | None  # how urgent the patient says it is: urgent, can_wait
    resolved_at: datetime | None  # only in the view of what was done today
    outcome: str | None
    position: Place  # where it stands in the list: hand it back to go on from there


MOMENTS = ("opened_at", "waiting_since", "answered_at", "acknowledged_at", "exhausted_at", "resolved_at")
owner = staff.alias()
ANSWERED = case((escalations.c.answered_at.is_(None), 0), else_=1)
ORDER = (escalations.c.severity, ANSWERED, escalations.c.felt, escalations.c.waiting_since, escalations.c.id)


# Nothing is heard of them: check-ins or doses without an answer, a phone that the bot does not reach.
SILENCE = (escalations.c.kind.in_(("silent", "unreachable")), escalations.c.kind.like("dose:no_answer:%"),
           escalations.c.kind.like("dose:pattern:%"))


def listed(
    turn: Turn, after: int | None = None, limit: int = 50, *, changed_since: datetime | None = None,
    is_open: bool | None = None, patient_id: int | None = None,
) -> list[Escalation]:
    """A page of all there are or were, closed ones too, the oldest first; `after` is the id of the last one already seen."""
    wanted = select(escalations).outerjoin(patients, patients.c.id == escalations.c.patient_id).where(
        in_open_pools(turn)).order_by(escalations.c.id)
    if after:
        wanted = wanted.where(escalations.c.id > after)
    if patient_id is not None:
        wanted = wanted.where(escalations.c.patient_id == patient_id)
    if is_open is not None:
        wanted = wanted.where(escalations.c.resolved_at.is_(None) if is_open else escalations.c.resolved_at.is_not(None))
    if changed_since:
        moved = select(escalation_steps.c.escalation_id).where(escalation_steps.c.at > changed_since)
        wanted = wanted.where(or_(
            *(escalations.c[name] > changed_since for name in MOMENTS), escalations.c.id.in_(moved)))
    return [read(row) for row in turn.db.execute(held_to(turn, wanted, nobodys=True).limit(limit))]


# What a view holds, of what is open and whoever looks may see. `done` is of today, and of what is not open any more.
VIEWS = ("attention", "mine", "unassigned", "plain", "patients_turn", "snoozed", "silent", "unreachable", "done", "all")


def _in_view(turn: Turn, view: str) -> ColumnElement[bool]:
    """Raises KeyError for a view that there is not."""
    open_now = escalations.c.resolved_at.is_(None)
    me = turn.viewer.id if turn.viewer else 0
    return {
        # What rests until later, or waits for the patient, is no one's now: unless it is an emergency, or should be closed.
        "attention": and_(open_now, escalations.c.snoozed_until.is_(None), or_(
            escalations.c.answered_at.is_(None), escalations.c.severity == int(Severity.EMERGENCY),
            escalations.c.resolve_by <= turn.now)),
        "mine": and_(open_now, escalations.c.owner_id == me),
        "unassigned": and_(open_now, escalations.c.owner_id.is_(None)),
        # Calm words of which no rule knew anything, and that nobody else has: many of them are thanks.
        "plain": and_(open_now, escalations.c.kind == "message", escalations.c.severity == int(Severity.ROUTINE),
                      escalations.c.reason == WROTE, escalations.c.answered_at.is_(None), escalations.c.felt != FELT_URGENT,
                      or_(escalations.c.owner_id.is_(None), escalations.c.owner_id == me)),
        "patients_turn": and_(open_now, escalations.c.answered_at.is_not(None)),
        "snoozed": and_(open_now, escalations.c.snoozed_until.is_not(None)),
        "silent": and_(open_now, or_(*SILENCE)),
        "unreachable": and_(open_now, patients.c.reachable.is_(False)),
        "done": escalations.c.resolved_at >= today_began(turn),
        "all": open_now,
    }[view]


def today_began(turn: Turn) -> datetime:
    """Midnight on the clinic's wall."""
    zone = turn.settings.clinic.time_zone
    return instant(local(turn.now, zone).date(), time(0), zone)


def waiting(
    turn: Turn, after: Place | None = None, limit: int = 50, view: str = "all", pool_id: int | None = None,
) -> list[Item]:
    """A page of the worklist; `after` is the position of the last item already seen."""
    wanted = _items(turn).where(_in_view(turn, view)).order_by(*ORDER).limit(limit)
    if pool_id is not None:
        wanted = wanted.where(escalations.c.pool_id == pool_id)
    if after:
        wanted = wanted.where(tuple_(*ORDER) > tuple_(*after, types=[column.type for column in ORDER]))
    return _read(turn, wanted)


def since(turn: Turn, moment: datetime, at_least: Severity, limit: int) -> list[Item]:
    """What came in since a moment and is at least so severe, closed or not, the most severe first."""
    wanted = _items(turn).where(
        or_(escalations.c.resolved_at.is_(None), escalations.c.resolved_at >= moment),  # an index each
        escalations.c.opened_at >= moment, escalations.c.severity <= int(at_least))
    return _read(turn, wanted.order_by(*ORDER).limit(limit))


def item(turn: Turn, escalation_id: int) -> Item | None:
    """One item as the worklist shows it; None if there is none open with this id."""
    return next(iter(_read(turn, _open_items(turn).where(escalations.c.id == escalation_id))), None)


def of_patient(turn: Turn, patient_id: int) -> list[Item]:
    """What is open for one patient."""
    found = _open_items(turn).where(escalations.c.patient_id == patient_id).order_by(*ORDER)
    return _read(turn, found)


def _open_items(turn: Turn) -> Select[Any]:
    return _items(turn).where(escalations.c.resolved_at.is_(None))


def _items(turn: Turn) -> Select[Any]:
    """What whoever looks may see; what is of no patient is everybody's."""
    found = (
        select(escalations, patients.c.name, patients.c.language, patients.c.country, patients.c.time_zone,
               patients.c.reachable, staff.c.name.label("staff_name"), owner.c.name.label("owner_name"),
               pools.c.name.label("pool_name"), ANSWERED.label("answered"))
        .outerjoin(patients, patients.c.id == escalations.c.patient_id)
        .outerjoin(staff, staff.c.id == escalations.c.acknowledged_by)
        .outerjoin(owner, owner.c.id == escalations.c.owner_id)
        .outerjoin(pools, pools.c.id == escalations.c.pool_id).where(in_open_pools(turn)))
    return held_to(turn, found, nobodys=True)


def counts(turn: Turn) -> dict[str, int]:
    severity, acknowledged = escalations.c.severity, escalations.c.acknowledged_by
    wanted: Any = select(
        func.count(), func.count().filter(severity == int(Severity.EMERGENCY)), func.count().filter(acknowledged.is_(None)),
    ).select_from(escalations).where(escalations.c.resolved_at.is_(None), in_open_pools(turn))
    if not everyone(turn.viewer):
        wanted = held_to(turn, wanted.outerjoin(patients, patients.c.id == escalations.c.patient_id), nobodys=True)
    row = turn.db.execute(wanted).one()
    return {"open": row[0], "emergency": row[1], "unacknowledged": row[2]}


def unclaimed_emergencies(turn: Turn, limit: int = 20) -> list[Item]:
    """Emergencies that nobody has taken on: they stand above whatever part of the list somebody looks at."""
    wanted = _open_items(turn).where(
        escalations.c.severity == int(Severity.EMERGENCY), escalations.c.acknowledged_by.is_(None))
    return _read(turn, wanted.order_by(*ORDER).limit(limit))


def views(turn: Turn) -> dict[str, int]:
    """How much each view holds."""
    touched = or_(escalations.c.resolved_at.is_(None), escalations.c.resolved_at >= today_began(turn))
    wanted: Any = select(*(func.count().filter(_in_view(turn, view)).label(view) for view in VIEWS)).select_from(
        escalations.outerjoin(patients, patients.c.id == escalations.c.patient_id)).where(touched, in_open_pools(turn))
    return dict(turn.db.execute(held_to(turn, wanted, nobodys=True)).one()._mapping)


def of_pools(turn: Turn) -> dict[int, int]:
    """How much is open in each pool, by its id, of what whoever looks may see; nothing where there is nothing."""
    wanted: Any = select(escalations.c.pool_id, func.count().label("open")).select_from(
        escalations.outerjoin(patients, patients.c.id == escalations.c.patient_id)).where(
            escalations.c.resolved_at.is_(None), escalations.c.pool_id.is_not(None), in_open_pools(turn))
    return {row.pool_id: row.open for row in
            turn.db.execute(held_to(turn, wanted, nobodys=True).group_by(escalations.c.pool_id))}


def _read(turn: Turn, wanted: Select[Any]) -> list[Item]:
    rows = turn.db.execute(wanted).all()
    about = _perhaps_about(turn, [row for row in rows if row.patient_id is None and row.chat_id is not None])
    return [_item(turn, row, about.get(row.id, "")) for row in rows]


def _perhaps_about(turn: Turn, nameless: Sequence[Any]) -> dict[int, str]:
    """Whom that may be about which is of no patient: those whom its chat speaks for. Named to whoever sees them, and to whoever
    has to find out: in an emergency, on duty, or because it is theirs."""
    if not nameless:
        return {}
    linked = (select(chat_links.c.chat_id, patients.c.id, patients.c.name)
              .join(patients, patients.c.id == chat_links.c.patient_id)
              .where(chat_links.c.cut_at.is_(None), chat_links.c.chat_id.in_({row.chat_id for row in nameless}))
              .order_by(patients.c.id))
    everybody = turn.db.execute(linked).all()
    seen = {one.id for one in turn.db.execute(held_to(turn, linked))} if everybody and not everyone(turn.viewer) else {
        one.id for one in everybody}
    return {row.id: f" (about {' or '.join(names)})" for row in nameless if (names := [
        one.name for one in everybody if one.chat_id == row.chat_id and (one.id in seen or _has_to_find_out(turn, row))])}


def _has_to_find_out(turn: Turn, row: Any) -> bool:
    viewer = turn.viewer
    return viewer is None or row.severity == EMERGENCIES or viewer.on_duty or viewer.id in (row.owner_id, row.acknowledged_by)


def _item(turn: Turn, row: Any, about: str) -> Item:
    return Item(
        row.id, row.patient_id, row.chat_id, row.name, Severity(row.severity).word, row.reason + about, row.value, row.kind,
        row.language, row.country, row.opened_at, None if row.answered_at else row.waiting_since, row.due_at,
        row.resolve_by, row.owner_id, row.owner_name, row.pool_id, row.pool_name, row.snoozed_until, row.or_reply,
        row.exhausted_at, row.staff_name, row.acknowledged_at, row.reports,
        local(turn.now, row.time_zone) if row.time_zone else None, row.reachable, FELT[row.felt], row.resolved_at, row.outcome,
        (row.severity, row.answered, row.felt, row.waiting_since, row.id))
