"""Quick answers: what a patient can answer a person with by one tap. It is heard as if it had been typed, and only once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from care import patients
from care.heart.language import Lines, _
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.patients import Patient
from care.tables import outbox, quick_answers

MOST, LONGEST = 4, 32  # answers; characters, or a phone cuts them off
LIVES = timedelta(days=7)  # a "yes" to what was asked last month answers nothing
TOPIC = "quick"
Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class Tapped:
    """`words` were tapped under a message; None: they had been before, or it is too late for that."""

    words: str | None
    before: bool = False


def checked(answers: Sequence[str]) -> tuple[str, ...]:
    """Answers as they can be offered. Raises ValueError."""
    said = tuple(one.strip() for one in answers)
    if len(said) > MOST:
        raise ValueError(f"at most {MOST} quick answers fit under a message")
    if any(not 1 <= len(one) <= LONGEST for one in said):
        raise ValueError(f"a quick answer needs 1 to {LONGEST} characters")
    if len({one.casefold() for one in said}) < len(said):
        raise ValueError("two quick answers say the same")
    return said


def ask(turn: Turn, patient: Patient, answers: Sequence[str], leaves_at: datetime) -> tuple[int, Rows]:
    """File answers for a message that leaves at that moment, and give the buttons for it. Those under earlier messages to this
    patient are gone from then on: of two questions nobody could tell which one a tap answers."""
    for earlier in turn.db.execute(_of_patient(patient.id).where(quick_answers.c.over_at.is_(None))).all():
        _over(turn, earlier.id, leaves_at)
        if earlier.chosen is None and earlier.text is not None:
            _show(turn, patient, earlier, not_before=leaves_at)
    quick_id = turn.insert(quick_answers, {
        "patient_id": patient.id, "chat_id": patient.chat_id, "answers": list(answers), "created_at": turn.now})
    return quick_id, tuple((Button(one, f"quick:{quick_id}:{place}"),) for place, one in enumerate(answers))


def under(turn: Turn, quick_id: int, message: int) -> None:
    """The message is written that they stand under."""
    turn.db.execute(update(quick_answers).where(quick_answers.c.id == quick_id).values(message=message))


def taken_back(turn: Turn, patient_id: int, message: int) -> None:
    """The message was taken back before it left: its answers were never there, and the earlier ones still are."""
    this = turn.db.execute(_of_patient(patient_id).where(quick_answers.c.message == message)).first()
    if this is None:
        return
    _over(turn, this.id, turn.now)
    for earlier in turn.db.execute(_of_patient(patient_id).where(
            quick_answers.c.over_at > turn.now, quick_answers.c.chosen.is_(None))).all():
        _over(turn, earlier.id, None)
        _keep_shown(turn, earlier.message)


def tapped(turn: Turn, patient: Patient, quick_id: int, place: int, edits: int) -> Tapped:
    """An answer was tapped, under the message `edits`, which loses its buttons if it is too late for one."""
    this = turn.db.execute(_of_patient(patient.id).where(quick_answers.c.id == quick_id)).first()
    if this is None or this.chat_id != patient.chat_id or not 0 <= place < len(this.answers):
        return Tapped(None)
    if this.chosen is not None:
        return Tapped(None, before=True)
    if this.created_at < turn.now - LIVES or (this.over_at and this.over_at <= turn.now):
        _over(turn, quick_id, this.over_at or turn.now)
        _show(turn, patient, this, edits=edits)
        return Tapped(None)
    return Tapped(this.answers[place])


def take(turn: Turn, patient: Patient, quick_id: int, place: int, edits: int) -> None:
    """What was tapped is the answer, and no other: the message loses its buttons, and says so."""
    this = turn.db.execute(_of_patient(patient.id).where(quick_answers.c.id == quick_id)).one()
    turn.db.execute(update(quick_answers).where(quick_answers.c.id == quick_id).values(chosen=place, over_at=turn.now))
    _keep_shown(turn, this.message)
    _show(turn, patient, this, edits=edits, answer=this.answers[place])


def heard(turn: Turn, quick_id: int, kept: int) -> None:
    """What was tapped stands on the thread now."""
    turn.db.execute(update(quick_answers).where(quick_answers.c.id == quick_id).values(heard=kept))


def _of_patient(patient_id: int | None) -> Any:
    return select(quick_answers, outbox.c.text).outerjoin(outbox, outbox.c.id == quick_answers.c.message).where(
        quick_answers.c.patient_id == patient_id)


def _over(turn: Turn, quick_id: int, at: datetime | None) -> None:
    turn.db.execute(update(quick_answers).where(quick_answers.c.id == quick_id).values(over_at=at))


def _show(
    turn: Turn, patient: Patient, this: Any, *, edits: int | None = None, answer: str | None = None,
    not_before: datetime | None = None,
) -> None:
    """The message without its buttons; below it what was answered."""
    said = _("You answered: {answer}", answer=answer) if answer else ""
    to = patients.answering(turn, patient.id, this.chat_id)
    if to is not None and to.chat_id == this.chat_id:  # a phone that was cut off since has no message of ours any more
        turn.tell(replace(to, named=None), Screen(
            Lines((this.text, said)), edits=edits, closes=None if edits else this.message), topic=TOPIC, not_before=not_before)


def _keep_shown(turn: Turn, message: int | None) -> None:
    """It was about to lose its buttons, and will not."""
    if message is None:
        return
    turn.db.execute(update(outbox).where(
        outbox.c.closes == message, outbox.c.topic == TOPIC, outbox.c.outcome.is_(None), outbox.c.attempts == 0,
        outbox.c.claimed_at.is_(None)).values(outcome="undone", settled_at=turn.now))
