"""The page behind a link to a copy: it asks for the date of birth, then it has the files. Nobody's name is on it."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from care import born_words, copy_words
from care.copies import Copy, Opened
from care.heart.language import in_language
from care.heart.settings import Settings
from care.heart.time import local
from care.secret_links import Wrong

HERE = Path(__file__).parent
PAGES = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def asking(settings: Settings, copy: Copy, wrong: Wrong | None = None) -> str:
    """What is the date of birth?"""
    return _page(settings, copy.patient.language, asks=True, wrong=wrong and born_words.tries(wrong))


def opened(settings: Settings, copy: Copy, way: Opened) -> str:
    """The files, each a button."""
    until = local(way.until, copy.patient.time_zone).time()
    return _page(settings, copy.patient.language, opened=way, until=copy_words.until(until))


def dead(settings: Settings) -> str:
    """Whatever is wrong with the link: it must not help a guesser."""
    return _page(settings, settings.clinic.languages[0])


def _page(settings: Settings, language: str, **said: Any) -> str:
    known = {"opened": None, "asks": False, "wrong": None, "language": language, "words": copy_words, "born_words": born_words,
             "clinic": settings.clinic.name, "say": partial(in_language, language=language)}
    return PAGES.get_template("page.html").render({**known, **said})


def a_date(day: str, month: str, year: str) -> date | None:
    """What was typed, if it is a day at all."""
    if not all(part.strip().isascii() and part.strip().isdecimal() for part in (day, month, year)):
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
