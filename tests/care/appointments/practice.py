"""A practice for tests: one site, a clinician or two, a room, and visit types."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from care import access, patients
from care.appointments import appointments, booking, calendars, visit_types
from care.appointments.appointments import Appointment
from care.appointments.opening import Hours
from care.appointments.visit_types import NewVisitType, VisitType
from care.heart.time import instant
from care.heart.turn import Turn

LONDON = "Europe/London"
WEEK = tuple(Hours(day, time(9), time(12)) for day in range(5)) + tuple(Hours(day, time(14), time(17)) for day in range(5))


@dataclass(frozen=True)
class Practice:
    site: int
    doctors: tuple[int, ...]
    room: int
    check: int  # 20 minutes with a doctor, in a room
    call: int  # 10 minutes on the phone with a doctor


def open_practice(turn: Turn, zone: str = LONDON, doctors: int = 1, **check: Any) -> Practice:
    site = calendars.place(turn, access.add_site(turn, "Riverside Clinic").id, "5 Main Street", zone)
    names = ("Ortiz", "Lang", "Sow")[:doctors]
    people = tuple(calendars.add(turn, site.id, "clinician", f"Dr {name}", WEEK).id for name in names)
    room = calendars.add(turn, site.id, "room", "Room 1", [Hours(day, time(8), time(18)) for day in range(7)])
    checked = visit_types.add(turn, NewVisitType(**{
        "names": {"en": "Blood pressure check", "es": "Control de tensión"}, "minutes": 20, "needs": [people, [room.id]],
        **check}))
    called = visit_types.add(turn, NewVisitType({"en": "Phone call"}, 10, [people], modes=["phone"]))
    return Practice(site.id, people, room.id, checked.id, called.id)


def kind(turn: Turn, visit_type_id: int) -> VisitType:
    return visit_types.get(turn, visit_type_id)


def at(day: date | str, clock: str, zone: str = LONDON) -> datetime:
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return instant(day, time.fromisoformat(clock), zone)


def somebody(turn: Turn, name: str, chat_id: int | None = None, **changed: Any) -> int:
    """A patient who has agreed."""
    patient = patients.add(turn, name, date(1968, 5, 23), "en")
    if chat_id:
        patients.link(turn, patient.id, chat_id, "self")
    patients.change(turn, patient.id, state="active", consented=True, **changed)
    return patient.id


def booked(turn: Turn, patient_id: int, visit_type_id: int, start: datetime, **more: Any) -> Appointment:
    """As staff book."""
    patient = patients.lock(turn, patient_id)
    assert patient
    wanted = visit_types.get(turn, visit_type_id)
    site = calendars.get(turn, wanted.needs[0][0]).site_id
    return booking.book(turn, patient, wanted, site, start, wanted.modes[0], **more)


def held(turn: Turn, patient_id: int, visit_type_id: int, start: datetime, moves: int | None = None) -> Appointment:
    """As patients hold."""
    patient = patients.lock(turn, patient_id)
    assert patient
    wanted = visit_types.get(turn, visit_type_id)
    site = calendars.get(turn, wanted.needs[0][0]).site_id
    moving = appointments.get(turn, moves) if moves else None
    return booking.hold(turn, patient, wanted, site, start, wanted.modes[0], moving)


def patient(turn: Turn, patient_id: int) -> patients.Patient:
    found = patients.lock(turn, patient_id)
    assert found
    return found
