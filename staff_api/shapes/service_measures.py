"""Shapes of how the service did: by week, and by groups of patients."""

from datetime import date
from typing import Literal

from pydantic import Field

from care.service_measures import MOST_WEEKS, WEEKS, Counted, Group, Week
from staff_api.shapes.forms import Given, Query


class Period(Query):
    weeks: int = Field(WEEKS, ge=1, le=MOST_WEEKS, description="How many whole weeks, up to last Sunday.")


class Measured(Given):
    """Shares are from 0 to 1. Null: there was nothing to measure."""

    reach: float | None = Field(description="Patients who got a check-in, of those to whom one was due.")
    reply: float | None = Field(description="Check-ins heard of (answered, begun, or \"not today\"), of those offered.")
    check_ins_due: int
    alerts: int = Field(description="Obligations about a patient, urgent or worse, that were opened.")
    acknowledged_p50_minutes: float | None = Field(description="From the alert until a person took it on, by nearest rank.")
    acknowledged_p90_minutes: float | None
    acknowledged_in_time: float | None = Field(description="Of the alerts: taken on by the time that the clinic promises.")
    answered_p50_minutes: float | None = Field(description="From the patient's words until a person's answer.")
    answered_p90_minutes: float | None
    acted_on: float | None = Field(description="Of those closed: the patient was reached, advised, or a safety plan made.")
    missed_by_us: int = Field(description="Check-ins and doses that we were not there to ask about.")
    missed_by_us_share: float | None


class WeekMeasured(Measured):
    first_day: date = Field(description="Monday, on the clinic's wall.")
    taking_part: int = Field(description="Patients whose consent stood in that week.")
    alerts_per_patient: float | None

    @classmethod
    def of_week(cls, week: Week) -> "WeekMeasured":
        return cls(first_day=week.first, taking_part=week.taking_part, alerts_per_patient=week.alerts_per_patient,
                   **numbers(week))


class GroupMeasured(Given):
    by: Literal["language", "age"]
    name: str
    patients: int | None = Field(description="Null: so few that it could be told who they are; then nothing is said of them.")
    measured: Measured | None

    @classmethod
    def of_group(cls, group: Group) -> "GroupMeasured":
        return cls(by=group.by, name=group.name, patients=group.patients,  # type: ignore[arg-type]
                   measured=Measured(**numbers(group.of)) if group.of else None)


class ServiceMeasures(Given):
    weeks: list[WeekMeasured]
    groups: list[GroupMeasured] = Field(description="The whole period, by language and by age.")


def numbers(of: Counted) -> dict[str, float | int | None]:
    return {
        "reach": of.reach, "reply": of.reply, "check_ins_due": of.due, "alerts": of.alerts,
        "acknowledged_p50_minutes": of.acknowledged_p50, "acknowledged_p90_minutes": of.acknowledged_p90,
        "acknowledged_in_time": of.in_time_share, "answered_p50_minutes": of.answered_p50,
        "answered_p90_minutes": of.answered_p90, "acted_on": of.acted_on_share, "missed_by_us": of.missed_by_us,
        "missed_by_us_share": of.missed_share}
