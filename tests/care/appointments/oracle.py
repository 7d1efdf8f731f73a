"""Free slots reckoned another way: every minute of every calendar is asked whether a visit could begin then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from care.appointments import opening
from care.appointments.free_slots import Free, Shape, Times, free
from care.appointments.intervals import minute
from care.appointments.opening import Calendar, Exception_, Hours

A_DAY = timedelta(days=1)
# A zone and a Sunday on which its clock changes; Lord Howe by half an hour, Apia by a day that was not.
CHANGES = (
    ("Europe/London", date(2026, 3, 29)), ("Europe/London", date(2026, 10, 25)), ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)), ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)), ("America/Santiago", date(2026, 9, 6)), ("Africa/Cairo", date(2026, 4, 24)),
    ("Asia/Kathmandu", date(2026, 6, 1)), ("Pacific/Chatham", date(2026, 9, 27)), ("UTC", date(2026, 1, 1)))


@dataclass(frozen=True)
class Case:
    """Calendars, a visit, and what is asked."""

    calendars: tuple[Calendar, ...]
    needs: tuple[tuple[int, ...], ...]  # places in `calendars`
    shape: Shape
    busy: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[date]
    first: date
    last: date
    earliest: int
    before: int


def generated(random: Random) -> Case:
    zone, change = random.choice(CHANGES)
    first = change - A_DAY * random.randrange(3)
    last = first + A_DAY * random.randrange(1, 4)
    shape = Shape(*(5 * random.randint(*span) for span in ((1, 24), (1, 12))),
                  *(5 * random.choice((0, 0, 1, 2, 6)) for _ in range(2)))
    needs: list[tuple[int, ...]] = []
    calendars: list[Calendar] = []
    for _need in range(random.choice((1, 1, 2, 3))):
        ids = []
        for _one in range(random.choice((1, 1, 2))):
            ids.append(len(calendars))
            calendars.append(Calendar(
                len(calendars), 1, "clinician", "Dr", zone, "GB", _hours(random), _exceptions(random, first)))
        needs.append(tuple(ids))
    begin = minute(datetime.combine(first, time(0), ZoneInfo(zone)))
    busy = tuple(tuple((at, at + 5 * random.randint(1, 30)) for at in (
        begin + 5 * random.randrange(-50, 900) for _ in range(random.choice((0, 2, 8))))) for _ in calendars)
    holidays = frozenset(first + A_DAY * random.randrange(4) for _ in range(random.choice((0, 0, 1))))
    earliest = begin + random.randrange(-200, 1500)
    return Case(tuple(calendars), tuple(needs), shape, busy, holidays, first, last, earliest,
                minute(datetime.combine(last + A_DAY, time(0), ZoneInfo(zone))))


def _clock(random: Random) -> time:
    return time(random.randrange(24), 5 * random.randrange(12))


def _hours(random: Random) -> tuple[Hours, ...]:
    """Of any day, often in the hours in which clocks change, sometimes up to midnight, sometimes one over another."""
    found = []
    for _ in range(random.randint(1, 12)):
        starts = time(random.randrange(4), 5 * random.randrange(12)) if random.random() < 0.3 else _clock(random)
        ends = time(0) if random.random() < 0.1 else _clock(random)
        if ends == time(0) or starts < ends:
            found.append(Hours(random.randrange(7), starts, ends))
    return tuple(found)


def _exceptions(random: Random, first: date) -> tuple[Exception_, ...]:
    found = []
    for _ in range(random.choice((0, 0, 1, 3))):
        day = first + A_DAY * random.randrange(-1, 4)
        starts, ends = sorted((_clock(random), _clock(random)))
        opens = random.random() < 0.4
        whole = not opens and random.random() < 0.5
        if whole or starts < ends:
            found.append(Exception_(day, day + A_DAY * random.randrange(3), None if whole else starts, None if whole else ends,
                                    opens))
    return tuple(found)


def product(case: Case) -> list[Free]:
    """As the product computes it."""
    def closed(_calendar: Calendar, day: date) -> bool:
        return day in case.holidays

    times = [Times(one.id, opening.opened(one, case.first - A_DAY, case.last, closed),
                   opening.open_(one, case.first - A_DAY, case.last + A_DAY, closed), case.busy[one.id])
             for one in case.calendars]
    return free(case.shape, [[times[one] for one in need] for need in case.needs], case.earliest, case.before)


def brute_force(case: Case) -> list[Free]:
    """Minute by minute; wall times become instants by walking the clock, not by asking for an offset."""
    day_range = [case.first + A_DAY * ahead for ahead in range(-1, (case.last - case.first).days + 2)]
    open_minutes = [_open_minutes(one, day_range, case) for one in case.calendars]
    grids = [_grid(one, day_range[:-1], case) for one in case.calendars]
    taken = [{at for begin, end in spans for at in range(begin, end)} for spans in case.busy]
    found = []
    for start in range(case.earliest, case.before):
        chosen = []
        for number, need in enumerate(case.needs):
            fitting = [one for one in need if _fits(case.shape, start, open_minutes[one], taken[one])
                       and (number or start in grids[one])]
            if not fitting:
                break
            chosen.append(fitting[0])
        else:
            found.append(Free(start, tuple(chosen)))
    return found


def _fits(shape: Shape, start: int, open_minutes: set[int], taken: set[int]) -> bool:
    return (all(at in open_minutes for at in range(start, start + shape.length))
            and not any(at in taken for at in range(start - shape.before, start + shape.length + shape.after)))


def _open_minutes(calendar: Calendar, days: Sequence[date], case: Case) -> set[int]:
    found: set[int] = set()
    for begin, end in _opened(calendar, days, case):
        found |= set(range(begin, end))
    for one in calendar.exceptions:
        if not one.opens:
            for day in days:
                if one.first_day <= day <= one.last_day:
                    found -= set(range(*_span(calendar.zone, day, one.starts or time(0), one.ends or time(0))))
    return found


def _opened(calendar: Calendar, days: Sequence[date], case: Case) -> list[tuple[int, int]]:
    found = []
    for day in days:
        found += [_span(calendar.zone, day, one.starts, one.ends) for one in calendar.hours
                  if one.weekday == day.weekday() and day not in case.holidays]
        found += [_span(calendar.zone, day, one.starts, one.ends) for one in calendar.exceptions
                  if one.opens and one.starts is not None and one.ends is not None and one.first_day <= day <= one.last_day]
    return found


def _grid(calendar: Calendar, days: Sequence[date], case: Case) -> set[int]:
    return {start for begin, end in _opened(calendar, days, case) for start in range(begin, end, case.shape.step)}


def _span(zone: str, day: date, starts: time, ends: time) -> tuple[int, int]:
    return _first_minute(zone, day, starts), _first_minute(zone, day + A_DAY if ends == time(0) else day, ends)


_walked: dict[tuple[str, date], dict[datetime, int]] = {}


def _first_minute(zone: str, day: date, wall: time) -> int:
    """The first minute at which the wall shows this time; where it never does, as much later as the clock jumped."""
    if (zone, day) not in _walked:
        walk: dict[datetime, int] = {}
        begin = datetime.combine(day, time(0), UTC) - timedelta(hours=30)
        for ahead in range(78 * 60):
            at = begin + timedelta(minutes=ahead)
            walk.setdefault(at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0), minute(at))
        _walked[zone, day] = walk
    walk, wanted = _walked[zone, day], datetime.combine(day, wall)
    if wanted in walk:
        return walk[wanted]
    before = wanted
    while before not in walk:  # the last minute before the jump
        before -= timedelta(minutes=1)
    return walk[before] + (wanted - before) // timedelta(minutes=1)
