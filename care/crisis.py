"""The card for someone in danger: fixed words, the country's emergency number, and crisis lines that someone has dialled.

The words are ours and are never generated. They say what to do first, blame nobody and name no illness. There is one text for
each `card` of content/red_flags/categories.toml. The numbers are data, in content/crisis, with their source and status.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from care import red_flags
from care.heart.language import Lines, Msg, Text, _
from content import FOLDER

COUNTRIES: Final = FOLDER / "crisis"
ELSEWHERE: Final = "_other"
EVIDENCE: Final = ("two sources", "source read", "one repository", "memory")
_FIRM: Final = EVIDENCE[:2]
_DIAL_AGAIN_AFTER: Final = timedelta(days=92)
_NUMBER: Final = re.compile(r"\+?[0-9]([0-9 -]*[0-9])?")


@dataclass(frozen=True)
class Line:
    """A crisis line: how to reach it, where we know it from, and who dialled it."""

    name: str
    evidence: str
    source: str
    verified_by: str
    verified_on: str
    languages: tuple[str, ...]
    hours: str
    call: str = ""
    text: str = ""
    url: str = ""

    @property
    def may_be_shown(self) -> bool:
        """Whether the line is well enough known to be shown once the clinic has confirmed its country's lines."""
        return self.evidence in _FIRM or bool(self.verified_by and self.verified_on)

    def words(self) -> Msg:
        if self.url:
            return _("{name}: {url}", name=self.name, url=self.url)
        if self.text:
            return _("{name}: call {call} or text {sms}", name=self.name, call=self.call, sms=self.text)
        return _("{name}: call {call}", name=self.name, call=self.call)


@dataclass(frozen=True)
class Country:
    """The numbers of one country. `number` is for danger to life; `police`, where it differs, for violence."""

    code: str
    name: str
    number: str
    also: tuple[str, ...]
    police: str
    lines: tuple[Line, ...]

    @property
    def emergency(self) -> Text:
        return self.number if self.code else _("your local emergency number (often {number})", number=self.number)


@dataclass(frozen=True)
class Card:
    """What someone in danger is told, as paragraphs still to be translated."""

    paragraphs: tuple[Text, ...]
    emergency_number: Text
    crisis_lines: tuple[Line, ...]

    def lines(self) -> list[Text]:
        return list(self.paragraphs)


def card(country: str, category: str, lines_confirmed: bool) -> Card:
    """The card for this category of danger. Never empty: an unknown country or category gets the general one.

    Crisis lines are on it only if the clinic has confirmed the lines of this country.
    """
    numbers = in_country(country)
    kind = card_for(category)
    lines = _shown(numbers, lines_confirmed)
    number: Text = numbers.police if kind == "harm_to_others" and numbers.police else numbers.emergency
    shown = lines if kind in _WITH_LINES else ()
    return Card(tuple(part for part in _TEXTS[kind](number, _talk_to_someone(shown)) if part), number, shown)


def someone_to_talk_to(country: str, lines_confirmed: bool) -> Text:
    """The crisis lines of a country, in words; nothing if the clinic has not confirmed them."""
    return _talk_to_someone(_shown(in_country(country), lines_confirmed))


def card_for(category: str) -> str:
    """Which of the fixed texts answers this category of danger; a text may answer several."""
    known = red_flags.rules().categories.get(category)
    return known.card if known else category if category in _TEXTS else "medical"


def emergency_number(country: str) -> Text:
    """The number to call in an emergency; where we do not know the country, words for it."""
    return in_country(country).emergency


def in_country(country: str) -> Country:
    """The numbers of a country given by its two-letter code, or those for elsewhere."""
    numbers = _countries()
    return numbers.get(country.strip().upper()) or numbers[ELSEWHERE]


def known_countries() -> list[str]:
    """The two-letter codes of the countries that have numbers of their own."""
    return sorted(code for code in _countries() if code != ELSEWHERE)


def _shown(numbers: Country, lines_confirmed: bool) -> tuple[Line, ...]:
    return tuple(line for line in numbers.lines if line.may_be_shown) if lines_confirmed else ()


def _talk_to_someone(lines: tuple[Line, ...]) -> Text:
    if not lines:
        return ""
    return Lines((_("You can also talk to someone right now:"), *(line.words() for line in lines)), "\n")


def _medical(number: Text, talk: Text) -> tuple[Text, ...]:
    return (
        _("This could be an emergency. Call {number} now.", number=number),
        _("If you can, ask someone to stay with you. If it is about someone else, stay with them."),
        _("Do not wait for an answer here. We have told the care team."),
    )


def _overdose(number: Text, talk: Text) -> tuple[Text, ...]:
    return (
        _("This could be dangerous, even if you feel fine. Call {number} now.", number=number),
        _("Do not take any more of it. Do not try to throw up. Keep the pack or bottle, to show what was taken and how much."),
        talk,
        _("Do not wait for an answer here. We have told the care team."),
    )


def _take_sugar(number: Text, talk: Text) -> tuple[Text, ...]:
    return (
        _("Your sugar may be very low. If you can swallow, eat or drink sugar now: juice, sugar or glucose tablets."),
        _("If you feel very sleepy or confused, or cannot swallow, call {number} now.", number=number),
        _("If you can, ask someone to stay with you. If it is about someone else, stay with them."),
        _("Do not wait for an answer here. We have told the care team."),
    )


