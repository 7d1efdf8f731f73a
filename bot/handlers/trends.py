"""What a patient can look back on: a list of buttons, then one picture for each tap, or its words."""

from bot.buttons import carried, carry
from bot.handlers.about import stranger_card
from bot.handlers.heard import command
from bot.handlers.visit import Visit, for_whom, visit
from care import enrolment, trend_words, trends
from care.heart.language import Msg, _
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.patients import Patient
from care.trends import KINDS

DRAWN, TOLD = "drawn", "told"  # how: as pictures, or as words
GONE = _("This button does not work any more.")


@command
def show(turn: Turn, visit: Visit) -> None:
    match visit.holding:
        case []:
            stranger_card(turn, visit)
        case [patient]:
            _list(turn, patient)
        case _:
            for_whom(turn, visit, f"trends:{DRAWN}")


@visit
def list_button(turn: Turn, visit: Visit) -> Msg | None:
    """The list for one patient: as pictures, or as words."""
    data, message_id = visit.button
    _prefix, how, patient_id = carried(data, 3)
    patient = visit.patient(patient_id)
    if patient is None:
        return GONE
    _list(turn, patient, how, message_id)
    return None


@visit
def trend_button(turn: Turn, visit: Visit) -> Msg | None:
    data, _message_id = visit.button
    _prefix, how, name, patient_id = carried(data, 4)
    patient = visit.patient(patient_id)
    if patient is None or name not in KINDS:
        return GONE
    if not patient.consented:
        enrolment.ask_consent(turn, patient)
        return None
    seen = trends.series(turn, patient, KINDS[name])
    picture = trends.reference(seen, patient) if how == DRAWN and seen.enough else None
    turn.tell(patient, Screen(trend_words.caption(seen), picture=picture), topic="trend")
    return None


def _list(turn: Turn, patient: Patient, how: str = DRAWN, edits: int | None = None) -> None:
    """A button for each kind of which there is something to see, in pictures or in words, and one for the other way."""
    if not patient.consented:
        enrolment.ask_consent(turn, patient)
        return
    kinds = trends.to_see(turn, patient)
    if not kinds:
        turn.tell(patient, Screen(_("There is nothing to look back on just now. It grows with your check-ins."), edits=edits))
        return
    rows = [(Button(kind.what, carry("trend", how, kind.name, patient.id)),) for kind in kinds]
    if how == DRAWN:
        rows.append((Button(_("Send as words"), carry("trends", TOLD, patient.id)),))
        turn.tell(patient, Screen(_("What would you like to see?"), tuple(rows), edits=edits))
    else:
        rows.append((Button(_("Send as pictures"), carry("trends", DRAWN, patient.id)),))
        turn.tell(patient, Screen(_("What would you like to read?"), tuple(rows), edits=edits))
