"""What a harness in another process may ask of the simulator: people, updates in bulk, faults, counters.

POST   /control/people   {count, first_id? | ids, language_code?, started?}      -> {ids}
POST   /control/updates  [{chat_id, text | tap | data | start, times?, update_id?} | {redeliver: update_id}]  -> {update_ids}
                         `tap` is a label on screen, `data` raw callback data; `times: 2` delivers the same update twice
                         `message_id` says on which message `data` was tapped; without it, on the newest
POST   /control/faults   {rates?: {kind: share}, methods?: [..], script?: [{kind, method?, chat_id?, times?}]}; DELETE clears
GET    /control/counters                                              -> calls, refusals, faults, updates, journal
GET    /control/chats/{id}                                            -> {transcript, buttons}
POST   /control/crowd    {ids, begin, answers, buttons, at_once, updates, warm?, rate?, seed?}   see crowd.py
GET    /control/crowd/warm, /control/crowd/done      answer when it is so: {}; {updates, seconds, latency_ms, taps, late}
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from simulator.crowd import Crowd, Script
from simulator.people import Person
from simulator.records import Wire
from simulator.telegram import Telegram

LONGEST_WAIT = 60.0  # seconds
Handler = Callable[[web.Request], Awaitable[web.Response]]


def add(app: web.Application, telegram: Telegram) -> None:
    control = Control(telegram)
    app.router.add_post("/control/people", answering(control.people))
    app.router.add_post("/control/updates", answering(control.updates))
    app.router.add_post("/control/faults", answering(control.faults))
    app.router.add_delete("/control/faults", answering(control.clear_faults))
    app.router.add_get("/control/counters", answering(control.counters))
    app.router.add_get("/control/chats/{chat_id}", answering(control.chat))
    app.router.add_post("/control/crowd", answering(control.gather))
    app.router.add_get("/control/crowd/{moment:warm|done}", control.crowd_is)


def answering(act: Callable[[web.Request, Any], Any]) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        try:
            return web.json_response(act(request, await request.json() if request.body_exists else {}))
        except (LookupError, ValueError, TypeError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    return handle


class Control:
    def __init__(self, telegram: Telegram):
        self._telegram = telegram
        self._crowd: Crowd | None = None

    def people(self, _: web.Request, body: Wire) -> Wire:
        first, language, started = body.get("first_id"), body.get("language_code", "en"), bool(body.get("started"))
        ids = body.get("ids") or [None if first is None else int(first) + number for number in range(int(body["count"]))]
        made = [self._telegram.person(f"Person {number}", language, user_id, started=started)
                for number, user_id in enumerate(ids, 1)]  # fmt: skip
        return {"ids": [person.user.id for person in made]}

    def updates(self, _: web.Request, body: list[Wire]) -> Wire:
        return {"update_ids": [self._update(item) for item in body]}

    def faults(self, _: web.Request, body: Wire) -> Wire:
        if "rates" in body:
            more = {name: body[name] for name in ("methods", "retry_after", "seconds") if name in body}
            self._telegram.faults.rates(body["rates"], **more)
        for scripted in body.get("script", []):
            self._telegram.faults.next(**scripted)
        return {"ok": True}

    def clear_faults(self, _: web.Request, __: Wire) -> Wire:
        self._telegram.faults.clear()
        return {"ok": True}

    def counters(self, _: web.Request, __: Wire) -> Wire:
        telegram, updates = self._telegram, self._telegram.the_bot().updates
        counted = {name: getattr(updates, name) for name in ("made", "confirmed", "redelivered", "expired")}
        counted |= {"pending": len(updates.pending) + len(updates.again)}
        return {
            "calls": telegram.calls, "refusals": telegram.refusals, "faults": telegram.faults.injected,
            "updates": counted, "journal": telegram.journal.count,
        }  # fmt: skip

    def chat(self, request: web.Request, _: Wire) -> Wire:
        person = self._person(int(request.match_info["chat_id"]))
        buttons = [[one["text"] for one in row] for message in person.chat.newest_first() for row in message.buttons]
        return {"transcript": person.transcript, "buttons": buttons}

    def gather(self, _: web.Request, body: Wire) -> Wire:
        people = deque(self._person(int(user_id)) for user_id in body.pop("ids"))
        self._crowd = Crowd(self._telegram, people, Script(**body))
        self._crowd.begin()
        return {"ok": True}

    async def crowd_is(self, request: web.Request) -> web.Response:
        """Held until the crowd is warm, or done; 408 if that takes too long."""
        if self._crowd is None:
            raise web.HTTPNotFound(text="no crowd has been gathered")
        warm = request.match_info["moment"] == "warm"
        try:
            await asyncio.wait_for((self._crowd.warm if warm else self._crowd.done).wait(), LONGEST_WAIT)
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        return web.json_response({} if warm else self._crowd.summary())

    def _update(self, item: Wire) -> int | None:
        updates = self._telegram.the_bot().updates
        if "redeliver" in item:
            updates.redeliver(int(item["redeliver"]))
            return int(item["redeliver"])
        person, update_id = self._person(int(item["chat_id"])), item.get("update_id")
        if "text" in item:
            update = person.says(str(item["text"]), update_id)
        elif "tap" in item:
            update = person.taps(str(item["tap"]), update_id)
        elif "data" in item:
            update = person.tap_data(str(item["data"]), update_id, person.chat.messages.get(item.get("message_id", 0)))
        elif "start" in item:
            update = person.opens_link(str(item["start"]), update_id)
        else:
            raise ValueError("an update needs text, tap, data, start or redeliver")
        if update is None:
            return None
        for _ in range(int(item.get("times", 1)) - 1):
            updates.redeliver(update)
        return int(update["update_id"])

    def _person(self, user_id: int) -> Person:
        return self._telegram.people[self._telegram.the_bot().user.id, user_id]
