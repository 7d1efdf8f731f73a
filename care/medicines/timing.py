"""Timings: when a medicine is to be taken, as plain data, and the occurrences that follow from it. No database, no clock.

A timing is written on the patient's wall: "08:00" means eight o'clock wherever the wall hangs. Only an interval ("every eight
hours") runs in real hours, whatever the wall shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from care.heart.time import DAYS, instant, local

A_DAY = timedelta(days=1)
LOOKED_AHEAD = 400  # days in which the next occurrence of any timing is found


@dataclass(frozen=True)
class Daily:
    """At these times, every day or every so many days from the first."""

    times: tuple[time, ...]
    every: int = 1


@dataclass(frozen=True)
class Weekly:
    """At these times on these weekdays; Monday is 0."""

    times: tuple[time, ...]
    days: tuple[int, ...]


@dataclass(frozen=True)
class Monthly:
    """At these times on these days of the month; in a month that is too short, on its last day."""

    times: tuple[time, ...]
    days: tuple[int, ...]


@dataclass(frozen=True)
class Cycle:
    """So many days on, so many off, and again: 21 and 7."""

    times: tuple[time, ...]
    on: int
    off: int


@dataclass(frozen=True)
class Step:
    """From this day on, until the next step: so much at these times. Without times it is a rest."""

    begins: date
    times: tuple[time, ...]
    amount: str


@dataclass(frozen=True)
class Steps:
    """A taper or a titration, every step of it dated and entered by the prescriber."""

    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Interval:
    """So many real hours after the last one was taken; the first one at this time."""

    hours: int
    first: time


@dataclass(frozen=True)
class AsNeeded:
    """When the patient needs it, at most so many times in 24 hours, so many hours apart."""

    most: int
    hours_between: int = 0


Calendar: TypeAlias = Daily | Weekly | Monthly | Cycle | Steps
Timing: TypeAlias = Calendar | Interval | AsNeeded
KINDS: dict[str, type[Timing]] = {
    "daily": Daily, "weekly": Weekly, "monthly": Monthly, "cycle": Cycle, "steps": Steps, "interval": Interval,
    "as_needed": AsNeeded}
AT_MOST = {"every": 366, "on": 366, "off": 366, "hours": 24 * 366, "most": 48, "hours_between": 24}


class Occurrence(NamedTuple):
    """One time that a medicine is due. The day and the slot say which one it is, whenever it comes to be asked."""

    local_date: date
    slot: int
    local_time: time
    due_at: datetime
    amount: str | None  # where the step says how much


# Occurrences


def between(
    timing: Calendar, begins: date, ends: date | None, zone: str, since: datetime, until: datetime,
) -> list[Occurrence]:
    """The occurrences due from `since` on and before `until`, the earliest first.

    Two times that a clock change pushes onto the same moment are one: nobody is told to take two at once.
    """
    first, last = local(since, zone).date() - A_DAY, local(until, zone).date() + A_DAY
    found: dict[datetime, Occurrence] = {}
    for day in _days(max(first, begins), min(last, ends or last)):
        times, amount = times_on(timing, begins, day)
        for slot, at in enumerate(times):
            due = instant(day, at, zone)
            on_its_time = local(due, zone).time() == at
            if since <= due < until and (on_its_time or due not in found):
                found[due] = Occurrence(day, slot, at, due, amount)
    return [found[due] for due in sorted(found)]


def following(timing: Calendar, begins: date, ends: date | None, zone: str, since: datetime) -> datetime | None:
    """When the first occurrence from `since` on is due; None if there is none."""
    for ahead in (2, 40, LOOKED_AHEAD):
        if found := between(timing, begins, ends, zone, since, since + timedelta(days=ahead)):
            return found[0].due_at
    return None


def times_on(timing: Calendar, begins: date, day: date) -> tuple[tuple[time, ...], str | None]:
    """The times on a day's wall, and how much if a step says so. Whether the order still runs is not asked here."""
    match timing:
        case Daily(times, every):
            return (times if (day - begins).days % every == 0 else ()), None
        case Weekly(times, days):
            return (times if day.weekday() in days else ()), None
        case Monthly(times, days):
            last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - A_DAY
            return (times if day.day in days or (day == last and max(days) > last.day) else ()), None
        case Cycle(times, on, off):
            return (times if (day - begins).days % (on + off) < on else ()), None
        case Steps(steps):
            begun = [step for step in steps if step.begins <= day]
            return (begun[-1].times, begun[-1].amount) if begun else ((), None)


