"""Patients: found, added, handed an invite, cut from a phone."""

from typing import Any

from aiohttp import web
from markupsafe import Markup

from care import notices, patients, worklist
from care.heart.turn import Turn
from staff_api.console import desk, thread
from staff_api.console.visit import Visit, visited
from staff_api.shapes.access import EmergencyReason
from staff_api.shapes.patients import NewContact, NewInvitation, NewPatient
from staff_api.shapes.situations import NewSituation
from staff_api.views import access, situations
from staff_api.views import patients as api

AT_ONCE = 100


def list_of(turn: Turn, words: str, after: tuple[str, int] | None) -> dict[str, Any]:
    rows = patients.find(turn, words, after, AT_ONCE + 1)
    last = rows[AT_ONCE - 1] if len(rows) > AT_ONCE else None
    return {
        "list_template": "patients.html", "found": rows[:AT_ONCE], "find": words, "open_patient": None,
        "more": {"find": words, "name": last.name, "id": last.id} if last else None,
        "waiting_count": worklist.counts(turn)["open"], "notices": notices.standing(turn),
    }  # fmt: skip


@visited("demographics:read")
async def find(visit: Visit) -> web.Response:
    """Patients by name."""
    query = visit.request.query
    last = query.get("id", "")
    after = (query.get("name", ""), int(last)) if last.isascii() and last.isdigit() else None
    listed = await visit.read(list_of, query.get("find", "")[:200], after)
    if visit.swaps:
        return visit.page("found.html", **listed)
    return visit.page("console.html", place="patients", heading="Patients", desk_template="no_desk.html", **listed)


@visited("demographics:read")
async def get_patient(visit: Visit) -> web.Response:
    """One patient: the conversation, and what is known."""
    which = visit.number("patient_id")
    if visit.swaps:
        return await thread.desk_at(visit, "patients", which)
    limit = thread.limit_of(visit)

    def look(turn: Turn) -> tuple[desk.Desk, dict[str, Any]]:
        return desk.of_patient(turn, which, limit), list_of(turn, "", None)

    opened, listed = await visit.read(look)
    listed["open_patient"] = which
    return visit.page("console.html", **listed, **thread.shown_as(visit, opened, f"/patients/{which}", limit))


@visited("demographics:write")
async def get_new(visit: Visit) -> web.Response:
    """The form for a new patient."""
    form = {"languages": visit.clinic.settings.clinic.languages, "place": "patients", "heading": "Add a patient"}
    if visit.swaps:
        return visit.page("new_patient.html", **form)
    listed = await visit.read(list_of, "", None)
    return visit.page("console.html", desk_template="new_patient.html", **form, **listed)


@visited("demographics:write")
async def add(visit: Visit) -> web.Response:
    """Add a patient, and show their invite at once."""
    patient = await api.add_patient(visit, await visit.form(NewPatient))
    return await handed_over(visit, patient.id, await visit.read(list_of, "", None))


@visited("demographics:write")
async def set_contact(visit: Visit) -> web.Response:
    """Note how to reach a patient by other ways."""
    patient_id = visit.number("patient_id")
    await api.set_contact(visit, patient_id, await visit.form(NewContact))
    return await thread.same_desk(visit, patient_id)


@visited("demographics:write")
async def invite(visit: Visit) -> web.Response:
    """A new invite; the one before it stops working."""
    return await handed_over(visit, visit.number("patient_id"))


async def handed_over(visit: Visit, patient_id: int, listed: dict[str, Any] | None = None) -> web.Response:
    """The invite, as a card to show or to print: the only time its link is seen. With the list, when that has changed."""
    made = await api.invite_patient(visit, patient_id, NewInvitation())
    patient = await visit.read(patients.summary, patient_id)
    qr = Markup(made.qr_svg)  # noqa: S704 - drawn by us, from a link of our own making
    response = visit.page("invite.html", patient=patient, link=made.link, qr=qr, expires_at=made.expires_at, **listed or {})
    response.headers["HX-Push-Url"] = f"/patients/{patient_id}"
    return response


@visited("emergency:read")
async def open_in_emergency(visit: Visit) -> web.Response:
    """Open a record that is out of reach."""
    opened = await access.open_in_emergency(visit, await visit.form(EmergencyReason))
    return visit.goes_to(f"/patients/{opened.patient_id}")


@visited
async def begin_situation(visit: Visit) -> web.Response:
    """Put on record what has happened to a patient."""
    await situations.begin_situation(visit, visit.number("patient_id"), await visit.form(NewSituation))
    return await thread.same_desk(visit)


@visited
async def end_situation(visit: Visit) -> web.Response:
    """It is over."""
    await situations.end_situation(visit, visit.number("patient_id"))
    return await thread.same_desk(visit)


@visited
async def undo_situation(visit: Visit) -> web.Response:
    """It was a mistake."""
    await situations.undo_situation(visit, visit.number("situation_id"))
    return await thread.same_desk(visit)


@visited("demographics:write")
async def cut_link(visit: Visit) -> web.Response:
    """Cut a phone off, at once."""
    await api.cut_link(visit, visit.number("link_id"))
    return await thread.same_desk(visit)
