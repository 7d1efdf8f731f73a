"""Dates and times of day as answers. A date that can be read in two ways is asked about, except where its language has one."""

import re
from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Final

from care.dates import reading_of_time, readings_of_date
from care.heart.language import Msg
from care.readings.outcome import Ask, Outcome, Read, Reading, Unclear, like
from care.readings.typed import LONGEST, Num, Word, take_apart
from care.readings.vocabulary import even, phrase, phrases_of, vocabulary

_NEAR: Final = timedelta(days=2 * 366)
_SHORT_YEAR: Final = re.compile(r"(?<!\d)(\d{1,2})([./ -])(\d{1,2})\2(\d{2})(?!\d)")
_EXAMPLE: Final = time(7, 30)


def read_date(words: str, language: str, today: date, earliest: date | None = None, latest: date | None = None) -> Outcome:
    """A date from `earliest` to `latest`; without them, within two years of today."""
    earliest, latest = earliest or today - _NEAR, latest or today + _NEAR
    found = sorted(day for day in _dates(words, language, today) if earliest <= day <= latest)
    readings = tuple(Reading("date", day, "", words, _shown(day)) for day in found)
    if not readings:
        return Unclear(like(f"{today.day:02}.{today.month:02}.{today.year}"))
    return Read(readings[0]) if len(readings) == 1 else Ask(readings)


def read_time(words: str, language: str) -> Outcome:
    """A time of day."""
    found = _time(words, language)
    if found is None:
        return Unclear(like(f"{_EXAMPLE:%H:%M}"))
    return Read(Reading("time", found, "", words, _shown(found)))


def _shown(value: date | time) -> Msg:
    return Msg("{value}", gaps=(("value", value),))


def _dates(words: str, language: str, today: date) -> Iterable[date]:
    if len(words) > LONGEST:
        return ()
    for day, away in (("today", 0), ("yesterday", -1), ("tomorrow", 1)):
        if phrase(words.strip(" .!")) in phrases_of("days", day):
            return (today + timedelta(days=away),)
    evened = even(words)
    if short := _SHORT_YEAR.search(evened):
        evened = f"{short[1]}{short[2]}{short[3]}{short[2]}{today.year // 100}{short[4]}"
    found = readings_of_date(evened)
    return _day_first(evened, found) if language != "en" or "." in evened else found


def _day_first(evened: str, found: set[date]) -> set[date]:
    """Only English is written in both orders, and never with points."""
    numbers = [int(each) for each in re.findall(r"\d+", evened)]
    return {day for day in found if [day.day, day.month] == numbers[:2]} or found


def _time(words: str, language: str) -> time | None:
    typed = take_apart(words, vocabulary("time", language, ()), times=True)
    said = ""
    for piece in typed.pieces:
        match piece:
            case Num(text=text):
                said += f" {text}"
            case Word(role="clock", name="morning"):
                said += " am"
            case Word(role="clock", name="evening"):
                said += " pm"
            case Word(text=":" | "h"):
                said += ":"
            case Word(role="clock"):
                pass
            case _:
                return None
    between = re.sub(r"\s*:\s*(?=\d)", ":", said)
    return reading_of_time(re.sub(r":(?!\d)", "", between).strip())
