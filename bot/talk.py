"""Holding a conversation: what a patient taps and types while a question is on screen. How it is drawn is in asking.py."""

from collections.abc import Sequence
from dataclasses import replace

from bot.asking import PAUSED, SKIPPED, Asking, Option
from bot.buttons import carry
from bot.flows import FLOWS
from bot.flows.engine import Flow, worded
from bot.flows.kinds import Answer, Choose, FreeText, Photo, Ticked, Unclear
from care import conversations, events, question_pages, questionnaires
from care.conversations import CHANGED_WITHIN, Conversation
from care.heart.language import Text, _, in_language
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.patients import Patient

CLOSED = _("That question is closed.")
TOO_LATE = _("It is too late to change this here.")
UNCLEAR_IN_A_ROW = 2  # then a person is offered


def begin(turn: Turn, patient: Patient, flow_name: str, edits: int | None = None) -> None:
    """Begin a flow; one already open is put aside."""
    flow = FLOWS[flow_name]
    earlier = conversations.current(turn, patient.id)
    if left := Asking.of(turn, patient, earlier):
        left.close()
    conversation = conversations.open_(turn, patient, flow.name, flow.version, earlier)
    Asking(turn, patient, conversation, flow, {}).ask_next(edits, _opening(turn, patient, flow))


def _opening(turn: Turn, patient: Patient, flow: Flow) -> list[Text]:
    """What stands above the first question."""
    return [*questionnaires.at_the_start(turn, patient, flow.name), worded(flow.opening, {})]


def show(turn: Turn, patient: Patient, conversation: Conversation) -> None:
    """Ask the question that waits, for whoever has just opened its page; before the first, what stands above it."""
    if asking := Asking.of(turn, patient, conversation):
        opening = [] if asking.answers else _opening(turn, patient, asking.flow)
        if question := asking.question:
            asking.ask(question, [*opening, *([] if asking.amending else asking.flow.said(asking.answers, question))])
        else:
            asking.ask_next(above=opening)


def typing(conversation: Conversation) -> str:
    """How the question on screen is answered in words: see `Kind.typing`."""
    flow = FLOWS.get(conversation.flow)
    question = flow.question(conversation.asked) if flow else None
    return question.kind.typing if question else ""


def in_hand(turn: Turn, holding: list[Patient], paused: bool = False) -> tuple[Patient, Conversation] | None:
    """The one conversation that waits for words in this chat, or that is paused; None if there is none, or more than one, or
    if it is on a page of our own."""
    found = _open_one(turn, holding, paused)
    return found if found and not elsewhere(turn, found[1]) else None


def on_page(turn: Turn, holding: list[Patient]) -> tuple[Patient, Conversation] | None:
    """The one conversation that waits on a page of our own, paused or not."""
    found = _open_one(turn, holding, False) or _open_one(turn, holding, True)
    return found if found and elsewhere(turn, found[1]) else None


def elsewhere(turn: Turn, conversation: Conversation) -> bool:
    """Whether these questions are on a page of our own, and we are in the chat."""
    flow = FLOWS.get(conversation.flow)
    return flow is not None and flow.about_health and question_pages.instead_of_chat(turn)


def send_page(turn: Turn, patient: Patient, conversation: Conversation) -> None:
    """A new link to the page where this conversation goes on."""
    conversations.shows(
        turn, conversation, conversation.asked or "", question_pages.send(turn, patient, conversation.id))


def _open_one(turn: Turn, holding: list[Patient], paused: bool) -> tuple[Patient, Conversation] | None:
    found = [
        (patient, conversation) for patient in holding
        if (conversation := conversations.current(turn, patient.id))
        and conversation.chat_id == patient.chat_id and (conversation.paused_at is not None) == paused]
    return found[0] if len(found) == 1 else None


# Typed


def hear(turn: Turn, patient: Patient, conversation: Conversation, words: str) -> Unclear | Choose | None:
    """Take typed words as the answer to the question on screen, even if a newer version of the flow has one before it. Returns
    what is unclear about them, if they are no answer; then nothing has changed."""
    asking = Asking.of(turn, patient, conversation)
    if asking is None:
        return None
    if question := asking.question:
        try:
            answer = question.kind.hear(words, asking.here(question.kind))
        except Unclear as unclear:
            if unclear.off_the_meter:
                turn.happened(events.OffTheMeter(
                    patient.id, conversation.id, conversation.chat_id, question.key, unclear.off_the_meter))
            return unclear
        except Choose as choose:
            return choose
        asking.answered(question, answer, words)
    else:
        asking.ask_next()  # a newer version of the flow has dropped the question
    return None


