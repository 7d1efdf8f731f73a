"""Holding a thread: the bot keeps quiet while a person writes with the patient."""

from care import conversations, holds, patients
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.problems import Problem
from staff_api.shapes.forms import Id
from staff_api.shapes.holds import Asking, Chat, Hold, NewHold


async def get_chat(call: Call, patient_id: Id) -> Chat:
    """Who holds the thread now, and which questions are being asked in it."""
    return await call.read(chat_of, patient_id)


def chat_of(turn: Turn, patient_id: int) -> Chat:
    found(patients.summary(turn, patient_id))
    hold, asking = holds.current(turn, patient_id), conversations.current(turn, patient_id)
    return Chat(hold=Hold.of(hold) if hold else None, asking=Asking.of(asking) if asking else None)


async def hold_thread(call: Call, patient_id: Id, body: NewHold) -> Hold:
    """Take the thread, or hold it for longer. The patient is told; what the bot asked waits."""
    return await call.change(Hold, take, patient_id, call.person.id, body.minutes)


def take(turn: Turn, patient_id: int, staff_id: int, minutes: int) -> holds.Hold:
    found(patients.lock(turn, patient_id))
    try:
        return holds.begin(turn, patient_id, staff_id, minutes)
    except holds.Refused as refused:
        raise Problem("cannot_reach", str(refused))


async def end_hold(call: Call, patient_id: Id) -> None:
    """Let the bot speak again, whoever holds the thread. The patient is told."""
    if not await call.run(holds.end, patient_id, call.person.id):
        raise Problem("conflict", "Nobody holds this thread.")


async def end_questions(call: Call, patient_id: Id) -> Asking:
    """End questions that are stuck. What was answered is kept, and the patient is told."""
    return Asking.of(found(await call.run(holds.end_questions, patient_id), "The bot is asking nothing at present."))
