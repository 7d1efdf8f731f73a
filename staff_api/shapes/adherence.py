"""Shapes of what is known of how medicines are taken."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from staff_api.shapes.forms import At, Given, Id, Query, Sent

Day = Annotated[date, Field(strict=False)]


class Reported(Given):
    """Doses as the patient reported them: of all medicines together (`medicine_id` null), or of one. This is not PDC."""

    medicine_id: int | None
    name: str
    taken: int
    late: int = Field(description="Of those taken.")
    skipped: dict[str, int] = Field(description="By reason.")
    no_answer: int = Field(description="Asked, and nothing was heard: not the same as not taken.")
    missed_by_us: int
    cancelled: int
    share: float | None = Field(description="Reported as taken, of those asked about; null if none was.")


class Coverage(Given):
    """What was handed out of a medicine, by the PQA's definitions. Nothing that the patient reported is in it."""

    medicine_id: int
    name: str
    since: date = Field(description="The first day on which it was handed out, in the period.")
    until: date
    days: int
    covered: int
    fills: int = Field(description="Days on which it was handed out.")
    pdc: float | None = Field(description="Proportion of days covered; null with fewer than two fills.")
    mpr: float = Field(description="Medication possession ratio; it may be more than 1.")
    adherent: bool | None = Field(description="PDC of at least 0.80.")


class Span(Query):
    since: Day | None = Field(None, description="Else 28 days before `until`; for what was dispensed, 180.")
    until: Day | None = Field(None, description="Else today, by the patient's clock.")


class Adherence(Given):
    since: date
    until: date
    reported: list[Reported]
    unanswered_hour: int | None = Field(
        description="The hour of day, by the patient's clock, at which doses go unanswered most often; null with fewer than 4.")
    dispensed: list[Coverage]


class NewDispensing(Sent):
    medicine_id: Id
    handed_out_on: Day
    days: int = Field(ge=1, le=366, description="Days that it is enough for, as dispensed.")


class Dispensing(Given):
    id: int
    patient_id: int
    medicine_id: int
    handed_out_on: date
    days: int
    recorded_by: str
    recorded_at: At


class MedicationDispense(BaseModel):
    """A FHIR R4 MedicationDispense, as another system has it."""

    model_config = ConfigDict(extra="allow")
    resourceType: Literal["MedicationDispense"]


class ReadDispense(Given):
    """Nothing is put on record by reading: send what was read to the patient's dispensings."""

    whole: bool = Field(description="Everything was understood.")
    medicine_id: int | None
    name: str | None
    handed_out_on: date | None
    days: int | None
    unread: list[str]
