"""Shapes of what happens to patients that changes everything to come."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from staff_api.shapes.forms import At, Given, Sent

Kind = Literal["in_hospital", "travelling", "transferred", "deceased", "pregnancy_loss"]


class NewSituation(Sent):
    kind: Kind
    until: Annotated[date, Field(strict=False)] | None = Field(
        None, description="When it is expected to end: then somebody is asked whether it has. A journey ends by itself.")
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = Field("", description="For colleagues.")
    time_zone: str | None = Field(
        None, max_length=60, description="Of the place; needed with `travelling`.", examples=["Europe/Madrid"])


class Situation(Given):
    id: int
    patient_id: int
    kind: Kind
    at: At
    by: str
    until: date | None
    note: str
    ended_at: At | None
    undone_at: At | None


class Situations(Given):
    """The newest first."""

    items: list[Situation]
