"""Shapes of who sees whom: sites, caseloads, emergency access."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from staff_api.shapes.forms import At, Given, Id, Name, Sent, no_nul


class NewSite(Sent):
    name: Name


class Site(Given):
    id: int
    name: str


class Sites(Given):
    items: list[Site]


class AtSite(Sent):
    site_id: Id | None = Field(description="Null: at none.")


class EmergencyReason(Sent):
    patient_id: Id
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=500), AfterValidator(no_nul)] = (
        Field(description="Why it cannot wait. It is kept, and read."))


class EmergencyAccess(Given):
    """The record is open to you until then; your colleagues have been told."""

    id: int
    patient_id: int
    until: At


class OnCaseload(Given):
    """Somebody who looks after this patient."""

    staff_id: int
    name: str
    since: At


class CareTeam(Given):
    items: list[OnCaseload]
