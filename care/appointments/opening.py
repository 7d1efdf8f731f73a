"""When a calendar is open: weekly hours on the site's wall, without holidays and leave, with what is open beside them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from care.appointments.intervals import Span, minus, minute, union
from care.heart.time import instant

A_DAY = timedelta(days=1)
MIDNIGHT = time(0)


@dataclass(frozen=True)
class Hours:
    """Every week on this weekday (0 is Monday); an end of 00:00 is midnight."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True)
class Exception_:
    """Days on which it is otherwise. `opens`: open at these times beside the weekly hours, on a holiday too; else closed, the
    whole day or at these times. What is closed is closed, whatever opens."""

    first_day: date
    last_day: date
    starts: time | None = None
    ends: time | None = None
    opens: bool = False
    why: str = ""
    id: int = 0


@dataclass(frozen=True)
class Calendar:
    """A clinician, a room or a piece of equipment (FHIR: the actor of a Schedule)."""

    id: int
    site_id: int
    kind: str
    name: str
    zone: str
    country: str
    hours: tuple[Hours, ...]
    exceptions: tuple[Exception_, ...] = ()
    staff_id: int | None = None


Holiday = Callable[[Calendar, date], bool]


def opened(calendar: Calendar, first: date, last: date, is_holiday: Holiday) -> list[Span]:
    """Each stretch for which it opens on these days, before anything is taken away. Visits are counted from its beginning."""
    found = []
    for day in days(first, last):
        if not is_holiday(calendar, day):
            found += [(one.starts, one.ends, day) for one in calendar.hours if one.weekday == day.weekday()]
        found += [(one.starts, one.ends, day) for one in calendar.exceptions
                  if one.opens and one.starts is not None and one.ends is not None and one.first_day <= day <= one.last_day]
    spans = {on_the_wall(calendar, day, starts, ends) for starts, ends, day in found}
    return sorted(span for span in spans if span[0] < span[1])  # the clock may jump over all of it


def shut(calendar: Calendar, first: date, last: date) -> list[Span]:
    """Leave, and whatever else closes it on these days."""
    return union(
        on_the_wall(calendar, day, one.starts or MIDNIGHT, one.ends or MIDNIGHT)
        for one in calendar.exceptions if not one.opens for day in days(max(first, one.first_day), min(last, one.last_day)))


def open_(calendar: Calendar, first: date, last: date, is_holiday: Holiday) -> list[Span]:
    return opened_and_open(calendar, first, last, is_holiday)[1]


def opened_and_open(calendar: Calendar, first: date, last: date, is_holiday: Holiday) -> tuple[list[Span], list[Span]]:
    """Both at once: each stretch for which it opens, and what of it is left."""
    spans = opened(calendar, first, last, is_holiday)
    return spans, minus(union(spans), shut(calendar, first, last))


def on_the_wall(calendar: Calendar, day: date, starts: time, ends: time) -> Span:
    last = day + A_DAY if ends == MIDNIGHT else day
    return minute_at(day, starts, calendar.zone), minute_at(last, ends, calendar.zone)


@lru_cache(maxsize=10_000)
def minute_at(day: date, clock: time, zone: str) -> int:
    """The minute at which a clock on the wall shows this: the same for all calendars of a site, and asked over and over."""
    return minute(instant(day, clock, zone))


def days(first: date, last: date) -> Iterator[date]:
    for ahead in range((last - first).days + 1):
        yield first + timedelta(days=ahead)
