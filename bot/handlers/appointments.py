"""Visits: a time chosen, booked, confirmed, moved, cancelled; a freed time taken; wishes typed meanwhile."""

from collections.abc import Callable
from datetime import date

from bot.buttons import carried
from bot.control_words import plain
from bot.handlers.about import stranger_card
from bot.handlers.heard import command
from bot.handlers.visit import Visit, for_whom, visit
from care import enrolment
from care.appointments import after, appointments, choosing, offers, video, visit_types, visits, waiting, wishing
from care.appointments.appointments import Appointment
from care.appointments.choosing import LETTERS, Choosing
from care.appointments.errors import Refused
from care.appointments.intervals import moment
from care.heart.language import Text, _
from care.heart.screen import Screen
from care.heart.turn import Turn
from care.messages import Written
from care.patients import Patient

GONE = visits.GONE
# Typed alone, they ask for the visits.
BOOK_WORDS = frozenset(map(plain, (
    "book", "book a visit", "book an appointment", "appointment", "appointments", "my appointments", "cita", "citas",
    "pedir cita", "quiero una cita", "rendez-vous", "prendre rendez-vous", "mes rendez-vous", "termin", "termine",
    "termin buchen", "ich möchte einen termin", "consulta", "consultas", "marcar consulta", "agendar", "agendar consulta",
    "запись", "записаться", "записаться на приём", "приём", "мои визиты")))


@command
def show(turn: Turn, visit: Visit) -> None:
    match visit.holding:
        case []:
            stranger_card(turn, visit)
        case [patient]:
            _show(turn, patient)
        case _:
            for_whom(turn, visit, "visit:list")


def _show(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    if patient.consented:
        visits.show(turn, patient, edits)
    else:
        enrolment.ask_consent(turn, patient)


def hear(turn: Turn, patient: Patient, written: Written) -> bool:
    """Words that ask for a visit, or wish for a time while one is being chosen. False if they are neither."""
    if written.kind != "text":
        return False
    if plain(written.text) in BOOK_WORDS:
        visits.show(turn, patient)
        return True
    return wishing.hear(turn, patient, written.text)


@visit
def patient_button(turn: Turn, visit: Visit) -> Text | None:
    """A button that carries its patient: the list, and the way to a new time."""
    data, message_id = visit.button
    _prefix, verb, patient_id, rest = carried(data + ":", 4)
    patient = visit.patient(patient_id)
    if patient is None:
        return GONE
    if not patient.consented:
        enrolment.ask_consent(turn, patient)
        return None
    match verb, rest.strip(":").split(":"):
        case "list", _rest:
            choosing.forget(turn, patient.id)
            visits.show(turn, patient, message_id)
        case "new", _rest:
            choosing.what(turn, patient, message_id)
        case "later", _rest:
            turn.tell(patient, Screen(_("All right. When you are ready: /appointments"), edits=message_id))
        case "idle", _rest:
            return _("Please tap a day that has a number.")
        case "type" | "how", [kind_id, *letter]:
            return _type(turn, patient, int(kind_id), letter, message_id)
        case _verb, [code, *more] if wanted := choosing.read(turn, patient, code):
            return None if _choose(turn, patient, wanted, verb, more, message_id) else GONE
        case _:
            return GONE
    return None


def _type(turn: Turn, patient: Patient, kind_id: int, letter: list[str], edits: int) -> Text | None:
    kind = next((one for one in visit_types.for_patient(turn, patient.id) if one.id == kind_id), None)
    mode = next((name for name, known in LETTERS.items() if letter == [known]), None)
    if kind is None or (letter and mode not in kind.modes):
        return GONE
    choosing.how(turn, patient, kind, edits, mode)
    return None


def _choose(turn: Turn, patient: Patient, wanted: Choosing, verb: str, more: list[str], edits: int) -> bool:
    """One step further; False if the button carried what cannot be."""
    try:
        match verb, more:
            case "days", []:
                choosing.which_day(turn, patient, wanted, edits)
            case "month", [month]:
                choosing.which_day_of_month(turn, patient, wanted, date(int(month[:4]), int(month[4:]), 1), edits)
            case "day", [day, page]:
                choosing.which_time(turn, patient, wanted, date.fromisoformat(day), int(page), edits)
            case "at", [start]:
                choosing.at(turn, patient, wanted, moment(int(start)), edits)
            case "none", []:
                wishing.none_fits(turn, patient, wanted, edits)
            case "wait", [letter]:
                wishing.wait(turn, patient, wanted, letter, edits)
            case "wish", [days]:
                return wishing.granted(turn, patient, wanted, days, edits)
            case _:
                return False
    except (ValueError, OverflowError):  # a button is never to be believed
        return False
    return True


WAYS: dict[str, Callable[[Turn, Patient, Appointment, int], Text | None]] = {
    "one": visits.show_one, "come": visits.come, "move": visits.move, "cancel": visits.cancel, "sure": visits.sure,
    "book": visits.book, "join": video.join, "stuck": video.stuck}


@visit
def visit_button(turn: Turn, visit: Visit) -> Text | None:
    """A button about one visit."""
    data, message_id = visit.button
    _prefix, verb, appointment_id = data.split(":")
    found = appointments.get(turn, int(appointment_id))
    patient = visit.patient(found.patient_id) if found else None
    if found is None or patient is None or not patient.consented:
        return GONE
    try:
        return WAYS[verb](turn, patient, found, message_id)
    except Refused:
        return GONE


@visit
def offer_button(turn: Turn, visit: Visit) -> Text | None:
    """A freed time: taken, or not."""
    data, message_id = visit.button
    _prefix, verb, offer_id = data.split(":")
    offer = offers.get(turn, int(offer_id))
    patient = visit.patient(offer.patient_id) if offer else None
    if offer is None or patient is None:
        return GONE
    (offers.accept if verb == "take" else offers.decline)(turn, patient, offer, message_id)
    return None


@visit
def after_button(turn: Turn, visit: Visit) -> Text | None:
    """What was understood of what was said after a visit."""
    data, message_id = visit.button
    _prefix, _verb, after_id, chosen = data.split(":")
    made = after.get(turn, int(after_id))
    patient = visit.patient(made.patient_id) if made else None
    if made is None or patient is None or not patient.consented:
        return GONE
    return after.answer(turn, patient, made, int(chosen), message_id)


@visit
def off_button(turn: Turn, visit: Visit) -> Text | None:
    data, message_id = visit.button
    listed = waiting.get(turn, int(data.split(":")[2]))
    patient = visit.patient(listed.patient_id) if listed else None
    if listed is None or patient is None or listed.state != "waiting":
        return GONE
    wishing.off(turn, patient, listed, message_id)
    return None
