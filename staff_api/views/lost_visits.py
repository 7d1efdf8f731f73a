"""Visits that cannot be when they are, or were cancelled by a mistake: the patient is asked to choose another time."""

from care.appointments import appointments, lost, stranded
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.shapes.appointments import Appointment, Appointments
from staff_api.shapes.forms import Id
from staff_api.views.appointments import in_sight, refusing, shown


async def ask_to_move(call: Call, appointment_id: Id) -> Appointment:
    """Tell a patient that the clinic cannot see them at the time of their visit; they choose another in the chat. The visit
    stays where it is until they have."""
    return await call.change(Appointment, ask, appointment_id)


def ask(turn: Turn, appointment_id: int) -> Appointment:
    visit, patient = found(appointments.locked(turn, appointment_id))
    refusing(stranded.ask_to_move, turn, patient, visit)
    return shown(turn, visit)


async def get_to_book_again(call: Call) -> Appointments:
    """Visits that were cancelled by a mistake, and that somebody is to book again."""
    return await call.read(to_book_again)


def to_book_again(turn: Turn) -> Appointments:
    return Appointments(items=[shown(turn, one) for one in in_sight(turn, lost.to_book_again(turn))])


async def offer_anew(call: Call, appointment_id: Id) -> Appointment:
    """Tell a patient that their visit was cancelled by a mistake; they choose a new time in the chat."""
    return await call.change(Appointment, offer, appointment_id)


def offer(turn: Turn, appointment_id: int) -> Appointment:
    visit, patient = found(appointments.locked(turn, appointment_id))
    refusing(lost.offer, turn, patient, visit)
    return shown(turn, visit)