def wants_photo(turn: Turn, holding: list[Patient]) -> tuple[Patient, Conversation] | None:
    """The one conversation in this chat that waits for a picture."""
    waiting = in_hand(turn, holding) or on_page(turn, holding)  # a page cannot take one
    asking = Asking.of(turn, *waiting) if waiting else None
    return waiting if asking and asking.question and isinstance(asking.question.kind, Photo) else None


def hear_photo(turn: Turn, patient: Patient, conversation: Conversation, message: int) -> None:
    """Take a picture that was kept as the answer."""
    asking = Asking.of(turn, patient, conversation)
    if asking and asking.question:
        asking.answered(asking.question, Answer(message, _("Photo")), in_language(_("Photo"), patient.language))


def is_answer(turn: Turn, patient: Patient, conversation: Conversation, words: str) -> bool:
    """Whether these words are among the answers of the question on screen, and so steer nothing."""
    asking = Asking.of(turn, patient, conversation)
    question = asking.question if asking else None
    return bool(asking and question and question.kind.is_answer(words, asking.here(question.kind)))


def is_bare_reading(turn: Turn, holding: list[Patient], reading: str, words: str) -> bool:
    """Whether these words are a number, perhaps with its unit, and answer the question on screen, which measures this."""
    if len(words.split()) > 2 or not (waiting := in_hand(turn, holding)):
        return False
    asking = Asking.of(turn, *waiting)
    question = asking.question if asking else None
    return bool(asking and question and question.kind.reading == reading
                and question.kind.is_answer(words, asking.here(question.kind)))


def takes_any_words(conversation: Conversation) -> bool:
    flow = FLOWS.get(conversation.flow)
    question = flow.question(conversation.asked) if flow else None
    return question is not None and isinstance(question.kind, FreeText)


def ask_again(
    turn: Turn, patient: Patient, conversation: Conversation, say: Text | None, kept: int | None = None,
    options: Sequence[Option] | None = None, counts: bool = True, instead: tuple[Button, ...] | None = None,
) -> None:
    """Show the question on screen once more, saying first what would be an answer, or offering what may have been meant.
    `kept` is what was written, to be passed on to people at a tap; `instead` stands in the place of "no, none of these".
    Unless it `counts`, the patient was clear enough."""
    asking = Asking.of(turn, patient, conversation)
    question = asking.question if asking else None
    if asking is None or question is None:
        return
    asking.close()
    screen = asking.drawn(question, [say] if say else [], options=options)
    rows = list(screen.buttons)
    if options is not None and instead is not None:
        rows[len(options):len(options) + 1] = [instead] if instead else []
    if kept is not None:
        rows.insert(0 if options is None else len(options), (
            Button(_("Send to the care team"), carry("pass", kept, patient.id)),))
    shown = turn.tell(patient, replace(screen, buttons=tuple(rows)), topic="question")
    if counts:
        conversations.unclear(turn, conversation, shown)
    else:
        conversations.shows(turn, conversation, question.key, shown)


# Tapped: each returns a note for the patient if the button can do nothing any more. `message_id` is what was tapped; without
# one the same was asked for in words, and the answer comes as a message of its own.


def tapped(turn: Turn, patient: Patient, conversation_id: int, key: str, data: str, message_id: int) -> Text | None:
    """Take a button as the answer to its own question; a note for the patient if it cannot be one any more."""
    asking = _open(turn, patient, conversation_id)
    question = asking.flow.question(key) if asking else None
    if asking is None or question is None:
        return CLOSED
    if key != asking.conversation.asked or asking.question is None:
        return _another(asking, key, data)
    try:
        answer = question.kind.take(data, asking.here_to_draw())
    except Ticked as ticked:
        shown = turn.tell(patient, asking.drawn(question, edits=message_id, ticks=ticked.ticks), topic="question")
        conversations.shows(turn, asking.conversation, key, shown)
        return None
    except Unclear as unclear:
        return unclear.say
    asking.answered(question, answer, in_language(answer.shown, patient.language), message_id)
    return None


def _another(asking: Asking, key: str, data: str) -> Text | None:
    """A button of a question that is not the one on screen: the same answer again says nothing; another one reopens its
    question, but never answers any."""
    question = asking.flow.question(key)
    if question is None or key not in asking.answers or asking.amending:
        return CLOSED
    try:
        answer = question.kind.take(data, asking.here_to_draw())
    except (Unclear, Ticked):
        return CLOSED
    if answer.value == asking.answers[key]:
        return None
    return _reopen(asking, key)


