"""Appointments: booked, moved, decided, kept or missed, one or a series; a day's list; whom to call."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from care import access, patients, visit_history
from care.appointments import after, appointments, booking, desk, finding, series, video, visit_types, visits
from care.appointments.calendars import site
from care.appointments.errors import Refused
from care.appointments.intervals import moment
from care.appointments.visit_types import VisitType
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient
from staff_api.call import Call, found
from staff_api.problems import Problem
from staff_api.shapes.appointments import (
    AfterVisit,
    AfterVisits,
    Appointment,
    Appointments,
    Booking,
    CallList,
    CallListItem,
    Cancellation,
    Day,
    FreeSlot,
    FreeSlots,
    Move,
    NewAfterVisit,
    OverbookedMove,
    Overbooking,
    Refusal,
    StateChange,
    VideoCall,
    VisitChange,
    VisitChanges,
    Wanted,
)
from staff_api.shapes.forms import Id


class OfPatient(Protocol):
    @property
    def patient_id(self) -> int: ...


T = TypeVar("T", bound=OfPatient)
FURTHEST = timedelta(days=5 * 366)


def shown(turn: Turn, appointment: appointments.Appointment) -> Appointment:
    """An appointment as staff see it."""
    seen, patient = appointments.seen(turn, appointment), patients.get(turn, appointment.patient_id)
    known = {name: getattr(appointment, name) for name in Appointment.model_fields if hasattr(appointment, name)}
    return Appointment(**{
        **known, "patient": patient.name if patient else "", "visit_type": seen.kind.staff_name, "local": seen.wall,
        "people": list(seen.people), "rooms": list(seen.rooms)})


async def find_slots(call: Call, query: Wanted) -> FreeSlots:
    """The free times for a visit, also at short notice. They are computed: one is sure only once it is booked."""
    return await call.read(free_slots, query)


def free_slots(turn: Turn, wanted: Wanted) -> FreeSlots:
    kind = or_not_found(visit_types.get, turn, wanted.visit_type_id)
    zone = or_not_found(site, turn, wanted.site_id).time_zone
    first = min(wanted.first_day, furthest(turn))
    free = finding.on_days(turn, kind, wanted.site_id, first, first + timedelta(days=wanted.days - 1),
                           by_staff=True, only=wanted.calendar_id)
    return FreeSlots(items=[
        FreeSlot(starts_at=moment(one.start), local=local(moment(one.start), zone), calendars=list(one.calendars))
        for one in free])


def furthest(turn: Turn) -> date:
    """Nobody books further ahead."""
    return turn.now.date() + FURTHEST


async def get_day(call: Call, query: Day) -> Appointments:
    """A day's visits at a site, in the order in which they begin."""
    return await call.read(day_list, query)


def day_list(turn: Turn, wanted: Day) -> Appointments:
    or_not_found(site, turn, wanted.site_id)
    return Appointments(items=[shown(turn, one) for one in in_sight(turn, desk.on_day(turn, wanted.site_id, wanted.day))])


async def get_requests(call: Call) -> Appointments:
    """What patients asked for and nobody has answered yet."""
    return await call.read(lambda turn: Appointments(items=[
        shown(turn, one) for one in in_sight(turn, desk.requests(turn))]))


async def get_call_list(call: Call) -> CallList:
    """Visits of the next two days that the patient has not confirmed: whom to call."""
    return await call.read(call_list)


def call_list(turn: Turn) -> CallList:
    found = desk.to_call(turn)
    seen = {one.id for one in in_sight(turn, [one.appointment for one in found])}
    return CallList(items=[
        CallListItem(appointment=shown(turn, one.appointment), why=one.why) for one in found if one.appointment.id in seen])


async def get_appointment_changes(call: Call) -> VisitChanges:
    """What was asked for, booked, moved, cancelled, kept and missed of late, the newest first."""
    return await call.read(changes)


def changes(turn: Turn) -> VisitChanges:
    items = []
    for one in in_sight(turn, visit_history.lately(turn)):
        patient = patients.get(turn, one.patient_id)
        items.append(VisitChange(
            id=one.id, at=one.at, patient_id=one.patient_id, patient=patient.name if patient else "", what=one.what,
            appointment_id=one.appointment_id, visit_type=one.visit_type, starts=one.starts, by=one.by))
    return VisitChanges(items=items)


async def get_appointment(call: Call, appointment_id: Id) -> Appointment:
    """One visit."""
    return await call.read(appointment_now, appointment_id)


def appointment_now(turn: Turn, appointment_id: int) -> Appointment:
    return shown(turn, found(appointments.get(turn, appointment_id)))


