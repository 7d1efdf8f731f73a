"""A month as rows of buttons: the locale's names and its first day of the week; only days with room can be tapped."""

import calendar
from collections.abc import Callable, Collection
from datetime import date, timedelta
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, get_day_names
from babel.localedata import locale_identifiers

from care.heart.language import locale_of
from care.heart.screen import Button

NOT_FREE, NO_DAY = "·", "\u2800"  # Telegram shows no button without a sign on it
Row = tuple[Button, ...]


@cache
def first_weekday(language: str, country: str) -> int:
    """0 is Monday. It is the country that decides, in whatever language its people read."""
    tried = [f"{language.split('-')[0]}_{country}", *sorted(one for one in locale_identifiers() if one.endswith(f"_{country}"))]
    for name in tried:
        try:
            return int(Locale.parse(name).first_week_day)
        except (UnknownLocaleError, ValueError):
            continue
    return int(locale_of(language).first_week_day)


def rows(
    month: date, free: Collection[date], language: str, first: int, data: Callable[[date], str], idle: str,
) -> tuple[Row, ...]:
    """The month's name, its weekdays, its weeks. `data` is what a free day's button carries, `idle` everything else's."""
    names = get_day_names("short", "stand-alone", locale_of(language))
    weekdays = tuple(Button(names[(first + place) % 7], idle) for place in range(7))

    def day_button(day: date) -> Button:
        if day.month != month.month:
            return Button(NO_DAY, idle)
        return Button(str(day.day), data(day)) if day in free else Button(NOT_FREE, idle)

    weeks = calendar.Calendar(first).monthdatescalendar(month.year, month.month)
    return ((Button(name(month, language), idle),), weekdays, *(tuple(day_button(day) for day in week) for week in weeks))


def name(month: date, language: str) -> str:
    return format_skeleton("yMMMM", month, locale=locale_of(language))


def last_day(month: date) -> date:
    return after(month) - timedelta(days=1)


def after(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def before(month: date) -> date:
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)
