"""Kinds of answer: what to offer for tapping, and how to read what comes back, tapped or typed. Measurements are in vitals.py.

To add one: give it `read`, or `hear` if it may have to ask back; `buttons` if it can be tapped.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cache
from typing import Any, ClassVar
from unicodedata import combining, decimal, normalize

from care import readings
from care.heart.language import Lines, Msg, Text, _, in_language, shipped

ROW = 6  # buttons of one or two characters that fit beside each other on a narrow phone
TAP_OR_TYPE = _("Please tap one of the buttons, or type what it says.")
LATER, DONE = "~", "+"  # what a tick's button begins with, and what the button under the ticks begins with
BELIEVED = "="  # a button with this in front carries an answer that was asked about and is now believed


@dataclass(frozen=True)
class Here:
    """What an answer may depend on: who gives it, on which day of theirs, and how they measured before."""

    language: str = "en"
    today: date = date(2000, 1, 1)
    unit: str | None = None
    last: float | None = None


NOWHERE = Here()


@dataclass(frozen=True)
class Answer:
    """An answer understood. `value` is what rules see and is kept (as JSON); `shown` what the patient reads back ("": the words
    they used); `unit` the unit they gave it in."""

    value: Any
    shown: Text = ""
    unit: str | None = None


class Unclear(ValueError):
    """The words do not answer the question; `say` tells what would. `off_the_meter`: no device can show it, so a person must
    know."""

    def __init__(self, say: Text, off_the_meter: str = ""):
        super().__init__(str(say))
        self.say, self.off_the_meter = say, off_the_meter


class Choose(ValueError):
    """The words may mean any of these, or none; each option is what its button says and what it carries."""

    def __init__(self, say: Text, options: Sequence[tuple[Text, str]]):
        super().__init__(str(say))
        self.say, self.options = say, tuple(options)


class Ticked(ValueError):
    """Nothing is answered yet: these options are ticked so far."""

    def __init__(self, ticks: int):
        super().__init__(str(ticks))
        self.ticks = ticks


class Kind:
    """What an answer looks like: the buttons to offer, and how to read what comes back."""

    reading: ClassVar[str | None] = None  # which kind of measurement it is, as care/readings calls it
    echoes: ClassVar[bool] = False  # whether the answer is read back to the patient, who may change it
    typing: ClassVar[str] = "line"  # how it is answered in words on a page: line, words, beside (by tapping), photo
    placeholder: Text = ""

    def buttons(self, here: Here = NOWHERE, ticks: int = 0) -> list[list[tuple[Text, str]]]:
        """Rows of (label, what the button says)."""
        return []

    def guide(self) -> Text:
        """What stands beneath the question where every option is a button with room for it."""
        return ""

    def listed(self) -> Text:
        """The options as lines of text, for whom buttons are too small or not read aloud."""
        return ""

    def read(self, words: str, here: Here = NOWHERE) -> Any:
        """The value in these words. Raises Unclear."""
        return self.hear(words, here).value

    def hear(self, words: str, here: Here = NOWHERE) -> Answer:
        """What was typed. Raises Unclear, or Choose where it must be asked back."""
        return Answer(self.read(words, here))

    def take(self, data: str, here: Here = NOWHERE) -> Answer:
        """What a button carried. Raises Unclear if it is none of ours, or Ticked."""
        return self.hear(data, here)

    def is_answer(self, words: str, here: Here = NOWHERE) -> bool:
        """Whether these words are an answer and can be nothing else."""
        try:
            self.hear(words, here)
        except (Unclear, Choose):
            return False
        return True

    def options(self) -> Mapping[Any, Text]:
        """Every value there is, with its words; nothing where the values cannot be counted."""
        return {}

    def says(self) -> str:
        """The kind in a few words, for whoever reads the flow's book."""
        return type(self).__name__


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few. `also` are more words for a value, in any language."""

    typing: ClassVar[str] = "beside"
    choices: Mapping[Any, Text]  # what we store, words or numbers -> what the patient sees
    also: Mapping[Any, tuple[str, ...]] = field(default_factory=dict)

    def buttons(self, here: Here = NOWHERE, ticks: int = 0) -> list[list[tuple[Text, str]]]:
        return [[(label, str(value))] for value, label in self.choices.items()]

    def listed(self) -> Text:
        return numbered(self.choices.values()) if len(self.choices) > 2 else ""

    def options(self) -> Mapping[Any, Text]:
        return self.choices

    def hear(self, words: str, here: Here = NOWHERE) -> Answer:
        value = meant(words, self.choices, here.language)
        if value is None:
            value = next((value for value, more in self.also.items() if plain(words) in more), None)
        if value is None:
            raise Unclear(TAP_OR_TYPE)
        return Answer(value, self.choices[value])

    def take(self, data: str, here: Here = NOWHERE) -> Answer:
        for value, label in self.choices.items():
            if data == str(value):
                return Answer(value, label)
        raise Unclear(TAP_OR_TYPE)


@dataclass(frozen=True)
class Several(Kind):
    """Any of a few: ticked one by one, then Done; or typed, like "1 3". The ticks travel in the buttons. `none` is the label
    for nothing of all this; without it, at least one must be ticked. The value is the list of what was ticked."""

    typing: ClassVar[str] = "beside"
    choices: Mapping[str, Text]
    none: Text = ""

    def buttons(self, here: Here = NOWHERE, ticks: int = 0) -> list[list[tuple[Text, str]]]:
        rows: list[list[tuple[Text, str]]] = [
            [(Lines(("✓", label), " ") if ticks >> at & 1 else label, f"{LATER}{ticks ^ 1 << at:x}")]
            for at, label in enumerate(self.choices.values())]
        if self.none and not ticks:
            return [*rows, [(self.none, f"{DONE}0")]]
        return [*rows, [(_("Done"), f"{DONE}{ticks:x}")]]

    def guide(self) -> Text:
        return _("You can choose more than one.")

    def listed(self) -> Text:
        return Lines((numbered(self.choices.values()), self.guide()), "\n")

    def options(self) -> Mapping[str, Text]:
        return self.choices

    def take(self, data: str, here: Here = NOWHERE) -> Answer:
        found = re.fullmatch(r"([~+])([0-9a-f]{1,8})", data)
        ticks = int(found[2], 16) if found else -1
        if found is None or ticks >> len(self.choices):
            raise Unclear(TAP_OR_TYPE)
        if found[1] == LATER:
            raise Ticked(ticks)
        return self._chosen([value for at, value in enumerate(self.choices) if ticks >> at & 1])

    def hear(self, words: str, here: Here = NOWHERE) -> Answer:
        if self.none and plain(words) in as_typed(self.none):
            return self._chosen([])
        found = [meant(words, self.choices, here.language)]
        if found == [None]:
            parts = re.split(r"[,;/+&\n]|\b(?:and|y|e|et|und|и)\b", words)
            parts = [piece for part in parts for piece in (part.split() if re.fullmatch(r"[\d\s]+", part) else [part])]
            found = [meant(part, self.choices, here.language) for part in parts if part.strip()]
        if not found or None in found:
            raise Unclear(_("Please tap what applies, then Done. Or type the numbers, like 1 3."))
        return self._chosen([value for value in self.choices if value in found])

    def _chosen(self, values: list[str]) -> Answer:
        if not values and not self.none:
            raise Unclear(_("Please choose at least one."))
        return Answer(values, Lines(tuple(self.choices[value] for value in values), ", ") if values else self.none)


@dataclass(frozen=True)
class Scale(Kind):
    """Whole numbers, each a button."""

    typing: ClassVar[str] = "beside"
    low: int
    high: int

    def buttons(self, here: Here = NOWHERE, ticks: int = 0) -> list[list[tuple[Text, str]]]:
        every: list[tuple[Text, str]] = [(str(n), str(n)) for n in range(self.low, self.high + 1)]
        return [every[start:start + ROW] for start in range(0, len(every), ROW)]

    def hear(self, words: str, here: Here = NOWHERE) -> Answer:
        match readings.read_number(words, self.low, self.high, example=self.low, whole=True, language=here.language):
            case readings.Read(reading):
                return Answer(reading.canonical, str(reading.canonical))
        raise Unclear(from_to(self.low, self.high))

    def take(self, data: str, here: Here = NOWHERE) -> Answer:
        if not re.fullmatch(r"-?[0-9]{1,4}", data) or not self.low <= int(data) <= self.high:
            raise Unclear(from_to(self.low, self.high))
        return Answer(int(data), data)

    def says(self) -> str:
        return f"Scale, {self.low} to {self.high}"


@dataclass(frozen=True)
class Number(Kind):
    """A number with decimals, typed."""

    low: float
    high: float
    example: float | None = None
    whole: ClassVar[bool] = False

    @property
    def placeholder(self) -> Text:  # type: ignore[override]
        return "" if self.example is None else Msg("{example}", gaps=(("example", self.example),))

    def hear(self, words: str, here: Here = NOWHERE) -> Answer:
        example = self.low if self.example is None else self.example
        outcome = readings.read_number(words, self.low, self.high, example=example, whole=self.whole, language=here.language)
        match outcome:
            case readings.Read(reading):
                return Answer(reading.canonical)
            case readings.Ask(choices):
                raise Choose(outcome.question, [(choice.shown, f"{BELIEVED}{choice.canonical}") for choice in choices])
        raise Unclear(from_to(self.low, self.high))

    def take(self, data: str, here: Here = NOWHERE) -> Answer:
        found = re.fullmatch(BELIEVED + r"(-?[0-9]{1,9}(?:\.[0-9]{1,6})?)", data)
        value = float(found[1]) if found else float("nan")
        if not self.low <= value <= self.high or (self.whole and value != int(value)):
            raise Unclear(from_to(self.low, self.high))
        value = int(value) if value == int(value) else value
        return Answer(value, Msg("{value}", gaps=(("value", value),)))

    def says(self) -> str:
        return f"{type(self).__name__}, {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Whole(Number):
    """A whole number, typed."""

    whole: ClassVar[bool] = True


@dataclass(frozen=True)
class Date(Kind):
    """A day, at most so many days back or ahead: Today, Yesterday, or typed. The value is like "2026-11-21"."""

    back: int = 366
    ahead: int = 0

    def buttons(self, here: Here = NOWHERE, ticks: int = 0) -> list[list[tuple[Text, str]]]:
        offers: list[tuple[Text, str]] = [(_("Today"), here.today.isoformat())]
        if self.back:
            offers.append((_("Yesterday"), (here.today - timedelta(days=1)).isoformat()))
        return [offers]

    def hear(self, words: str, here: Here = NOWHERE) -> Answer:
        earliest, latest = here.today - timedelta(days=self.back), here.today + timedelta(days=self.ahead)
        outcome = readings.read_date(words, here.language, here.today, earliest, latest)
        match outcome:
            case readings.Read(reading):
                return _moment(reading.canonical)
            case readings.Ask(choices):
                raise Choose(outcome.question, [(choice.shown, f"{choice.canonical}") for choice in choices])
        raise Unclear(outcome.say)  # type: ignore[union-attr]

    def take(self, data: str, here: Here = NOWHERE) -> Answer:
        try:
            day = date.fromisoformat(data)
        except ValueError:
            raise Unclear(TAP_OR_TYPE) from None
        if not -self.back - 1 <= (day - here.today).days <= self.ahead:  # a button may be tapped after midnight
            raise Unclear(TAP_OR_TYPE)
        return _moment(day)

    def says(self) -> str:
        return f"Date, {self.back} days back to {self.ahead} ahead"


@dataclass(frozen=True)
class TimeOfDay(Kind):
    """A time on the patient's wall: one of those offered, or typed. The value is like "07:30"."""

    offers: tuple[str, ...] = ()

    def buttons(self, here: Here = NOWHERE, ticks: int = 0) -> list[list[tuple[Text, str]]]:
        every = [(_moment(time.fromisoformat(offer)).shown, offer) for offer in self.offers]
        return [every[start:start + 3] for start in range(0, len(every), 3)]

    def hear(self, words: str, here: Here = NOWHERE) -> Answer:
        match readings.read_time(words, here.language):
            case readings.Read(reading):
                return _moment(reading.canonical)
            case readings.Unclear(say):
                raise Unclear(say)
        raise Unclear(TAP_OR_TYPE)

    def take(self, data: str, here: Here = NOWHERE) -> Answer:
        if data not in self.offers:
            raise Unclear(TAP_OR_TYPE)
        return _moment(time.fromisoformat(data))


