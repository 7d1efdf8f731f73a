"""Shapes of exports: what can be had as CSV, and what its columns mean."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from staff_api.shapes.forms import Given, Id, Query

Kind = Literal["patients", "answers", "doses", "obligations"]
Day = Annotated[date, Field(description="A day on the clinic's wall, such as 2026-11-30.")]


class ExportWanted(Query):
    patient_id: Id | None = Field(None, description="Of one patient only.")
    first_day: Day | None = None
    last_day: Day | None = None


class ExportColumn(Given):
    name: str
    means: str


class Export(Given):
    kind: Kind
    title: str
    columns: list[ExportColumn]


class Exports(Given):
    items: list[Export]
