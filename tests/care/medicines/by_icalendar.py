"""When doses are due, worked out a third time, by other people's code: a timing becomes recurring events (RFC 5545), which
recurring_ical_events expands."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import recurring_ical_events
from icalendar import Calendar as Events
from icalendar import Event

from care.medicines.timing import Calendar, Cycle, Daily, Monthly, Steps, Weekly
from tests.care.medicines.naive import zone_of

A_DAY = timedelta(days=1)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Rule = dict[str, Any]


def expand(timing: Calendar, begins: date, ends: date | None, zone: str, since: datetime, until: datetime) -> set[datetime]:
    """The instants from `since` on and before `until` at which a dose is due."""
    events = Events()
    for first, last, at, rule in _recurring(timing, begins, ends):
        if last is None or first <= last:
            events.add_component(_event(datetime.combine(first, at, zone_of(zone)), last, rule))
    found = recurring_ical_events.of(events).between(since - A_DAY, until + A_DAY)
    instants = {datetime.fromtimestamp(one["DTSTART"].dt.timestamp(), tz=since.tzinfo) for one in found}
    return {one for one in instants if since <= one < until}


def _event(begins: datetime, last: date | None, rule: Rule) -> Event:
    if last:
        rule = rule | {"until": datetime.combine(last, time(23, 59, 59), begins.tzinfo).astimezone(zone_of("UTC"))}
    event = Event()
    event.add("uid", f"{begins}-{rule}")
    event.add("dtstart", begins)
    event.add("rrule", rule)
    return event


def _recurring(timing: Calendar, begins: date, ends: date | None) -> Iterator[tuple[date, date | None, time, Rule]]:
    """(first day that counts, last day, time, rule) of each recurring event that a timing is made of."""
    match timing:
        case Daily(times, every):
            yield from ((begins, ends, at, {"freq": "daily", "interval": every}) for at in times)
        case Weekly(times, days):
            for day in days:
                first = begins + (day - begins.weekday()) % 7 * A_DAY
                yield from ((first, ends, at, {"freq": "weekly", "byday": DAYS[day]}) for at in times)
        case Monthly(times, days):
            for day in days:  # in a month that is too short, its last day: the last there is of the 28th, the 29th, ...
                rule = {"freq": "monthly", "bymonthday": list(range(min(day, 28), day + 1)), "bysetpos": -1}
                first = next(one for one in (begins + ahead * A_DAY for ahead in range(62))
                             if one.day == day or (one.day < day and (one + A_DAY).day == 1))
                yield from ((first, ends, at, rule) for at in times)
        case Cycle(times, on, off):
            for ahead in range(on):
                yield from ((begins + ahead * A_DAY, ends, at, {"freq": "daily", "interval": on + off}) for at in times)
        case Steps(steps):
            for number, step in enumerate(steps):
                over = steps[number + 1].begins - A_DAY if number + 1 < len(steps) else None
                last = min(filter(None, (over, ends)), default=None)
                yield from ((max(step.begins, begins), last, at, {"freq": "daily"}) for at in step.times)