def _reopen(asking: Asking, key: str) -> Text | None:
    """Ask a question again whose answer stands, to have it changed."""
    question = asking.flow.question(key)
    if question is None or not question.applies(asking.flow.meant(asking.answers)):
        return CLOSED
    if asking.conversation.ended_at:
        asking.conversation = conversations.reopen(asking.turn, asking.conversation, key)
    asking.close()
    asking.ask(question)
    return None


def change(turn: Turn, patient: Patient, conversation_id: int, key: str, message_id: int | None = None) -> Text | None:
    """Change an answer given lately, also after the end; too late, a person is offered."""
    mine = conversations.of_patient(turn, patient.id, conversation_id)
    if mine is None:
        return CLOSED
    now_open = conversations.current(turn, patient.id)
    given = conversations.standing(turn, mine, key)
    in_time = given is not None and turn.now - given.answered_at <= CHANGED_WITHIN
    if not in_time or mine.flow not in FLOWS or (now_open.id != mine.id if now_open else mine.outcome != "finished"):
        turn.tell(patient, Screen(
            _("It is too late to change this here. Tell your care team what is right: just type it, or ask for a person."),
            ((Button(_("Talk to a person"), carry("person", patient.id)),),)), once=f"late:{conversation_id}:{key}")
        return TOO_LATE
    if now_open and now_open.asked == key:
        return None
    asking = Asking.of(turn, patient, mine)
    assert asking
    return _reopen(asking, key)


def back(turn: Turn, patient: Patient, conversation_id: int, key: str, message_id: int | None) -> Text | None:
    """Take back the answer before this question, and ask that one again."""
    asking = _open(turn, patient, conversation_id)
    if asking is None or asking.conversation.asked != key:
        return CLOSED
    if asking.amending:
        return go_on(turn, patient, conversation_id, key, message_id)
    before = asking.flow.question(asking.flow.before(key, asking.answers))
    if before is None:
        return _("This is the first question.")
    if message_id is None:
        asking.close()
    conversations.take_back(turn, asking.conversation, before.key)
    del asking.answers[before.key]
    asking.ask(before, edits=message_id)
    return None


def skip(turn: Turn, patient: Patient, conversation_id: int, key: str, message_id: int | None) -> Text | None:
    """Leave this question without an answer, where that is allowed."""
    asking = _open(turn, patient, conversation_id)
    question = asking.question if asking else None
    if asking is None or question is None or question.key != key:
        return CLOSED
    if not question.optional:
        return _("This question needs an answer. You can also pause, and go on later.")
    asking.answered(question, SKIPPED, "skipped", message_id)
    return None


def repeat(turn: Turn, patient: Patient, conversation_id: int, key: str, message_id: int | None) -> Text | None:
    """Ask the same question again."""
    asking = _open(turn, patient, conversation_id)
    question = asking.question if asking else None
    if asking is None or question is None or question.key != key:
        return CLOSED
    if message_id is None:
        asking.close()
    asking.ask(question, edits=message_id)
    return None


def pause(turn: Turn, patient: Patient, conversation_id: int, key: str, message_id: int | None) -> Text | None:
    asking = _open(turn, patient, conversation_id)
    if asking is None:
        return CLOSED
    if message_id is None:
        asking.close()
    shown = turn.tell(patient, Screen(
        PAUSED, ((Button(_("Go on"), carry("go", conversation_id, patient.id)),),), edits=message_id), topic="question")
    conversations.pause(turn, asking.conversation, shown)
    return None


def go_on(turn: Turn, patient: Patient, conversation_id: int, key: str, message_id: int | None) -> Text | None:
    """Go on at the question that was on screen; from changing an answer, back to where the conversation was."""
    asking = _open(turn, patient, conversation_id)
    if asking is None:
        return CLOSED
    if message_id is None:
        asking.close()
    unchanged = asking.amending and asking.conversation.paused_at is None
    if asking.question and not unchanged:
        asking.ask(asking.question, edits=message_id)
    elif asking.conversation.finished_at and asking.flow.next_question(asking.answers) is None:
        turn.tell(patient, Screen(_("Your answer stays as it was."), edits=message_id))
        conversations.end(turn, asking.conversation, "finished")
    else:
        asking.ask_next(edits=message_id)
    return None


def _open(turn: Turn, patient: Patient, conversation_id: int) -> Asking | None:
    """The patient's open conversation, if it is this one."""
    conversation = conversations.current(turn, patient.id)
    return Asking.of(turn, patient, conversation) if conversation and conversation.id == conversation_id else None
