"""Shapes of telling many: cohorts, broadcasts, who gets them, how far they are, and what became of each person's."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from care.broadcasts.results import STATUSES
from care.broadcasts.texts import LONGEST, TOPICS
from staff_api.shapes.forms import At, Given, Id, Name, Paged, Sent, WallTimeIn
from staff_api.shapes.plans import Hour

Topic = Literal[TOPICS]  # type: ignore[valid-type]
Status = Literal[tuple(STATUSES)]  # type: ignore[valid-type]
Names = Annotated[list[Name], Field(max_length=50)]
Days = Annotated[int, Field(ge=0, le=3650)]
Age = Annotated[int, Field(ge=0, le=130)]


class CriteriaIn(Sent):
    """Everybody who meets all of them; of a list any one will do. Without any: everybody."""

    programmes: Names = Field([], description="Names, as GET /programmes gives them.")
    conditions: Names = Field([], description="What a programme's check-in is about: its `flow`.")
    languages: Names = []
    sites: Names = Field([], description="Names, as GET /sites gives them.")
    age_from: Age | None = None
    age_to: Age | None = None
    answered_within: Days | None = Field(None, description="Answered or wrote in so many days.")
    silent_for: Days | None = Field(None, description="Neither answered nor wrote for so many days.")
    reachable: bool | None = Field(None, description="Whether they have a chat that gets through.")


class CohortIn(Sent):
    name: Name
    criteria: CriteriaIn = Field(default_factory=CriteriaIn)


class Criteria(Given):
    programmes: list[str]
    conditions: list[str]
    languages: list[str]
    sites: list[str]
    age_from: int | None
    age_to: int | None
    answered_within: int | None
    silent_for: int | None
    reachable: bool | None


class Cohort(Given):
    """Saved criteria; who meets them is looked up anew each time."""

    id: int
    name: str
    criteria: Criteria
    words: str = Field(description="The criteria in a sentence.")
    patients: int | None = Field(description="How many meet them now; null in a list.")


class Cohorts(Given):
    items: list[Cohort]


class Meant(Given):
    words: str
    patients: int


class BroadcastIn(Sent):
    title: Name = Field(description="For staff; patients do not see it.")
    texts: dict[str, Annotated[str, Field(min_length=1, max_length=LONGEST)]] = Field(
        description="What it says, by language.", examples=[{"en": "The flu clinic is open on Friday."}])
    topic: Topic = Field("news", description="Patients may refuse a topic.")
    cohort_id: Id | None = Field(None, description="A saved cohort, instead of criteria; counted anew when it is sent.")
    criteria: CriteriaIn = Field(default_factory=CriteriaIn)
    openly: bool = Field(False, description="Its words may stand on a locked screen; else a tap shows them.")
    expects_answers: bool = Field(False, description="Then it leaves only in staffed hours.")
    leaves_out: bool = Field(False, description="Whoever has no text in their language is left out knowingly.")
    on_date: date | None = Field(None, description="On each patient's own calendar; without it, as soon as it may go.")
    at_time: WallTimeIn | None = Field(None, description="On each patient's own wall, such as 10:00.")


class Broadcast(Given):
    id: int
    title: str
    texts: dict[str, str]
    topic: str
    cohort_id: int | None
    criteria: Criteria
    words: str = Field(description="Whom it is for, in a sentence.")
    openly: bool
    expects_answers: bool
    leaves_out: bool
    on_date: date | None
    at_time: Hour | None
    version: int = Field(description="Of its words: what went with an older one is kept.")
    state: Literal["draft", "waiting", "sending", "paused", "cancelled", "finished"] = Field(
        description="waiting: for a second person.")
    author: str
    approver: str | None
    made_at: At
    counted: int | None = Field(description="How many would get it, at the last count.")
    begins_at: At | None
    ended_at: At | None


class Broadcasts(Given):
    items: list[Broadcast]
    next: str | None = Field(None, description="Address of the next page; null at the end.")


class Reading(Given):
    language: str
    patients: int
    screens: list[str] = Field(description="What they see, one after another; none without words in their language.")


class LeftOut(Given):
    reason: str
    words: str
    patients: int


class Audience(Given):
    """Counted now: who would get it, who would not and why."""

    words: str
    meant: int
    gets: int
    reading: list[Reading]
    left_out: list[LeftOut]
    later: int = Field(description="Among `gets`: for whom it is night, and who get it in the morning.")
    used_up: int = Field(description="Among `gets`: who have had their day's messages, and get nothing if that stays so.")
    second_person: bool = Field(description="Whether so many need one.")


class StatusCount(Given):
    status: Status
    words: str
    patients: int


class Held(Given):
    status: Status
    why: str
    patients: int


class Progress(Given):
    """How far it is."""

    state: str
    planned: int = Field(description="How many are accounted for; the statuses add up to it.")
    statuses: list[StatusCount]
    reasons: list[Held]
    opened: int
    answered: int
    done_by: At | None = Field(description="When the last one is sent, as it looks now.")
    halted: bool = Field(description="Whether all sending to many is stopped, until a person releases it.")


class ResultsPage(Paged):
    limit: int = Field(100, ge=1, le=500, description="How many at most.")
    status: Status | None = Field(None, description="Only these.")


class Result(Given):
    patient_id: int
    name: str
    language: str
    status: Status
    why: str | None
    due_at: At | None
    sent_at: At | None
    opened_at: At | None
    answered_at: At | None
    version: int | None
    message: int | None


class Results(Given):
    items: list[Result]
    next: str | None = Field(None, description="Address of the next page; null at the end.")


class Tried(Given):
    messages: int = Field(description="How many are on their way to your own chat.")


class TrialLink(Given):
    """Opened in Telegram, it makes that chat yours for tests. It works once, within half an hour."""

    link: str


class Halt(Given):
    id: int
    kind: str
    reason: str
    begun_at: At


class Halts(Given):
    items: list[Halt]


