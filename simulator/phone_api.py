"""What the phone page asks for and does: phones, chats, and a live stream of what happens in them."""

import asyncio
import json
import re
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from aiohttp import web

from simulator import phone_view, wire
from simulator.people import Person
from simulator.records import Message, Refused, Wire
from simulator.telegram import Event, Telegram

REPLAYED = 500  # events a page can have missed and still catch up on
STEP = re.compile(r"next_morning|[1-9]\d{0,4}[mh]")
HEARTBEAT = 15.0  # seconds
MAY_RETURN = 60.0  # seconds for which events are kept after the last page left
PAGE = Path(__file__).parent / "phone"
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

Advance = Callable[[str], Awaitable[object]]


def add(app: web.Application, telegram: Telegram, closing: asyncio.Event, advance: Advance | None, shown: Wire) -> None:
    """`shown` is what `state` says besides: a banner, the time zone of the clock."""
    phones = Phones(telegram, closing, advance, shown)
    chat = "/phone/api/chats/{chat_id:-?[0-9]+}"
    app.router.add_get("/phone", phones.page)
    app.router.add_get("/phone/", phones.page)
    app.router.add_get("/phone/api/state", phones.state)
    app.router.add_get("/phone/api/events", phones.events)
    app.router.add_get("/phone/api/files/{path:.+}", phones.file)
    app.router.add_post("/phone/api/phones", phones.new)
    app.router.add_post("/phone/api/clock", phones.clock)
    app.router.add_get(chat, phones.chat)
    for act in ("text", "tap", "edit", "photo", "document", "start", "block", "unblock", "read"):
        app.router.add_post(f"{chat}/{act}", phones.acting(getattr(phones, f"_{act}")))
    app.router.add_static("/phone/", PAGE)
    app.on_startup.append(phones.listen)
    app.on_response_prepare.append(guard)


async def guard(request: web.Request, response: web.StreamResponse) -> None:
    """The page runs only what it brought; what is more strictly guarded stays so."""
    if request.path.startswith("/phone"):
        for name, value in PAGE_HEADERS.items():
            response.headers.setdefault(name, value)


