"""A patient's calendar, for the calendar of their phone. The address itself is the key; it opens nothing else."""

from aiohttp import web

from care.medicines import calendar_feed
from staff_api.guards import PUBLIC, guarded
from staff_api.wiring import CLINIC

NOT_KEPT = {"Cache-Control": "private, no-store"}


@guarded(PUBLIC)
async def show_feed(request: web.Request) -> web.Response:
    """The feed behind a secret; whatever is wrong with the address, the answer is the same."""
    feed = await request.app[CLINIC].read(calendar_feed.of, request.match_info["secret"])
    if feed is None:
        return web.Response(status=404, text="There is no such calendar.")
    return web.Response(body=feed, content_type="text/calendar", charset="utf-8", headers=NOT_KEPT)
