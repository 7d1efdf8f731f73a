"""Questions on a page of our own: what a patient taps and types there goes the way that it goes in the chat, in one turn.

The staff's door serves the page and knows no conversation; `ops` hands it these. What they take is kept in the inbox like any
update, so that the same thing sent twice is done once, and what cannot be handled is put before a person.
"""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot import talk
from bot.app import HANDLERS
from bot.buttons import carry
from bot.handlers import heard, words
from bot.handlers.visit import Action, Visit
from care import conversations, crisis, messages, patients, question_pages, triage
from care.conversations import Conversation
from care.heart import inbox
from care.heart.language import Text, _, in_language
from care.heart.screen import Screen
from care.heart.text import storable
from care.heart.turn import Turn
from care.messages import Written
from care.patients import Patient
from care.question_pages import Opened, QuestionPage, Said
from care.secret_links import Wrong

BY_PAGE = 0  # in the inbox, where others have the number of a bot
LONGEST = 4096  # characters, as in the chat


@dataclass(frozen=True)
class Shown:
    """What a page shows. `question` is the outbox row that asks now; None: there is nothing to answer. `typing` is how it may
    be answered in words: a line, a few words (`words`), only as a message beside it (`beside`), or by a photo in the chat."""

    language: str
    emergency: str
    said: list[Said]
    question: int | None
    typing: str
    ways: tuple[tuple[str, str], ...]  # beside those that the question has itself: (label, what it carries)


def open_(turn: Turn, token: str, born: date | None) -> Opened | Wrong | None:
    """With the right date of birth: ask the question that waits, here."""
    opened = question_pages.open_(turn, token, born)
    if isinstance(opened, Opened) and (patient := question_pages.enter(turn, opened.page)):
        if conversation := _running(turn, opened.page):
            talk.show(turn, patient, conversation)
        question_pages.stands(turn)
    return opened


def look(turn: Turn, page: QuestionPage) -> Shown:
    conversation = conversations.of_patient(turn, page.patient_id, page.conversation_id)
    running = conversation if conversation and conversation.ended_at is None else None
    said = question_pages.said(turn, page, running.screen if running else None)
    asked = running.screen if running and any(one.id == running.screen for one in said) else None
    waits = asked is not None and running is not None and running.paused_at is None
    return Shown(
        page.language, crisis.emergency_number(page.country), said, asked, talk.typing(running) if waits and running else "",
        _ways(page, running, asked))


def _ways(page: QuestionPage, running: Conversation | None, asked: int | None) -> tuple[tuple[str, str], ...]:
    person = (in_language(_("Talk to a person"), page.language), carry("person", page.patient_id))
    if running is None or asked is not None:
        return (person,)
    go_on = in_language(_("Go on"), page.language), carry("go", running.id, page.patient_id)
    return go_on, person


def tapped(turn: Turn, page: QuestionPage, once: str, data: str) -> None:
    """A button of the page. `once` names what was shown: the same button of it sent again does nothing."""
    patient = question_pages.enter(turn, page)
    known = data in question_pages.carried(turn, page) or any(data == carries for _label, carries in look(turn, page).ways)
    if patient is None or not known:
        return
    update = _taken(turn, page, once, {"callback_query": {
        "id": once, "chat_instance": "", "from": _sender(page), "data": data}})
    action = _action(data)
    if update and action:
        _do(turn, patient, action(turn, Visit(page.chat_id, [patient], patient, update)))


