"""Dates and times as people type them. A date is only ever compared with one we have, so every reading of it counts."""

import re
from datetime import date, time
from functools import cache
from unicodedata import combining, normalize

from care.heart.language import locale_of

LONGEST = 200  # characters that are read; a date is near the beginning
READ_MONTHS_IN = ("en", "es", "fr", "de", "de-AT", "pt-BR", "ru")


def readings_of_date(words: str) -> set[date]:
    """Every date that these words may mean: 3/5/1968 may be in March or in May. Empty if they are no date."""
    parts = re.findall(r"\d+|[^\W\d_]+", _plain(words[:LONGEST]))
    months = [number for part in parts if (number := _months().get(part))]
    numbers = [int(part) for part in parts if part.isdecimal()]
    if len(months) == 1 and len(numbers) == 2:
        orders = [(numbers[1], months[0], numbers[0]), (numbers[0], months[0], numbers[1])]
    elif not months and len(numbers) == 3:
        a, b, c = numbers
        orders = [(c, b, a), (c, a, b), (a, b, c)]
    elif not months and len(numbers) == 1 and len(digits := next(part for part in parts if part.isdecimal())) == 8:
        orders = [(int(digits[4:]), int(digits[2:4]), int(digits[:2])), (int(digits[4:]), int(digits[:2]), int(digits[2:4])),
                  (int(digits[:4]), int(digits[4:6]), int(digits[6:]))]
    else:
        return set()
    return {found for year, month, day in orders if year > 1000 and (found := _date(year, month, day))}


def reading_of_time(words: str) -> time | None:
    """A time of day: 13:30, 13.30, 1330, 1:30 pm, 9; None if the words are no time."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.h ]?(\d{2}))?\s*([ap])?\.?\s*m?\.?", _plain(words).strip())
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _plain(words: str) -> str:
    """Small letters, no accents, digits of any script as 0-9."""
    decomposed = normalize("NFKD", words.casefold())
    return "".join(str(int(c)) if c.isdecimal() else c for c in decomposed if not combining(c))


@cache
def _months() -> dict[str, int]:
    """The months' names, whole and short, in every language that patients may write in."""
    names: dict[str, int] = {}
    for language in READ_MONTHS_IN:
        for where in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale_of(language).months[where][width].items():
                    for written in (name, name.casefold().replace("ä", "ae")):  # on a keyboard without: Maerz
                        names[_plain(written).strip(".")] = number
    return names
