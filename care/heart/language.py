"""Words for patients: marked where they are written, translated where the patient's language is known.

`_("Call {number} now.", number="112")` makes a `Msg`. It is a value: it can stand in a flow or a table long before
anyone knows who will read it. `in_language(msg, "es")` gives the words. Catalogues are in `content/locale`.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

CATALOGUES = Path(__file__).parents[2] / "content" / "locale"
DOMAIN = "careward"
SOURCE = "en"  # the language that the code is written in; it needs no catalogue
# Where the weekday would have to follow the words before it ("в среду", "no sábado"): it stands behind the date, in brackets.
WHOLE_DATES = {"pt-BR": "d 'de' MMMM 'de' y '('EEEE')'", "ru": "d MMMM y 'года' '('EEEE')'"}

# What the tables of cities still call them.
OLDER_ZONES = {"America/Argentina/Buenos_Aires": "America/Buenos_Aires", "Asia/Kolkata": "Asia/Calcutta"}


@dataclass(frozen=True)
class Msg:
    """Words still to be translated, with what goes into their gaps. A gap may hold words of its own."""

    text: str
    plural: str | None = None
    count: int = 0
    gaps: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Lines:
    """Several messages under each other, `between` them whatever keeps them apart."""

    parts: tuple["Text", ...] = field(default_factory=tuple)
    between: str = "\n\n"


@dataclass(frozen=True)
class DayMonth:
    """A day in a gap, without weekday and year. `short` for where there is little room."""

    day: date
    short: bool = False


@dataclass(frozen=True)
class WeekDay:
    """A day in a gap, short, with its weekday and without its year: for a button."""

    day: date


@dataclass(frozen=True)
class Verbatim:
    """Words that are not ours to translate: a text in each language that has one, as (language, words). In any other language
    it is said in the first of them."""

    words: tuple[tuple[str, str], ...]

    def said(self, language: str) -> str:
        return dict(self.words).get(language, self.words[0][1])


class Mark(NamedTuple):
    """A stretch of a text that stands out: bold or italic. Counted as Telegram counts, in UTF-16 code units."""

    kind: str
    offset: int
    length: int


@dataclass(frozen=True)
class Styled:
    """Words in the reader's own language already, with their emphasis."""

    words: str
    marks: tuple[Mark, ...] = ()


# One o'clock is singular: a las 2:05, but a la 1:05; antes das 02:05, but antes da 01:05.
ONE_OCLOCK = {"es": re.compile(r"\b(la)s (1:\d\d)\b"), "pt-BR": re.compile(r"\b(à|da)s (0?1:\d\d)\b")}


Text: TypeAlias = str | Msg | Lines | Verbatim | Styled


def _(text: str, **gaps: Any) -> Msg:
    """Mark words for translation; `gaps` fill `{name}` in them."""
    return Msg(text, gaps=tuple(gaps.items()))


def n_(one: str, many: str, count: int, **gaps: Any) -> Msg:
    """Mark words that change with a number; `{count}` is filled with it."""
    return Msg(one, many, count, (("count", count), *gaps.items()))


def in_language(text: Text, language: str) -> str:
    """The words in a language that we have, else in English. Dates, times and numbers in gaps follow the language too."""
    match text:
        case str():
            return text
        case Verbatim():
            return text.said(language)
        case Styled():
            return text.words
        case Lines(parts, between):
            return between.join(said for part in parts if (said := in_language(part, language)))
    catalogue = catalogue_of(language)
    words = catalogue.ungettext(text.text, text.plural, text.count) if text.plural else catalogue.ugettext(text.text)
    if not text.gaps:
        return words
    filled = words.format(**{name: _shown(value, language) for name, value in text.gaps})
    return ONE_OCLOCK[language].sub(r"\1 \2", filled) if language in ONE_OCLOCK else filled


def marks_in(text: Text, language: str) -> list[Mark] | None:
    """Where what `in_language` makes of this text stands out; None if no part of it is styled."""
    match text:
        case Styled():
            return list(text.marks)
        case Lines(parts, between) if any(_styled(part) for part in parts):
            found: list[Mark] = []
            before = ""
            for part in parts:
                said = in_language(part, language)
                before += between if before and said else ""
                found += [mark._replace(offset=utf16(before) + mark.offset) for mark in marks_in(part, language) or ()]
                before += said
            return found
    return None


def _styled(text: Text) -> bool:
    return isinstance(text, Styled) or (isinstance(text, Lines) and any(_styled(part) for part in text.parts))


def utf16(words: str) -> int:
    """How long Telegram finds this: in UTF-16 code units."""
    return len(words.encode("utf-16-le")) // 2


def _shown(value: Any, language: str) -> Any:
    match value:
        case Msg() | Lines():
            return in_language(value, language)
        case datetime() | time():
            return format_time(value, "short", tzinfo=value.tzinfo, locale=locale_of(language))
        case date():
            return _first(format_date(value, WHOLE_DATES.get(language, "full"), locale=locale_of(language)), language)
        case DayMonth(day, short):
            return _first(format_skeleton("MMMd" if short else "MMMMd", day, locale=locale_of(language)), language)
        case WeekDay(day):
            return _first(format_skeleton("MMMEd", day, locale=locale_of(language)), language)
        case float():
            return format_decimal(value, "0.#", locale=locale_of(language))
        case Decimal():  # exactly as it is, for readings that are echoed
            return format_decimal(value, "0.######", locale=locale_of(language))
    return value


def _first(day: str, language: str) -> str:
    """The French count only the first of a month as such: 1er mars, 2 mars."""
    return re.sub(r"(^|\s)1 ", r"\g<1>1er ", day) if language == "fr" else day


@cache
def locale_of(language: str) -> Locale:
    """How a language writes dates and numbers. Plain "en" is taken as British: a day before its month, and no AM or PM, is
    clear to every reader of English."""
    return Locale.parse("en-GB" if language == SOURCE else language, sep="-")


def name_of(language: str) -> str:
    """The language's own name for itself."""
    return (Locale.parse(language, sep="-").get_display_name() or language).title()


def english(language: str) -> str:
    """What staff call a language."""
    return str(Locale("en").languages.get(language.split("-")[0], language))


def city_of(zone: str, language: str) -> str:
    """The city that gives an IANA time zone its name, as it is called in a language."""
    known = locale_of(language).time_zones.get(OLDER_ZONES.get(zone, zone), {})
    return str(known.get("city") or zone.split("/")[-1].replace("_", " "))


@cache
def shipped() -> tuple[str, ...]:
    """The languages that patients can be written to in: the code's own first, then every one that has a catalogue."""
    return (SOURCE, *sorted(folder.name.replace("_", "-") for folder in CATALOGUES.iterdir() if folder.is_dir()))


@cache
def catalogue_of(language: str) -> NullTranslations:
    """The catalogue of a language, compiled from its .po file once; an empty one where there is none."""
    source = CATALOGUES / language.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not source.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language.replace("-", "_"), domain=DOMAIN))
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)