def typed(turn: Turn, page: QuestionPage, once: str, question: int, said: str) -> None:
    """Words typed on the page, in answer to that outbox row. If another question is on screen by now they answer none: they
    are looked through for danger, and what is more than a slip goes to people."""
    patient = question_pages.enter(turn, page)
    said = storable(said.strip())[:LONGEST]
    if not said:
        return
    if patient is None:  # closed since it was looked up
        typed_late(turn, page, once, said)
        return
    update = _taken(turn, page, once, _as_message(turn, page, said))
    if update is None:
        return
    visit, running = Visit(page.chat_id, [patient], patient, update), _running(turn, page)
    if running and running.screen == question and not running.paused_at:
        _do(turn, patient, words.words.action(turn, visit))
        return
    flagged, written = heard.in_danger(turn, visit), heard.written_in(visit)
    if flagged or len(said.split()) >= words.A_MESSAGE:
        messages.hear(turn, patient, written, flagged)
    _do(turn, patient, _("That question was answered already. To change it, go back to it."))


def typed_late(turn: Turn, page: QuestionPage, once: str, said: str) -> bool:
    """Words typed on a page that has closed meanwhile. They answer nothing, but are looked through for danger, and what is more
    than a slip goes to people; what is said to it goes to the chat. True if somebody reads them."""
    patient, said = question_pages.speaks_for(turn, page), storable(said.strip())[:LONGEST]
    for_people = patient is not None and len(said.split()) >= words.A_MESSAGE
    if _taken(turn, page, once, _as_message(turn, page, said)) is None:
        return for_people
    flagged = triage.screen(turn, patient or patients.stranger(turn, page.chat_id), page.country, said)
    if patient and (flagged or for_people):
        messages.hear(turn, patient, Written(0, "text", said), flagged)
    elif flagged:
        messages.keep(turn, page.chat_id, None, Written(0, "text", said), flagged)
    return flagged or for_people


def not_heard(turn: Turn, page: QuestionPage, once: str, sent: str, error: str) -> None:
    """What could not be handled is kept, looked through for danger, and put before a person: as when it fails in the chat."""
    patient = question_pages.enter(turn, page)
    if patient is None:
        return
    number = _number(page, once, sent)
    inbox.save(turn, BY_PAGE, [(number, page.chat_id, {"update_id": number, "page": page.id, "message": {
        "chat": {"id": page.chat_id}, "text": storable(sent)[:LONGEST]}})])
    inbox.put_aside(turn, BY_PAGE, number, error)
    turn.tell(patient, Screen(_("That did not work. A person will look at it. You can try again.")))
    question_pages.stands(turn)


def _do(turn: Turn, patient: Patient, note: Text | None) -> None:
    if note:
        turn.tell(patient, Screen(note))
    question_pages.stands(turn)


def _running(turn: Turn, page: QuestionPage) -> Conversation | None:
    running = conversations.current(turn, page.patient_id)
    return running if running and running.id == page.conversation_id else None


def _sender(page: QuestionPage) -> dict[str, Any]:
    return {"id": page.chat_id, "is_bot": False, "first_name": "-"}


def _as_message(turn: Turn, page: QuestionPage, said: str) -> dict[str, Any]:
    return {"message": {"message_id": 0, "date": int(turn.now.timestamp()), "from": _sender(page),
                        "chat": {"id": page.chat_id, "type": "private"}, "text": said}}


def _number(page: QuestionPage, *parts: str) -> int:
    return int.from_bytes(sha256(":".join((str(page.id), *parts)).encode()).digest()[:7])


def _taken(turn: Turn, page: QuestionPage, once: str, what: dict[str, Any]) -> Update | None:
    """Keep what came as it came; None if the same came before."""
    sent = what["message"]["text"] if "message" in what else what["callback_query"]["data"]
    number = _number(page, once, sent)
    inbox.save(turn, BY_PAGE, [(number, page.chat_id, {"update_id": number, "page": page.id, **what})])
    if not inbox.take(turn, BY_PAGE, number):
        return None
    return Update.de_json({"update_id": number, **what}, None)


def _action(data: str) -> Action | None:
    """What the chat does when this button is tapped there."""
    for handler in HANDLERS:
        if isinstance(handler, CallbackQueryHandler) and hasattr(handler.pattern, "match") and handler.pattern.match(data):
            return getattr(handler.callback, "action", None)
    return None