def _self_harm(number: Text, talk: Text) -> tuple[Text, ...]:
    return (
        _("Thank you for telling us. You do not have to carry this alone."),
        _("If you, or someone you care about, may be in danger, call {number} now.", number=number),
        talk,
        _("If you can, stay near someone you trust. Keep away from anything that could do harm."),
        _("We have told the care team. If you do not feel safe, do not wait for an answer here."),
    )


def _gentle_check(number: Text, talk: Text) -> tuple[Text, ...]:
    return (
        _("We read your words with care and want to ask: are you safe right now?"),
        _("If you are not, or if you think of hurting yourself, call {number} now.", number=number),
        talk,
        _("You can tell us more here. We have told the care team."),
    )


def _unsure(number: Text, talk: Text) -> tuple[Text, ...]:
    return (
        _("We are not sure that we understood you right. Is this urgent for you?"),
        _("If it may be an emergency, or if you do not feel safe, call {number} now.", number=number),
        talk,
        _("We have told the care team. You can tell us more here."),
    )


def _harm_to_others(number: Text, talk: Text) -> tuple[Text, ...]:
    return (
        _("Thank you for telling us. If someone may get hurt, call {number} now.", number=number),
        _("If you can, go to another room, away from the other person. Keep away from anything that could do harm."),
        talk,
        _("We have told the care team. Do not wait for an answer here."),
    )


def _neutral(number: Text, talk: Text) -> tuple[Text, ...]:
    """For someone whose phone another person may read: nothing in it says what it is about."""
    return (
        _("Thank you for your message. We have passed it to the care team."),
        _("If you would like to talk, tell us a time that suits you."),
        _("For any emergency, call {number}.", number=number),
    )


_TEXTS: Final[dict[str, Callable[[Text, Text], tuple[Text, ...]]]] = {
    "medical": _medical, "overdose": _overdose, "take_sugar": _take_sugar, "self_harm": _self_harm,
    "gentle_check": _gentle_check, "unsure": _unsure, "harm_to_others": _harm_to_others, "neutral": _neutral,
}
_WITH_LINES: Final = ("overdose", "self_harm", "gentle_check", "unsure", "harm_to_others")




@cache
def _countries() -> dict[str, Country]:
    return {file.stem: _country(tomllib.loads(file.read_text(encoding="utf-8"))) for file in COUNTRIES.glob("*.toml")}


def _country(data: dict[str, Any]) -> Country:
    emergency = data["emergency"]
    lines = tuple(Line(**{**line, "languages": tuple(line["languages"])}) for line in data.get("line", ()))
    also, police = tuple(emergency.get("also", ())), emergency.get("police", "")
    return Country(data["country"], data["name"], emergency["number"], also, police, lines)


def check(today: date | None = None) -> list[str]:
    """What is wrong with the numbers and the cards, one sentence each; given today, also lines dialled too long ago."""
    found: list[str] = []
    for file in sorted(COUNTRIES.glob("*.toml")):
        try:
            country = _country(tomllib.loads(file.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, KeyError, TypeError) as wrong:
            found.append(f"content/crisis/{file.name} cannot be read: {wrong!r}.")
            continue
        found += [f"content/crisis/{file.name}: {problem}" for problem in _problems(country, file.stem, today)]
    if not (COUNTRIES / f"{ELSEWHERE}.toml").is_file():
        found.append(f"content/crisis/{ELSEWHERE}.toml is missing: people in other countries would get no card.")
    for category in red_flags.rules().categories.values():
        if category.card not in _TEXTS:
            found.append(f"The category {category.name} asks for a card that does not exist: {category.card}.")
    return found


def not_dialled(country: str) -> list[str]:
    """The names of a country's crisis lines that nobody has dialled yet."""
    return [line.name for line in in_country(country).lines if not line.verified_on]


def _problems(country: Country, code: str, today: date | None) -> list[str]:
    found: list[str] = []
    if code != (country.code or ELSEWHERE) or not re.fullmatch(r"[A-Z]{2}|_other", code):
        found.append(f"the file is named {code} but says country {country.code!r}.")
    for number in (country.number, *country.also, *([country.police] if country.police else [])):
        if not _NUMBER.fullmatch(number):
            found.append(f"the emergency number {number!r} cannot be dialled.")
    for line in country.lines:
        if not (line.call or line.url) or not line.name:
            found.append(f"the line {line.name!r} cannot be reached: it has neither a number nor an address.")
        if any(number and not _NUMBER.fullmatch(number) for number in (line.call, line.text)):
            found.append(f"the line {line.name} has a number that cannot be dialled.")
        if line.evidence not in EVIDENCE:
            found.append(f"the line {line.name} has the evidence {line.evidence!r}; it must be one of: {', '.join(EVIDENCE)}.")
        found += [f"the line {line.name} {problem}" for problem in _problems_of_dialling(line, today)]
    return found


def _problems_of_dialling(line: Line, today: date | None) -> list[str]:
    if bool(line.verified_by) != bool(line.verified_on):
        return ["must say both who dialled it and when, or neither."]
    if not line.verified_on:
        return []
    try:
        dialled = date.fromisoformat(line.verified_on)
    except ValueError:
        return [f"was dialled on {line.verified_on!r}, which is not a date like 2026-11-21."]
    if today and today - dialled > _DIAL_AGAIN_AFTER:
        return [f"was last dialled on {line.verified_on}; dial it again."]
    return []
