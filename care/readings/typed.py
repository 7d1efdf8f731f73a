"""What a patient typed, taken apart: numbers, and words with the part that each plays. Nothing is believed yet.

Every step looks at a character a fixed number of times, so the time grows with the length of the text and with nothing else.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Final, TypeAlias

from care.readings.vocabulary import Vocabulary, even, runs

LONGEST: Final = 200  # characters; nobody needs more for a reading
_DIGITS: Final = 9  # a longer number is a telephone number or a cat on the keyboard
_AS_DIGITS: Final = {"o": "0", "о": "0", "l": "1", "i": "1", "і": "1", "з": "3", "б": "6"}
_PUNCTUATION: Final = frozenset(".,;:!()[]{}\"«»“”„=~≈_-*¡…'")
_GROUPED: Final = re.compile(r"\d{1,3}(?:([.,'])\d{3})(?:\1\d{3})*")


_GROUPED_DECIMAL: Final = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:\.\d{3})+,\d+")


@dataclass(frozen=True)
class Num:
    """A number as typed. `values` are its readings: 1,234 has two. `doubtful` if letters stood for digits, or it had a sign."""

    text: str
    values: tuple[Decimal, ...]
    doubtful: bool = False

    @property
    def value(self) -> Decimal:
        return self.values[0]

    @property
    def whole(self) -> bool:
        return self.value == self.value.to_integral_value()


@dataclass(frozen=True)
class Word:
    text: str
    role: str  # as in the vocabulary; "mark" for punctuation, "unknown" for what we have no idea of
    name: str = ""


Piece: TypeAlias = Num | Word


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int
    number: bool = False
    doubtful: bool = False


@dataclass(frozen=True)
class Typed:
    """The pieces of an answer, without what cannot change its meaning. `unsure` if something in it is not understood."""

    original: str
    pieces: tuple[Piece, ...]

    @property
    def numbers(self) -> list[Num]:
        return [piece for piece in self.pieces if isinstance(piece, Num)]

    @property
    def strange(self) -> bool:
        """Whether words stand in it that we do not know."""
        return any(isinstance(piece, Word) and piece.role == "unknown" for piece in self.pieces)

    @property
    def unsure(self) -> bool:
        return self.strange or any(number.doubtful for number in self.numbers)


def take_apart(words: str, known: Vocabulary, times: bool = False) -> Typed:
    """The pieces of an answer. Times of day are left out of it, unless `times` are what was asked for."""
    if len(words) > LONGEST:
        return Typed(words, (Word("", "unknown"),))
    tokens = list(_join_decimals(list(_tokens(even(words), known))))
    pieces = _number_words(_halves(_pieces(tokens, known)))
    if not times:
        pieces = _without_clock(pieces)
    return Typed(words, tuple(_solid(pieces, known, loose=("between", "point") if times else ("between", "point", "clock"))))


def number(text: str, doubtful: bool = False) -> Num:
    """The number in digits, points and commas, with every reading of it."""
    grouped = Decimal(re.sub(r"[.,']", "", text)) if _GROUPED.fullmatch(text) else None
    *whole, part = re.split(r"[.,']", text)
    plain = Decimal(f"{''.join(whole)}.{part or 0}") if whole else Decimal(part)
    if grouped is None or text.startswith("0"):
        return Num(text, (plain,), doubtful)
    if len(whole) > 1 or "'" in text:
        return Num(text, (grouped,), doubtful)
    return Num(text, (plain, grouped), doubtful)


def _tokens(evened: str, known: Vocabulary) -> Iterator[_Token]:
    for run in runs(evened):
        text, start = run[0], run.start()
        if text.isdecimal():
            yield _Token(text, start, run.end(), number=True)
        elif text in known.alone or not any(character.isdecimal() for character in text):
            yield _Token(text, start, run.end())
        else:
            yield from _mixed(text, start, known)


def _mixed(text: str, start: int, known: Vocabulary) -> Iterator[_Token]:
    """Letters and digits in one word: 72kg, 11st7lb, hr72; or letters for digits: l20, 7Okg."""
    parts = ["".join(part) for _number, part in groupby(text, str.isdecimal)]
    if all(part.isdecimal() or part in known.glued for part in parts):
        for part in parts:
            yield _Token(part, start, start + len(part), part.isdecimal())
            start += len(part)
        return
    end = next((at for at, letter in enumerate(text) if letter not in _AS_DIGITS and not letter.isdecimal()), len(text))
    digits = "".join(_AS_DIGITS.get(letter, letter) for letter in text[:end])
    if end and any(letter.isdecimal() for letter in text[:end]) and (end == len(text) or text[end:] in known.glued):
        yield _Token(digits, start, start + end, number=True, doubtful=True)
        if end < len(text):
            yield _Token(text[end:], start + end, start + len(text))
    else:
        yield _Token(text, start, start + len(text))


def _join_decimals(tokens: list[_Token]) -> Iterator[_Token]:
    """Digits, a point or comma and digits without a space between are one number, if they can be."""
    at = 0
    while at < len(tokens):
        end = at
        while (end + 2 < len(tokens) and tokens[end].number and tokens[end + 2].number and tokens[end + 1].text in ".,'"
               and tokens[end].end == tokens[end + 1].start and tokens[end + 1].end == tokens[end + 2].start):
            end += 2
        parts = tokens[at:end + 1]
        text = "".join(part.text for part in parts)
        one = len(parts) <= 3 or _GROUPED.fullmatch(text) or _GROUPED_DECIMAL.fullmatch(text)
        if parts[0].number and one:
            yield _Token(text, parts[0].start, parts[-1].end, True, any(part.doubtful for part in parts))
        else:
            yield from parts
        at = end + 1


def _pieces(tokens: list[_Token], known: Vocabulary) -> Iterator[Piece]:
    texts = [token.text for token in tokens]
    at = 0
    while at < len(tokens):
        token = tokens[at]
        found = known.at(texts, at)
        if found and not (token.number and found[0].role != "half"):
            role, length = found
            yield Word(" ".join(texts[at:at + length]), role.role, role.name)
            at += length
            continue
        if token.number:
            yield _signed(tokens, at)
        else:
            yield Word(token.text, "mark" if token.text in _PUNCTUATION else "unknown")
        at += 1


def _signed(tokens: list[_Token], at: int) -> Piece:
    """A number, doubted if a minus or a point sticks to its front: "-5", ".5"."""
    token = tokens[at]
    if sum(map(str.isdecimal, token.text)) > _DIGITS:
        return Word(token.text, "unknown")
    before = tokens[at - 1].text if at and tokens[at - 1].end == token.start else ""
    sticks = bool(before) and (at < 2 or (not tokens[at - 2].number and tokens[at - 2].end < tokens[at - 1].start))
    if sticks and before in (".", ",") and token.text.isdecimal():
        return number(f"0.{token.text}", doubtful=True)
    return number(token.text, token.doubtful or (sticks and before in ("-", "+")))


def _halves(pieces: Iterable[Piece]) -> list[Piece]:
    """Numbers with "and a half" behind them or their unit, and decimals said aloud: "38 point 5"."""
    out: list[Piece] = []
    for piece in pieces:
        last = next((at for at in range(len(out) - 1, max(-1, len(out) - 3), -1) if isinstance(out[at], Num)), None)
        if isinstance(piece, Word) and piece.role == "half":
            before = out[last] if last is not None else None
            if last is not None and isinstance(before, Num) and before.whole:
                out[last] = replace(number(f"{before.value}.5"), doubtful=before.doubtful)
                continue
            piece = replace(piece, role="unknown")
        elif isinstance(piece, Num) and len(out) > 1 and isinstance(said := out[-1], Word) and said.role == "point":
            before = out[-2]
            if isinstance(before, Num) and before.text.isdecimal() and piece.text.isdecimal():
                out[-2:] = [Num(f"{before.text}.{piece.text}", (Decimal(f"{before.text}.{piece.text}"),))]
                continue
        out.append(piece)
    return out


def _without_clock(left: list[Piece]) -> list[Piece]:
    """Times of day beside a reading are left out: "120/80 at 7:30", "140 2h after lunch"."""
    if not any(isinstance(piece, Word) and (piece.role == "clock" or piece.text == ":") for piece in left):
        return left
    kept: list[Piece] = []
    at = 0
    while at < len(left):
        length = _clock(left[at:at + 4])
        kept += [] if length else [left[at]]
        at += length or 1
    return kept if any(isinstance(piece, Num) for piece in kept) else left


def _clock(pieces: list[Piece]) -> int:
    """How many pieces from here are a time of day; 0 if they are none."""
    match pieces:
        case [Num(text=hour), Word(text=":"), Num(text=minute), *rest] if _hour(hour) and len(minute) == 2 and minute < "60":
            return 4 if rest and isinstance(rest[0], Word) and rest[0].role == "clock" else 3
        case [Num(text=hour), Word(role="clock", name="words"), Num(text=minute), *_] if (
                _hour(hour) and len(minute) == 2 and minute < "60"):
            return 3
        case [Num(text=hour), Word(role="clock"), *_] if _hour(hour):
            return 2
    return 0


def _hour(text: str) -> bool:
    return text.isdecimal() and len(text) <= 2 and int(text) < 25


def _number_words(pieces: list[Piece]) -> list[Piece]:
    """Number words count only where every other word is known; words that also mean "a" only where nothing else is said."""
    said = [piece for piece in pieces if isinstance(piece, Word) and piece.role in ("number", "alone")]
    if not said:
        return pieces
    others = [piece for piece in pieces if not (isinstance(piece, Word) and piece.role == "mark")]
    strange = any(isinstance(piece, Word) and piece.role == "unknown" for piece in pieces)
    read: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Word) and piece.role == "number":
            read.append(Word(piece.text, "unknown") if strange else number(piece.name))
        elif isinstance(piece, Word) and piece.role == "alone":
            sole = len(others) == 1 or (len(others) == 2 and isinstance(others[1], Word) and others[1].role == "unit")
            read.append(number(piece.name) if sole else Word(piece.text, "filler"))
        else:
            read.append(piece)
    return read


def _solid(pieces: list[Piece], known: Vocabulary, loose: tuple[str, ...]) -> Iterator[Piece]:
    """What is left without fillers. `loose` words count between two numbers; elsewhere they are fillers or not understood."""
    solid = [piece for piece in pieces if not (isinstance(piece, Word) and piece.role in ("filler", "mark", "label"))]
    places = [at for at, piece in enumerate(solid) if isinstance(piece, Num)] or [0]
    for at, piece in enumerate(solid):
        if isinstance(piece, Word) and piece.role in loose and not places[0] < at < places[-1]:
            if piece.text in _PUNCTUATION or piece.text in known.fillers:
                continue
            piece = replace(piece, role="unknown")
        yield piece

