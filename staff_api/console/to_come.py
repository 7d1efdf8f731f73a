"""What is to come for one patient, day by day."""

from itertools import groupby

from aiohttp import web

from staff_api.console.patients import list_of
from staff_api.console.visit import Visit, visited
from staff_api.shapes.to_come import Ahead
from staff_api.views import to_come
from staff_api.views.patients import get_patient

WEEKS = (1, 2, 4, 8)


@visited
async def get_to_come(visit: Visit) -> web.Response:
    """The next weeks on the patient's own wall."""
    patient_id, query = visit.number("patient_id"), visit.query(Ahead)
    seen = await to_come.get_to_come(visit, patient_id, query)
    said = {
        "desk_template": "to_come.html", "place": "patients", "open_id": patient_id, "days": query.days, "weeks": WEEKS,
        "patient": await get_patient(visit, patient_id), "seen": seen,
        "by_day": [(day, list(items)) for day, items in groupby(seen.items, key=lambda one: one.local.date())],
    }  # fmt: skip
    if visit.swaps:
        return visit.page("to_come.html", **said)
    return visit.page("console.html", heading="What is to come", **said, **await visit.read(list_of, "", None))
