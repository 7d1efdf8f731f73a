"""Check-ins: begun by a command or a button, answered by buttons. Typed answers come in by words.py."""

from telegram import Update
from telegram.ext import ContextTypes

from bot import talk
from bot.buttons import carried
from bot.flows import FLOWS
from bot.flows.engine import Flow
from bot.handlers.about import stranger_card
from bot.handlers.checks import begin
from bot.handlers.heard import command
from bot.handlers.visit import Visit, for_whom, visit
from care import checks, enrolment, messages
from care.heart.language import Msg, Text, _
from care.heart.screen import Screen
from care.heart.turn import Turn

GONE = _("This button does not work any more.")


def beginning(flow: Flow):  # type: ignore[no-untyped-def]
    """The handler that begins a flow."""

    @command
    def started(turn: Turn, visit: Visit) -> None:
        match visit.holding:
            case []:
                stranger_card(turn, visit)
            case [patient] if not patient.consented:
                enrolment.ask_consent(turn, patient)
            case [patient]:
                talk.begin(turn, patient, flow.name)
            case _:
                for_whom(turn, visit, f"flow:{flow.name}")

    return started


@visit
def flow_button(turn: Turn, visit: Visit) -> Msg | None:
    data, message_id = visit.button
    _prefix, name, patient_id = carried(data, 3)
    patient = visit.patient(patient_id)
    if patient is None or name not in FLOWS or checks.was_of_pregnancy(turn, patient.id, name):
        return GONE
    if not patient.consented:
        enrolment.ask_consent(turn, patient)
    else:
        begin(turn, patient, name, message_id)
    return None


@visit
def not_now(turn: Turn, visit: Visit) -> Msg | None:
    """A questionnaire that was offered, and is not wanted now."""
    data, message_id = visit.button
    patient = visit.patient(carried(data, 2)[1])
    if patient is None:
        return GONE
    turn.tell(patient, Screen(_("All right. If you change your mind, write to your care team here."), edits=message_id))
    return None


@visit
def answer_button(turn: Turn, visit: Visit) -> Text | None:
    data, message_id = visit.button
    _prefix, conversation_id, key, value = carried(data, 4)
    for patient in visit.holding:
        note = talk.tapped(turn, patient, int(conversation_id), key, value, message_id)
        if note is not talk.CLOSED:
            return note
    return talk.CLOSED


def conversation_button(act):  # type: ignore[no-untyped-def]
    """A handler for a button that names its conversation."""

    @visit
    def handle(turn: Turn, visit: Visit) -> Text | None:
        data, message_id = visit.button
        _prefix, conversation_id, *_rest = carried(data, 3)
        key = data.rsplit(":", 1)[1]
        for patient in visit.holding:
            note = act(turn, patient, int(conversation_id), key, message_id)
            if note is not talk.CLOSED:
                return note  # type: ignore[no-any-return]
        return talk.CLOSED

    return handle


back_button = conversation_button(talk.back)
skip_button = conversation_button(talk.skip)
repeat_button = conversation_button(talk.repeat)
pause_button = conversation_button(talk.pause)
go_on_button = conversation_button(talk.go_on)
change_button = conversation_button(talk.change)


@visit
def person_button(turn: Turn, visit: Visit) -> Msg | None:
    data, _message_id = visit.button
    patient = visit.patient(carried(data, 2)[1])
    if patient is None:
        return GONE
    messages.wants_a_person(turn, patient)
    return None


async def unknown_button(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """A button that nobody here ever made, or that an older version did: answered, and nothing else."""
    await _unknown(update, context)


@visit
def _unknown(turn: Turn, visit: Visit) -> Msg | None:
    return GONE
