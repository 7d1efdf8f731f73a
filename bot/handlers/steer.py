"""Steering by words: what "back", "skip", "help", "repeat", "stop", "pause", "go on" and "human" do, typed at any step."""

from collections.abc import Callable

from bot import control_words, talk
from bot.buttons import carry
from bot.control_words import BACK, GO_ON, HUMAN, PAUSE, REPEAT, SKIP, STOP
from bot.handlers import why
from bot.handlers.about import show_help
from bot.handlers.stop import ask_to_stop
from bot.handlers.visit import Visit
from care import messages
from care.conversations import Conversation
from care.heart.language import Lines, Text, _
from care.heart.screen import Button
from care.heart.turn import Turn
from care.messages import Written
from care.patients import Patient

Step = Callable[[Turn, Patient, int, str, int | None], Text | None]
TO_THE_PAGE = (BACK, SKIP, REPEAT, GO_ON)  # where the questions are on a page of our own
STEPS: dict[str, Step] = {BACK: talk.back, SKIP: talk.skip, REPEAT: talk.repeat, PAUSE: talk.pause, GO_ON: talk.go_on}


def by_word(turn: Turn, visit: Visit, meaning: str, written: Written) -> bool:
    """Do what the word asks for. False if it is an answer here, or asks for nothing that can be done now: then it is a message
    like any other."""
    if meaning in TO_THE_PAGE and (elsewhere := talk.on_page(turn, visit.holding)):
        talk.send_page(turn, *elsewhere)
        return True
    waiting = talk.in_hand(turn, visit.holding)
    if waiting and talk.is_answer(turn, *waiting, written.text):
        return False
    if waiting and talk.takes_any_words(waiting[1]) and control_words.may_be_said(written.text):
        _ask_which(turn, *waiting, meaning, written.text)
        return True
    match meaning:
        case control_words.STOP:
            ask_to_stop(turn, visit)
        case control_words.HELP:
            show_help(turn, visit)
            _ask_again(turn, waiting)
        case control_words.WHY:
            why.say(turn, visit)
            _ask_again(turn, waiting)
        case control_words.HUMAN:
            return _person(turn, visit, waiting, written)
        case control_words.PAUSE if waiting is None:
            ask_to_stop(turn, visit)
        case control_words.GO_ON if waiting is None:
            paused = talk.in_hand(turn, visit.holding, paused=True)
            return paused is not None and _step(turn, *paused, meaning)
        case _:
            return waiting is not None and _step(turn, *waiting, meaning)
    return True


def _person(turn: Turn, visit: Visit, waiting: tuple[Patient, Conversation] | None, written: Written) -> bool:
    """Pass the wish on. A chat that holds several patients is asked whom it is about, as with any message."""
    if len(visit.holding) != 1 or not visit.holding[0].consented:
        return False
    messages.wants_a_person(turn, visit.holding[0], written)
    _ask_again(turn, waiting)
    return True


def _step(turn: Turn, patient: Patient, conversation: Conversation, meaning: str) -> bool:
    """Go that step; where it cannot be gone, say so above the question."""
    note = STEPS[meaning](turn, patient, conversation.id, conversation.asked or "", None)
    if note:
        talk.ask_again(turn, patient, conversation, note, counts=False)
    return True


def _ask_again(turn: Turn, waiting: tuple[Patient, Conversation] | None) -> None:
    """What was said meanwhile stands above the question again, not below it."""
    if waiting:
        talk.ask_again(turn, *waiting, None, counts=False)


def _ask_which(turn: Turn, patient: Patient, conversation: Conversation, meaning: str, words: str) -> None:
    """Any words answer this question, and these may be meant so: ask. The usual ways out stand below."""
    other = {
        HUMAN: (Button(_("Talk to a person"), carry("person", patient.id)),),
        STOP: (Button(_("Stop messages"), f"stop:ask:{patient.id}"),),
        REPEAT: (Button(_("Ask me again"), carry("repeat", conversation.id, conversation.asked)),)}
    answer = Lines((_("My answer:"), words.strip()), " ")
    talk.ask_again(turn, patient, conversation, _("Is that your answer?"), options=[(answer, words.strip())], counts=False,
                   instead=other.get(meaning, ()))
