"""Programmes, and patients in them: when they are asked, and what became of it."""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer

from staff_api.shapes.forms import At, Given, LocalTime, Name, Query, Sent, WallTimeIn

Hour = Annotated[time, PlainSerializer(lambda hour: f"{hour:%H:%M}", return_type=str)]
"""A time on the patient's own wall, such as 18:30."""

SCHEDULE = "Such as 'daily', 'Mon Wed Fri', 'weekly', 'every 3 days', 'from day 1 daily to day 7, weekly to day 30'."


class Programme(Given):
    name: str
    version: int
    title: str = Field(description="As patients read it.")
    for_whom: str
    flow: str = Field(description="The check-in, or the questionnaire, that it asks.")
    schedule: str = Field(description=SCHEDULE)
    hour: Hour
    day_0: str = Field(description="What its days are counted from, if not from the day on which it begins.")
    source: str
    reviewed_on: date
    reviewed_by: str = Field(description="Empty until a clinician has reviewed it.")


class Programmes(Given):
    items: list[Programme]


class NewPlan(Sent):
    programme: Name = Field(description="Its name, as GET /programmes gives it.", examples=["hypertension"])
    hour: WallTimeIn | None = Field(None, description="On the patient's own wall; else that at which they are asked already.")
    schedule: Name | None = Field(None, description=f"Instead of the programme's own. {SCHEDULE}")
    day_0: date | None = Field(None, description="What its days are counted from: a discharge, an operation, a due date.")


class PlanChange(Sent):
    hour: WallTimeIn | None = None
    schedule: Annotated[str, Field(max_length=200)] | None = Field(
        None, description=f"Empty: the programme's own again. {SCHEDULE}")
    day_0: date | None = None


class Window(Given):
    """One check-in that was due."""

    day: date
    due_at: At
    offered_at: At | None
    prompted_again_at: At | None
    outcome: Literal["answered", "partial", "not_today", "silent", "missed_by_us", "held"] | None = Field(
        description="None while it can still be answered.")
    conversation_id: int | None


class Plan(Given):
    """A patient in a programme."""

    id: int
    patient_id: int
    programme: str
    title: str
    hour: Hour
    schedule: str = Field(description="As it holds.")
    own_schedule: bool = Field(description="Whether it is this patient's own, not the programme's.")
    day_0: date
    next_at: At | None = Field(description="None before consent, at rest, and at the end.")
    resting_since: At | None = Field(description="Nobody answered for so long that nothing is asked until it is wished.")
    ended_at: At | None
    windows: list[Window] = Field(description="The newest first.")


class Plans(Given):
    items: list[Plan]


class Ahead(Query):
    count: int = Field(14, ge=1, le=100, description="How many check-ins ahead.")


class Preview(Given):
    """When the plan will ask, if nothing changes."""

    items: list[LocalTime] = Field(description="On the patient's own wall.")
