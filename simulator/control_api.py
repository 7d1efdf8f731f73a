"""What a harness in another process may ask of the simulator: people, updates in bulk, faults, counters.

POST   /control/people   {count, first_id?, language_code?, started?}     -> {ids}
POST   /control/updates  [{chat_id, text | tap | data | start, times?, update_id?} | {redeliver: update_id}]  -> {update_ids}
                         `tap` is a label on screen, `data` raw callback data; `times: 2` delivers the same update twice
                         `message_id` says on which message `data` was tapped; without it, on the newest
POST   /control/faults   {rates?: {kind: share}, methods?: [..], script?: [{kind, method?, chat_id?, times?}]}; DELETE clears
GET    /control/counters                                              -> calls, refusals, faults, updates, journal
GET    /control/chats/{id}                                            -> {transcript, buttons}
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from simulator.people import Person
from simulator.records import Wire
from simulator.telegram import Telegram

Handler = Callable[[web.Request], Awaitable[web.Response]]


def add(app: web.Application, telegram: Telegram) -> None:
    control = Control(telegram)
    app.router.add_post("/control/people", answering(control.people))
    app.router.add_post("/control/updates", answering(control.updates))
    app.router.add_post("/control/faults", answering(control.faults))
    app.router.add_delete("/control/faults", answering(control.clear_faults))
    app.router.add_get("/control/counters", answering(control.counters))
    app.router.add_get("/control/chats/{chat_id}", answering(control.chat))


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

    def people(self, _: web.Request, body: Wire) -> Wire:
        first, language, started = body.get("first_id"), body.get("language_code", "en"), bool(body.get("started"))
        made = []
        for number in range(int(body["count"])):
            user_id = None if first is None else int(first) + number
            made.append(self._telegram.person(f"Person {number + 1}", language, user_id, started=started))
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
