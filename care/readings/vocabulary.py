"""The words that people type around a reading, and what each of them is for. The words themselves are in content/readings."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from unicodedata import category, decimal, normalize

from content import FOLDER

WORDS: Final = FOLDER / "readings" / "words.toml"
_RUN: Final = re.compile(r"[^\W_]+|\S")
_AS_TYPED_ELSEWHERE: Final = {
    "°": "°", "℃": "°c", "℉": "°f", "º": "°", "˚": "°", "½": " ½ ", "٫": ".", "·": ".", "٬": ",", "،": ",", "⁄": "/", "∕": "/",
    "÷": "/", "−": "-", "×": "x",
}
_APOSTROPHES: Final = frozenset("'’‘`´ʼ")
_UNREADABLE: Final = "\ufffd"  # a mark that is no number and no word: it makes us ask

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Role:
    """What a phrase is for: a unit, the name of a number, a word that changes nothing; `name` says which."""

    role: str
    name: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Every phrase known for one kind of reading in one language."""

    phrases: dict[Phrase, Role]
    longest: int
    alone: frozenset[str]  # single words, also those with digits in them: "spo2"
    fillers: frozenset[str]
    glued: frozenset[str]  # words that may stand right behind or before a number: "72kg", "hr72"

    def at(self, tokens: list[str], start: int) -> tuple[Role, int] | None:
        """The longest phrase that starts here, and how many tokens it takes."""
        for length in range(min(self.longest, len(tokens) - start), 0, -1):
            if role := self.phrases.get(tuple(tokens[start:start + length])):
                return role, length
        return None


def even(text: str) -> str:
    """Small letters without accents, digits of any script as 0-9, one kind of dash, slash and space; nothing hidden."""
    return "".join(_even(character) for character in text)


def runs(evened: str) -> list[re.Match[str]]:
    """Runs of letters and digits, and single marks."""
    return list(_RUN.finditer(evened))


@cache
def vocabulary(kind: str, language: str, units: tuple[str, ...]) -> Vocabulary:
    """The phrases for a kind of reading. Where one has two meanings, the nearer to the number wins."""
    phrases: dict[Phrase, Role] = {}
    for role, spoken in _roles(kind, language, units):
        for words in spoken:
            phrases.setdefault(phrase(words), role)
    singles = {words[0] for words in phrases if len(words) == 1}
    glued = {words[0] for words, role in phrases.items()
             if role.role == "unit" or (len(words) == 1 and role.role not in ("filler", "number", "alone"))}
    fillers = {even(words) for words in _list()["fillers"].get(language, [])}
    return Vocabulary(phrases, max(map(len, phrases)), frozenset(singles), frozenset(fillers), frozenset(glued))


def phrase(words: str) -> Phrase:
    return tuple(run[0] for run in runs(even(words)))


def phrases_of(*keys: str) -> frozenset[Phrase]:
    """All phrases under one heading of the word list, in every language."""
    found: Any = _list()
    for key in keys:
        found = found[key]
    return frozenset(phrase(words) for words in found)


def _roles(kind: str, language: str, units: tuple[str, ...]) -> Iterator[tuple[Role, Iterable[str]]]:
    words = _list()
    paired = kind == "blood_pressure"
    if paired or kind == "oxygen":
        yield Role("beats"), words["units"]["bpm"]
        yield Role("pulse"), words["pulse"]["words"]
    if paired:
        yield Role("systolic"), words["systolic"]["words"]
        yield Role("diastolic"), words["diastolic"]["words"]
    else:
        yield Role("half"), words["half"]["words"]
        yield Role("point"), words["point"]["words"]
    for unit in units:
        yield Role("unit", unit), words["units"][unit]
    yield Role("label"), words["labels"].get(kind, [])
    if kind == "pulse":
        yield Role("label"), words["pulse"]["words"]
    yield Role("between"), words["between"]["words"]
    for when in ("morning", "evening", "words"):
        yield Role("clock", when), words["clock"][when]
    for number, spoken in enumerate(words["numbers"].get(language, [])):
        for word in spoken:
            yield Role("alone" if word in words["numbers"]["alone"] else "number", str(number)), [word]
    yield Role("filler"), words["fillers"].get(language, [])


@cache
def _list() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


@cache
def _even(character: str) -> str:
    if character in _AS_TYPED_ELSEWHERE:
        return _AS_TYPED_ELSEWHERE[character]
    kind = category(character)
    if character in _APOSTROPHES or kind in ("Mn", "Me", "Cf"):
        return ""
    if kind == "Nd":
        return str(decimal(character))
    if kind == "Pd":
        return "-"
    if kind == "So":
        return " " if character >= "\U0001f300" else _UNREADABLE
    if kind in ("No", "Nl"):
        return str(ord(character) - ord("₀")) if "₀" <= character <= "₉" else _UNREADABLE
    if kind in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    apart = normalize("NFKD", character)
    kept = "".join(part for part in apart if category(part) not in ("Mn", "Me", "Cf")).casefold()
    return kept if kept.strip() else " "
