"""Conversations as data: words and rules only.

A flow is a list of questions. How far a conversation has got is the answers given so far: the next question is the first that
applies and is unanswered. So a restart, a second worker, or a question added while a patient is half-way needs no special
care: there is no position to lose.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unicodedata import combining, decimal, normalize

from care.conditions import meets
from care.heart.language import Msg, Text, _, in_language, shipped

Answers = Mapping[str, Any]
ROW = 6  # buttons of one or two characters that fit beside each other on a narrow phone


class Unclear(ValueError):
    """The words do not answer the question; `say` tells what would."""

    def __init__(self, say: Msg):
        super().__init__(say.text)
        self.say = say


class Kind:
    """What an answer looks like: the buttons to offer, and how to read what comes back."""

    placeholder: Text = ""

    def buttons(self) -> list[list[tuple[Text, str]]]:
        """Rows of (label, what the button says)."""
        return []

    def read(self, words: str) -> Any:
        """The answer in these words, typed or from a button. Raises Unclear."""
        raise NotImplementedError(type(self).__name__)


@dataclass(frozen=True)
class Choice(Kind):
    options: Mapping[str, Msg]  # what we store -> what the patient sees

    def buttons(self) -> list[list[tuple[Text, str]]]:
        return [[(label, value)] for value, label in self.options.items()]

    def read(self, words: str) -> str:
        said = plain(words)
        for number, (value, label) in enumerate(self.options.items(), 1):
            if said in (value, str(number)) or said in _in_every_language(label):
                return value
        raise Unclear(_("Please tap one of the buttons, or type what it says."))


@dataclass(frozen=True)
class Number(Kind):
    low: float
    high: float
    example: str = ""

    @property
    def placeholder(self) -> Text:  # type: ignore[override]
        return self.example

    def read(self, words: str) -> float:
        found = re.fullmatch(r"([+-]?\d+(?:[.,]\d+)?)\s*(?:°?\s*[a-z%/]*)\.?", plain(words))
        if not found:
            raise Unclear(_("Please type a number from {low} to {high}.", low=float(self.low), high=float(self.high)))
        return self.within(float(found[1].replace(",", ".")))

    def within(self, value: float) -> float:
        if not self.low <= value <= self.high:
            raise Unclear(_("Please type a number from {low} to {high}.", low=float(self.low), high=float(self.high)))
        return int(value) if value == int(value) else value


@dataclass(frozen=True)
class Scale(Number):
    """Whole numbers, each a button."""

    def buttons(self) -> list[list[tuple[Text, str]]]:
        every = [(str(n), str(n)) for n in range(int(self.low), int(self.high) + 1)]
        return [list(every[start:start + ROW]) for start in range(0, len(every), ROW)]

    def within(self, value: float) -> float:
        if value != int(value):
            raise Unclear(_("Please choose a whole number from {low} to {high}.", low=float(self.low), high=float(self.high)))
        return super().within(value)


@dataclass(frozen=True)
class Temperature(Number):
    """Kept in °C. Readings in °F cannot be mistaken for °C, so they are understood."""

    low: float = 30
    high: float = 43
    example: str = "37.5"

    def within(self, value: float) -> float:
        if 86 <= value <= 109.4:
            value = round((value - 32) / 1.8, 1)
        return super().within(value)


@dataclass(frozen=True)
class FreeText(Kind):
    limit: int = 1000  # characters

    def read(self, words: str) -> str:
        if not words.strip():
            raise Unclear(_("Please type a few words."))
        return words.strip()[: self.limit]


YES_NO = Choice({"yes": _("Yes"), "no": _("No")})


@dataclass(frozen=True)
class Ask:
    """A question. `when` says which answers must have been given for it to be asked."""

    key: str
    text: Msg
    kind: Kind
    when: Mapping[str, object] = field(default_factory=dict)
    optional: bool = False

    def applies(self, answers: Answers) -> bool:
        return all(key in answers and meets(answers[key], wanted) for key, wanted in self.when.items())


@dataclass(frozen=True)
class Flow:
    name: str
    version: int
    command: str  # what the patient sends to begin, without the slash
    about: Msg  # for the menu of commands
    opening: Msg
    questions: tuple[Ask, ...]
    closing: Msg

    def question(self, key: str | None) -> Ask | None:
        return next((question for question in self.questions if question.key == key), None)

    def next_question(self, answers: Answers) -> Ask | None:
        return next((q for q in self.questions if q.key not in answers and q.applies(answers)), None)

    def progress(self, answers: Answers, asked: Ask) -> tuple[int, int]:
        """(this question's number, how many this patient will see) as far as is known now."""
        seen = [q for q in self.questions if q.applies(answers)]
        return seen.index(asked) + 1, len(seen)


def plain(words: str) -> str:
    """Small letters, no accents, digits of any script as 0-9, single spaces, no full stop."""
    decomposed = normalize("NFKD", words.casefold())
    kept = "".join(str(decimal(c)) if c.isdecimal() else c for c in decomposed if not combining(c))
    return " ".join(kept.split()).strip(" .!")


@cache
def _in_every_language(label: Msg) -> frozenset[str]:
    """A label as it may be typed: in the language of the screen, or in any other that we have."""
    return frozenset(plain(in_language(label, language)) for language in shipped())