@dataclass(frozen=True)
class FreeText(Kind):
    """A few words, as they are. Nobody interprets them but people, and the search for signs of danger."""

    typing: ClassVar[str] = "words"
    limit: int = 1000  # characters

    def hear(self, words: str, here: Here = NOWHERE) -> Answer:
        if not words.strip():
            raise Unclear(_("Please type a few words."))
        return Answer(words.strip()[: self.limit])

    def is_answer(self, words: str, here: Here = NOWHERE) -> bool:
        return False  # anything could be one


@dataclass(frozen=True)
class Photo(Kind):
    """A picture, for people to look at. The value is the number of the message that brought it."""

    typing: ClassVar[str] = "photo"

    def hear(self, words: str, here: Here = NOWHERE) -> Answer:
        raise Unclear(_("Please send a photo: tap the paper clip, then choose a picture."))

    def take(self, data: str, here: Here = NOWHERE) -> Answer:
        return self.hear(data, here)


YES_NO = Choice({"yes": _("Yes"), "no": _("No")}, also={
    "yes": ("y", "yep", "yeah", "si", "oui", "ja", "sim", "s", "ss", "да", "ага", "угу"),
    "no": ("n", "nope", "non", "nein", "nao", "нет", "неа")})


def from_to(low: float, high: float) -> Msg:
    return _("Please type a number from {low} to {high}.", low=float(low), high=float(high))


