"""Replies that are kept ready: the clinic's own and the program's, and what they would say to one patient."""

from typing import Any

from care import canned_replies, patients
from care.canned_replies import CannedReply, Words
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.problems import Problem
from staff_api.shapes.forms import Id
from staff_api.shapes.replies import FilledReplies, FilledReply, NewReply, Replies, Reply


def as_given(turn: Turn, reply: CannedReply) -> Reply:
    return Reply.known(reply, turn.settings.clinic.languages)


async def list_replies(call: Call) -> Replies:
    """Everything that is kept ready, with its text in each language."""
    return Replies(items=await call.read(lambda turn: [as_given(turn, one) for one in canned_replies.everything(turn)]))


async def get_reply(call: Call, reply_id: Id) -> Reply:
    """One of the clinic's own."""
    return await call.read(reply_now, reply_id)


def reply_now(turn: Turn, reply_id: int) -> Reply:
    return as_given(turn, found(canned_replies.get(turn, reply_id)))


async def add_reply(call: Call, body: NewReply) -> Reply:
    """Keep a reply of the clinic's own ready."""
    return await call.change(Reply, kept, body, None)


async def change_reply(call: Call, reply_id: Id, body: NewReply) -> Reply:
    """Put other words in its place, in every language."""
    return await call.change(Reply, kept, body, reply_id)


def kept(turn: Turn, body: NewReply, reply_id: int | None) -> Reply:
    texts = {language: Words(words.text, tuple(words.answers)) for language, words in body.texts.items()}
    try:
        return as_given(turn, found(canned_replies.keep(turn, body.title, texts, reply_id)))
    except canned_replies.Refused as refused:
        raise Problem("conflict", str(refused)) from None


async def retire_reply(call: Call, reply_id: Id) -> None:
    """Keep it ready no more. What was sent with it stays as it was."""
    found(await call.run(canned_replies.retire, reply_id) or None)


async def get_patient_replies(call: Call, patient_id: Id) -> FilledReplies:
    """Everything that is kept ready, as it would go to this patient from you: in their language, filled in."""

    def look(turn: Turn) -> list[Any]:
        found(patients.summary(turn, patient_id))
        return found(canned_replies.for_patient(turn, patient_id, call.caller.person))

    return FilledReplies(items=[FilledReply.of(one) for one in await call.read(look)])
