"""What visits ask of staff, and how that closes: with the visit booked, moved, cancelled or kept, by whoever did it."""

from care import escalations, events
from care.appointments import appointments
from care.appointments.appointments import Appointment
from care.events.appointments import AppointmentEvent
from care.heart.turn import Turn

BY_PEOPLE = ("staff", "key", "chat")  # doors by which somebody decides; the clock only gives up


def settle(turn: Turn, event: AppointmentEvent) -> None:
    """Something became of a visit: what it was that somebody should decide or do about this patient's visits is done.

    What the clock gave up, because nobody had decided in time, stays open; so does the wish to move or cancel a visit to which
    then nobody came: they had said so."""
    patient_id = event.patient_id or 0
    for kind in escalations.open_kinds(turn, patient_id):
        name, _, which = kind.partition(":")
        if name not in escalations.SETTLE:
            continue
        visit = appointments.get(turn, int(which)) if which else None
        how = (_no_visits_left(turn, patient_id) if name == "visits_in_hospital" else None if visit is None
               else _decided(visit) if name == "visit_request" else _done(event, visit))
        if how:
            escalations.settle(turn, patient_id, kind, how)


def _decided(request: Appointment) -> str | None:
    """How what was asked for was decided, or why there is nothing left to decide."""
    if request.state == "lapsed":
        return "The visit was moved, or changed in another way."
    if request.state == "cancelled":
        if (request.ended_by or "").partition(":")[0] not in BY_PEOPLE:
            return None
        return "Declined." if request.decided_by else "Not wanted any more."
    return None if request.state == "pending" else "Booked."


def _done(event: AppointmentEvent, visit: Appointment) -> str | None:
    if isinstance(event, events.AppointmentMoved) and event.appointment_id == visit.id:
        return "The visit was moved."
    return {"cancelled": "The visit was cancelled.", "arrived": "The patient came to the visit.",
            "fulfilled": "The visit took place."}.get(visit.state)


def _no_visits_left(turn: Turn, patient_id: int) -> str | None:
    return None if appointments.of_patient(turn, patient_id) else "There are no visits ahead any more."
