"""`python -m tests.care.medicines.dose_campaign`: invented regimens in every zone, and every change of the clock there is to
come, held against naive.py."""

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from random import Random
from time import perf_counter
from types import SimpleNamespace
from zoneinfo import available_timezones

from care.heart.time import RULES
from care.medicines import planning, timing
from care.medicines.timing import Calendar, Cycle, Daily, Interval, Monthly, Step, Steps, Weekly
from tests.care.medicines import by_icalendar, naive

ROOT = Path(__file__).parents[3]
FIRST, LAST = 2025, 2030
A_DAY = timedelta(days=1)
HALF_HOURS = tuple(time(hour, minute) for hour in range(24) for minute in (0, 30))
ZONES = sorted(available_timezones() - {"localtime", "Factory"})


@dataclass
class Tally:
    """What was compared, and how it came out."""

    regimens: Counter[str] = field(default_factory=Counter)
    zones: set[str] = field(default_factory=set)
    thrice: int = 0  # of them, against recurring_ical_events as well
    occurrences: int = 0
    moved: int = 0  # asked later than ordered: the clock skips that time
    transitions: int = 0
    windows: int = 0
    mismatches: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


def some_times(random: Random) -> tuple[time, ...]:
    """One to six times of day, often in the hours in which clocks are changed."""
    hours = range(24) if random.random() < 0.5 else (0, 1, 2, 3, 23)
    return tuple(sorted({time(random.choice(hours), random.choice((0, 15, 30, 45))) for _ in range(random.randint(1, 6))}))


def some_timing(random: Random, begins: date) -> Calendar:
    match random.choice(("daily", "daily", "every", "weekly", "monthly", "cycle", "steps")):
        case "daily":
            return Daily(some_times(random))
        case "every":
            return Daily(some_times(random), random.randint(2, 30))
        case "weekly":
            return Weekly(some_times(random), tuple(sorted(random.sample(range(7), random.randint(1, 6)))))
        case "monthly":
            return Monthly(some_times(random), tuple(sorted(random.sample(range(1, 32), random.randint(1, 4)))))
        case "cycle":
            return Cycle(some_times(random), random.randint(1, 28), random.randint(1, 14))
        case _:
            steps, day = [], begins
            for _ in range(random.randint(1, 5)):
                steps.append(Step(day, some_times(random) if random.random() < 0.9 else (), "1 tablet"))
                day += timedelta(days=random.randint(1, 14))
            return Steps(tuple(steps))


def compare(random: Random, tally: Tally, thrice: bool = False) -> None:
    """One regimen, over some weeks that begin anywhere in its life, often around a change of the clock; `thrice`: held against
    recurring_ical_events too."""
    zone = random.choice(ZONES)
    begins = date(FIRST, 1, 1) + timedelta(days=random.randrange(365 * (LAST - FIRST)))
    ends = begins + timedelta(days=random.randint(0, 400)) if random.random() < 0.4 else None
    how = some_timing(random, begins)
    assert timing.read(timing.written(how)) == how
    changes = changes_in(zone) if random.random() < 0.7 else []
    around = [change.date() for change in changes if begins <= change.date()]
    first = random.choice(around) - timedelta(days=3) if around else begins + timedelta(days=random.randint(-3, 200))
    last = first + timedelta(days=random.randint(1, 30))
    since, until = (naive.instant_of(datetime.combine(day, time()), zone) for day in (first, last))
    found = timing.between(how, begins, ends, zone, since, until)
    wanted = [(day, due) for day, due in naive.expand(how, begins, ends, zone, first - A_DAY, last + A_DAY)
              if since <= due < until]
    if sorted((one.local_date, one.due_at) for one in found) != wanted:
        tally.mismatches.append(f"{zone} {how} begins {begins}: {since} to {until}")
    if thrice:
        tally.thrice += 1
        if {one.due_at for one in found} != by_icalendar.expand(how, begins, ends, zone, since, until):
            tally.mismatches.append(f"recurring_ical_events: {zone} {how} begins {begins}, ends {ends}: {since} to {until}")
    walls = [naive.shows(one.due_at, zone) for one in found]
    if len(set(walls)) < len(walls):
        tally.doubled.append(f"{zone} {how} begins {begins}: {since} to {until}")
    tally.regimens[type(how).__name__] += 1
    tally.zones.add(zone)
    tally.occurrences += len(found)
    tally.moved += sum(wall != datetime.combine(one.local_date, one.local_time) for wall, one in zip(walls, found, strict=True))


