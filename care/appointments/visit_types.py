"""Visit types: how long a visit of a kind is, who may book it and when, what it needs, and what to prepare for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from care import events, plans
from care.appointments.calendars import QUANTUM, by_id
from care.appointments.errors import Refused
from care.appointments.free_slots import Shape
from care.heart.language import Verbatim
from care.heart.turn import Turn
from care.tables import visit_type_calendars, visit_types

MODES = ("in_person", "phone", "video")
LONGEST = 24 * 60  # minutes
MOST_SEATS = 100
FURTHEST = 366  # days
BY_ID = select(visit_types).where(visit_types.c.id == bindparam("this_type"))
ALL_OPEN = select(visit_types).where(visit_types.c.closed_at.is_(None)).order_by(visit_types.c.id)
NEEDS = (
    select(visit_type_calendars).where(visit_type_calendars.c.visit_type_id.in_(bindparam("ids", expanding=True)))
    .order_by(visit_type_calendars.c.need, visit_type_calendars.c.place))


@dataclass(frozen=True)
class Instruction:
    """What to prepare, said so many hours before the visit, in each language that the clinic wrote it in."""

    hours: int
    texts: Mapping[str, str]

    @property
    def words(self) -> Verbatim:
        return as_written(self.texts)


@dataclass(frozen=True)
class VisitType:
    id: int
    names: Mapping[str, str]
    minutes: int
    step_minutes: int
    before_minutes: int
    after_minutes: int
    modes: tuple[str, ...]
    seats: int
    by_patients: bool
    programmes: tuple[str, ...]
    needs_approval: bool
    notice_minutes: int
    ahead_days: int
    cancel_minutes: int
    instructions: tuple[Instruction, ...]
    needs: tuple[tuple[int, ...], ...]  # of each need one of these calendars
    closed: bool = False

    @property
    def name(self) -> Verbatim:
        return as_written(self.names)

    @property
    def staff_name(self) -> str:
        return self.names.get("en") or next(iter(self.names.values()))

    @property
    def shape(self) -> Shape:
        return Shape(self.minutes, self.step_minutes, self.before_minutes, self.after_minutes)

    @property
    def notice(self) -> timedelta:
        return timedelta(minutes=self.notice_minutes)

    @property
    def cancel_before(self) -> timedelta:
        return timedelta(minutes=self.cancel_minutes)


def as_written(texts: Mapping[str, str]) -> Verbatim:
    """The clinic's own words, English first where a language has none."""
    return Verbatim(tuple(sorted(texts.items(), key=lambda text: (text[0] != "en", text[0]))))


@dataclass(frozen=True)
class NewVisitType:
    """What a clinic decides of a visit type; minutes are whole fives."""

    names: Mapping[str, str]
    minutes: int
    needs: Sequence[Sequence[int]]
    step_minutes: int | None = None  # as long as the visit itself
    before_minutes: int = 0
    after_minutes: int = 0
    modes: Sequence[str] = ("in_person",)
    seats: int = 1
    by_patients: bool = True
    programmes: Sequence[str] = ()
    needs_approval: bool = False
    notice_minutes: int = 120
    ahead_days: int = 60
    cancel_minutes: int = 24 * 60
    instructions: Sequence[Instruction] = ()


def add(turn: Turn, wanted: NewVisitType) -> VisitType:
    """Raises Refused."""
    _check(turn, wanted)
    visit_type_id = turn.insert(visit_types, _columns(wanted))
    _set_needs(turn, visit_type_id, wanted.needs)
    turn.happened(events.VisitTypeChanged(None, visit_type_id))
    return get(turn, visit_type_id)


def change(turn: Turn, visit_type_id: int, wanted: NewVisitType) -> VisitType:
    """How it is from now on; what is booked stays as it is. Raises Refused."""
    get(turn, visit_type_id)
    _check(turn, wanted)
    turn.db.execute(update(visit_types).where(visit_types.c.id == visit_type_id).values(**_columns(wanted)))
    turn.db.execute(delete(visit_type_calendars).where(visit_type_calendars.c.visit_type_id == visit_type_id))
    _set_needs(turn, visit_type_id, wanted.needs)
    turn.happened(events.VisitTypeChanged(None, visit_type_id))
    return get(turn, visit_type_id)


def close(turn: Turn, visit_type_id: int) -> None:
    """It is booked no more. Raises Refused."""
    get(turn, visit_type_id)
    turn.db.execute(update(visit_types).where(visit_types.c.id == visit_type_id).values(closed_at=turn.now))
    turn.happened(events.VisitTypeChanged(None, visit_type_id))


