"""Shapes of what is a patient's by right: a copy of their record, and being forgotten."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from staff_api.shapes.forms import At, Given, Id, Sent, no_nul

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=300), AfterValidator(no_nul)]


class NewCopy(Sent):
    link_id: Id | None = Field(None, description="The chat that the link goes to; null: it is in the answer.")


class RecordCopy(Given):
    link: str | None = Field(description="To be handed to the patient by you; null where it went to a chat.")
    expires_at: At


class WantedErasure(Sent):
    reason: Reason = Field(description="Why, in a few words. It stays on the certificate: nothing of their health, no name.")


class Certificate(Given):
    """What went, and what did not and why. It names nobody."""

    patient_id: int
    asked_at: At
    asked_by: str
    reason: str
    erased_at: At | None = Field(description="Null: how to reach them is gone, the record follows at `due_at`.")
    due_at: At | None
    removed: dict[str, int] = Field(description="Rows, by table.")
    kept: dict[str, str] = Field(description="What stays, and why.")


class Erasure(Given):
    """What would go, or what went."""

    patient_id: int
    certificate: Certificate | None = Field(description="Null: they have not been forgotten.")
    goes: dict[str, int] = Field(description="Rows that go at once, by table.")
    later: dict[str, int] = Field(description="Rows that the clinic must keep until `due_at`, by table.")
    due_at: At | None
    files: int = Field(description="Photos, documents and recordings among what goes.")
    kept: dict[str, str] = Field(description="What stays, and why.")
