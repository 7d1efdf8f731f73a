"""Shapes of notes that name a colleague."""

from pydantic import Field

from staff_api.shapes.forms import At, Given, Page


class Mention(Given):
    """A note that names you."""

    id: int
    patient_id: int
    patient_name: str
    note_id: int
    text: str
    by: str = Field(description="Who wrote it.")
    at: At
    read_at: At | None


class Mentions(Page):
    items: list[Mention]
    unread: int = Field(description="How many wait to be read, on this page or not.")
