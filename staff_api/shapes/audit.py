"""Shapes of the audit trail."""

from typing import Any

from pydantic import Field

from staff_api.shapes.forms import At, Delta, Given, Id, Page


class TrailSearch(Delta):
    patient_id: Id | None = Field(None, description="Only what is of this patient.")
    actor: str | None = Field(
        None, max_length=100, pattern=r"^[A-Za-z0-9_:.-]+$", description="Only by this one.", examples=["staff:3"],
    )


class Access(Given):
    id: int
    at: At
    actor: str
    what: str = Field(description="The view that was looked at.")
    patient_id: int | None = Field(description="Null: a list.")
    origin: str | None = Field(description="From where: an address, and the request.")
    why: str = Field(description="The ground on which they may.", examples=["caseload"])


class Accesses(Page):
    items: list[Access]


class Change(Given):
    id: int
    at: At
    actor: str
    what: str = Field(description="What happened.", examples=["NoteWritten"])
    patient_id: int | None
    origin: str | None = Field(description="From where, if by the staff's door.")
    facts: dict[str, Any] = Field(description="Ids and keys.")


class Changes(Page):
    items: list[Change]
