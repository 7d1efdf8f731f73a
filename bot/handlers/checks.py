"""Check-ins that a programme asks for: begun by /check, put off for today, taken up again after a rest."""

from bot import talk
from bot.buttons import carried, carry
from bot.flows import FLOWS
from bot.handlers.about import stranger_card
from bot.handlers.heard import command
from bot.handlers.visit import Visit, for_whom, visit
from care import checks, enrolment, plans, questionnaires
from care.heart.language import Msg, _
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.patients import Patient
from care.programmes import GENERAL, programmes

GONE = _("This button does not work any more.")


@command
def check(turn: Turn, visit: Visit) -> None:
    match visit.holding:
        case []:
            stranger_card(turn, visit)
        case [patient]:
            _check(turn, patient)
        case _:
            for_whom(turn, visit, "check:for")


@visit
def check_button(turn: Turn, visit: Visit) -> Msg | None:
    """Whom the check-in is for."""
    data, message_id = visit.button
    patient = visit.patient(carried(data, 3)[2])
    if patient is None:
        return GONE
    _check(turn, patient, message_id)
    return None


def _check(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """Begin what waits, or the patient's only check-in; of several the patient chooses."""
    if not patient.consented:
        enrolment.ask_consent(turn, patient)
        return
    found = [plan for plan in checks.to_start(turn, patient) if plan.flow in FLOWS]
    if len(found) > 1:
        rows = tuple((Button(plan.called, carry("flow", plan.flow, patient.id)),) for plan in found)
        turn.tell(patient, Screen(_("Which check-in would you like to do?"), rows, edits=edits))
        return
    flow = found[0].flow if found else programmes()[GENERAL].flow
    begin(turn, patient, flow, edits)


def begin(turn: Turn, patient: Patient, flow: str, edits: int | None) -> None:
    """Begin a flow; a questionnaire only if it may be asked now."""
    if questionnaires.is_one(flow) and (why_not := questionnaires.refusal(turn, patient, flow)):
        turn.tell(patient, Screen(why_not.patient, edits=edits))
    else:
        talk.begin(turn, patient, flow, edits=edits)


@visit
def not_today(turn: Turn, visit: Visit) -> Msg | None:
    data, message_id = visit.button
    patient = visit.patient(carried(data, 2)[1])
    if patient is None:
        return GONE
    checks.not_today(turn, patient, message_id)
    return None


@visit
def again_button(turn: Turn, visit: Visit) -> Msg | None:
    """Check-ins had come to rest; the patient wants them again."""
    data, message_id = visit.button
    patient = visit.patient(carried(data, 2)[1])
    if patient is None or not patient.consented:
        return GONE
    plans.wake(turn, patient)
    turn.tell(patient, Screen(_("Welcome back. I will ask you again."), edits=message_id))
    return None
