"""Taken slots: time that belongs to one visit, or to a group, on every calendar that it needs or on none.

The code looks before it books; behind it stands the key of `taken_times`, on both databases: five minutes of a calendar belong
to one slot. Whoever comes second finds the rows there, and takes nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, select, text, update

from care import events
from care.appointments.calendars import QUANTUM
from care.appointments.free_slots import Shape
from care.appointments.intervals import Span, minute, moment
from care.appointments.visit_types import VisitType
from care.heart.turn import Turn
from care.tables import appointments, slot_calendars, slots, taken_times
from care.tables.base import Moment

IN_PLACE = ("held", "pending", "booked", "arrived", "fulfilled", "noshow")
LONGEST = timedelta(days=3)  # a visit of at most a day, and its buffers
# Every page of free times asks for this; built once.
IS_BUSY = text("slot_calendars.busy")  # in the words of the index: by `busy = 1` SQLite would read the whole table
BUSY = select(slot_calendars.c.calendar_id, slot_calendars.c.from_at, slot_calendars.c.to_at).where(
    slot_calendars.c.calendar_id.in_(bindparam("ids", expanding=True)), IS_BUSY,
    slot_calendars.c.to_at > bindparam("begin", type_=Moment), slot_calendars.c.to_at <= bindparam("longest", type_=Moment),
    slot_calendars.c.from_at < bindparam("end", type_=Moment), slot_calendars.c.slot_id != bindparam("but"))


@dataclass(frozen=True)
class Seat:
    slot_id: int
    seat: int


def take(turn: Turn, kind: VisitType, start: int, calendars: Sequence[int], *, overbook: bool = False) -> Seat | None:
    """Take the time from a start on all of these calendars, or a seat in the group that has it already; None, and nothing
    taken, if it is not to be had. `overbook` takes it beside whatever is there."""
    if kind.seats > 1 and (seat := _join(turn, kind, start, calendars)):
        return seat
    slot_id = _take_whole(turn, kind, start, sorted(calendars), overbook)
    if slot_id is not None:
        return Seat(slot_id, 0)
    return _join(turn, kind, start, calendars) if kind.seats > 1 else None  # the group began between looking and taking


def _take_whole(turn: Turn, kind: VisitType, start: int, calendars: Sequence[int], overbook: bool) -> int | None:
    begin, end = kind.shape.around(start)
    slot_id = turn.insert(slots, {
        "visit_type_id": kind.id, "starts_at": moment(start), "ends_at": moment(start + kind.minutes), "seats": kind.seats,
        "overbooked": overbook})
    quanta = range(begin // QUANTUM, -(-end // QUANTUM))
    layer = _free_layer(turn, calendars, quanta) if overbook else 0
    wanted = [{"calendar_id": calendar_id, "quantum": quantum, "layer": layer, "slot_id": slot_id}
              for calendar_id in calendars for quantum in quanta]
    turn.insert_once(taken_times, wanted)
    if turn.db.scalar(select(func.count()).where(taken_times.c.slot_id == slot_id)) != len(wanted):
        turn.db.execute(delete(taken_times).where(taken_times.c.slot_id == slot_id))
        turn.db.execute(delete(slots).where(slots.c.id == slot_id))
        return None
    turn.db.execute(slot_calendars.insert(), [
        {"slot_id": slot_id, "calendar_id": calendar_id, "from_at": moment(begin), "to_at": moment(end), "busy": True}
        for calendar_id in calendars])
    return slot_id


def note_free(turn: Turn, kind: VisitType, start: int, calendars: Sequence[int]) -> int:
    """Put a free time on record, taken by nobody, so that it can be offered."""
    begin, end = kind.shape.around(start)
    slot_id = turn.insert(slots, {
        "visit_type_id": kind.id, "starts_at": moment(start), "ends_at": moment(start + kind.minutes), "seats": kind.seats,
        "overbooked": False, "freed_at": turn.now})
    turn.db.execute(slot_calendars.insert(), [
        {"slot_id": slot_id, "calendar_id": calendar_id, "from_at": moment(begin), "to_at": moment(end), "busy": False}
        for calendar_id in calendars])
    return slot_id


def _free_layer(turn: Turn, calendars: Sequence[int], quanta: range) -> int:
    highest = turn.db.scalar(select(func.max(taken_times.c.layer)).where(
        taken_times.c.calendar_id.in_(calendars), taken_times.c.quantum.between(quanta[0], quanta[-1])))
    return 0 if highest is None else highest + 1


def _join(turn: Turn, kind: VisitType, start: int, calendars: Sequence[int]) -> Seat | None:
    """A seat in a group of this type that begins then on one of these calendars."""
    found = turn.db.execute(
        select(slots.c.id, slots.c.seats).distinct()
        .join(slot_calendars, and_(slot_calendars.c.slot_id == slots.c.id, slot_calendars.c.calendar_id.in_(calendars)))
        .where(slots.c.visit_type_id == kind.id, slots.c.starts_at == moment(start), slots.c.freed_at.is_(None))).all()
    for slot in found:
        turn.db.execute(select(slots.c.id).where(slots.c.id == slot.id).with_for_update())
        if turn.db.scalar(select(slots.c.freed_at).where(slots.c.id == slot.id)) is not None:
            continue
        sitting = set(turn.db.scalars(
            select(appointments.c.seat).where(appointments.c.slot_id == slot.id, appointments.c.state.in_(IN_PLACE))))
        if seat := next((one for one in range(slot.seats) if one not in sitting), None):
            return Seat(slot.id, seat)
        if 0 not in sitting:
            return Seat(slot.id, 0)
    return None


def leave(turn: Turn, slot_id: int) -> bool:
    """Somebody has left this slot. When it was the last, its time is free again: True. Of a group a seat is free: True too."""
    slot = turn.db.execute(select(slots).where(slots.c.id == slot_id).with_for_update()).one()
    left = _sitting(turn, slot_id)
    if not left:
        turn.db.execute(update(slots).where(slots.c.id == slot_id).values(freed_at=turn.now))
        _set_busy(turn, slot_id, False)
        turn.db.execute(delete(taken_times).where(taken_times.c.slot_id == slot_id))
    if slot.starts_at > turn.now:
        turn.happened(events.SlotFreed(None, slot_id))
    return not left


def free_what_is_nobodys(turn: Turn) -> None:
    """Whoever sat there was erased: their time is free."""
    sitting = select(appointments.c.id).where(
        appointments.c.slot_id == slots.c.id, appointments.c.state.in_(IN_PLACE)).exists()
    for slot_id in list(turn.db.scalars(select(slots.c.id).where(slots.c.freed_at.is_(None), ~sitting))):
        leave(turn, slot_id)


def make_room(turn: Turn, slot_id: int, but_for: datetime | None = None) -> Callable[[], None]:
    """A visit is about to move within this turn: its own time does not stand in its way, if nobody else has it too. Returns
    what puts it back as it was, should the visit stay."""
    if _sitting(turn, slot_id) > 1 or times_of(turn, slot_id).starts_at == but_for:  # it may join its own group again
        return lambda: None
    rows = [dict(row._mapping) for row in turn.db.execute(select(taken_times).where(taken_times.c.slot_id == slot_id))]
    turn.db.execute(delete(taken_times).where(taken_times.c.slot_id == slot_id))
    _set_busy(turn, slot_id, False)

    def put_back() -> None:
        if rows:
            turn.db.execute(taken_times.insert(), rows)
        _set_busy(turn, slot_id, True)

    return put_back


def _set_busy(turn: Turn, slot_id: int, busy: bool) -> None:
    turn.db.execute(update(slot_calendars).where(slot_calendars.c.slot_id == slot_id).values(busy=busy))


def _sitting(turn: Turn, slot_id: int) -> int:
    return turn.db.scalar(select(func.count()).select_from(appointments).where(
        appointments.c.slot_id == slot_id, appointments.c.state.in_(IN_PLACE))) or 0


def busy(turn: Turn, calendars: Iterable[int], begin: int, end: int, but: int | None = None) -> dict[int, list[Span]]:
    """What is taken of these calendars between two minutes, buffers included; `but` for one slot."""
    ids = list(calendars)
    found: dict[int, list[Span]] = {one: [] for one in ids}
    between = {"ids": ids, "begin": moment(begin), "end": moment(end), "longest": moment(end) + LONGEST, "but": but or 0}
    for row in turn.db.execute(BUSY, between):
        found[row.calendar_id].append((minute(row.from_at), minute(row.to_at)))
    return found


def groups_with_room(turn: Turn, kind: VisitType, begin: int, end: int) -> list[tuple[int, int, tuple[int, ...]]]:
    """Groups of this type that a patient can still join: start, slot, calendars."""
    sitting = select(func.count()).where(
        appointments.c.slot_id == slots.c.id, appointments.c.state.in_(IN_PLACE)).scalar_subquery()
    found = turn.db.execute(select(slots.c.id, slots.c.starts_at).where(
        slots.c.visit_type_id == kind.id, slots.c.freed_at.is_(None), slots.c.seats > 1,
        slots.c.starts_at >= moment(begin), slots.c.starts_at < moment(end), sitting < slots.c.seats)).all()
    return [(minute(row.starts_at), row.id, calendars_of(turn, row.id)) for row in found]


def calendars_of(turn: Turn, slot_id: int) -> tuple[int, ...]:
    return tuple(turn.db.scalars(select(slot_calendars.c.calendar_id).where(slot_calendars.c.slot_id == slot_id)
                                 .order_by(slot_calendars.c.calendar_id)))


def times_of(turn: Turn, slot_id: int) -> Any:
    """When the slot is, and of which type: a row of `slots`."""
    return turn.db.execute(select(slots).where(slots.c.id == slot_id)).one()


def at_once(turn: Turn, shape: Shape, start: int, calendars: Sequence[int]) -> list[tuple[int, datetime, datetime]]:
    """What is in the way on these calendars: calendar, from, to (without its buffers)."""
    begin, end = shape.around(start)
    return [(row.calendar_id, row.starts_at, row.ends_at) for row in turn.db.execute(
        select(slot_calendars.c.calendar_id, slots.c.starts_at, slots.c.ends_at)
        .join(slots, slots.c.id == slot_calendars.c.slot_id)
        .where(slot_calendars.c.calendar_id.in_(calendars), IS_BUSY,
               slot_calendars.c.from_at < moment(end), slot_calendars.c.to_at > moment(begin)).order_by(slots.c.starts_at))]


def forget(turn: Turn, most: int = 5000) -> int:
    """What is over needs no guard any more; how many rows went."""
    over = minute(turn.now - timedelta(days=2)) // QUANTUM
    oldest = turn.db.scalars(select(taken_times.c.quantum).where(
        taken_times.c.quantum < over).order_by(taken_times.c.quantum).limit(most)).all()
    return turn.db.execute(delete(taken_times).where(taken_times.c.quantum <= oldest[-1])).rowcount if oldest else 0
