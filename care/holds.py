"""A hold: a person has the thread, and the bot keeps quiet but for doses and safety, until they let go or the time is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update

from care import conversations, events, patients, staff
from care.conversations import Conversation
from care.heart import outbox
from care.heart.language import Lines, _
from care.heart.reason import Reason
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient
from care.tables import holds
from care.tables import staff as staff_table

SHORTEST, USUAL, LONGEST = 5, 30, 240  # minutes


class Refused(Exception):
    """It cannot be done; the message says why."""


@dataclass(frozen=True)
class Hold:
    id: int
    patient_id: int
    staff_id: int
    by: str
    began_at: datetime
    minutes: int  # from whatever that person said last
    ends_at: datetime
    conversation_id: int | None  # that was interrupted by it


def current(turn: Turn, patient_id: int) -> Hold | None:
    """Who has this patient's thread now."""
    row = turn.db.execute(_open().where(holds.c.patient_id == patient_id)).first()
    return Hold(*row) if row else None


def _open() -> Select[Any]:
    return (
        select(holds.c.id, holds.c.patient_id, holds.c.staff_id, staff_table.c.name, holds.c.began_at, holds.c.minutes,
               holds.c.ends_at, holds.c.conversation_id)
        .join(staff_table, staff_table.c.id == holds.c.staff_id).where(holds.c.ended_at.is_(None)))


def begin(turn: Turn, patient_id: int, staff_id: int, minutes: int = USUAL) -> Hold:
    """Take the thread, or go on holding it; a colleague's hold passes to whoever asks last. Raises Refused where the patient
    could not be told, ValueError for a time that is too short or too long."""
    if not SHORTEST <= minutes <= LONGEST:
        raise ValueError(f"a hold lasts {SHORTEST} to {LONGEST} minutes")
    patient = patients.lock(turn, patient_id)
    if patient is None or patient.chat_id is None or not patient.consented or patient.state != "active":
        raise Refused("This patient cannot be written to here: call instead.")
    ends_at, before = turn.now + timedelta(minutes=minutes), current(turn, patient_id)
    if before and before.staff_id == staff_id:
        _lasts(turn, before, minutes, ends_at)
    else:
        interrupted = before.conversation_id if before else _interrupt(turn, patient)
        if before:
            _over(turn, before, staff_id)
        hold_id = turn.insert(holds, {
            "patient_id": patient_id, "staff_id": staff_id, "began_at": turn.now, "minutes": minutes, "ends_at": ends_at,
            "conversation_id": interrupted})
        patients.change(turn, patient_id, held_until=ends_at)
        member = staff.by_id(turn, staff_id)
        assert member
        turn.tell(patient, Screen(
            _("{name} from your care team is with you in this chat now. I keep quiet until {time}, but for your medicines and "
              "your safety.", name=member.name, time=local(ends_at, patient.time_zone).time())),
            topic="hold", because=f"hold:{hold_id}")
        turn.happened(events.HoldBegan(patient_id, hold_id, staff_id))
    found = current(turn, patient_id)
    assert found
    return found


def _interrupt(turn: Turn, patient: Patient) -> int | None:
    """Questions that are on screen wait: what the patient types now is meant for a person."""
    running = conversations.current(turn, patient.id)
    if running is None or running.paused_at:
        return None
    shown = running.screen
    if running.screen is not None:
        shown = turn.tell(patient, Screen(_("These questions wait. Your answers are kept."), closes=running.screen),
                          topic="question")
    conversations.pause(turn, running, shown)
    return running.id


def end(turn: Turn, patient_id: int, staff_id: int) -> bool:
    """Let go of the thread, whoever holds it; False if nobody does."""
    patient = patients.lock(turn, patient_id)
    hold = current(turn, patient_id)
    if patient is None or hold is None:
        return False
    _over(turn, hold, staff_id)
    _speak_again(turn, patient, hold)
    return True


def due(turn: Turn, limit: int = 200) -> list[int]:
    """Patients whose hold has lasted its time."""
    return list(turn.db.scalars(
        select(holds.c.patient_id).where(holds.c.ended_at.is_(None), holds.c.ends_at <= turn.now)
        .order_by(holds.c.ends_at).limit(limit)))


def end_by_itself(turn: Turn, patient_id: int) -> None:
    """Its time is over: the patient is told, and so are staff (by the event, and in the thread)."""
    patient = patients.lock(turn, patient_id)
    hold = current(turn, patient_id)
    if patient and hold and hold.ends_at <= turn.now:
        _over(turn, hold, None)
        _speak_again(turn, patient, hold)


def _over(turn: Turn, hold: Hold, by: int | None) -> None:
    turn.db.execute(update(holds).where(holds.c.id == hold.id).values(ended_at=turn.now, ended_by=by))
    patients.change(turn, hold.patient_id, held_until=None)
    turn.happened(events.HoldEnded(hold.patient_id, hold.id, hold.staff_id, by))


def _speak_again(turn: Turn, patient: Patient, hold: Hold) -> None:
    """The bot is there again, and so is what it kept back."""
    outbox.let_go(turn, patient.id, hold.ends_at)
    waiting = conversations.current(turn, patient.id)
    rows = (((Button(_("Go on"), f"go:{waiting.id}:{patient.id}"),),)
            if waiting and waiting.paused_at and waiting.id == hold.conversation_id else ())
    turn.tell(patient, Screen(
        Lines((_("{name} has left this chat, and I am here again.", name=hold.by),
               _("Your care team still reads what you write."))), rows), topic="hold", because=f"hold:{hold.id}")


def _lasts(turn: Turn, hold: Hold, minutes: int, ends_at: datetime) -> None:
    turn.db.execute(update(holds).where(holds.c.id == hold.id).values(minutes=minutes, ends_at=ends_at))
    patients.change(turn, hold.patient_id, held_until=ends_at)


def end_questions(turn: Turn, patient_id: int) -> Conversation | None:
    """Staff end questions that are stuck. What was answered is kept, the patient is told; None if none are being asked."""
    patients.lock(turn, patient_id)
    running = conversations.current(turn, patient_id)
    if running:
        conversations.end(turn, running, "ended by staff")
        conversations.leave(turn, running)
    return running


def why(turn: Turn, patient: Patient, key: str) -> Reason:
    return Reason(_("Someone from your care team wanted to write with you in person."), _("To answer, just type here."))


# Reactions


def lasts_on(turn: Turn, event: events.ReplyWritten) -> None:
    """Whoever holds the thread has said something: the time begins anew."""
    hold = current(turn, event.patient_id) if event.patient_id is not None else None
    if hold and turn.actor == f"staff:{hold.staff_id}":
        _lasts(turn, hold, hold.minutes, turn.now + timedelta(minutes=hold.minutes))


def leaves(turn: Turn, event: events.Event) -> None:
    """The patient has left, or must not be written to any more: there is nothing to hold, and nobody to tell."""
    hold = current(turn, event.patient_id) if event.patient_id is not None else None
    if hold:
        _over(turn, hold, None)
