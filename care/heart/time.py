"""Local time and instants: the only place that knows of zones and clock changes.

A local time is wall time in an IANA zone. Where the clock jumps over it, it moves forward by the jump; where the clock
shows it twice, the first one counts (RFC 5545, 3.3.5).
"""

import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

zoneinfo.reset_tzpath(())  # the rules that we have locked and tested, not those of whichever machine this runs on
RULES = version("tzdata")  # of clock changes
FURTHEST = 120  # days that a promise is reckoned ahead
A_MONTH = 31  # days
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


MIDNIGHT = time(0)  # as the end of a day


def instant(day: date, at: time, zone: str) -> datetime:
    """The instant (UTC) of a wall time on a day in a zone."""
    return datetime.combine(day, at.replace(fold=0), ZoneInfo(zone)).astimezone(UTC)


def closing(day: date, closes: time, zone: str) -> datetime:
    """The instant (UTC) at which a span of office hours on a day ends."""
    return instant(day + timedelta(days=1) if closes == MIDNIGHT else day, closes, zone)


def is_zone(name: str | None) -> bool:
    """Whether this names a zone that we know."""
    try:
        return bool(name) and ZoneInfo(name or "") is not None
    except (ZoneInfoNotFoundError, ValueError):
        return False


def local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def next_local(now: datetime, at: time, zone: str) -> datetime:
    """The next instant after `now` at which the wall shows this time."""
    today = local(now, zone).date()
    return next(when for ahead in range(3) if (when := instant(today + timedelta(days=ahead), at, zone)) > now)


def never(day: date) -> bool:
    return False


@dataclass(frozen=True)
class OfficeHours:
    """When someone is there: per weekday (Monday first), spans of wall time; one that ends at 00:00 ends at midnight."""

    spans: tuple[tuple[tuple[time, time], ...], ...]

    @classmethod
    def read(cls, words: str) -> "OfficeHours":
        """Read 'Mon-Fri 08:00-18:00, Sat 09:00-12:00'. Raises ValueError that says what would be right."""
        days: list[list[tuple[time, time]]] = [[] for _ in DAYS]
        for part in filter(None, (part.strip() for part in words.split(","))):
            found = re.fullmatch(r"(\w{3})(?:-(\w{3}))? (\d\d:\d\d)-(\d\d:\d\d)", part)
            if not found:
                raise ValueError(f"{part!r} is not like 'Mon-Fri 08:00-18:00'.")
            first, last = found[1].title(), (found[2] or found[1]).title()
            if first not in DAYS or last not in DAYS:
                raise ValueError(f"{part!r}: the days are {', '.join(DAYS)}.")
            opens, closes = (MIDNIGHT if clock == "24:00" else time.fromisoformat(clock) for clock in found.group(3, 4))
            if opens >= closes != MIDNIGHT or found[3] == "24:00":
                raise ValueError(f"{part!r} closes before it opens.")
            length = (DAYS.index(last) - DAYS.index(first)) % 7 + 1
            for step in range(length):
                days[(DAYS.index(first) + step) % 7].append((opens, closes))
        if not any(days):
            raise ValueError("give at least one span, such as 'Mon-Fri 08:00-18:00'.")
        return cls(tuple(tuple(sorted(spans)) for spans in days))

    def staffed(self, now: datetime, zone: str, closed: Callable[[date], bool] = never) -> bool:
        here = local(now, zone)
        return not closed(here.date()) and any(
            opens <= here.time() and (closes == MIDNIGHT or here.time() < closes)
            for opens, closes in self.spans[here.weekday()])

    def closed_last(self, now: datetime, zone: str, closed: Callable[[date], bool] = never) -> datetime | None:
        """When the last span that is over ended, on a day that is not `closed`; None if it was not within a month."""
        day = local(now, zone).date()
        for back in range(A_MONTH):
            then = day - timedelta(days=back)
            over = [end for _opens, closes in self.spans[then.weekday()] if (end := closing(then, closes, zone)) <= now]
            if over and not closed(then):
                return max(over)
        return None

    def after(self, now: datetime, minutes: int, zone: str, closed: Callable[[date], bool] = never) -> datetime:
        """The instant at which `minutes` of office time have passed since `now`; none passes on a day that is `closed`."""
        left, day = timedelta(minutes=minutes), local(now, zone).date()
        for ahead in range(FURTHEST):
            today = day + timedelta(days=ahead)
            if closed(today):
                continue
            for opens, closes in self.spans[today.weekday()]:
                begins, ends = max(instant(today, opens, zone), now), closing(today, closes, zone)
                if ends <= begins:
                    continue
                if ends - begins >= left:
                    return begins + left
                left -= ends - begins
        return now + timedelta(days=FURTHEST)
