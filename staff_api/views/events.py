"""The live stream: what happens, as it happens, resumable by id. Ids and kinds only, never a patient's words."""

import asyncio
import json
from contextlib import suppress

from aiohttp import ClientConnectionResetError, web

from care import access, sight
from care.heart import journal
from care.heart.turn import Turn
from staff_api.call import Call
from staff_api.guards import admit, guard_of
from staff_api.operations import EventStream
from staff_api.problems import Fault, Problem
from staff_api.shapes.forms import in_utc
from staff_api.shapes.system import EventLog, EventsAfter, EventsWanted, LoggedEvent
from staff_api.wiring import CLOSING, HEARTBEAT

AT_ONCE = 200
TOO_FAR_BEHIND = 5_000  # events; who has missed more reads afresh sooner than they catch up
OTHER_PROCESSES = 1.0  # seconds: their bell is not heard here, so on a shared database we look


async def get_event_log(call: Call, query: EventsWanted) -> EventLog:
    """What happened, in order, for whoever would rather ask now and then than listen: the same as the stream gives.

    It says which of the lists that know no `updated_after` are worth reading again.
    """
    begin = query.after
    if begin is None:
        begin = await call.read(journal.first_after, query.updated_after) if query.updated_after else 0
    happened, shown = await call.read(since, begin, query.limit)
    return EventLog(items=[LoggedEvent.of(one) for one in shown], last=happened[-1].id if happened else begin)


async def stream_events(call: Call, query: EventsAfter) -> EventStream:
    """Everything that happens, as server-sent events: `event` is the kind, `id` resumes after a break.

    The first event is `ready`, and carries the id from which the stream goes on. An event `reset` says that what was missed
    can no longer be given: read the lists afresh. A comment every 15 seconds says that the stream lives.
    """
    asked = wanted(call, query)
    latest, missed = await call.read(beginning, asked)  # before it says that it is live: from then on nothing is left out
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(call.request)
    with suppress(ClientConnectionResetError, ConnectionResetError):
        await follow(call, response, await begin(response, latest, missed, asked))
    return response  # type: ignore[return-value]


def wanted(call: Call, query: EventsAfter) -> int | None:
    header = call.request.headers.get("Last-Event-ID")
    if header is None:
        return query.after
    if not (header.isascii() and header.isdecimal() and len(header) <= 16):
        wrong = Fault(parameter="Last-Event-ID", detail="An event's id, as the stream gave it.")
        raise Problem("invalid_header", errors=[wrong])
    return int(header)


async def follow(call: Call, response: web.StreamResponse, last: int) -> None:
    heartbeat = call.request.app[HEARTBEAT]
    look_after = heartbeat if call.clinic.alone else min(heartbeat, OTHER_PROCESSES)
    quiet_since = admitted_at = asyncio.get_running_loop().time()
    while not call.request.app[CLOSING].is_set():
        # Listen before looking: what happens between the two rings the bell that we already hear.
        ring = asyncio.create_task(call.clinic.journal_rings(look_after))
        await asyncio.sleep(0)
        try:
            happened, shown = await call.read(since, last)
            for event in shown:
                await say(response, event.kind, event.id, {
                    "at": in_utc(event.at), "actor": event.actor, "patient_id": event.patient_id, "facts": event.facts,
                })  # fmt: skip
            last = happened[-1].id if happened else last
            if not happened:
                await either(ring, call.request.app[CLOSING])
        finally:
            ring.cancel()
        now = asyncio.get_running_loop().time()
        if now - admitted_at >= heartbeat:  # also where there is always something to say
            await still_welcome(call)
            admitted_at = now
        if happened:
            quiet_since = now
        elif now - quiet_since >= heartbeat:
            await response.write(b": still here\n\n")
            quiet_since = now


def since(turn: Turn, last: int, most: int = AT_ONCE) -> tuple[list[journal.Happening], list[journal.Happening]]:
    """What happened, and what of it whoever listens may know of."""
    happened = journal.since(turn, last, most)
    known = access.in_sight(turn, {event.patient_id for event in happened if event.patient_id is not None})
    hidden = sight.hidden_in_pools(turn, {event.facts["escalation_id"] for event in happened if "escalation_id" in event.facts})
    return happened, [event for event in happened if (event.patient_id is None or event.patient_id in known)
                      and event.facts.get("escalation_id") not in hidden]


def beginning(turn: Turn, last: int | None) -> tuple[int, bool]:
    """The latest event; and whether what came since the client left can no longer be given."""
    latest, oldest = journal.latest_id(turn), journal.oldest_id(turn)
    return latest, last is not None and not (oldest - 1 <= last <= latest and latest - last <= TOO_FAR_BEHIND)


async def begin(response: web.StreamResponse, latest: int, missed: bool, last: int | None) -> int:
    """Say where the stream goes on; if that is not where the client left, say that too."""
    if missed:
        await say(response, "reset", latest, {"why": "What happened since then can no longer be given; read the lists afresh."})
        return latest
    last = latest if last is None else last
    await say(response, "ready", last, {})
    return last


async def still_welcome(call: Call) -> None:
    """A stream must not outlive the session or the key that opened it."""
    try:
        await admit(call.request, guard_of(call.request.match_info.route) or "")
    except Problem:
        raise ConnectionResetError


async def say(response: web.StreamResponse, kind: str, event_id: int, facts: dict[str, object]) -> None:
    await response.write(f"id: {event_id}\nevent: {kind}\ndata: {json.dumps(facts)}\n\n".encode())


async def either(ring: "asyncio.Task[None]", closing: asyncio.Event) -> None:
    closed = asyncio.create_task(closing.wait())
    try:
        await asyncio.wait({ring, closed}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        closed.cancel()