async def get_appointments(call: Call, patient_id: Id) -> Appointments:
    """A patient's visits, the newest first; cancelled ones too."""
    return await call.read(of_patient, patient_id)


def of_patient(turn: Turn, patient_id: int) -> Appointments:
    found(patients.summary(turn, patient_id))
    return Appointments(items=[shown(turn, one) for one in appointments.all_of_patient(turn, patient_id)])


async def book_appointment(call: Call, patient_id: Id, body: Booking) -> Appointments:
    """Book a visit, or a series; the patient is told at once. What is in the way is named, and then nothing is booked."""
    return await call.change(Appointments, book, patient_id, body)


def book(turn: Turn, patient_id: int, wanted: Booking) -> Appointments:
    patient, kind, mode = for_booking(turn, patient_id, wanted.visit_type_id, wanted.mode)
    if wanted.repeat:
        made = refusing(series.book, turn, patient, kind, wanted.site_id, wanted.starts_at, mode, wanted.repeat.weeks,
                        wanted.repeat.count, only=wanted.calendar_id, note=wanted.note)
    else:
        made = [refusing(booking.book, turn, patient, kind, wanted.site_id, wanted.starts_at, mode, only=wanted.calendar_id,
                         note=wanted.note)]
    for one in made:
        visits.tell_made(turn, patient, one, unasked=True)
    return Appointments(items=[shown(turn, one) for one in made])


async def overbook_appointment(call: Call, patient_id: Id, body: Overbooking) -> Appointment:
    """Book a visit beside others, or outside opening hours, for a reason that is kept with it."""
    return await call.change(Appointment, overbook, patient_id, body)


def overbook(turn: Turn, patient_id: int, wanted: Overbooking) -> Appointment:
    patient, kind, mode = for_booking(turn, patient_id, wanted.visit_type_id, wanted.mode)
    made = refusing(booking.book, turn, patient, kind, wanted.site_id, wanted.starts_at, mode, only=wanted.calendar_id,
                    note=wanted.note, overbook_why=wanted.why)
    visits.tell_made(turn, patient, made, unasked=True)
    return shown(turn, made)


def for_booking(turn: Turn, patient_id: int, visit_type_id: int, mode: str | None) -> tuple[Patient, VisitType, str]:
    patient = found(patients.lock(turn, patient_id))
    kind = refusing(visit_types.get, turn, visit_type_id)
    return patient, kind, mode or kind.modes[0]


async def move_appointment(call: Call, appointment_id: Id, body: Move) -> Appointments:
    """Move a visit, or it and all that follow of its series; the patient is told at once."""
    return await call.change(Appointments, move, appointment_id, body)


def move(turn: Turn, appointment_id: int, wanted: Move) -> Appointments:
    visit, patient = found(appointments.locked(turn, appointment_id))
    kind, site_id = visit_types.get(turn, visit.visit_type_id), wanted.site_id or visit.site_id
    if wanted.following:
        moved = refusing(series.move_following, turn, visit, kind, site_id, wanted.starts_at, only=wanted.calendar_id)
    else:
        moved = [refusing(booking.move, turn, visit, kind, site_id, wanted.starts_at, wanted.mode, only=wanted.calendar_id)]
    for one in moved:
        visits.tell_made(turn, patient, one, moved=True, unasked=True)
    return Appointments(items=[shown(turn, one) for one in moved])


async def move_beside_others(call: Call, appointment_id: Id, body: OverbookedMove) -> Appointment:
    """Move a visit beside others, or outside opening hours, for a reason that is kept with it; the patient is told at once."""
    return await call.change(Appointment, move_overbooked, appointment_id, body)


def move_overbooked(turn: Turn, appointment_id: int, wanted: OverbookedMove) -> Appointment:
    visit, patient = found(appointments.locked(turn, appointment_id))
    kind = visit_types.get(turn, visit.visit_type_id)
    moved = refusing(booking.move, turn, visit, kind, wanted.site_id or visit.site_id, wanted.starts_at, wanted.mode,
                     only=wanted.calendar_id, overbook_why=wanted.why)
    visits.tell_made(turn, patient, moved, moved=True, unasked=True)
    return shown(turn, moved)


async def cancel_appointment(call: Call, appointment_id: Id, body: Cancellation) -> Appointments:
    """Cancel a visit, or it and all that follow of its series; the patient is told at once."""
    return await call.change(Appointments, cancel, appointment_id, body)


