"""A patient of the demo: sees what comes on their phone, and answers as people do, in their own time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from care.heart.time import local
from ops.demo.cast import Role
from simulator.people import Person
from simulator.records import Message

if TYPE_CHECKING:
    from ops.demo.history import History

THANKS = {"en": ("Thank you!", "Thanks, that helps", "ok thank you"), "es": ("¡Gracias!", "Muchas gracias", "Vale, gracias")}
GIVES_UP = 0.03  # of the questions are left standing


class Patient:
    def __init__(self, history: History, role: Role, person: Person, random: Random) -> None:
        self._history, self._role, self._person, self._random = history, role, person, random
        self.greeted_by = ""  # how messages from staff begin

    def joins(self, token: str) -> None:
        self._person.opens_link(token)

    def writes(self, words: str) -> None:
        if not self._person.chat.blocked:
            self._person.says(words)

    def sees(self, message: Message) -> None:
        """Something new, or changed, on the phone: what, if anything, will they do about it?"""
        if not message.buttons:
            self._reads(message)
            return
        buttons = [button["callback_data"] for row in message.buttons for button in row if "callback_data" in button]
        kinds = {data.split(":")[0] for data in buttons}
        if kinds & {"lang", "zone", "consent"}:
            self._enrols(message, buttons)
        elif kinds & {"say", "pause"} and "go" not in kinds:
            self._is_asked(message, buttons)
        elif come := next((data for data in buttons if data.startswith("visit:come:")), None):
            if self._random.random() < self._role.keeps:
                self._taps(message, come, 60 * self._random.randint(3, 50))
        elif "flow" in kinds:
            self._is_offered(message, buttons)
        elif "stop" in kinds and (pause := next((data for data in buttons if data.startswith("stop:pause:")), None)):
            self._taps(message, pause, 8)

    def _enrols(self, message: Message, buttons: list[str]) -> None:
        for wanted in (f"lang:{self._role.language}", f":{self._role.zone}", ":agree:"):
            if found := next((data for data in buttons if wanted in data), None):
                self._taps(message, found, self._random.randint(8, 50))
                if wanted.startswith("lang:"):
                    self._later(70, lambda: self.writes(self._role.born.isoformat()))
                return
        here, there = self._now(), self._now().astimezone(ZoneInfo(self._history.zone))
        answer = "yes" if (here.hour, here.minute) == (there.hour, there.minute) else "no"
        self._taps(message, next(data for data in buttons if data.endswith(f":{answer}")), 12)
        if answer == "no":
            self._later(40, lambda: self.writes(f"{self._now():%H:%M}"))

    def _is_offered(self, message: Message, buttons: list[str]) -> None:
        begin = next(data for data in buttons if data.startswith("flow:"))
        if begin.startswith("flow:before_visit:"):
            return  # they will say it at the visit
        urgent = self._day in (*self._role.worst, *self._role.breathless, *(day for day, _ in self._role.fevers))
        wait = self._random.randint(1, 12) if self._day == self._history.last else self._random.choice((2, 5, 9, 20, 45, 80))
        if urgent or self._random.random() < self._role.keeps:
            self._taps(message, begin, wait * 60)
        elif len(buttons) > 1 and self._random.random() < 0.4:
            self._taps(message, buttons[-1], wait * 60)

    def _is_asked(self, message: Message, buttons: list[str]) -> None:
        key = next(data for data in buttons if data.startswith("pause:")).split(":")[2]
        answer, data = self._answer(key), ""
        for button in buttons:
            if button.startswith("say:") and button.endswith(f":{answer}"):
                data = button
        wait = self._random.randint(4, 40)
        if self._random.random() < GIVES_UP and self._day not in self._role.worst:
            return
        if not answer:  # a question that no role knows: the first of its answers is the quiet one
            data = next((button for button in buttons if button.startswith("say:")), "")
        if data and (not answer or self._random.random() >= self._role.types):
            self._taps(message, data, wait)
        else:
            words = "Sí" if (answer, self._role.language) == ("yes", "es") else answer
            self._later(wait, lambda: self.writes(words))

    def _answer(self, key: str) -> str:
        role, day = self._role, self._day
        if key == "pain":
            return str(role.worst.get(day, max(0, min(7, round(course(role.pain, day) + self._random.gauss(0, 0.8))))))
        if key == "pain_where":
            return self._random.choice(role.where)
        if key == "fever":
            return "yes" if day in dict(role.fevers) else "no"
        if key == "temperature":
            return dict(role.fevers).get(day, "37.0")
        if key.startswith("bp") and role.pressure:
            systolic = round(course(role.pressure, day) + self._random.gauss(0, 4))
            return f"{systolic}/{round(systolic * 0.6) + self._random.randint(-3, 3)}"
        if key == "breathing":
            return "yes" if day in role.breathless else "no"
        return ""

    def _reads(self, message: Message) -> None:
        if self.greeted_by and message.text.startswith(self.greeted_by) and self._random.random() < self._role.thanks:
            words = self._random.choice(THANKS[self._role.language])
            self._later(60 * self._random.randint(1, 25), lambda: self.writes(words))

    def _taps(self, message: Message, data: str, seconds: int) -> None:
        def tap() -> None:
            for row, buttons in enumerate(message.buttons):
                for column, button in enumerate(buttons):
                    if button.get("callback_data") == data and not self._person.chat.blocked:
                        self._person.taps_at(message, row, column)
                        return

        self._later(seconds, tap)

    def _later(self, seconds: int, act: Callable[[], None]) -> None:
        self._history.at(self._history.now() + timedelta(seconds=seconds), act)

    def _now(self) -> datetime:
        return local(self._history.now(), self._role.zone)

    @property
    def _day(self) -> int:
        return self._history.day()


def course(points: tuple[tuple[int, float], ...], day: int) -> float:
    """The level on a day, straight from one point to the next."""
    for (before, low), (after, high) in pairwise(points):
        if before <= day <= after:
            return low + (high - low) * (day - before) / (after - before)
    return points[-1][1]
