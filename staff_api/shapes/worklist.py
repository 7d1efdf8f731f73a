"""Shapes of the worklist and of escalations."""

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from care.escalations import OUTCOMES
from care.worklist import VIEWS
from staff_api.shapes.forms import At, AtIn, Delta, Given, Id, LocalTime, Name, OfRecord, Page, Paged, Query, Sent, Words


def in_words(severity: Any) -> Any:
    return getattr(severity, "word", severity)


Severity = Annotated[Literal["emergency", "urgent", "routine"], BeforeValidator(in_words)]
Outcome = Literal[tuple(sorted(OUTCOMES))]  # type: ignore[valid-type]


Kind = Annotated[str, OfRecord("record")]
Reason = Annotated[str, OfRecord("Somebody who reads records is needed")]
OfTheRecord = Annotated[str | None, OfRecord()]


class Item(Given):
    """One thing that needs a person."""

    escalation_id: int
    patient_id: int | None = Field(description="None for someone who is not enrolled.")
    chat_id: int | None
    patient_name: str | None
    severity: Severity
    kind: Kind = Field(description="The rule or event behind it.", examples=["severe_pain"])
    reason: Reason
    value: OfTheRecord = Field(description="What triggered it.")
    language: str | None
    country: str | None
    opened_at: At
    waiting_since: At | None = Field(description="Since when nobody has answered; null once somebody has.")
    due_at: At | None = Field(description="By when a person must have acted.")
    resolve_by: At = Field(description="By when it must be closed.")
    owner_id: int | None = Field(description="Whose it is; null: the whole team's.")
    owner: str | None
    pool_id: int | None = Field(description="The pool that it belongs to; null: everybody's.")
    pool: str | None
    snoozed_until: At | None
    or_reply: bool = Field(description="It rests until then, or until the patient is heard, whichever is first.")
    exhausted_at: At | None = Field(description="When everyone had been called, and nobody had taken it on.")
    acknowledged_by: str | None
    acknowledged_at: At | None
    times_reported: int
    local_time: LocalTime | None = Field(description="The patient's wall clock now.")
    reachable: bool | None
    felt: Literal["urgent", "can_wait"] | None = Field(
        description="How urgent the patient says it is; null: not asked, or no answer.")
    resolved_at: At | None = Field(description="Only in the view `done`.")
    outcome: str | None


class Worklist(Page):
    items: list[Item]


class InView(Paged):
    view: Literal[VIEWS] = Field(  # type: ignore[valid-type]
        "all", description="What needs attention now; what is mine; what nobody has; plain messages; what waits for the "
                           "patient; what rests; who is silent, by check-ins, doses or "
                           "a phone that the bot does not reach; who is out of reach; what was done today; all that is open.")
    pool_id: Id | None = Field(None, description="Only what belongs to this pool.")


class PoolCount(Given):
    id: int
    name: str
    open: int


class Views(Given):
    """How much there is in each view, and open in each pool, of what you may see."""

    views: dict[str, int]
    pools: list[PoolCount]


class Counts(Given):
    open: int
    emergency: int
    unacknowledged: int


class Escalation(Given):
    """An obligation towards somebody: only a person closes it."""

    id: int
    patient_id: int | None
    chat_id: int | None
    kind: Kind
    severity: Severity
    reason: Reason
    value: OfTheRecord = Field(description="What triggered it.")
    opened_at: At
    waiting_since: At
    answered_at: At | None = Field(description="When a human answered; nothing if the patient has written since.")
    due_at: At = Field(description="Act by then.")
    resolve_by: At = Field(description="Close it by then.")
    next_action_at: At | None = Field(description="When somebody is called next; null once it is closed.")
    owner_id: int | None = Field(description="Whose it is; null: the pool's, or the whole team's.")
    pool_id: int | None = Field(description="The pool that it belongs to; null: everybody's.")
    snoozed_until: At | None
    or_reply: bool = Field(description="It rests until then, or until the patient is heard, whichever is first.")
    exhausted_at: At | None = Field(description="When everyone had been called, and nobody had taken it on.")
    times_reported: int = Field(validation_alias=AliasChoices("times_reported", "reports"))
    acknowledged_by: int | None = Field(description="Id of the person who took it on.")
    acknowledged_at: At | None
    resolved_by: int | None
    resolved_at: At | None
    outcome: str | None
    note: OfTheRecord


class Resolution(Sent):
    outcome: Outcome
    note: Words | None = Field(None, description="What was done. Required with the outcome `other`.")

    @model_validator(mode="after")
    def other_needs_a_note(self) -> "Resolution":
        if self.outcome == "other" and not self.note:
            raise ValueError("With the outcome 'other', say in `note` what was done")
        return self


class WithReply(Query):
    reply: Name = Field(description="The name of a reply that is kept ready.", examples=["glad_to_hear"])


class KindWords(Sent):
    reply: Name = Field(description="The name of a reply that is kept ready.", examples=["glad_to_hear"])
    times_reported: int = Field(ge=1, le=10**9, description="As it was when you looked: with anything new it is left as it is.")


class PreparedAnswer(Given):
    """A plain message, and what would go to whoever wrote it."""

    escalation_id: int
    patient_id: int | None
    patient_name: str | None
    language: str | None
    said: OfTheRecord
    times_reported: int = Field(validation_alias=AliasChoices("times_reported", "reports"))
    text: str | None = Field(description="As it would go, in the patient's language; null if nothing would.")
    answers: list[str] = Field(description="What can be answered by a tap.")
    why_not: str | None = Field(description="Why it needs an answer of its own.")


class EscalationSearch(Delta):
    open: bool | None = Field(None, description="True: what is open. False: what is closed. All without it.")
    patient_id: Id | None = Field(None, description="Of one patient.")


class Escalations(Page):
    items: list[Escalation]


class Step(Given):
    """What was done about it."""

    at: At
    kind: str = Field(examples=["called", "acknowledged", "handed_over", "snoozed", "ticked"])
    by: str | None = Field(description="Null: by the clock.")
    to: str | None
    pool: str | None = Field(description="The pool that it was handed over to.")
    words: OfTheRecord = Field(description="A reason, who was called as what, the step of a check.")
    people: list[str] = Field(description="Who was called.")


class Tick(Given):
    words: str
    by: str | None = Field(description="Who has done it; null: still to be done.")
    at: At | None


class Course(Given):
    """An escalation's course: what was done so far, and what is still to be done where a life may be in danger."""

    steps: list[Step]
    checklist: list[Tick]


class HandOver(Sent):
    to: Id | None = Field(None, description="Who takes it. Yourself: you take it on.")
    pool_id: Id | None = Field(None, description="The pool that it goes to. Neither a person nor a pool: the whole team.")
    reason: Words

    @model_validator(mode="after")
    def one_or_the_other(self) -> "HandOver":
        if self.to is not None and self.pool_id is not None:
            raise ValueError("Hand it over to a person or to a pool, not to both")
        return self


class Snooze(Sent):
    until: AtIn | None = Field(
        None, description="An emergency rests for an hour at most. Left out, with `or_reply`: as long as it may.")
    or_reply: bool = Field(False, description="Or until the patient writes or answers a check-in, whichever is first.")
    reason: Words | None = Field(None, description="Required for an emergency.")


class Ticked(Sent):
    words: Words = Field(description="The step, as the checklist has it.")
    done: bool = True
