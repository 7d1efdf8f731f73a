"""Sending from a thread: choose, read it as the patient will, send."""

from aiohttp import web

from staff_api.console import thread
from staff_api.console.visit import Visit, visited
from staff_api.problems import Problem
from staff_api.shapes.forms import Name, Sent
from staff_api.shapes.lessons import Kind, NewOffer, OfferPreview
from staff_api.views import lessons

HEADINGS = (("Lessons that fit", "lesson", True), ("Check-ins", "check_in", True), ("Questionnaires", "questionnaire", False),
            ("All other lessons", "lesson", False))
KINDS: dict[str, Kind] = {"lesson": "lesson", "questionnaire": "questionnaire", "check_in": "check_in"}


class Chosen(Sent):
    """What was chosen, as kind:name."""

    what: Name


def meant(what: str) -> tuple[Kind, str]:
    kind, _colon, name = what.partition(":")
    if kind not in KINDS or not name:
        raise Problem("not_found", "There is no such thing to send.")
    return KINDS[kind], name


@visited("messages:write")
async def get_offers(visit: Visit) -> web.Response:
    """What can be sent, and the first of it as the patient will read it."""
    patient_id = visit.number("patient_id")
    listed = (await lessons.list_offers(visit, patient_id)).items
    groups = [(heading, [one for one in listed if (one.kind, one.fits) == (kind, fits)]) for heading, kind, fits in HEADINGS]
    groups = [(heading, found) for heading, found in groups if found]
    first = groups[0][1][0]
    seen = await lessons.preview_offer(visit, patient_id, first.kind, first.name)
    return visit.page("offers.html", patient_id=patient_id, groups=groups, seen=seen)


@visited("messages:write")
async def preview(visit: Visit) -> web.Response:
    """What is chosen, as the patient will read it."""
    kind, name = meant(visit.request.query.get("what", ""))
    seen: OfferPreview = await lessons.preview_offer(visit, visit.number("patient_id"), kind, name)
    return visit.page("offer_preview.html", seen=seen)


@visited("messages:write")
async def send(visit: Visit) -> web.Response:
    """Send it."""
    patient_id = visit.number("patient_id")
    kind, name = meant((await visit.form(Chosen)).what)
    await lessons.send_offer(visit, patient_id, NewOffer(kind=kind, name=name))
    return await thread.same_desk(visit, patient_id)


@visited
async def get_record(visit: Visit) -> web.Response:
    """The lessons that a patient was given."""
    patient_id = visit.number("patient_id")
    return visit.page("lesson_record.html", record=await lessons.get_patient_lessons(visit, patient_id))