class Phones:
    """Every phone in the room, for one page or several. A wrong request is answered `{error}` in one sentence."""

    def __init__(self, telegram: Telegram, closing: asyncio.Event, advance: Advance | None, shown: Wire):
        self._telegram, self._closing, self._advance, self._shown = telegram, closing, advance, shown
        self._recent: deque[tuple[int, str]] = deque(maxlen=REPLAYED)
        self._last_event = 0
        self._pages: set[asyncio.Queue[tuple[int, str]]] = set()
        self._left_at = -MAY_RETURN  # when the last page left, in this process's own time

    async def listen(self, _: web.Application) -> None:
        self._telegram.listeners.append(self._happened)

    async def page(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html")

    async def state(self, _: web.Request) -> web.Response:
        bot = self._telegram.the_bot()
        phones = [phone_view.phone(person) for person in self._telegram.people.values() if person.bot is bot]
        who = {"id": bot.user.id, "username": bot.user.username, "first_name": bot.user.first_name}
        now, clock = self._telegram.now().isoformat(), self._advance is not None
        return web.json_response(self._shown | {"bot": who, "now": now, "clock": clock, "phones": phones})

    async def chat(self, request: web.Request) -> web.Response:
        person = self._person(request)
        messages = [phone_view.message(one) for one in person.chat.messages.values() if not one.deleted]
        keyboard = phone_view.keyboard(person.chat)
        shown = {"messages": messages, "commands": person.commands, "reply_keyboard": keyboard, "blocked": person.chat.blocked}
        return web.json_response(shown)

    async def file(self, request: web.Request) -> web.Response:
        try:
            stored = self._telegram.files.at(request.match_info["path"])
        except Refused:
            raise web.HTTPNotFound from None
        # Whatever a bot or a person sent is shown or saved, never run.
        headers = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=stored.content, headers=headers | {"Content-Type": stored.mime})

    async def new(self, request: web.Request) -> web.Response:
        body = await self._json(request)
        if not (name := str(body.get("name") or "").strip()):
            raise wrong("A phone needs the name of whoever it belongs to.")
        person = self._telegram.person(name[:64], str(body.get("language_code") or "en"))
        return web.json_response({"chat_id": person.chat.id})

    async def clock(self, request: web.Request) -> web.Response:
        """Play time forward, and let the pages see it pass."""
        step = str((await self._json(request)).get("advance"))
        if self._advance is None:
            raise wrong("This clock cannot be moved.")
        if not STEP.fullmatch(step):
            raise wrong('Time is moved by "next_morning", or by minutes or hours such as "90m" or "1h".')
        ticking = asyncio.create_task(self._tick())
        try:
            await self._advance(step)
        finally:
            ticking.cancel()
        self._send({"type": "clock", "chat_id": None, "now": self._telegram.now().isoformat()})
        return web.json_response({"now": self._telegram.now().isoformat()})

    async def events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        queue: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
        for missed in self._missed(request.headers.get("Last-Event-ID", "")):
            queue.put_nowait(missed)
        self._pages.add(queue)
        with suppress(ConnectionResetError):
            await response.write(b": open\n\n")
            await self._stream(response, queue)
        self._pages.discard(queue)
        self._left_at = monotonic()
        return response

    def acting(self, act: Callable[[Person, web.Request], Awaitable[Any]]) -> Callable[[web.Request], Awaitable[web.Response]]:
        """A handler for something that the person of this chat does."""

        async def handle(request: web.Request) -> web.Response:
            person = self._person(request)
            try:
                await act(person, request)
            except (LookupError, ValueError, StopIteration) as error:
                raise wrong(str(error)) from None
            return web.json_response({"ok": True})

        return handle

    async def _text(self, person: Person, request: web.Request) -> None:
        body = await self._json(request)
        if not (text := str(body.get("text") or "").strip()):
            raise ValueError("Nothing was written.")
        person.says(text[:4096], reply_to=person.chat.messages.get(number(body, "reply_to")))

    async def _tap(self, person: Person, request: web.Request) -> None:
        body = await self._json(request)
        message = self._message(person, body)
        rows, row, column = message.buttons, number(body, "row"), number(body, "column")
        if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
            raise LookupError("That button is not there any more.")
        if "callback_data" not in rows[row][column]:
            raise ValueError("That button opens a link.")
        person.taps_at(message, row, column)

    async def _edit(self, person: Person, request: web.Request) -> None:
        body = await self._json(request)
        message = self._message(person, body)
        if message.sender is not person.user:
            raise ValueError("Only what this phone wrote can be edited.")
        if not (text := str(body.get("text") or "").strip()):
            raise ValueError("Nothing was written.")
        person.edits(text[:4096], message)

    async def _photo(self, person: Person, request: web.Request) -> None:
        fields, files = await wire.parts(request)
        if "file" not in files:
            raise ValueError("No picture came.")
        person.sends_photo(files["file"].content, fields.get("caption", ""))

    async def _document(self, person: Person, request: web.Request) -> None:
        fields, files = await wire.parts(request)
        if "file" not in files:
            raise ValueError("No document came.")
        upload = files["file"]
        person.sends_document(upload.content, upload.file_name or "file", fields.get("caption", ""), upload.mime)

    async def _start(self, person: Person, request: web.Request) -> None:
        person.opens_link(str((await self._json(request)).get("payload") or ""))

    async def _block(self, person: Person, _: web.Request) -> None:
        person.blocks()

    async def _unblock(self, person: Person, _: web.Request) -> None:
        person.unblocks()

    async def _read(self, person: Person, _: web.Request) -> None:
        person.chat.unread = 0

    def _person(self, request: web.Request) -> Person:
        key = (self._telegram.the_bot().user.id, int(request.match_info["chat_id"]))
        if key not in self._telegram.people:
            raise web.HTTPNotFound(text='{"error": "There is no such phone."}', content_type="application/json")
        return self._telegram.people[key]

    def _message(self, person: Person, body: Wire) -> Message:
        message = person.chat.messages.get(number(body, "message_id"))
        if message is None or message.deleted:
            raise LookupError("That message is not there any more.")
        return message

    async def _json(self, request: web.Request) -> Wire:
        try:
            return wire.from_json(await request.read())
        except Refused:
            raise wrong("A JSON object is expected.") from None

    def _happened(self, event: Event) -> None:
        """What the core tells, as the page hears it."""
        if event.chat is not None and event.chat.person is None:
            return  # groups have no phone
        if not self._pages and monotonic() - self._left_at > MAY_RETURN:
            self._last_event += 1  # missed by whoever comes later
            self._recent.clear()
            return
        told: Wire = {"type": event.kind, "chat_id": event.chat.id if event.chat else None}
        if event.kind == "commands":
            for person in self._telegram.people.values():
                self._send(told | {"chat_id": person.chat.id, "commands": person.commands})
            return
        if event.kind == "toast":
            told |= {"text": event.text, "show_alert": event.show_alert}
        if event.message and event.kind in ("message", "edit", "delete"):
            told |= {"message": phone_view.message(event.message), "reply_keyboard": phone_view.keyboard(event.message.chat)}
        self._send(told)

    def _send(self, told: Wire) -> None:
        self._last_event += 1
        event = (self._last_event, json.dumps(told, ensure_ascii=False))
        self._recent.append(event)
        for queue in self._pages:
            queue.put_nowait(event)

    def _missed(self, last_seen: str) -> list[tuple[int, str]]:
        """What came after the event a page saw last; too much is told as «look again»."""
        if not last_seen.isdigit():
            return []
        oldest = self._recent[0][0] if self._recent else self._last_event + 1
        if int(last_seen) < oldest - 1 or int(last_seen) > self._last_event:
            return [(self._last_event, '{"type": "phones", "chat_id": null}')]
        return [event for event in self._recent if event[0] > int(last_seen)]

    async def _stream(self, response: web.StreamResponse, queue: asyncio.Queue[tuple[int, str]]) -> None:
        closing = asyncio.create_task(self._closing.wait())
        try:
            while not closing.done():
                getting = asyncio.create_task(queue.get())
                done, _ = await asyncio.wait({getting, closing}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
                if getting in done:
                    number, data = getting.result()
                    await response.write(f"id: {number}\ndata: {data}\n\n".encode())
                else:
                    getting.cancel()
                    await response.write(b": still here\n\n")
        finally:
            closing.cancel()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(0.25)
            self._send({"type": "clock", "chat_id": None, "now": self._telegram.now().isoformat()})


def number(body: Wire, name: str) -> int:
    """0 when it is not there."""
    value = body.get(name)
    if value is not None and not isinstance(value, int):
        raise ValueError("A number was expected.")
    return value or 0


def wrong(sentence: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=json.dumps({"error": sentence}), content_type="application/json")