def cancel(turn: Turn, appointment_id: int, wanted: Cancellation) -> Appointments:
    visit, patient = found(appointments.locked(turn, appointment_id))
    if wanted.following:
        off = refusing(series.cancel_following, turn, visit, wanted.why)
    else:
        off = [refusing(booking.cancel, turn, visit, wanted.why)]
    for one in off:
        visits.tell_cancelled(turn, patient, one, unasked=True)
    return Appointments(items=[shown(turn, one) for one in off])


async def approve_appointment(call: Call, appointment_id: Id) -> Appointment:
    """Say yes to what a patient asked for. The first decision stands."""
    return await call.change(Appointment, approve, appointment_id)


def approve(turn: Turn, appointment_id: int) -> Appointment:
    request, patient = found(appointments.locked(turn, appointment_id))
    made = refusing(booking.approve, turn, request)
    visits.tell_made(turn, patient, made, moved=made.id != request.id, unasked=True)
    return shown(turn, made)


async def refuse_appointment(call: Call, appointment_id: Id, body: Refusal) -> Appointment:
    """Say no to what a patient asked for, and why. The first decision stands."""
    return await call.change(Appointment, refuse, appointment_id, body)


def refuse(turn: Turn, appointment_id: int, refusal: Refusal) -> Appointment:
    request, patient = found(appointments.locked(turn, appointment_id))
    refused = refusing(booking.refuse, turn, request, refusal.why)
    visits.tell_refused(turn, patient, refused)
    return shown(turn, refused)


async def confirm_appointment(call: Call, appointment_id: Id) -> Appointment:
    """The patient said, on the phone or at the desk, that they come."""
    return await call.change(Appointment, confirm, appointment_id)


def confirm(turn: Turn, appointment_id: int) -> Appointment:
    visit, _patient = found(appointments.locked(turn, appointment_id))
    if not booking.comes(turn, visit):
        raise Problem("conflict", f"There is nothing to confirm: it is {visit.state}, or has begun.")
    return shown(turn, found(appointments.get(turn, appointment_id)))


async def record_state(call: Call, appointment_id: Id, body: StateChange) -> Appointment:
    """The patient has arrived, was seen, or did not come; `booked` takes it back."""
    return await call.change(Appointment, record, appointment_id, body)


def record(turn: Turn, appointment_id: int, wanted: StateChange) -> Appointment:
    visit, _patient = found(appointments.locked(turn, appointment_id))
    act = {"arrived": booking.arrived, "fulfilled": booking.fulfilled, "noshow": booking.missed,
           "booked": booking.expected_after_all}
    return shown(turn, refusing(act[wanted.state], turn, visit))


async def get_video(call: Call, appointment_id: Id) -> VideoCall:
    """Where a visit by video is held."""
    return await call.read(video_call, appointment_id)


def video_call(turn: Turn, appointment_id: int) -> VideoCall:
    visit = found(appointments.get(turn, appointment_id))
    link = video.link(turn, visit)
    if link is None:
        raise Problem("conflict", "It is not by video, it is not to be, or the clinic has no appointments.video_link.")
    return VideoCall(link=link, opens_at=video.opens_at(turn, visit), arrived_at=visit.arrived_at)


async def write_after_visit(call: Call, appointment_id: Id, body: NewAfterVisit) -> AfterVisit:
    """Tell a patient what to do now, with a question that shows whether it came across."""
    return await call.change(AfterVisit, after_visit, appointment_id, body)


def after_visit(turn: Turn, appointment_id: int, wanted: NewAfterVisit) -> after.AfterVisit:
    visit, _locked = found(appointments.locked(turn, appointment_id))
    patient = found(patients.get(turn, visit.patient_id))
    made: after.AfterVisit = refusing(after.write, turn, patient, visit, wanted.instructions, wanted.question, wanted.choices,
                                      wanted.right)
    return made


async def get_after_visits(call: Call, appointment_id: Id) -> AfterVisits:
    """What the patient was told after a visit, and what they understood."""
    return AfterVisits(items=[AfterVisit.of(one) for one in await call.read(after.of_visit, appointment_id)])


def in_sight(turn: Turn, found: Sequence[T]) -> list[T]:
    """Those of patients whom whoever looks may see."""
    seen = access.in_sight(turn, {one.patient_id for one in found})
    return [one for one in found if one.patient_id in seen]


def refusing(act: Callable[..., Any], turn: Turn, *given: Any, **more: Any) -> Any:
    """Do it; what stands against it is a conflict, in the clinic's words, and undoes the turn."""
    try:
        return act(turn, *given, **more)
    except Refused as refused:
        raise Problem("conflict", str(refused)) from None


def or_not_found(look: Callable[..., Any], turn: Turn, *given: Any) -> Any:
    try:
        return look(turn, *given)
    except Refused:
        raise Problem("not_found") from None
