"""A crowd: people who begin a conversation and tap the bot's buttons by themselves, for load; with what they saw and when.

Whoever is seated has one act (the command that begins, or a tap) under way at a time; the next follows when its answer is on
the screen: at once, or with `rate` at that many acts a second over all. Whoever is through makes room for the next in line.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import Any

from simulator.people import Person
from simulator.records import Message, Wire
from simulator.telegram import Event, Telegram

SHOWING = ("sendmessage", "editmessagetext")


@dataclass
class Script:
    """What the crowd does: `begin`, then `answers` taps on one of the first `buttons`, drawn by `seed`; `updates` acts in all,
    of which the first `warm` are not measured."""

    begin: str
    answers: int
    buttons: int
    at_once: int
    updates: int
    warm: int = 0
    rate: float | None = None
    seed: int = 0


@dataclass(eq=False)
class Seat:
    person: Person
    step: int = 0  # taps made in this conversation
    screen: Message | None = None
    waiting: bool = False  # for the answer to an act
    number: int = 0  # of that act
    delivered_at: float | None = None


@dataclass
class Crowd:
    telegram: Telegram
    people: deque[Person]
    script: Script
    taps: dict[int, list[int]] = field(default_factory=dict)  # chat -> every button tapped, in order
    latencies: list[float] = field(default_factory=list)  # seconds from an update's delivery to the request that answers it
    acts: int = 0
    answered: int = 0
    tapped: int = 0
    toasts: int = 0
    late: int = 0  # acts that `rate` wanted earlier than anybody was ready
    warm_at: float = 0.0
    ended_at: float = 0.0

    def __post_init__(self) -> None:
        self._random = Random(self.script.seed)  # noqa: S311 - which button, not a secret
        self._seats: dict[int, Seat] = {}
        self._ready: deque[Seat] = deque()
        self._owed = 0
        self.warm, self.done = asyncio.Event(), asyncio.Event()

    def begin(self) -> None:
        self.telegram.listeners.append(self._sees)
        self.telegram.on_request = self._requested
        self.telegram.the_bot().updates.on_taken = self._delivered
        if not self.script.warm:
            self._warmed_up()
        for _ in range(min(self.script.at_once, len(self.people))):
            self._sits_down()
        if self.script.rate:
            self._clock = asyncio.get_running_loop().create_task(self._beats(1 / self.script.rate))

    def summary(self) -> Wire:
        ordered = sorted(self.latencies)
        shares = {f"p{share}": ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1000 for share in (50, 95, 99)}
        return {
            "updates": self.answered - self.script.warm, "seconds": self.ended_at - self.warm_at, "late": self.late,
            "latency_ms": shares | {"max": ordered[-1] * 1000}, "taps": self.taps,
        }  # fmt: skip

    def _sits_down(self) -> None:
        person = self.people.popleft()
        self.people.append(person)  # who was there long ago may come again
        seat = self._seats[person.user.id] = Seat(person)
        self._is_ready(seat)

    def _is_ready(self, seat: Seat) -> None:
        if self.script.rate is None or self._owed:
            self._owed = max(0, self._owed - 1)
            self._acts(seat)
        else:
            self._ready.append(seat)

    async def _beats(self, pause: float) -> None:
        """Absolute slots: a slow moment is made up for, so that what is asked of the bot does not depend on the bot."""
        began, beats = monotonic(), 0
        while self.acts < self.script.updates:
            await asyncio.sleep(max(0.0, began + beats * pause - monotonic()))
            beats += 1
            if self._ready:
                self._acts(self._ready.popleft())
            else:
                self._owed, self.late = self._owed + 1, self.late + 1

    def _acts(self, seat: Seat) -> None:
        if self.acts >= self.script.updates:
            return
        self.acts += 1
        seat.waiting, seat.number, seat.delivered_at = True, self.acts, None
        if seat.screen is None:
            seat.person.says(self.script.begin)
            return
        nth = self._random.randrange(self.script.buttons)
        row, column = place(seat.screen, nth)
        self.taps.setdefault(seat.person.user.id, []).append(nth)
        self.tapped, seat.step = self.tapped + 1, seat.step + 1
        seat.person.taps_at(seat.screen, row, column)

    def _sees(self, event: Event) -> None:
        if event.kind == "toast":
            self.toasts += 1
            self._look_whether_done()
        elif event.kind in ("message", "edit") and event.chat and event.message and event.message.by_bot:
            seat = self._seats.get(event.chat.id)
            if seat and seat.waiting:
                seat.waiting, seat.screen = False, event.message
                self.answered += 1
                if self.answered == self.script.warm:
                    self._warmed_up()
                asyncio.get_running_loop().call_soon(self._goes_on, seat)

    def _goes_on(self, seat: Seat) -> None:
        if seat.step < self.script.answers:
            self._is_ready(seat)
        else:
            del self._seats[seat.person.user.id]
            self._sits_down()
        self._look_whether_done()

    def _look_whether_done(self) -> None:
        if self.answered >= self.script.updates and self.toasts >= self.tapped and not self.done.is_set():
            self.ended_at = monotonic()
            self.telegram.listeners.remove(self._sees)
            self.telegram.on_request = self.telegram.the_bot().updates.on_taken = None
            self.done.set()

    def _warmed_up(self) -> None:
        self.warm_at = monotonic()
        self.warm.set()

    def _delivered(self, updates: Iterable[Wire]) -> None:
        now = monotonic()
        for update in updates:
            body = update.get("callback_query") or update.get("message") or {}
            seat = self._seats.get(body["from"]["id"]) if "from" in body else None
            if seat and seat.waiting and seat.delivered_at is None:
                seat.delivered_at = now

    def _requested(self, method: str, params: Mapping[str, Any]) -> None:
        """A request has come in; its answer may be made to wait, but here the bot's part ends."""
        if method.lower() not in SHOWING:
            return
        seat = self._seats.get(int(params["chat_id"]))
        if seat and seat.waiting and seat.delivered_at is not None and seat.number > self.script.warm:
            self.latencies.append(monotonic() - seat.delivered_at)
            seat.delivered_at = None


def place(message: Message, nth: int) -> tuple[int, int]:
    """Where the nth button is, counted row by row."""
    for row, buttons in enumerate(message.buttons):
        if nth < len(buttons):
            return row, nth
        nth -= len(buttons)
    raise LookupError("there are not so many buttons on this message")
