"""Shapes of patients, the chats they are linked to, and invitations."""

from datetime import date
from typing import Literal

from pydantic import Field

from staff_api.shapes.forms import At, Delta, Given, LocalTime, Name, Page, Search, Sent, Words
from staff_api.shapes.situations import Kind


class PatientSearch(Delta):
    name: Search | None = Field(None, description="Part of the name; everyone without it.")


class NewPatient(Sent):
    name: Name
    date_of_birth: date = Field(description="The second factor when the patient takes up an invitation.")
    language: str = Field(max_length=20, description="One of the clinic's languages.", examples=["en"])
    country: str | None = Field(None, pattern="^[A-Z]{2}$", description="Decides the emergency number; else the clinic's.")
    time_zone: str | None = Field(None, max_length=60, description="IANA name; else the clinic's.", examples=["Europe/Madrid"])


class PatientRow(Given):
    id: int
    name: str
    date_of_birth: date
    language: str
    state: Literal["invited", "active", "left"]
    reachable: bool


class Erased(Given):
    """Somebody who has been forgotten: whoever holds a copy removes it."""

    patient_id: int
    erased_at: At


class Patients(Page):
    items: list[PatientRow]
    erased: list[Erased] = Field(
        default_factory=list, description="With `updated_after`, on the first page: whose record was removed since.")


class Link(Given):
    """A chat that speaks for the patient."""

    id: int
    chat_id: int
    role: Literal["self", "carer"]
    linked_at: At
    cut_at: At | None


class Patient(Given):
    id: int
    name: str
    date_of_birth: date
    age: int
    language: str
    country: str
    time_zone: str
    state: Literal["invited", "active", "left"]
    reachable: bool
    consented_at: At | None
    consent_version: str | None
    reminders: bool
    paused_until: At | None
    situation: Kind | None = Field(description="What is on now that changes everything to come; see `situations`.")
    local_time: LocalTime = Field(description="The patient's wall clock now.")
    links: list[Link]
    created_at: At

    @property
    def patient_id(self) -> int:
        return self.id


class Contact(Given):
    """How to reach the patient by other ways than the chat, and whom to call for them."""

    phone: str | None
    address: str | None
    emergency_name: str | None
    emergency_relation: str | None
    emergency_phone: str | None
    emergency_may_call: bool | None = Field(description="Whether the patient has agreed to it; null: nobody has asked yet.")
    changed_at: At | None
    changed_by: str | None


class NewContact(Sent):
    """All of it, in place of what stood there."""

    phone: Search | None = None
    address: Words | None = None
    emergency_name: Name | None = None
    emergency_relation: Search | None = None
    emergency_phone: Search | None = None
    emergency_may_call: bool | None = None


class NewInvitation(Sent):
    role: Literal["self", "carer"] = "self"


class Invitation(Given):
    """A way in for one phone. It is shown this once and cannot be asked for again."""

    link: str
    qr_svg: str = Field(description="The link as a QR code: a complete SVG picture.")
    expires_at: At
