"""Shapes of a thread and of what staff write into it."""

from typing import Annotated, Literal

from pydantic import Field

from care import messages
from staff_api.shapes.forms import At, Given, Id, Page, Sent, Words


class Entry(Given):
    id: str
    kind: Literal["patient", "bot", "staff", "answer", "note", "event"]
    at: At
    text: str
    question: str | None = Field(description="With an answer: the question as the patient saw it.")
    author: str | None
    state: str | None = Field(description="What became of it: undoable, queued, held, sent, failed: …, undone, suppressed: …")
    undo_until: At | None
    triggered: bool = Field(description="Whether it set off an escalation.")
    role: Literal["self", "carer"] | None = Field(
        description="Whose phone it came from or went to: the patient's own, or a carer's. Null for what has no phone.")


class Thread(Page):
    """Newest last; `next` leads to what came before."""

    items: list[Entry]


class NewMessage(Sent):
    text: Annotated[Words, Field(max_length=messages.LONGEST)]
    link_id: Id | None = Field(
        None, description="The phone to answer on, one of the patient's open `links`; else the one that wrote last.")


class Message(Given):
    id: int
    undo_until: At = Field(description="Nothing leaves before this moment; until then it can be taken back.")


class NewNote(Sent):
    text: Words


class Note(Given):
    id: int
