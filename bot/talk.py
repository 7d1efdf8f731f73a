"""Holding a conversation: take an answer, save it, ask the next question."""

from typing import Any

from bot.buttons import carry
from bot.flows import FLOWS
from bot.flows.engine import Ask, Flow, Unclear
from care import conversations
from care.conversations import Conversation
from care.heart.language import Lines, Msg, Text, _, in_language
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.patients import Patient

CLOSED = _("That question is closed.")
UNCLEAR_IN_A_ROW = 2  # then a person is offered


def begin(turn: Turn, patient: Patient, flow_name: str, edits: int | None = None) -> None:
    """Begin a flow; one already open is put aside."""
    flow = FLOWS[flow_name]
    conversation = conversations.open_(turn, patient, flow.name, flow.version)
    _ask_next(turn, patient, conversation, {}, edits=edits, above=flow.opening)


def in_hand(turn: Turn, holding: list[Patient]) -> tuple[Patient, Conversation] | None:
    """The one conversation that waits for words in this chat; None if there is none, or more than one."""
    found = [
        (patient, conversation) for patient in holding
        if (conversation := conversations.current(turn, patient.id))
        and conversation.chat_id == patient.chat_id and not conversation.paused_at]
    return found[0] if len(found) == 1 else None


def hear(turn: Turn, patient: Patient, conversation: Conversation, words: str) -> Unclear | None:
    """Take typed words as the answer to the question on screen, even if a newer version of the flow has one before it. Returns
    what is unclear about them, if they are no answer; then nothing has changed."""
    flow = FLOWS.get(conversation.flow)
    question = flow.question(conversation.asked) if flow else None
    answers = conversations.answers_of(turn, conversation)
    if question and question.key not in answers and question.applies(answers):
        try:
            value = question.kind.read(words)
        except Unclear as unclear:
            return unclear
        understood = _label(question, str(value), patient.language) if question.kind.buttons() else words
        _close_screen(turn, patient, conversation, question, answers, understood)
        conversations.save_answer(
            turn, conversation, question.key, in_language(question.text, patient.language), value, words)
        answers[question.key] = value
    _ask_next(turn, patient, conversation, answers)  # also when a newer version of the flow has dropped the question
    return None


def ask_again(turn: Turn, patient: Patient, conversation: Conversation, say: Text | None, kept: int | None = None) -> None:
    """Show the question on screen once more, saying first what would be an answer; after two unclear ones, offer a person."""
    flow = FLOWS[conversation.flow]
    answers = conversations.answers_of(turn, conversation)
    question = flow.question(conversation.asked)
    if question is None:
        return
    _close_screen(turn, patient, conversation, question, answers)
    screen = _question_screen(flow, conversation, question, answers, say)
    if kept is not None:
        label = _("Send to the care team")
        screen = Screen(screen.text, ((Button(label, carry("pass", kept, patient.id)),), *screen.buttons),
                        placeholder=screen.placeholder)
    conversations.unclear(turn, conversation, turn.tell(patient, screen, topic="question"))


def tapped(turn: Turn, patient: Patient, conversation_id: int, key: str, value: str, message_id: int) -> Msg | None:
    """Take a button as the answer to its own question; a note for the patient if it cannot be one any more."""
    conversation = conversations.current(turn, patient.id)
    if conversation is None or conversation.id != conversation_id:
        return CLOSED
    flow, answers = FLOWS[conversation.flow], conversations.answers_of(turn, conversation)
    question = flow.question(key)
    if question is None or key in answers or key != conversation.asked or not question.applies(answers):
        return None if key in answers and _reads_as(question, value) == answers[key] else CLOSED
    try:
        read = question.kind.read(value)
    except Unclear:  # not one of ours
        return CLOSED
    told, words = turn.told, _label(question, value, patient.language)
    conversations.save_answer(turn, conversation, key, in_language(question.text, patient.language), read, words)
    answers_now = {**answers, key: read}
    if turn.told and not told and flow.next_question(answers_now):
        # The answer called for words of its own: what is asked next must stand below them. A farewell must not.
        _close_screen(turn, patient, conversation, question, answers, words)
        _ask_next(turn, patient, conversation, answers_now)
    else:
        _ask_next(turn, patient, conversation, answers_now, edits=message_id)
    return None


