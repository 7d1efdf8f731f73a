"""Medicines: what a patient says about doses, by a tap, and the list of what they take."""

from collections.abc import Callable
from datetime import time

from bot.handlers.about import stranger_card
from bot.handlers.heard import command
from bot.handlers.visit import Visit, for_whom, visit
from care import enrolment, home_again
from care.heart.language import Text, _
from care.heart.turn import Turn
from care.medicines import (
    answers,
    as_needed,
    calendar_feed,
    day_hours,
    doses,
    looking_back,
    looks,
    medication_list,
    order_notices,
    orders,
    prompts,
    regimens,
    supplies,
)
from care.patients import Patient

GONE = _("This button does not work any more.")


LIST_BUTTONS: dict[str, Callable[[Turn, Patient, int], None]] = {
    "list": medication_list.show,
    "openly": lambda turn, patient, edits: medication_list.prefer(turn, patient, True, edits),
    "discreet": lambda turn, patient, edits: medication_list.prefer(turn, patient, False, edits),
    "past": lambda turn, patient, edits: looking_back.show(turn, patient),
    "week": lambda turn, patient, edits: looking_back.prefer_weekly(turn, patient, True, edits),
    "noweek": lambda turn, patient, edits: looking_back.prefer_weekly(turn, patient, False, edits),
    "hours": day_hours.show,
    "asclinic": day_hours.as_the_clinic,
    "cal": calendar_feed.offer,
    "feed": calendar_feed.begin,
    "nofeed": calendar_feed.end,
}


@command
def show(turn: Turn, visit: Visit) -> None:
    match visit.holding:
        case []:
            stranger_card(turn, visit)
        case [patient] if not patient.consented:
            enrolment.ask_consent(turn, patient)
        case [patient]:
            medication_list.show(turn, patient)
        case _:
            for_whom(turn, visit, "meds:list")


@visit
def dose_button(turn: Turn, visit: Visit) -> Text | None:
    data, message_id = visit.button
    _prefix, verb, prompt_id, *rest = data.split(":")
    prompt = prompts.get(turn, int(prompt_id))
    patient = visit.patient(prompt.patient_id) if prompt else None
    if prompt is None or patient is None or prompt.chat_id != visit.chat_id:
        return GONE
    return answers.tapped(turn, patient, prompt, verb, rest, message_id)


@visit
def list_button(turn: Turn, visit: Visit) -> Text | None:
    """The whole list, looking back on it, and how a patient wants to be asked."""
    data, message_id = visit.button
    _prefix, verb, patient_id = data.split(":")
    patient = visit.patient(patient_id)
    if patient is None:
        return GONE
    if not patient.consented:
        enrolment.ask_consent(turn, patient)
    else:
        LIST_BUTTONS[verb](turn, patient, message_id)
    return None


@visit
def hours_button(turn: Turn, visit: Visit) -> Text | None:
    """What morning, noon, evening or bedtime is for them."""
    data, message_id = visit.button
    _prefix, verb, patient_id, part, *at = data.split(":")
    patient = visit.patient(patient_id)
    if patient is None or not patient.consented:
        return GONE
    if verb == "at" and at and int(at[0][:2]) < 24:
        return day_hours.choose(turn, patient, part, time(int(at[0][:2]), int(at[0][2:])), message_id)
    day_hours.ask(turn, patient, part, message_id)
    return None


@visit
def medicine_button(turn: Turn, visit: Visit) -> Text | None:
    """One medicine of the list: looked at, its photo shown, or one of it taken."""
    data, message_id = visit.button
    _prefix, verb, regimen_id, *number = data.split(":")
    regimen = regimens.get(turn, int(regimen_id))
    patient = visit.patient(regimen.patient_id) if regimen else None
    if regimen is None or patient is None:
        return GONE
    if verb == "one":
        medication_list.show_one(turn, patient, regimen, message_id)
        return None
    if verb == "photo":
        return None if looks.show(turn, patient, regimen) else GONE
    if not number or not as_needed.is_one(regimen):
        return GONE
    return as_needed.one_more(turn, patient, regimen, int(number[0]), message_id, sure=verb == "sure")


@visit
def taken_button(turn: Turn, visit: Visit) -> Text | None:
    """A dose taken without being asked, or one that was not taken after all."""
    data, message_id = visit.button
    _prefix, verb, dose_id = data.split(":")
    dose = doses.get(turn, int(dose_id))
    patient = visit.patient(dose.patient_id) if dose else None
    regimen = regimens.get(turn, dose.regimen_id) if dose else None
    if dose is None or patient is None or regimen is None or as_needed.is_one(regimen) == (verb == "took"):
        return GONE
    if verb == "took":
        return medication_list.took(turn, patient, dose, message_id)
    done = as_needed.undo(turn, dose)
    medication_list.show_one(turn, patient, regimen, message_id)
    return _("Noted. Thank you.") if done else GONE


@visit
def order_button(turn: Turn, visit: Visit) -> Text | None:
    """What staff changed or stopped: one order, or all of it at home again."""
    data, message_id = visit.button
    _prefix, verb, which = data.split(":")
    if verb == "home":
        return None if any(home_again.show(turn, one, int(which), message_id) for one in visit.holding) else GONE
    ordered = orders.find(turn, int(which))
    regimen = regimens.get(turn, ordered.regimen_id) if ordered else None
    patient = visit.patient(regimen.patient_id) if regimen else None
    if ordered is None or patient is None:
        return GONE
    order_notices.show(turn, patient, ordered, message_id)
    return None


@visit
def refill_button(turn: Turn, visit: Visit) -> Text | None:
    data, message_id = visit.button
    _prefix, verb, medicine_id, *rest = data.split(":")
    medicine = regimens.medicine(turn, int(medicine_id))
    patient: Patient | None = visit.patient(medicine.patient_id) if medicine else None
    if medicine is None or patient is None or not supplies.answered(turn, patient, medicine, verb, rest, message_id):
        return GONE
    return None
