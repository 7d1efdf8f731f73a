"""Wishes: "next Tuesday afternoon", as patients type it in any of their languages, read as days and a part of the day.

A reading is never acted on before the patient has said that it is meant. Words are in content/appointments/wishes.toml.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from unicodedata import combining, normalize

from care.heart.language import locale_of
from content import FOLDER

WORDS = FOLDER / "appointments" / "wishes.toml"
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
LONGEST = 100  # characters; a wish is short
STEM = 4  # letters by which a weekday is known, whatever its ending
HAS_A_DATE = re.compile(r"\d")


@dataclass(frozen=True)
class Wish:
    """The first day it may mean, and the last; `or_else` is the other day that may be meant. `part` of the day, if one is."""

    first: date
    last: date
    part: str | None = None
    or_else: date | None = None


def read(words: str, language: str, today: date) -> Wish | None:
    """What these words may mean; None if they are no wish for a time to come."""
    if len(words) > LONGEST:
        return None
    left, said = _plain(words), _said(language)
    part = None
    for one in ("after_tomorrow", "morning", "afternoon"):  # "pasado mañana" is no morning
        rest, there = _without(left, said[one])
        if not there:
            continue
        if one == "after_tomorrow":
            return Wish(today + 2 * A_DAY, today + 2 * A_DAY, _part(rest, said))
        left, part = rest, one
        break
    return _day(left, said, language, today, part) or (_only_part(left, part, today))


def _part(left: str, said: dict[str, Any]) -> str | None:
    return next((one for one in ("morning", "afternoon") if _without(left, said[one])[1]), None)


def _day(left: str, said: dict[str, Any], language: str, today: date, part: str | None) -> Wish | None:
    monday = today - today.weekday() * A_DAY
    weekday = _weekday(left, language)
    weeks = (("next_week", monday + A_WEEK, monday + A_WEEK + 6 * A_DAY), ("this_week", today, monday + 6 * A_DAY))
    for one, first, last in weeks:
        if _without(left, said[one])[1]:
            if weekday is not None:
                day = first - first.weekday() * A_DAY + weekday * A_DAY
                return Wish(day, day, part) if day >= today else None
            return Wish(first, last, part)
    if weekday is not None and not HAS_A_DATE.search(left):
        nearest = today + ((weekday - today.weekday() - 1) % 7 + 1) * A_DAY
        return Wish(nearest, nearest, part, nearest + A_WEEK if _without(left, said["next"])[1] else None)
    for one, ahead in (("today", 0), ("tomorrow", 1)):
        if _without(left, said[one])[1]:
            return Wish(today + ahead * A_DAY, today + ahead * A_DAY, part)
    day_found = _date(left, language, today)
    return Wish(day_found, day_found, part) if day_found else None


def _only_part(left: str, part: str | None, today: date) -> Wish | None:
    """"In the mornings": any day."""
    return Wish(today, today + 4 * A_WEEK, part) if part and len(left.split()) <= 2 else None


def _date(left: str, language: str, today: date) -> date | None:
    """A date that dateparser knows: "3 December", "in two weeks"."""
    from dateparser import parse  # type: ignore[import-untyped]  # a third of a second to import, and few patients type a date

    if not left.strip():
        return None
    found = parse(left, languages=[language.split("-")[0]], settings={
        "RELATIVE_BASE": datetime.combine(today, datetime.min.time()), "PREFER_DATES_FROM": "future", "DATE_ORDER": "DMY",
        "STRICT_PARSING": False, "RETURN_AS_TIMEZONE_AWARE": False, "REQUIRE_PARTS": ["day"]})
    day = found.date() if found else None
    return day if day and today <= day <= today + timedelta(days=366) else None


def _weekday(left: str, language: str) -> int | None:
    for word in re.findall(r"[^\W\d_]+", left):
        for number, names in _weekdays(language).items():
            if any(word == name or (len(name) > STEM and word[:STEM] == name[:STEM]) for name in names):
                return number
    return None


@cache
def _weekdays(language: str) -> dict[int, tuple[str, ...]]:
    known = locale_of(language).days
    return {number: tuple(dict.fromkeys(
        _plain(known[where][width][number]).strip(".").split("-")[0]
        for where in ("format", "stand-alone") for width in ("wide", "abbreviated"))) for number in range(7)}


@cache
def _said(language: str) -> dict[str, list[str]]:
    known = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    found: dict[str, list[str]] = known.get(language, known["en"])
    return found


def _without(left: str, phrases: Iterable[str]) -> tuple[str, bool]:
    """The words without the first of these phrases that is there, and whether one was."""
    for phrase in sorted(phrases, key=len, reverse=True):
        pattern = re.escape(phrase).replace(r"\*", r"\w*")
        rest, there = re.subn(rf"(?<!\w){pattern}(?!\w)", " ", left, count=1)
        if there:
            return " ".join(rest.split()), True
    return left, False


def _plain(words: str) -> str:
    decomposed = normalize("NFKD", words.casefold().replace("’", "'"))
    kept = "".join(sign for sign in decomposed if not combining(sign) or sign == "\u0306")
    return " ".join(normalize("NFC", kept).split()).strip(" .!?")