def back(turn: Turn, patient: Patient, conversation_id: int, key: str, message_id: int) -> Msg | None:
    """Take back the last answer and ask that question again."""
    conversation = conversations.current(turn, patient.id)
    if conversation is None or conversation.id != conversation_id or conversation.asked != key:
        return CLOSED
    answers = conversations.answers_of(turn, conversation)
    if not answers:
        return _("This is the first question.")
    last = list(answers)[-1]
    conversations.take_back(turn, conversation, last)
    del answers[last]
    _ask(turn, patient, conversation, last, answers, edits=message_id)
    return None


def pause(turn: Turn, patient: Patient, conversation_id: int, message_id: int) -> Msg | None:
    conversation = conversations.current(turn, patient.id)
    if conversation is None or conversation.id != conversation_id:
        return CLOSED
    shown = turn.tell(patient, Screen(
        _("Paused. Your answers are kept. You can go on within a day."),
        ((Button(_("Go on"), carry("go", conversation.id, patient.id)),),), edits=message_id), topic="question")
    conversations.pause(turn, conversation, shown)
    return None


def go_on(turn: Turn, patient: Patient, conversation_id: int, message_id: int) -> Msg | None:
    conversation = conversations.current(turn, patient.id)
    if conversation is None or conversation.id != conversation_id:
        return CLOSED
    _ask_next(turn, patient, conversation, conversations.answers_of(turn, conversation), edits=message_id)
    return None


def _ask_next(
    turn: Turn, patient: Patient, conversation: Conversation, answers: dict[str, Any], edits: int | None = None,
    above: Text | None = None,
) -> None:
    """Ask the next question, or close when there is none."""
    flow = FLOWS[conversation.flow]
    if question := flow.next_question(answers):
        _ask(turn, patient, conversation, question.key, answers, edits, above)
    else:
        turn.tell(patient, Screen(flow.closing, edits=edits))
        conversations.end(turn, conversation, "finished")


def _ask(
    turn: Turn, patient: Patient, conversation: Conversation, key: str, answers: dict[str, Any], edits: int | None = None,
    above: Text | None = None,
) -> None:
    flow = FLOWS[conversation.flow]
    question = flow.question(key)
    assert question
    screen = _question_screen(flow, conversation, question, answers, above, edits)
    conversations.shows(turn, conversation, key, turn.tell(patient, screen, topic="question"))


def _question_screen(
    flow: Flow, conversation: Conversation, question: Ask, answers: dict[str, Any], above: Text | None = None,
    edits: int | None = None,
) -> Screen:
    lines = [above] if above else []
    here = conversation.id, question.key
    rows = [tuple(Button(label, carry("say", *here, value)) for label, value in row) for row in question.kind.buttons()]
    ways_out = [Button(_("Pause"), carry("pause", *here))]
    if answers:
        ways_out.insert(0, Button(_("Back"), carry("back", *here)))
    return Screen(Lines((*lines, _asked(flow, question, answers))), (*rows, tuple(ways_out)), edits=edits,
                  placeholder=question.kind.placeholder)


def _asked(flow: Flow, question: Ask, answers: dict[str, Any]) -> Text:
    number, of = flow.progress(answers, question)
    return Lines((_("{number} of {total}", number=number, total=of), question.text), "\n")


def _close_screen(
    turn: Turn, patient: Patient, conversation: Conversation, question: Ask, answers: dict[str, Any], words: str = "",
) -> None:
    """The question stays to be read, with the answer beneath it; its buttons go."""
    if conversation.screen is None:
        return
    asked = _asked(FLOWS[conversation.flow], question, answers)
    turn.tell(patient, Screen(Lines((asked, f"✓ {words[:200]}"), "\n") if words else asked, closes=conversation.screen),
              topic="question")


def _reads_as(question: Ask | None, value: str) -> Any:
    try:
        return question.kind.read(value) if question else None
    except Unclear:
        return None


def _label(question: Ask, value: str, language: str) -> str:
    """What the tapped button said."""
    labels = {data: label for row in question.kind.buttons() for label, data in row}
    return in_language(labels.get(value, value), language)
