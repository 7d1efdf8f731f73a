"""Shapes of what a day begins with: what was urgent while the office was closed, and whom to call."""

from pydantic import Field

from staff_api.shapes.forms import At, Given, LocalTime
from staff_api.shapes.worklist import Item, OfTheRecord, Reason, Severity


class CallMade(Given):
    call: str = Field(description="What it came to.", examples=["reached", "no_answer"])
    by: str
    at: At


class HandoverEvent(Given):
    item: Item
    calls: list[CallMade] = Field(description="To this patient, since then.")


class Handover(Given):
    """Emergencies and urgent obligations that came in since the office closed last."""

    since: At
    in_words: str = Field(examples=["1 emergency, 2 urgent; 1 not acknowledged"])
    events: list[HandoverEvent] = Field(description="What nobody has taken on first, then what is open.")


class WhyCall(Given):
    reason: Reason
    value: OfTheRecord


class ToCall(Given):
    """A patient to call."""

    patient_id: int
    escalation_id: int = Field(description="The most severe thing for which they are on the list.")
    name: str
    severity: Severity
    language: str | None
    local_time: LocalTime | None = Field(description="The patient's wall clock now.")
    reasons: list[WhyCall]
    phone: str | None
    emergency_name: str | None
    emergency_relation: str | None
    emergency_phone: str | None
    emergency_may_call: bool | None = Field(description="Whether the patient agrees to it; null: not asked yet.")


class CallsToMake(Given):
    items: list[ToCall]
