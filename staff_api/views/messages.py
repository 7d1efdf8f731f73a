"""People writing to people."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from care import mentions, messages, patients, threads
from care.heart.turn import Turn
from care.staff import StaffMember
from staff_api.call import Call, found
from staff_api.problems import Problem
from staff_api.shapes.forms import ChatId, Id, Paged
from staff_api.shapes.threads import Entry, Message, NewMessage, NewNote, Note, Thread


async def get_thread(call: Call, patient_id: Id, query: Paged) -> Thread:
    """All that was said, newest last; `next` leads back in time."""
    of = f"thread {patient_id}"
    place = call.place(of, query.cursor)
    before = place and (datetime.fromisoformat(place[0]), *place[1:])
    entries = await call.read(thread_of, patient_id, before, query.limit + 1)
    shown = entries[-query.limit :]
    more = call.next(of, place_of(shown[0])) if len(entries) > len(shown) else None
    return Thread(items=[Entry.of(entry) for entry in shown], next=more)


def place_of(entry: threads.Entry) -> list[Any]:
    at, *rest = entry.position
    return [at.isoformat(), *rest]


def thread_of(turn: Turn, patient_id: int, before: Any, limit: int) -> list[threads.Entry]:
    found(patients.summary(turn, patient_id))
    return threads.thread(turn, patient_id, before, limit)


async def get_stranger_thread(call: Call, chat_id: ChatId) -> Thread:
    """What someone wrote who is not enrolled; the latest 200 entries."""
    return Thread(items=[Entry.of(entry) for entry in await call.read(threads.stranger_thread, chat_id, 200)], next=None)


async def send_message(call: Call, patient_id: Id, body: NewMessage) -> Message:
    """Reply to a patient. It leaves after ten seconds and can be taken back until then."""
    return await call.change(Message, reply, patient_id, body, call.person)


def reply(turn: Turn, patient_id: int, wanted: NewMessage, person: StaffMember) -> messages.Reply:
    found(patients.lock(turn, patient_id))
    try:
        return messages.reply(turn, patient_id, wanted.text, person.id, person.name, wanted.link_id, wanted.attachment,
                              wanted.answers, wanted.last_seen)
    except messages.AnsweredMeanwhile as other:
        raise Problem("answered_meanwhile", str(other))
    except messages.CannotReach as error:
        raise Problem("cannot_reach", str(error))
    except ValueError as error:
        raise Problem("conflict", f"{str(error)[:1].upper()}{str(error)[1:]}.")


async def undo_message(call: Call, message_id: Id) -> None:
    """Take a reply back before it leaves."""
    if not await call.run(messages.undo, message_id, call.person.id):
        raise Problem("too_late", "The message has left, or was taken back before, or is not yours.")


async def add_note(call: Call, patient_id: Id, body: NewNote) -> Note:
    """Write something down that the patient never sees. Colleagues whom it names, `@Name`, have it among their mentions."""
    return await call.change(Note, write_down, patient_id, body.text, call.person.id)


def write_down(turn: Turn, patient_id: int, text: str, staff_id: int) -> Note:
    found(patients.lock(turn, patient_id))
    return kept(lambda: messages.note(turn, patient_id, text, staff_id))


def kept(write: Callable[[], int]) -> Note:
    """A note, unless somebody whom it names would not see it."""
    try:
        return Note(id=write())
    except mentions.Refused as refused:
        raise Problem("conflict", str(refused)) from None
