"""Two pages that a day begins with, and that can be printed: the handover and the call list."""

from aiohttp import web

from staff_api.console.accounts import frame
from staff_api.console.visit import Visit, visited
from staff_api.matching import for_eyes_of
from staff_api.views import mornings


@visited("worklist:read")
async def get_handover(visit: Visit) -> web.Response:
    """What was urgent since the office closed."""
    found = await mornings.get_handover(visit)
    for_eyes_of(visit.caller, found)
    return visit.page("handover.html", place="handover", heading="Handover", found=found, **await visit.read(frame))


@visited("demographics:read")
async def get_call_list(visit: Visit) -> web.Response:
    """Whom to call."""
    found = await mornings.get_calls_to_make(visit)
    for_eyes_of(visit.caller, found)
    return visit.page("call_list.html", place="call-list", heading="Call list", rows=found.items, **await visit.read(frame))
