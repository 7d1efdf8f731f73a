"""On a journey: where the patient is, and by which clock each medicine is asked about."""

from bot.buttons import carried
from bot.handlers.about import stranger_card
from bot.handlers.heard import command
from bot.handlers.visit import Visit, for_whom, visit
from care import enrolment, trips
from care.heart.gate import NOT_ASKED
from care.heart.language import Text, _
from care.heart.screen import Screen
from care.heart.turn import Turn
from care.patients import Patient

GONE = _("This button does not work any more.")


@command
def show(turn: Turn, visit: Visit) -> None:
    match visit.holding:
        case []:
            stranger_card(turn, visit)
        case [patient]:
            _begin(turn, patient)
        case _:
            for_whom(turn, visit, "trip:where")


def _begin(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    if patient.consented:
        trips.where(turn, patient, edits)
    else:
        enrolment.ask_consent(turn, patient)


@visit
def trip_button(turn: Turn, visit: Visit) -> Text | None:
    data, message_id = visit.button
    _prefix, verb, patient_id, rest = carried(f"{data}:", 4)
    patient, parts = visit.patient(patient_id), rest.rstrip(":").split(":")
    if patient is None or not patient.consented or (verb != "where" and patient.situation in NOT_ASKED):
        return GONE
    zone = patient.time_zone if verb == "here" else trips.BY_CITY.get(parts[0], "")
    match verb, parts[1:]:
        case "where", _more:
            _begin(turn, patient, message_id)
        case "no", _more:
            turn.tell(patient, Screen(_("Everything stays as it is."), edits=message_id))
        case "home", _more:
            trips.home_again(turn, patient, message_id)
        case "in", []:
            return None if trips.places(turn, patient, parts[0], message_id) else GONE
        case "to" | "here", _more if zone:
            trips.which_clock(turn, patient, zone, message_id)
        case "each", [at_home, mark, number] if zone:
            trips.each(turn, patient, zone, int(at_home, 16), mark, int(number), message_id)
        case "by", [at_home, mark] if zone:
            trips.decide(turn, patient, zone, int(at_home, 16), mark, message_id)
        case _:
            return GONE
    return None
