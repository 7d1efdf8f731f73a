"""Feeds for the calendars that people use anyway: a patient's reminders, a clinician's visits. The address is the key; it opens
nothing else."""

from datetime import timedelta

from aiohttp import web

from care.appointments import clinician_feeds
from care.heart.turn import Turn
from care.medicines import calendar_feed
from staff_api.guards import PUBLIC, address_of, clinic_of, guarded
from staff_api.problems import Problem
from staff_api.rates import so_far
from staff_api.wiring import SPENT

HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow"}
# In an hour. A calendar asks a few times; who tries addresses is stopped long before one is found.
AN_HOUR, MOST_READS, MOST_WRONG = timedelta(hours=1), 60, 20


@guarded(PUBLIC)
async def show_feed(request: web.Request) -> web.Response:
    """The feed behind a secret; whatever is wrong with the address, the answer is the same."""
    clinic, spent, secret = clinic_of(request), request.app[SPENT], request.match_info["secret"]
    wrong = so_far(spent, (address_of(request), "feeds"), clinic.now(), AN_HOUR)
    if wrong.times >= MOST_WRONG:
        raise too_many()
    found = await clinic.read(feed, secret)
    if found is None:
        wrong.times += 1
        return web.Response(status=404, text="There is no such calendar.", headers=HEADERS)
    reads = so_far(spent, (secret, "feeds"), clinic.now(), AN_HOUR)
    reads.times += 1
    if reads.times > MOST_READS:
        raise too_many()
    return web.Response(body=found, content_type="text/calendar", charset="utf-8", headers=HEADERS)


def too_many() -> Problem:
    return Problem("too_many_requests", headers={"Retry-After": str(int(AN_HOUR.total_seconds()))})


def feed(turn: Turn, secret: str) -> bytes | None:
    return calendar_feed.of(turn, secret) or clinician_feeds.of(turn, secret)
