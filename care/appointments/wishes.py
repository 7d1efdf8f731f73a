"""Wishes: "next Tuesday afternoon", as patients type it in any of their languages, read as days and a part of the day.

A reading is never acted on before the patient has said that it is meant; and words that say anything besides ("my ankles are
swollen since Tuesday", "not on Monday") are no wish: people read them. Words are in content/appointments/wishes.toml.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from unicodedata import combining, normalize

from care.heart.language import locale_of
from content import FOLDER

WORDS = FOLDER / "appointments" / "wishes.toml"
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
LONGEST = 100  # characters; a wish is short
STEM = 4  # letters by which a weekday is known, whatever its ending
FURTHEST = timedelta(days=180)  # a button shows no year
AFTERNOON_FROM, EARLIEST = 12, 7  # hours; "at 3" is in the afternoon
CLOCK = re.compile(r"(?<![\d.:/-])(\d{1,2})(?:[:h](\d{2})|\s?(am|pm|uhr|h|horas|heures|час\w*))(?![\w:])")
NUMBER = re.compile(r"(?<![\d.:/-])\d{1,2}(?![\w.:/-])")
# Numbers alone are a date with a slash, a year, or a last full stop: 7.5 is a measurement.
IN_NUMBERS = re.compile(r"\d{1,2}/\d{1,2}(/\d{2,4})?|\d{1,2}\.\d{1,2}\.(\d{2,4})?|\d{4}-\d{2}-\d{2}")
A_WORD = re.compile(r"[^\W\d_]+")
Said = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Wish:
    """The first day it may mean, and the last; `or_else` is the other day that may be meant. `part` of the day, if one is."""

    first: date
    last: date
    part: str | None = None
    or_else: date | None = None


def read(words: str, language: str, today: date) -> Wish | None:
    """What these words may mean; None if they are no wish for a time to come, or say more than that."""
    if len(words) > LONGEST:
        return None
    left, said = _apart(_plain(words), language), _said(language)
    rest, there = _without(left, said["after_tomorrow"])  # "pasado mañana" is no morning
    if there:
        return _alone(rest, said, lambda part: Wish(today + 2 * A_DAY, today + 2 * A_DAY, part))
    rest, part = _part_of_day(left, said)
    return _days(rest, said, language, today, part) or (None if CLOCK.search(left) else _only_part(rest, said, part, today))


def _alone(left: str, said: Said, wish: Callable[[str | None], Wish]) -> Wish | None:
    """The wish, if besides a part of the day nothing is left that says anything."""
    rest, part = _part_of_day(left, said)
    return None if _says_more(rest, said) else wish(part)


def _part_of_day(left: str, said: Said) -> tuple[str, str | None]:
    """The words without the part of the day, or the clock time, that they name."""
    for part in ("morning", "afternoon"):
        rest, there = _without(left, said[part])
        if there:
            return rest, part
    if clock := CLOCK.search(left):
        return " ".join((left[:clock.start()] + left[clock.end():]).split()), _part_at(int(clock[1]), clock[3])
    return left, None


def _part_at(hour: int, half: str | None = None) -> str:
    after = half == "pm" or (half != "am" and not EARLIEST <= hour < AFTERNOON_FROM)
    return "afternoon" if after else "morning"


def _says_more(left: str, said: Said) -> bool:
    return bool(re.search(r"\d", left)) or not set(A_WORD.findall(left)) <= set(said["besides"])


def _days(left: str, said: Said, language: str, today: date, part: str | None) -> Wish | None:
    weekdays = _weekdays_in(left, language)
    monday = today - today.weekday() * A_DAY
    weeks = (("next_week", monday + A_WEEK, monday + A_WEEK + 6 * A_DAY), ("this_week", today, monday + 6 * A_DAY))
    for one, first, last in weeks:
        rest, there = _without(left, said[one])
        if there and len(weekdays) < 2:
            rest = _without_words(rest, (word for word, _number in weekdays))
            day = first - first.weekday() * A_DAY + weekdays[0][1] * A_DAY if weekdays else None
            meant = Wish(day, day, part) if day else Wish(first, last, part)
            return None if _says_more(rest, said) or meant.first < today else meant
    if weekdays and (on_it := _on_weekday(left, said, weekdays, today, part)):
        return on_it
    for one, ahead in (("today", 0), ("tomorrow", 1)):
        rest, there = _without(left, said[one])
        if there and not weekdays:
            return None if _says_more(rest, said) else Wish(today + ahead * A_DAY, today + ahead * A_DAY, part)
    found = _date(_without_words(left, said["before_a_date"]), language, today)
    return Wish(found, found, part) if found else None


def _on_weekday(left: str, said: Said, weekdays: Sequence[tuple[str, int]], today: date, part: str | None) -> Wish | None:
    """"Next Tuesday", which may be the one after; "Tuesday or Thursday"; "Tue 24", "Tuesday at 3"."""
    rest = _without_words(left, (word for word, _number in weekdays))
    rest, after = _without(rest, said["next"])
    days = [today + ((number - today.weekday() - 1) % 7 + 1) * A_DAY for _word, number in weekdays]
    if len(days) == 2 and days[0] != days[1]:
        rest, either = _without(rest, said["or"])
        return Wish(days[0], days[0], part, days[1]) if either and not _says_more(rest, said) else None
    if len(days) > 1:
        return None
    morning, there = _without(rest, said["morning_of_weekday"])
    if there and part is None:
        rest, part = morning, "morning"
    day, number = days[0], NUMBER.search(rest)
    if number:
        rest = rest[:number.start()] + rest[number.end():]
        on_it = [one for one in (day + week * A_WEEK for week in range(9)) if one.day == int(number[0])]
        if on_it:
            day, after = on_it[0], False
        elif int(number[0]) <= 12 and part is None:  # a clock's, as it is said
            part = _part_at(int(number[0]))
        else:
            return None
    return None if _says_more(rest, said) else Wish(day, day, part, day + A_WEEK if after else None)


def _only_part(left: str, said: Said, part: str | None, today: date) -> Wish | None:
    """"In the mornings": any day."""
    return Wish(today, today + 4 * A_WEEK, part) if part and not _says_more(left, said) else None


def _date(left: str, language: str, today: date) -> date | None:
    """A date that dateparser knows: "3 December", "in two weeks"."""
    if not left or not (A_WORD.search(left) or IN_NUMBERS.fullmatch(left)):
        return None
    if "." in left and IN_NUMBERS.fullmatch(left):
        left = left.strip(".").replace(".", "/")
    from dateparser import parse  # type: ignore[import-untyped]  # a third of a second to import, and few patients type a date

    found = parse(left, languages=[language.split("-")[0]], settings={
        "RELATIVE_BASE": datetime.combine(today, datetime.min.time()), "PREFER_DATES_FROM": "future", "DATE_ORDER": "DMY",
        "STRICT_PARSING": False, "RETURN_AS_TIMEZONE_AWARE": False, "REQUIRE_PARTS": ["day"]})
    day = found.date() if found else None
    return day if day and today <= day <= today + FURTHEST else None


def _weekdays_in(left: str, language: str) -> list[tuple[str, int]]:
    """The weekdays that are named, each with the word for it."""
    found = []
    for word in A_WORD.findall(left):
        for number, names in _weekdays(language).items():
            if any(word == name or (len(name) > STEM and word[:STEM] == name[:STEM] and len(word) <= len(name) + 2)
                   for name in names):
                found.append((word, number))
                break
    return found


@cache
def _weekdays(language: str) -> dict[int, tuple[str, ...]]:
    known = locale_of(language).days
    return {number: tuple(dict.fromkeys(
        _plain(known[where][width][number]).strip(".").split("-")[0]
        for where in ("format", "stand-alone") for width in ("wide", "abbreviated"))) for number in range(7)}


def _apart(left: str, language: str) -> str:
    """German writes a weekday and its part of the day as one word."""
    if language != "de":
        return left
    names = "|".join(names[0] for names in _weekdays(language).values())
    return re.sub(rf"(?<!\w)({names})(?=morgen|vormittag|nachmittag|abend|fruh)", r"\1 ", left)


@cache
def _said(language: str) -> Said:
    known: dict[str, Said] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return known.get(language, known["en"])


def _without(left: str, phrases: Iterable[str]) -> tuple[str, bool]:
    """The words without the first of these phrases that is there, and whether one was."""
    for phrase in sorted(phrases, key=len, reverse=True):
        pattern = re.escape(phrase).replace(r"\*", r"\w*")
        rest, there = re.subn(rf"(?<!\w){pattern}(?!\w)", " ", left, count=1)
        if there:
            return " ".join(rest.split()), True
    return left, False


def _without_words(left: str, words: Iterable[str]) -> str:
    """The text without these words, each wherever it stands first."""
    for word in words:
        left = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", left, count=1)
    return " ".join(left.split())


def _plain(words: str) -> str:
    decomposed = normalize("NFKD", words.casefold().replace("’", "'"))
    kept = "".join(sign for sign in decomposed if not combining(sign) or sign == "\u0306")
    return " ".join(normalize("NFC", kept).split()).strip(" !?,;")
