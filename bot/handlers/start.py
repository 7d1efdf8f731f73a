"""Arriving: an invitation's link, language, time zone, consent."""

from telegram import Update
from telegram.ext import ContextTypes

from bot.buttons import carried
from bot.handlers.about import show_help, stranger_card
from bot.handlers.heard import command
from bot.handlers.visit import Visit, visit
from care import enrolment, patients
from care.broadcasts import trial
from care.heart import inbox
from care.heart.language import Msg
from care.heart.turn import Turn
from care.patients import Patient, Stranger


@command
def start(turn: Turn, visit: Visit) -> None:
    """`/start`, with an invitation's token, with that of somebody on staff, or without."""
    message = visit.update.effective_message
    words = (message.text or "").split() if message else []
    if len(words) > 1 and words[1].startswith(trial.PREFIX):
        trial.take_link(turn, Stranger(visit.chat_id, visit.language), words[1])
    elif len(words) > 1:
        enrolment.take_link(turn, Stranger(visit.chat_id, visit.language), words[1])
    elif not visit.holding:
        stranger_card(turn, visit)
    elif waiting := next((patient for patient in visit.holding if not patient.consented), None):
        enrolment.ask_consent(turn, waiting)
    else:
        show_help(turn, visit)


@command
def language(turn: Turn, visit: Visit) -> None:
    enrolment.ask_language(turn, visit.who)


@visit
def language_button(turn: Turn, visit: Visit) -> None:
    data, message_id = visit.button
    who: Patient | Stranger = visit.holding[0] if visit.holding else visit.who
    enrolment.choose_language(turn, who, carried(data, 2)[1], message_id)


@visit
def zone_button(turn: Turn, visit: Visit) -> None:
    data, message_id = visit.button
    _, patient_id, answer = carried(data, 3)
    if patient := visit.patient(patient_id):
        enrolment.zone_answer(turn, patient, answer, message_id)


@visit
def consent_button(turn: Turn, visit: Visit) -> None:
    data, message_id = visit.button
    _, patient_id, answer = carried(data, 3)
    patient = visit.patient(patient_id)
    if patient is None:
        return
    if answer.startswith("agree:"):
        enrolment.agree(turn, patient, carried(answer, 2)[1], message_id)
    elif answer == "no":
        enrolment.decline(turn, patient, message_id)
    else:
        enrolment.ask_consent(turn, patient, more=answer == "more", edits=message_id)


@visit
def membership(turn: Turn, visit: Visit) -> Msg | None:
    """The patient blocked the bot, or took it back."""
    member = visit.update.my_chat_member
    assert member
    if member.new_chat_member.status == "kicked":
        patients.blocked(turn, visit.chat_id)
    else:
        patients.found_again(turn, visit.chat_id)
    return None


async def put_by(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Updates that mean nothing to us: kept, and done."""
    await context.bot_data["clinic"].run("intake", inbox.take, context.bot.id, update.update_id)
