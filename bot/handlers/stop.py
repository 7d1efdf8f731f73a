"""Stopping: a pause, no more reminders, or leaving."""

from bot.buttons import carried
from bot.handlers.about import stranger_card
from bot.handlers.heard import command
from bot.handlers.visit import Visit, for_whom, visit
from care import stopping
from care.heart.language import Msg, _
from care.heart.screen import Screen
from care.heart.turn import Turn

ANSWERS = {"pause": stopping.pause, "reminders": stopping.stop_reminders, "leave": stopping.ask_leaving,
           "left": stopping.leave, "resume": stopping.resume}


@command
def stop(turn: Turn, visit: Visit) -> None:
    ask_to_stop(turn, visit)


def ask_to_stop(turn: Turn, visit: Visit) -> None:
    match visit.holding:
        case []:
            stranger_card(turn, visit)
        case [patient]:
            stopping.ask(turn, patient)
        case _:
            for_whom(turn, visit, "stop:ask")


@visit
def stop_button(turn: Turn, visit: Visit) -> Msg | None:
    data, message_id = visit.button
    _prefix, answer, patient_id = carried(data, 3)
    patient = visit.patient(patient_id)
    if patient is None:
        return _("This button does not work any more.")
    if answer == "ask":
        stopping.ask(turn, patient)
    elif answer == "keep":
        turn.tell(patient, Screen(_("Everything stays as it is."), edits=message_id))
    elif change := ANSWERS.get(answer):
        change(turn, patient, message_id)
    return None
