"""Public holidays: the days on which nobody is taken to be in the office. The rules are data, in content/holidays."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from content import FOLDER

COUNTRIES: Final = FOLDER / "holidays"
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WHICH: Final = ("first", "second", "third", "fourth")
SATURDAY, SUNDAY = 5, 6
A_DAY = timedelta(days=1)


def known_countries() -> list[str]:
    """The two-letter codes of the countries whose holidays we know."""
    return sorted(file.stem for file in COUNTRIES.glob("*.toml"))


@cache
def in_year(country: str, year: int) -> dict[date, str]:
    """The holidays that fall in a year, by day, with their names; none for a country that we do not know."""
    around = [_of_rules(country, one) for one in (year - 1, year, year + 1)]  # a moved day may leave its own year
    return {day: name for days in around for day, name in sorted(days.items()) if day.year == year}


def is_holiday(country: str, day: date) -> bool:
    return day in in_year(country, day.year)


def note(country: str) -> str:
    """What is not in a country's holidays, and a clinic must add; empty for a country that we do not know."""
    return str(_rules(country).get("note", ""))


@cache
def _rules(country: str) -> dict[str, Any]:
    file = COUNTRIES / f"{country}.toml"
    if country not in known_countries():
        return {}
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _of_rules(country: str, year: int) -> dict[date, str]:
    kept = [(day, rule) for rule in _rules(country).get("holiday", ()) if year >= rule.get("since", 0)
            for day in _days(rule, year)]
    days = {day: rule["name"] for day, rule in kept}
    for day, rule in kept:
        instead = _moved(day, rule.get("moved", ""), days)
        days.setdefault(instead, f"{rule['name']} (substitute day)")
    return days


def _days(rule: dict[str, Any], year: int) -> Iterator[date]:
    if "on" in rule:
        month, day = map(int, rule["on"].split("-"))
        yield date(year, month, day)
    elif "easter" in rule:
        yield easter(year) + timedelta(days=rule["easter"])
    else:
        yield _weekday(rule["weekday"], year)


def _weekday(words: str, year: int) -> date:
    """'last Mon of May', or 'Mon before 05-25'. Raises ValueError for anything else."""
    if found := re.fullmatch(r"(\w{3}) before (\d\d)-(\d\d)", words):
        day = date(year, int(found[2]), int(found[3])) - A_DAY
        return day - timedelta(days=(day.weekday() - DAYS.index(found[1])) % 7)
    found = re.fullmatch(r"(first|second|third|fourth|last) (\w{3}) of (\w{3})", words)
    if not found:
        raise ValueError(f"{words!r} is not like 'last Mon of May'")
    wanted, month = DAYS.index(found[2]), MONTHS.index(found[3]) + 1
    if found[1] == "last":
        end = date(year + month // 12, month % 12 + 1, 1) - A_DAY
        return end - timedelta(days=(end.weekday() - wanted) % 7)
    begin = date(year, month, 1)
    return begin + timedelta(days=(wanted - begin.weekday()) % 7 + 7 * WHICH.index(found[1]))


def _moved(day: date, how: str, taken: dict[date, str]) -> date:
    """The day that is free instead, or the day itself. Raises ValueError for a way of moving that we do not know."""
    match how, day.weekday():
        case "weekend to nearest", 5:
            return day - A_DAY
        case ("weekend to nearest" | "Sunday to Monday"), 6:
            return day + A_DAY
        case "Sunday to Saturday", 6:
            return day - A_DAY
        case "weekend to Monday", (5 | 6):
            while day.weekday() >= SATURDAY or day in taken:
                day += A_DAY
            return day
        case ("" | "weekend to nearest" | "Sunday to Monday" | "Sunday to Saturday" | "weekend to Monday"), _:
            return day
    raise ValueError(f"{how!r} is not a way in which a holiday moves")


def easter(year: int) -> date:
    """Easter Sunday of the western churches (the anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * e) // 451
    month, day = divmod(h + e - 7 * m + 114, 31)
    return date(year, month, day + 1)