def _columns(wanted: NewVisitType) -> dict[str, Any]:
    return {
        "names": dict(wanted.names), "minutes": wanted.minutes, "step_minutes": wanted.step_minutes or wanted.minutes,
        "before_minutes": wanted.before_minutes, "after_minutes": wanted.after_minutes, "modes": list(wanted.modes),
        "seats": wanted.seats, "by_patients": wanted.by_patients, "programmes": list(wanted.programmes),
        "needs_approval": wanted.needs_approval, "notice_minutes": wanted.notice_minutes, "ahead_days": wanted.ahead_days,
        "cancel_minutes": wanted.cancel_minutes,
        "instructions": [{"hours": one.hours, "texts": dict(one.texts)} for one in wanted.instructions]}


def _set_needs(turn: Turn, visit_type_id: int, needs: Sequence[Sequence[int]]) -> None:
    for need, ids in enumerate(needs):
        for place, calendar_id in enumerate(ids):
            turn.insert(visit_type_calendars, {
                "visit_type_id": visit_type_id, "calendar_id": calendar_id, "need": need, "place": place})


def _check(turn: Turn, wanted: NewVisitType) -> None:
    times = {"minutes": wanted.minutes, "step_minutes": wanted.step_minutes or wanted.minutes,
             "before_minutes": wanted.before_minutes, "after_minutes": wanted.after_minutes}
    for name, value in times.items():
        least = 0 if name in ("before_minutes", "after_minutes") else QUANTUM
        if value % QUANTUM or not least <= value <= LONGEST:
            raise Refused(f"{name} must be whole {QUANTUM} minutes, from {least} to {LONGEST}.")
    if not wanted.names or not all(name.strip() for name in wanted.names.values()):
        raise Refused("names must give what patients call it, by language, such as {\"en\": \"Blood pressure check\"}.")
    if not wanted.modes or set(wanted.modes) - set(MODES):
        raise Refused(f"modes must be some of: {', '.join(MODES)}.")
    if not 1 <= wanted.seats <= MOST_SEATS:
        raise Refused(f"seats must be from 1 to {MOST_SEATS}.")
    if not 1 <= wanted.ahead_days <= FURTHEST or wanted.notice_minutes < 0 or wanted.cancel_minutes < 0:
        raise Refused(f"ahead_days must be from 1 to {FURTHEST}, notice_minutes and cancel_minutes 0 or more.")
    for instruction in wanted.instructions:
        if not instruction.texts or not 0 <= instruction.hours <= 24 * 60:
            raise Refused("An instruction needs its words, by language, and hours before the visit from 0 to 1440.")
    ids = [calendar_id for need in wanted.needs for calendar_id in need]
    if not wanted.needs or not all(wanted.needs) or len(set(ids)) != len(ids):
        raise Refused("needs must give at least one calendar for each need, and each calendar once.")
    if set(ids) - set(by_id(turn, ids)):
        raise Refused("needs must give calendars that there are.")


def get(turn: Turn, visit_type_id: int) -> VisitType:
    """Raises Refused."""
    found = _with_needs(turn, turn.db.execute(BY_ID, {"this_type": visit_type_id}).all())
    if not found:
        raise Refused("There is no such visit type.")
    return found[0]


def all_open(turn: Turn) -> list[VisitType]:
    return _with_needs(turn, turn.db.execute(ALL_OPEN).all())


def for_patient(turn: Turn, patient_id: int) -> list[VisitType]:
    """The types that this patient may book by themselves."""
    running = {plan.programme for plan in plans.of_patient(turn, patient_id)}
    return [one for one in all_open(turn) if one.by_patients and (not one.programmes or running & set(one.programmes))]


def _with_needs(turn: Turn, rows: Sequence[Any]) -> list[VisitType]:
    needs: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in turn.db.execute(NEEDS, {"ids": [one.id for one in rows]}):
        needs[row.visit_type_id][row.need].append(row.calendar_id)
    return [VisitType(
        row.id, row.names, row.minutes, row.step_minutes, row.before_minutes, row.after_minutes, tuple(row.modes), row.seats,
        row.by_patients, tuple(row.programmes), row.needs_approval, row.notice_minutes, row.ahead_days, row.cancel_minutes,
        tuple(Instruction(one["hours"], one["texts"]) for one in row.instructions),
        tuple(tuple(ids) for _need, ids in sorted(needs[row.id].items())), row.closed_at is not None) for row in rows]
