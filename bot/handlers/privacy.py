"""What is theirs by right: what they agreed to, a copy of all that is kept, and being forgotten."""

from bot.buttons import carried
from bot.handlers.about import stranger_card
from bot.handlers.heard import command
from bot.handlers.visit import Visit, visit
from care import consent, copies, erasure_wishes
from care.heart.language import Text, _
from care.heart.screen import Button, Screen
from care.heart.turn import Turn

GONE = _("This button does not work any more.")


@command
def show(turn: Turn, visit: Visit) -> None:
    if not visit.holding:
        stranger_card(turn, visit)
    for patient in visit.holding:
        turn.tell(patient, Screen(consent.standing(turn, patient), (
            (Button(_("Copy of the record"), f"copy:ask:{patient.id}"),),
            (Button(_("Delete everything"), f"forget:ask:{patient.id}"),))))


@visit
def copy_button(turn: Turn, visit: Visit) -> Text | None:
    data, message_id = visit.button
    _prefix, verb, patient_id = carried(data, 3)
    patient = visit.patient(patient_id)
    if patient is None:
        return GONE
    match verb:
        case "ask":
            copies.ask(turn, patient)
        case "send":
            copies.send(turn, patient, message_id)
        case "no":
            turn.tell(patient, Screen(_("Everything stays as it is."), edits=message_id))
    return None


@visit
def forget_button(turn: Turn, visit: Visit) -> Text | None:
    data, message_id = visit.button
    _prefix, verb, patient_id = carried(data, 3)
    patient = visit.patient(patient_id)
    if patient is None:
        return GONE
    match verb:
        case "ask":
            erasure_wishes.ask(turn, patient)
        case "sure":
            erasure_wishes.wish(turn, patient, message_id)
        case "keep":
            erasure_wishes.take_back(turn, patient, message_id)
    return None
