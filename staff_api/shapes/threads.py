"""Shapes of a thread and of what staff write into it."""

from typing import Annotated, Literal

from pydantic import Field

from care import messages
from staff_api.shapes.forms import LARGEST_ID, At, Given, Id, Page, Sent, Words
from staff_api.shapes.replies import Answers


class SentFile(Given):
    """A file that came or went with words: `GET /files/{id}`."""

    id: int
    state: Literal["wanted", "kept", "refused"] = Field(description="Still being fetched; there; or not taken.")
    media_type: str | None
    size: int | None = Field(description="Bytes.")
    why: str | None = Field(description="Why it was not taken.")


class Mentioned(Given):
    """A colleague who is named in a note."""

    staff_id: int
    name: str
    read_at: At | None = Field(description="When they had read it; null: not yet.")


class Entry(Given):
    id: str
    kind: Literal["patient", "bot", "staff", "answer", "note", "call", "event"]
    at: At
    text: str
    question: str | None = Field(description="With an answer, or a tap: the question as the patient saw it.")
    answers: list[str] = Field(description="With a reply: what can be answered by a tap.")
    author: str | None
    state: str | None = Field(
        description="What became of it: undoable, queued, held, sent, failed: …, undone, suppressed: …; of a call: reached, …")
    undo_until: At | None
    triggered: bool = Field(description="Whether it set off an escalation.")
    mentioned: list[Mentioned] = Field(description="With a note: the colleagues whom it tells.")
    file: SentFile | None
    role: Literal["self", "carer"] | None = Field(
        description="Whose phone it came from or went to: the patient's own, or a carer's. Null for what has no phone.")


class Thread(Page):
    """Newest last; `next` leads to what came before."""

    items: list[Entry]


class NewMessage(Sent):
    text: Annotated[Words, Field(max_length=messages.LONGEST)]
    link_id: Id | None = Field(
        None, description="The phone to answer on, one of the patient's open `links`; else the one that wrote last.")
    attachment: Id | None = Field(
        None, description="A file brought for this patient (`POST /patients/{patient_id}/files`). Then at most 900 characters.")
    answers: Answers = Field([], description="Buttons under it; the first tap answers.")
    last_seen: int | None = Field(
        None, ge=0, le=LARGEST_ID, description="The last reply of staff's that you have seen (0: none). If a colleague has "
                                               "answered since, nothing is sent, and you are told.")


class Message(Given):
    id: int
    undo_until: At = Field(description="Nothing leaves before this moment; until then it can be taken back.")


class NewNote(Sent):
    text: Words = Field(description="`@Name` tells that colleague, by the whole name or a word of it that is nobody else's.")


class Note(Given):
    id: int