def compare_interval(random: Random, tally: Tally) -> None:
    """So many real hours after the last one was taken, or was due if it was not: added up in UTC, and only then put on the
    wall."""
    zone, hours = random.choice(ZONES), random.choice((4, 6, 8, 12, 24, 48, 72, 168))
    begins = date(FIRST, 1, 1) + timedelta(days=random.randrange(365 * (LAST - FIRST)))
    if (changes := changes_in(zone)) and random.random() < 0.7:
        begins = random.choice(changes).date() - timedelta(days=random.randint(0, 3))
    how, patient = Interval(hours, random.choice(some_times(random))), SimpleNamespace(time_zone=zone)
    now, wanted = naive.instant_of(datetime.combine(begins, time()), zone), None
    last, first = None, naive.instant_of(datetime.combine(begins, how.first), zone)
    for number in range(8):
        wanted = first if wanted is None else wanted + timedelta(hours=hours)
        one = planning._next_of(SimpleNamespace(now=now), patient, how, last, begins)  # type: ignore[arg-type]
        wall = naive.shows(wanted, zone)
        if (one.due_at, one.local_date, one.local_time, one.slot) != (wanted, wall.date(), wall.time(), 1000 + number):
            tally.mismatches.append(f"{zone} every {hours} h, first {how.first} on {begins}: {one} is not {wanted}")
        late = timedelta(minutes=random.choice((-90, 0, 7, 60, 119))) if random.random() < 0.7 else None
        last = SimpleNamespace(
            due_at=wanted, opens_at=wanted - timedelta(hours=2), slot=one.slot, state="no_answer" if late is None else "taken",
            taken_at=None if late is None else wanted + late)
        wanted = now = wanted if late is None else wanted + late
        tally.occurrences += 1
    tally.regimens["Interval"] += 1
    tally.zones.add(zone)


CHANGES: dict[str, list[datetime]] = {}


def changes_in(zone: str) -> list[datetime]:
    if zone not in CHANGES:
        CHANGES[zone] = naive.changes_of_the_clock(zone, FIRST, LAST)
    return CHANGES[zone]


def census(zones: list[str], tally: Tally, every: int = 1) -> None:
    """A dose a day at each half-hour, over each change of the clock: one for each day, at the right instant."""
    for zone in zones:
        for change in changes_in(zone)[::every]:
            tally.transitions += 1
            day = change.date() - 2 * A_DAY
            since = datetime.combine(day, time(), UTC) - A_DAY
            for at in HALF_HOURS:
                found = timing.between(Daily((at,)), day, day + 4 * A_DAY, zone, since, since + timedelta(days=9))
                wanted = [(day + ahead * A_DAY, naive.instant_of(datetime.combine(day + ahead * A_DAY, at), zone))
                          for ahead in range(5)]
                tally.windows += 1
                if [(one.local_date, one.due_at) for one in found] != wanted:
                    tally.mismatches.append(f"{zone} daily at {at} around {change}")


def report(tally: Tally, seed: int, seconds: float) -> str:
    kinds = ", ".join(f"{count:,} {kind.lower()}" for kind, count in tally.regimens.most_common())
    n, changing = tally.regimens.total(), sum(map(bool, CHANGES.values()))
    return f"""\
# Doses at the right moment

`make doses` wrote this. Invented regimens, {FIRST} to {LAST}, by the rules of clock changes in tzdata {RULES}, against a
second way of working out the same: every day walked through, every wall time found by searching for the instant that shows it;
and **{tally.thrice:,}** of them against a third: as recurring events of RFC 5545, expanded by recurring_ical_events
{version("recurring-ical-events")}, which is other people's code.

- regimens: **{n:,}** ({kinds}) in {len(tally.zones)} of {len(ZONES)} zones, seed {seed}; {tally.occurrences:,} doses, of
  which {tally.moved:,} at a time that the clock skips
- mismatches: **{len(tally.mismatches)}**; wall times at which two doses of one regimen are due: **{len(tally.doubled)}**.
  With none, at 95 % fewer than {3 / n:.3%} of such regimens are planned wrongly.
- the census: {tally.transitions:,} changes of the clock in {changing} zones, {tally.windows:,} windows of five days (a dose
  a day at each of 48 half-hours): each day has one dose, at the right instant
- {seconds:,.0f} s

What this does not show: both ways ask the same tzdata what the clock shows at an instant, and regimens of real clinics may look
different. Intervals are held against the second way only: RFC 5545 has no word for "after the last one was taken".
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--regimens", type=int, default=20_000)
    parser.add_argument("--thrice", type=int, default=10_000, help="so many of them against recurring_ical_events too")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    tally, random, began = Tally(), Random(args.seed), perf_counter()
    for number in range(args.regimens):
        compare(random, tally, thrice=number < args.thrice)
        if number % 5 == 0:
            compare_interval(random, tally)
    census(ZONES, tally)
    written = report(tally, args.seed, perf_counter() - began)
    print("\n".join([*tally.mismatches[:20], *tally.doubled[:20]]), file=sys.stderr)
    (ROOT / "docs" / "evidence" / "doses.md").write_text(written, encoding="utf-8")
    print(written)
    return 1 if tally.mismatches or tally.doubled else 0


if __name__ == "__main__":
    sys.exit(main())
