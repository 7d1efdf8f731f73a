"""On which days something is asked: daily, on weekdays, every few days, or ever less often after a day that counts.

    daily    Mon Wed Fri    Mon-Fri    weekly    every 3 days
    from day 1 daily to day 7, every 2 days to day 14, weekly to day 30

Days are counted from the plan's own day 0: when it began, or a discharge, an operation, a due date.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from care.heart.time import DAYS

FORM = re.compile(r"(?:from day (-?\d+) )?(.+?)(?: to day (-?\d+))?")
RIGHT = "such as 'daily', 'Mon Wed Fri', 'weekly', 'every 3 days', or 'from day 1 daily to day 7, weekly to day 30'"
LONGEST_STEP = 366  # days
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A stretch of days with one rhythm; `first` and `last` are numbers of days, None where it has no end on that side."""

    first: int | None
    last: int | None
    every: int = 1
    weekdays: frozenset[int] = frozenset(range(7))  # Monday is 0

    def holds(self, number: int, weekday: int) -> bool:
        begun = self.first is None or number >= self.first
        return begun and weekday in self.weekdays and (number - (self.first or 0)) % self.every == 0


@dataclass(frozen=True)
class Schedule:
    spans: tuple[Span, ...]

    @classmethod
    def read(cls, words: str) -> "Schedule":
        """Raises ValueError that says what would be right."""
        spans: list[Span] = []
        for part in (part.strip() for part in words.split(",")):
            found = FORM.fullmatch(part)
            if not found or (spans and (found[1] or spans[-1].last is None)):
                raise ValueError(f"{words!r} is no schedule: give one {RIGHT}.")
            first = int(found[1]) if found[1] else None
            if spans and spans[-1].last is not None:
                first = spans[-1].last + 1
            last = int(found[3]) if found[3] else None
            if first is not None and last is not None and last < first:
                raise ValueError(f"{part!r} ends before it begins.")
            spans.append(Span(first, last, *_rhythm(found[2])))
        return cls(tuple(spans))

    def falls_on(self, day: date, day_0: date) -> bool:
        number = (day - day_0).days
        span = next((span for span in self.spans if span.last is None or number <= span.last), None)
        return span is not None and span.holds(number, day.weekday())

    def next_day(self, after: date, day_0: date) -> date | None:
        """The first day after this one; None if there is none any more."""
        day = after + A_DAY
        if self.spans[0].first is not None:
            day = max(day, day_0 + timedelta(days=self.spans[0].first))
        last = self.last_day(day_0)
        for _ in range(LONGEST_STEP * len(self.spans) + 7):
            if last and day > last:
                return None
            if self.falls_on(day, day_0):
                return day
            day += A_DAY
        return None

    def last_day(self, day_0: date) -> date | None:
        """The day after which nothing is asked any more; None if it goes on."""
        last = self.spans[-1].last
        return None if last is None else day_0 + timedelta(days=last)


def _rhythm(words: str) -> tuple[int, frozenset[int]]:
    every_day = frozenset(range(7))
    if words == "daily":
        return 1, every_day
    if words == "weekly":
        return 7, every_day
    if (found := re.fullmatch(r"every (\d{1,3}) days", words)) and 1 <= int(found[1]) <= LONGEST_STEP:
        return int(found[1]), every_day
    return 1, frozenset(day for part in words.split(" ") for day in _weekdays(part, words))


def _weekdays(part: str, words: str) -> list[int]:
    first, dash, last = part.partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        raise ValueError(f"{words!r} is no schedule: give one {RIGHT}.")
    begins = DAYS.index(first)
    length = (DAYS.index(last) - begins) % 7 + 1 if dash else 1
    return [(begins + step) % 7 for step in range(length)]
