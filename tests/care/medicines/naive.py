"""When doses are due, worked out a second time and in another way: every day is walked through, and a wall time is found by
searching for the instant that shows it. Nothing of care/medicines/timing.py is used but the data."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from care.medicines.timing import Calendar, Cycle, Daily, Monthly, Steps, Weekly

A_DAY, HALF_A_DAY, A_SECOND = timedelta(days=1), timedelta(hours=36), timedelta(seconds=1)
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def expand(
    timing: Calendar, begins: date, ends: date | None, zone: str, first: date, last: date,
) -> list[tuple[date, datetime]]:
    """(day, instant) of every dose of these days. Of two at one instant the one whose own time it is counts."""
    due: dict[datetime, tuple[date, bool]] = {}
    day, since_begun = begins, 0
    while day <= last and (ends is None or day <= ends):
        if day >= first:
            for at in times_of(timing, day, since_begun):
                moment = instant_of(datetime.combine(day, at), zone)
                shown = shows(moment, zone) == datetime.combine(day, at)
                if moment not in due or shown:
                    due[moment] = (day, shown)
        day, since_begun = day + A_DAY, since_begun + 1
    return sorted((day, moment) for moment, (day, _) in due.items())


def times_of(timing: Calendar, day: date, since_begun: int) -> tuple[time, ...]:
    match timing:
        case Daily():
            while since_begun >= timing.every:
                since_begun -= timing.every
            return timing.times if since_begun == 0 else ()
        case Weekly():
            return timing.times if day.strftime("%A") in [NAMES[number] for number in timing.days] else ()
        case Monthly():
            longest = monthrange(day.year, day.month)[1]
            return timing.times if day.day in {min(wanted, longest) for wanted in timing.days} else ()
        case Cycle():
            days = [True] * timing.on + [False] * timing.off
            return timing.times if days[since_begun % len(days)] else ()
        case Steps():
            now = None
            for step in timing.steps:
                if not day < step.begins:
                    now = step
            return now.times if now else ()


@cache
def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def shows(moment: datetime, zone: str) -> datetime:
    """What the wall shows at an instant: the one thing that is asked of zoneinfo."""
    return moment.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)


def offset(moment: datetime, zone: str) -> timedelta:
    return shows(moment, zone) - moment.replace(tzinfo=None)


@cache
def instant_of(wall: datetime, zone: str) -> datetime:
    """The first instant that shows this; if none does, as much later as the clock was put forward."""
    about = wall.replace(tzinfo=UTC)
    early, late = about - HALF_A_DAY, about + HALF_A_DAY
    tried = sorted({about - offset(early, zone), about - offset(late, zone)})
    for moment in tried:
        if shows(moment, zone) == wall:
            return moment
    before = offset(early, zone)
    while late - early > A_SECOND:  # the change of the clock lies between these
        middle = early + (late - early) / 2
        if offset(middle, zone) == before:
            early = middle
        else:
            late = middle
    return about - before


def changes_of_the_clock(zone: str, first: int, last: int) -> list[datetime]:
    """Every change from the first year to the last, to the minute."""
    found, step = [], timedelta(days=3)
    moment, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while moment < end:
        if offset(moment, zone) != offset(moment + step, zone):
            early, late = moment, moment + step
            while late - early > timedelta(minutes=1):
                middle = early + (late - early) / 2
                early, late = (middle, late) if offset(middle, zone) == offset(early, zone) else (early, middle)
            found.append(late.replace(second=0, microsecond=0))
        moment += step
    return found
