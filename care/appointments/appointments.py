"""An appointment as it stands: who comes when, to whom, in what state. Changes of state are in booking.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select, update

from care import patients
from care.appointments import calendars, taken_slots, visit_types
from care.appointments.calendars import Site
from care.appointments.visit_types import VisitType
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient
from care.tables import appointments
from care.tables.base import Moment

STANDS = ("pending", "booked")  # it is still to come
AHEAD = ("held", "pending", "booked")


@dataclass(frozen=True)
class Appointment:
    id: int
    patient_id: int
    visit_type_id: int
    site_id: int
    slot_id: int
    seat: int
    starts_at: datetime
    ends_at: datetime
    mode: str
    state: str  # held, lapsed, pending, booked, arrived, fulfilled, noshow, cancelled
    held_until: datetime | None
    moves: int | None  # a place for that visit to move to
    uid: str
    sequence: int
    series_id: int | None
    note: str | None
    made_by: str
    made_at: datetime
    decided_by: str | None
    overbooked_why: str | None
    confirmed_at: datetime | None
    arrived_at: datetime | None
    room: str | None  # of its video call
    ended_at: datetime | None
    ended_by: str | None
    ended_why: str | None


COLUMNS: tuple[Any, ...] = tuple(appointments.c[name] for name in Appointment.__dataclass_fields__)


# Asked for at every booking; built once, since building costs as much as asking.
BY_ID = select(*COLUMNS).where(appointments.c.id == bindparam("this_visit"))
OF_PATIENT = select(*COLUMNS).where(
    appointments.c.patient_id == bindparam("whose"), appointments.c.state.in_(bindparam("states", expanding=True)),
    appointments.c.ends_at > bindparam("since", type_=Moment)).order_by(appointments.c.starts_at, appointments.c.id)


def found_by(turn: Turn, wanted: Select[Any], **values: Any) -> list[Appointment]:
    return [Appointment(*row) for row in turn.db.execute(wanted, values)]


def get(turn: Turn, appointment_id: int) -> Appointment | None:
    return next(iter(found_by(turn, BY_ID, this_visit=appointment_id)), None)


def locked(turn: Turn, appointment_id: int) -> tuple[Appointment, Patient] | None:
    """The appointment, with its patient locked: until this turn ends nobody else changes it."""
    found = get(turn, appointment_id)
    patient = patients.lock(turn, found.patient_id) if found else None
    found = get(turn, appointment_id)
    return (found, patient) if found and patient else None


def of_patient(turn: Turn, patient_id: int, states: Sequence[str] = STANDS, since: datetime | None = None) -> list[Appointment]:
    """A patient's appointments in these states that are not over `since` then (now, if nothing is said), the next first."""
    return found_by(turn, OF_PATIENT, whose=patient_id, states=list(states), since=since or turn.now)


def all_of_patient(turn: Turn, patient_id: int, most: int = 200) -> list[Appointment]:
    """Everything on record but places that were only held, the newest first."""
    return found_by(turn, select(*COLUMNS).where(
        appointments.c.patient_id == patient_id, appointments.c.state.not_in(("held", "lapsed")))
        .order_by(appointments.c.starts_at.desc(), appointments.c.id.desc()).limit(most))


def change(turn: Turn, appointment_id: int, **changed: Any) -> None:
    turn.db.execute(update(appointments).where(appointments.c.id == appointment_id).values(**changed))


@dataclass(frozen=True)
class Seen:
    """An appointment with what it is of: the words for it, and its place."""

    appointment: Appointment
    kind: VisitType
    site: Site
    people: tuple[str, ...]  # names of the calendars that are clinicians
    rooms: tuple[str, ...]  # ... and of all others
    has_link: bool = False  # its video call is ours to open

    @property
    def wall(self) -> datetime:
        """When it begins, on the clinic's wall."""
        return local(self.appointment.starts_at, self.site.time_zone)


def seen(turn: Turn, appointment: Appointment) -> Seen:
    on = calendars.by_id(turn, taken_slots.calendars_of(turn, appointment.slot_id)).values()
    return Seen(
        appointment, visit_types.get(turn, appointment.visit_type_id), calendars.site(turn, appointment.site_id),
        tuple(one.name for one in on if one.kind == "clinician"), tuple(one.name for one in on if one.kind != "clinician"),
        bool(turn.settings.appointments.video_link))
