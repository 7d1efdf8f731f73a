"""Conversations in progress: opened, answered, paused, ended. What is asked is the flow's affair; here is what was said."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from care import events, patients
from care.heart.language import _
from care.heart.prepared import Prepared
from care.heart.screen import Screen
from care.heart.turn import Turn
from care.patients import Patient
from care.tables import answers, conversations
from care.tables.base import Moment

CURRENT = Prepared(
    select(conversations).where(conversations.c.patient_id == bindparam("whose"), conversations.c.ended_at.is_(None)))
ANSWERS = Prepared(
    select(answers.c.key, answers.c.value)
    .where(answers.c.conversation_id == bindparam("in_conversation"), answers.c.superseded_at.is_(None)).order_by(answers.c.id))
CHANGE = update(conversations).where(conversations.c.id == bindparam("this"))
SHOWS = Prepared(CHANGE, "asked", "screen", "heard_at", "paused_at", "unclear")
OF_PATIENT = select(conversations).where(
    conversations.c.id == bindparam("this"), conversations.c.patient_id == bindparam("whose"))
STANDING = select(answers).where(
    answers.c.conversation_id == bindparam("in_conversation"), answers.c.key == bindparam("this_key"),
    answers.c.superseded_at.is_(None))
SUPERSEDE = update(answers).where(
    answers.c.conversation_id == bindparam("in_conversation"), answers.c.key == bindparam("this_key"),
    answers.c.superseded_at.is_(None)).values(superseded_at=bindparam("at", type_=Moment))

EXPIRES_AFTER = timedelta(hours=24)
CHANGED_WITHIN = timedelta(minutes=30)  # of giving it, an answer may be changed


@dataclass(frozen=True)
class Conversation:
    """One run of a flow. `asked` is the question on the patient's screen, `screen` the outbox row that shows it. A question
    that is answered already is asked only to have its answer changed. One that was finished may be open again for that."""

    id: int
    patient_id: int
    chat_id: int
    flow: str
    version: int
    opened_at: datetime
    heard_at: datetime
    paused_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    finished_at: datetime | None
    asked: str | None
    screen: int | None
    unclear: int


def current(turn: Turn, patient_id: int) -> Conversation | None:
    found = CURRENT.rows(turn.db, {"whose": patient_id})
    return Conversation(*found[0]) if found else None


def of_patient(turn: Turn, patient_id: int, conversation_id: int) -> Conversation | None:
    """A conversation of this patient, open or ended; None for anyone else's."""
    row = turn.db.execute(OF_PATIENT, {"this": conversation_id, "whose": patient_id}).first()
    return Conversation(*row) if row else None


def open_(
    turn: Turn, patient: Patient, flow: str, version: int, earlier: Conversation | None = None,
) -> Conversation:
    """Open a conversation; one already open (`earlier`, if known) is put aside, its answers kept."""
    if earlier := earlier or current(turn, patient.id):
        end(turn, earlier, "put aside")
    assert patient.chat_id is not None
    conversation_id = turn.insert(conversations, {
        "patient_id": patient.id, "chat_id": patient.chat_id, "flow": flow, "version": version, "opened_at": turn.now,
        "heard_at": turn.now})
    turn.happened(events.ConversationOpened(patient.id, conversation_id, flow))
    return Conversation(conversation_id, patient.id, patient.chat_id, flow, version, turn.now, turn.now, None, None, None, None,
                        None, None, 0)


def save_answer(
    turn: Turn, conversation: Conversation, key: str, question: str, value: Any, words: str, *, kind: str | None = None,
    unit: str | None = None, shown: str = "", amended: bool = False,
) -> None:
    """Keep an answer: the question as the patient read it, the value, the patient's own words; of a measurement its kind and
    the unit it was given in. `shown` is the value as staff read it. The question must be unanswered: see `take_back`."""
    turn.insert(answers, {
        "conversation_id": conversation.id, "key": key, "question": question, "value": value, "kind": kind, "unit": unit,
        "words": words, "asked_by": conversation.screen, "answered_at": turn.now})
    turn.happened(events.AnswerSaved(
        conversation.patient_id, conversation.id, conversation.chat_id, conversation.flow, key, value, shown, amended))


