"""The page of what is a patient's by right: a copy of their record, and being forgotten."""

from typing import Any

from aiohttp import web

from care import patients
from care.heart.turn import Turn
from staff_api.call import found
from staff_api.console.accounts import Sensitive, as_sent, frame, proving
from staff_api.console.visit import Visit, visited
from staff_api.shapes.forms import Id
from staff_api.shapes.privacy import NewCopy, Reason, WantedErasure
from staff_api.views import copies as copies_api
from staff_api.views import erasure as api


class Copy(Sensitive):
    link_id: Id | None = None


class Forget(Sensitive):
    reason: Reason


def look(turn: Turn, patient_id: int) -> dict[str, Any] | None:
    erasure = api.standing(turn, patient_id)
    return {"patient": patients.summary(turn, patient_id), "erasure": erasure, **frame(turn)} if erasure else None


async def privacy_page(visit: Visit, **news: Any) -> web.Response:
    shown = found(await visit.read(look, visit.number("patient_id")))
    name = "privacy_sheet.html" if visit.swaps else "privacy.html"
    return visit.page(name, place="patients", heading="A patient's rights", **{"made": None, "done": None, **news}, **shown)


@visited("patients:write")
async def get_privacy(visit: Visit) -> web.Response:
    """A copy of the record, and being forgotten."""
    return await privacy_page(visit)


@visited("patients:write")
async def make_copy(visit: Visit) -> web.Response:
    """A link to a copy: to a chat of the patient's, or shown this once."""
    filled = await proving(visit, Copy)
    made = await copies_api.make_copy(visit, visit.number("patient_id"), as_sent(NewCopy, filled))
    return await privacy_page(visit, made=made)


@visited("erasure:write")
async def forget(visit: Visit) -> web.Response:
    """Forget the patient."""
    filled = await proving(visit, Forget)
    done = await api.erase_patient(visit, visit.number("patient_id"), as_sent(WantedErasure, filled))
    return await privacy_page(visit, done=done)
