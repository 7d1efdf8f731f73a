"""What a patient wants to hear about, and messages that wait to be opened."""

from bot.buttons import carried
from bot.handlers.about import stranger_card
from bot.handlers.heard import command
from bot.handlers.visit import Visit, for_whom, visit
from care import enrolment, preferences
from care.broadcasts import results
from care.heart.language import Text, _
from care.heart.turn import Turn

GONE = _("This button does not work any more.")


@command
def settings(turn: Turn, visit: Visit) -> None:
    match visit.holding:
        case []:
            stranger_card(turn, visit)
        case [patient] if patient.consented:
            preferences.show(turn, patient)
        case [patient]:
            enrolment.ask_consent(turn, patient)
        case _:
            for_whom(turn, visit, "wish:show")


@visit
def wish_button(turn: Turn, visit: Visit) -> Text | None:
    data, message_id = visit.button
    _prefix, wish, patient_id = carried(data, 3)
    patient = visit.patient(patient_id)
    if patient is None or not patient.consented:
        return GONE
    return None if preferences.change(turn, patient, wish, message_id) else GONE


@visit
def news_button(turn: Turn, visit: Visit) -> Text | None:
    """Open what came discreetly. In a chat that holds several patients it is the one who got it."""
    data, message_id = visit.button
    broadcast_id = int(carried(data, 3)[2])
    shown = any(results.show(turn, patient, broadcast_id, message_id) for patient in visit.holding)
    return None if shown else GONE