def numbered(labels: Any) -> Lines:
    return Lines(tuple(Lines((str(number), label), " ") for number, label in enumerate(labels, 1)), "\n")


def meant(words: str, choices: Mapping[Any, Text], language: str) -> Any:
    """The option that these words name: by what it says in the patient's language, its number in the list, its value in words,
    or what it says in any other language that we have, if only one says it there."""
    said = plain(words)
    own = {plain(in_language(label, language)): value for value, label in choices.items()}
    if said in own:
        return own[said]
    for number, value in enumerate(choices, 1):
        if said in (str(number), value, f"{number} {plain(in_language(choices[value], language))}"):
            return value
    found = [value for value, label in choices.items() if said in as_typed(label)]
    return found[0] if len(found) == 1 else None


def plain(words: str) -> str:
    """Small letters, no accents, one kind of apostrophe, digits of any script as 0-9, single spaces, no full stop."""
    decomposed = normalize("NFKD", words.casefold().replace("’", "'"))
    kept = "".join(str(decimal(c)) if c.isdecimal() else c for c in decomposed if not combining(c))
    return " ".join(kept.split()).strip(" .!")


@cache
def as_typed(label: Text) -> frozenset[str]:
    """A label as it may be typed, in any language that we have."""
    return frozenset(plain(in_language(label, language)) for language in shipped())


def _moment(value: Any) -> Answer:
    kept = value.strftime("%H:%M") if isinstance(value, time) else value.isoformat()
    return Answer(kept, Msg("{value}", gaps=(("value", value),)))
