"""The waiting list: who waits for a time, or for an earlier one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select, update

from care import events
from care.appointments import appointments
from care.appointments.errors import Refused
from care.appointments.visit_types import VisitType
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient
from care.tables import situations, waiting_list

NOON = time(12)
URGENCIES = ("urgent", "soon", "routine")
PARTS = ("morning", "afternoon")
ENDS_WAITING = ("deceased", "transferred")  # situations


@dataclass(frozen=True)
class Waiting:
    id: int
    patient_id: int
    visit_type_id: int
    mode: str
    moves: int | None
    urgency: int  # 0 is the most urgent
    first_day: date | None
    last_day: date | None
    part: str | None
    since: datetime
    added_by: str
    state: str  # waiting, booked, left

    def fits(self, start: datetime, zone: str) -> bool:
        """Whether a time is one of those that this patient can come at."""
        wall = local(start, zone)
        if (self.first_day and wall.date() < self.first_day) or (self.last_day and wall.date() > self.last_day):
            return False
        return self.part is None or (wall.time() < NOON) == (self.part == "morning")


def join(
    turn: Turn, patient: Patient, kind: VisitType, mode: str, *, moves: int | None = None, urgency: int = 2,
    first_day: date | None = None, last_day: date | None = None, part: str | None = None,
) -> Waiting:
    """Put a patient, who is locked, on the list; who is on it for this type already stays in their place, with the new wishes.
    Raises Refused."""
    if kind.closed or mode not in kind.modes:
        raise Refused("Visits of this type, or in this way, are not booked any more.")
    if first_day and last_day and last_day < first_day:
        raise Refused("Give a first and a last day, in this order.")
    wishes = {"mode": mode, "moves": moves, "urgency": urgency, "first_day": first_day, "last_day": last_day, "part": part}
    same = open_of(turn, patient.id, kind.id)
    if same:
        turn.db.execute(update(waiting_list).where(waiting_list.c.id == same.id).values(**wishes))
        return _get(turn, same.id)
    added = turn.insert(waiting_list, {
        "patient_id": patient.id, "visit_type_id": kind.id, "since": turn.now, "added_by": turn.actor, "state": "waiting",
        **wishes})
    turn.happened(events.WaitingListJoined(patient.id, added))
    return _get(turn, added)


def end(turn: Turn, waiting: Waiting, state: str) -> None:
    """Booked, or left: they wait no more."""
    if waiting.state == "waiting":
        turn.db.execute(update(waiting_list).where(waiting_list.c.id == waiting.id).values(state=state, ended_at=turn.now))
        turn.happened(events.WaitingListLeft(waiting.patient_id, waiting.id, state))


def has_booked(turn: Turn, event: events.AppointmentBooked) -> None:
    """Whoever has booked such a visit waits for it no more."""
    made = appointments.get(turn, event.appointment_id)
    if made and (waiting := open_of(turn, made.patient_id, made.visit_type_id)):
        end(turn, waiting, "booked")


def stopped_for(turn: Turn, event: events.SituationBegan) -> None:
    if event.situation in ENDS_WAITING:
        for waiting in of_patient(turn, event.patient_id or 0):
            end(turn, waiting, "left")


def undone(turn: Turn, event: events.SituationUndone) -> None:
    """The situation was a mistake: who lost their place by it has it again, as long as they have waited."""
    began = turn.db.scalar(select(situations.c.at).where(situations.c.id == event.situation_id))
    if event.situation not in ENDS_WAITING:
        return
    for lost in _found(turn, waiting_list.c.patient_id == event.patient_id, waiting_list.c.state == "left",
                       waiting_list.c.ended_at == began):
        if open_of(turn, lost.patient_id, lost.visit_type_id) is None:
            turn.db.execute(update(waiting_list).where(waiting_list.c.id == lost.id).values(state="waiting", ended_at=None))
            turn.happened(events.WaitingListJoined(lost.patient_id, lost.id))


def get(turn: Turn, waiting_id: int) -> Waiting | None:
    return next(iter(_found(turn, waiting_list.c.id == waiting_id)), None)


def _get(turn: Turn, waiting_id: int) -> Waiting:
    found = get(turn, waiting_id)
    assert found
    return found


def open_of(turn: Turn, patient_id: int, visit_type_id: int) -> Waiting | None:
    return next((one for one in of_patient(turn, patient_id) if one.visit_type_id == visit_type_id), None)


def of_patient(turn: Turn, patient_id: int) -> list[Waiting]:
    return _found(turn, waiting_list.c.patient_id == patient_id, waiting_list.c.state == "waiting")


def everyone(turn: Turn, visit_types: Sequence[int] | None = None, most: int = 500) -> list[Waiting]:
    """Who waits: the most urgent first, then whoever has waited longest."""
    which = [waiting_list.c.state == "waiting"]
    if visit_types is not None:
        which.append(waiting_list.c.visit_type_id.in_(visit_types))
    return _found(turn, *which, most=most)


def _found(turn: Turn, *which: Any, most: int = 500) -> list[Waiting]:
    return [Waiting(*row) for row in turn.db.execute(
        select(*(waiting_list.c[name] for name in Waiting.__dataclass_fields__)).where(*which)
        .order_by(waiting_list.c.urgency, waiting_list.c.since, waiting_list.c.id).limit(most))]


def visit_to_move(turn: Turn, waiting: Waiting) -> appointments.Appointment | None:
    """The visit that they have, and would move, if it still stands."""
    visit = appointments.get(turn, waiting.moves) if waiting.moves else None
    return visit if visit and visit.state == "booked" else None


def busy_then(turn: Turn, waiting: Waiting, start: datetime, ends: datetime) -> bool:
    """Whether they have another visit at that time."""
    return any(one.starts_at < ends and one.ends_at > start and one.id != waiting.moves
               for one in appointments.of_patient(turn, waiting.patient_id, appointments.AHEAD))