def spacing(timing: Timing) -> timedelta:
    """The shortest time between two doses, as the wall has it."""
    match timing:
        case Interval(hours, _):
            return timedelta(hours=hours)
        case AsNeeded(_, hours):
            return timedelta(hours=hours)
        case Steps(steps):
            return min((_shortest(step.times) for step in steps if step.times), default=A_DAY)
        case _:
            return _shortest(timing.times)


def _shortest(times: tuple[time, ...]) -> timedelta:
    minutes = [at.hour * 60 + at.minute for at in times]
    around = [*minutes, minutes[0] + 24 * 60]
    return timedelta(minutes=min(after - before for before, after in pairwise(around)))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))


# Read and written: what is stored, and what staff send


def read(data: Any) -> Timing:
    """A timing from plain data: {"kind": "daily", "times": ["08:00", "20:00"]}. Raises ValueError that says what would be
    right."""
    if not isinstance(data, dict) or data.get("kind") not in KINDS:
        raise ValueError(f"kind must be one of: {', '.join(KINDS)}")
    kind = KINDS[data["kind"]]
    allowed = {field.name for field in fields(kind)}
    if unknown := sorted(set(data) - allowed - {"kind"}):
        raise ValueError(f"{data['kind']} knows no {', '.join(unknown)}; it takes {', '.join(sorted(allowed))}")
    try:
        return kind(**{name: _field(kind, name, value) for name, value in data.items() if name != "kind"})
    except TypeError:
        raise ValueError(f"{data['kind']} needs {', '.join(sorted(allowed))}") from None


def _field(kind: type[Timing], name: str, value: Any) -> Any:
    match name:
        case "times":
            return _times(value)
        case "first":
            return _time(value)
        case "days" if kind is Weekly:
            if not isinstance(value, list) or not value or not set(map(str, value)) <= set(DAYS):
                raise ValueError(f"days must be some of: {', '.join(DAYS)}")
            return tuple(sorted({DAYS.index(day) for day in value}))
        case "days":
            if not isinstance(value, list) or not value:
                raise ValueError("days must be some days of the month, such as [1, 15]")
            return tuple(sorted({_whole("days", day, 31) for day in value}))
        case "steps":
            return _steps(value)
        case _:
            return _whole(name, value, AT_MOST[name], least=0 if name == "hours_between" else 1)


def _times(value: Any, empty: bool = False) -> tuple[time, ...]:
    if not isinstance(value, list) or not (value or empty):
        raise ValueError('times must be a list such as ["08:00", "20:00"]')
    times = tuple(sorted(map(_time, value)))
    if len(set(times)) < len(times):
        raise ValueError("a time may stand only once; say how much in the amount")
    return times


def _time(value: Any) -> time:
    try:
        found = time.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is no time such as 08:00") from None
    if found.tzinfo or found.second or found.microsecond:
        raise ValueError(f"{value!r}: hours and minutes only, such as 08:00")
    return found


def _steps(value: Any) -> tuple[Step, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("steps must be a list, each with begins, times and amount")
    steps = []
    for one in value:
        if not isinstance(one, dict) or set(one) != {"begins", "times", "amount"} or not isinstance(one["amount"], str):
            raise ValueError("each step needs begins, times and amount")
        steps.append(Step(_date(one["begins"]), _times(one["times"], empty=True), one["amount"].strip()))
    if any(after.begins <= before.begins for before, after in pairwise(steps)):
        raise ValueError("each step must begin after the one before it")
    if any(step.times and not step.amount for step in steps):
        raise ValueError("each step with times needs an amount")
    return tuple(steps)


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is no date such as 2026-12-01") from None


def _whole(name: str, value: Any, most: int, least: int = 1) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}")
    return value


def written(timing: Timing) -> dict[str, Any]:
    """A timing as plain data; `read` gives the same timing back."""
    kind = next(name for name, one in KINDS.items() if isinstance(timing, one))
    return {"kind": kind, **{field.name: _plain(timing, field.name) for field in fields(timing)}}


def _plain(timing: Timing, name: str) -> Any:
    value = getattr(timing, name)
    if isinstance(timing, Weekly) and name == "days":
        return [DAYS[day] for day in value]
    if name == "steps":
        return [{"begins": step.begins.isoformat(), "times": [_hm(at) for at in step.times], "amount": step.amount}
                for step in value]
    if isinstance(value, tuple):
        return [_hm(one) if isinstance(one, time) else one for one in value]
    return _hm(value) if isinstance(value, time) else value


def _hm(at: time) -> str:
    return at.strftime("%H:%M")