def take_back(turn: Turn, conversation: Conversation, key: str) -> None:
    """An answer is to be given anew; the old one is kept, superseded."""
    turn.db.execute(SUPERSEDE, {"in_conversation": conversation.id, "this_key": key, "at": turn.now})


def standing(turn: Turn, conversation: Conversation, key: str) -> Any:
    """The row of the answer to this question that stands; None if there is none."""
    return turn.db.execute(STANDING, {"in_conversation": conversation.id, "this_key": key}).first()


def reopen(turn: Turn, conversation: Conversation, key: str) -> Conversation:
    """Open a finished conversation again, for this answer to be changed. The patient must have no other open."""
    turn.db.execute(CHANGE, {"this": conversation.id, "ended_at": None, "outcome": None, "paused_at": None, "screen": None})
    turn.happened(events.ConversationReopened(conversation.patient_id, conversation.id, conversation.flow, key))
    return replace(conversation, ended_at=None, outcome=None, paused_at=None, screen=None)


def answers_of(turn: Turn, conversation: Conversation) -> dict[str, Any]:
    """The answers that stand, by key, in the order they were given."""
    return answers_in(turn, conversation.id)


def answers_in(turn: Turn, conversation_id: int) -> dict[str, Any]:
    """The answers that stand in a conversation, which may have ended."""
    return dict(map(tuple, ANSWERS.rows(turn.db, {"in_conversation": conversation_id})))


def shows(turn: Turn, conversation: Conversation, asked: str, screen: int | None) -> None:
    """The question now on the patient's screen. The patient was heard just now."""
    SHOWS.change(turn.db, {
        "this": conversation.id, "asked": asked, "screen": screen, "heard_at": turn.now, "paused_at": None, "unclear": 0})


def unclear(turn: Turn, conversation: Conversation, screen: int | None) -> None:
    """One more answer that was no answer; `screen` shows the question again."""
    turn.db.execute(CHANGE, {
        "this": conversation.id, "unclear": conversation.unclear + 1, "heard_at": turn.now, "screen": screen})


def pause(turn: Turn, conversation: Conversation, screen: int | None) -> None:
    turn.db.execute(CHANGE, {"this": conversation.id, "paused_at": turn.now, "heard_at": turn.now, "screen": screen})


def end(turn: Turn, conversation: Conversation, outcome: str) -> None:
    """Close a conversation. What was finished once stays finished, however the changing of an answer ends."""
    again = conversation.finished_at is not None
    outcome = "finished" if again else outcome
    finished_at = conversation.finished_at or (turn.now if outcome == "finished" else None)
    turn.db.execute(CHANGE, {"this": conversation.id, "ended_at": turn.now, "outcome": outcome, "finished_at": finished_at})
    turn.happened(events.ConversationEnded(conversation.patient_id, conversation.id, conversation.flow, outcome, again))


def silent(turn: Turn, limit: int = 200) -> list[int]:
    """Patients whose conversation has had no answer for so long that it is over."""
    return list(turn.db.scalars(
        select(conversations.c.patient_id)
        .where(conversations.c.ended_at.is_(None), conversations.c.heard_at <= turn.now - EXPIRES_AFTER).limit(limit)))


def expire(turn: Turn, patient_id: int) -> Conversation | None:
    """End a conversation that went silent, what was answered kept; None if the patient was heard meanwhile."""
    patients.lock(turn, patient_id)
    found = current(turn, patient_id)
    if found is None or found.heard_at > turn.now - EXPIRES_AFTER:
        return None
    end(turn, found, "expired")
    leave(turn, found)
    return found


def leave(turn: Turn, conversation: Conversation) -> None:
    """What was ended without the patient asking for it: its last question says so, and its buttons go."""
    patient = patients.answering(turn, conversation.patient_id, conversation.chat_id)
    if patient and conversation.screen is not None:
        turn.tell(patient, Screen(
            _("These questions have ended. What you answered is kept."), closes=conversation.screen), topic="question")
