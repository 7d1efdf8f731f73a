"""Shapes of the worklist and of escalations."""

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from care.escalations import OUTCOMES
from staff_api.shapes.forms import At, Given, LocalTime, Page, Sent, Words


def in_words(severity: Any) -> Any:
    return getattr(severity, "word", severity)


Severity = Annotated[Literal["emergency", "urgent", "routine"], BeforeValidator(in_words)]
Outcome = Literal[tuple(sorted(OUTCOMES))]  # type: ignore[valid-type]


class Item(Given):
    """One thing that needs a person."""

    escalation_id: int
    patient_id: int | None = Field(description="None for someone who is not enrolled.")
    chat_id: int | None
    patient_name: str | None
    severity: Severity
    kind: str = Field(description="The rule or event behind it.", examples=["severe_pain"])
    reason: str
    value: str | None = Field(description="What triggered it.")
    language: str | None
    country: str | None
    opened_at: At
    waiting_since: At | None = Field(description="Since when nobody has answered; null once somebody has.")
    due_at: At | None
    acknowledged_by: str | None
    acknowledged_at: At | None
    times_reported: int
    local_time: LocalTime | None = Field(description="The patient's wall clock now.")
    reachable: bool | None


class Worklist(Page):
    items: list[Item]


class Counts(Given):
    open: int
    emergency: int
    unacknowledged: int


class Escalation(Given):
    """An obligation towards somebody: only a person closes it."""

    id: int
    patient_id: int | None
    chat_id: int | None
    kind: str
    severity: Severity
    reason: str
    value: str | None = Field(description="What triggered it.")
    opened_at: At
    waiting_since: At
    answered_at: At | None = Field(description="When a human answered; nothing if the patient has written since.")
    due_at: At = Field(description="Act by then.")
    times_reported: int = Field(validation_alias=AliasChoices("times_reported", "reports"))
    acknowledged_by: int | None = Field(description="Id of the person who took it on.")
    acknowledged_at: At | None
    resolved_by: int | None
    resolved_at: At | None
    outcome: str | None
    note: str | None


class Resolution(Sent):
    outcome: Outcome
    note: Words | None = Field(None, description="What was done. Required with the outcome `other`.")

    @model_validator(mode="after")
    def other_needs_a_note(self) -> "Resolution":
        if self.outcome == "other" and not self.note:
            raise ValueError("With the outcome 'other', say in `note` what was done")
        return self
