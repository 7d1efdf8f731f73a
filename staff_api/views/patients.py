"""Patients, their invitations, and the chats that speak for them."""

from zoneinfo import available_timezones

from aiohttp import web

from care import access, contacts, erasure, invitations, patients
from care.heart.turn import Turn
from care.staff import StaffMember
from staff_api.call import Call, found
from staff_api.problems import Fault, Problem
from staff_api.qr import svg
from staff_api.shapes.forms import Id
from staff_api.shapes.patients import (
    Contact,
    Erased,
    Invitation,
    NewContact,
    NewInvitation,
    NewPatient,
    Patient,
    PatientRow,
    Patients,
    PatientSearch,
)
from staff_api.wiring import INVITE_LINK


async def find_patients(call: Call, query: PatientSearch) -> Patients:
    """Patients by name, in alphabetical order; or those alone of whom something has changed."""
    of = f"patients {query.name or ''} {query.updated_after}"
    place = call.place(of, query.cursor)
    rows = await call.read(patients.find, query.name or "", place and tuple(place), query.limit + 1, query.updated_after)
    erased = await call.read(erasure.erased_since, query.updated_after) if query.updated_after and not place else []
    shown = rows[: query.limit]
    more = call.next(of, [shown[-1].name, shown[-1].id]) if len(rows) > len(shown) else None
    return Patients(items=[PatientRow.of(row) for row in shown], next=more, erased=[
        Erased(patient_id=patient_id, erased_at=at) for patient_id, at in erased])


async def add_patient(call: Call, body: NewPatient) -> Patient:
    """Add a patient. Nothing reaches them before they take up an invitation and agree."""
    languages = call.clinic.settings.clinic.languages
    if body.language not in languages:
        raise wrong("language", f"One of the clinic's languages: {', '.join(languages)}.")
    if body.date_of_birth > call.clinic.now().date():
        raise wrong("date_of_birth", "A day that has been.")
    if body.time_zone is not None and body.time_zone not in available_timezones():
        raise wrong("time_zone", "An IANA time zone, such as Europe/Madrid.")
    patient: Patient = await call.change(Patient, add, body, call.caller.person)
    call.touches.append(lambda response: located(response, f"/api/v1/patients/{patient.id}"))
    return patient


def add(turn: Turn, wanted: NewPatient, by: StaffMember | None) -> patients.PatientSummary:
    added = patients.add(turn, wanted.name, wanted.date_of_birth, wanted.language, wanted.country, wanted.time_zone)
    access.take_in(turn, by, added.id)
    return found(patients.summary(turn, added.id))


def located(response: web.Response, address: str) -> None:
    response.headers["Location"] = address


def wrong(field: str, detail: str) -> Problem:
    return Problem("invalid_body", errors=[Fault(pointer=f"/{field}", detail=detail)])


async def get_patient(call: Call, patient_id: Id) -> Patient:
    """One patient, with what is known about reaching them."""
    return Patient.of(found(await call.read(patients.summary, patient_id)))


async def get_contact(call: Call, patient_id: Id) -> Contact:
    """How to reach a patient by other ways than the chat, and whom to call for them."""
    return await call.read(contact_now, patient_id)


def contact_now(turn: Turn, patient_id: int) -> Contact:
    return Contact.of(contact_of(turn, patient_id))


def contact_of(turn: Turn, patient_id: int) -> contacts.Known:
    found(patients.summary(turn, patient_id))
    return contacts.of(turn, patient_id)


async def set_contact(call: Call, patient_id: Id, body: NewContact) -> Contact:
    """Note how to reach a patient: all of it, in place of what stood there."""
    return await call.change(Contact, change_contact, patient_id, body, call.caller.person and call.caller.person.id)


def change_contact(turn: Turn, patient_id: int, body: NewContact, by: int | None) -> contacts.Known:
    found(patients.lock(turn, patient_id))
    try:
        return contacts.change(turn, patient_id, contacts.Contact(**body.model_dump()), by)
    except contacts.Refused as refused:
        raise Problem("invalid_body", str(refused)) from None


async def invite_patient(call: Call, patient_id: Id, body: NewInvitation) -> Invitation:
    """Make an invitation: a link and its QR code, for one phone, once. A new phone cuts the old one's link."""
    invite = await call.run(invite_to, patient_id, body.role)
    link = call.request.app[INVITE_LINK](invite.token)
    return Invitation(link=link, qr_svg=svg(link), expires_at=invite.expires_at)


def invite_to(turn: Turn, patient_id: int, role: str) -> invitations.Invite:
    return found(invitations.invite(turn, patient_id, role))


async def cut_link(call: Call, link_id: Id) -> None:
    """Cut a chat off from the patient, at once: a lost phone, a carer who no longer cares."""
    if not await call.run(patients.cut_link, link_id):
        raise Problem("not_found")
