"""Blood pressures: two numbers with anything between them, and perhaps the pulse."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from care.heart.language import Lines, Msg, Text, _
from care.readings.limits import limits
from care.readings.outcome import Ask, Confirm, Outcome, Pressure, Read, Reading, Unclear, impossible, like
from care.readings.typed import Num, Typed, Word, take_apart
from care.readings.vocabulary import Vocabulary, vocabulary

EXAMPLE: Final = "120/80"
_NAMED: Final = ("systolic", "diastolic", "pulse")


@dataclass
class _Named:
    """The numbers of an answer by their names; `plain` are those without."""

    plain: list[Num] = field(default_factory=list)
    systolic: Num | None = None
    diastolic: Num | None = None
    pulse: Num | None = None


def read_pressure(words: str, language: str) -> Outcome:
    known = vocabulary("blood_pressure", language, ("mmHg", "cmHg"))
    typed = _with_both_names_or_none(take_apart(words, known), known)
    named = _named(typed)
    if named is None:
        return Unclear(like(EXAMPLE))
    if named.systolic and named.diastolic:
        numbers = [named.systolic, named.diastolic, *named.plain]
    else:
        numbers = [*([named.systolic] if named.systolic else []), *named.plain, *([named.diastolic] if named.diastolic else [])]
    if len(numbers) == 1:
        return _in_one(numbers[0], named.pulse, typed)
    if len(numbers) == 3 and named.pulse is None:
        named.pulse = numbers.pop()
    if len(numbers) == 2:
        return _pair(numbers[0], numbers[1], named.pulse, typed)
    return _several(numbers, typed)


def written(value: Pressure) -> Msg:
    if value.pulse is None:
        return _("{systolic} over {diastolic} mmHg", systolic=value.systolic, diastolic=value.diastolic)
    return _("{systolic} over {diastolic} mmHg, pulse {pulse}",
             systolic=value.systolic, diastolic=value.diastolic, pulse=value.pulse)


def _with_both_names_or_none(typed: Typed, known: Vocabulary) -> Typed:
    """"sys" without "dia" names nothing, and may be another word: "bom dia", "60 min"."""
    if {"systolic", "diastolic"} <= {piece.role for piece in typed.pieces if isinstance(piece, Word)}:
        return typed
    pieces = (replace(piece, role="filler" if piece.text in known.fillers else "unknown")
              if isinstance(piece, Word) and piece.role in ("systolic", "diastolic") else piece for piece in typed.pieces)
    return Typed(typed.original, tuple(pieces))


def _named(typed: Typed) -> _Named | None:
    """The numbers by name: a name belongs to the number behind it, a pulse also to the one before. None if one comes twice."""
    named = _Named()
    name = ""
    for piece in typed.pieces:
        match piece:
            case Word(role=role) if role in _NAMED:
                name = role
            case Num() if name:
                if getattr(named, name):
                    return None
                setattr(named, name, piece)
                name = ""
            case Num():
                named.plain.append(piece)
    if name == "pulse" and len(named.plain) in (1, 3) and not named.pulse:
        named.pulse = named.plain.pop()
    return named


def _pair(first: Num, second: Num, pulse: Num | None, typed: Typed) -> Outcome:
    if habit := _in_centimetres(first, second, pulse, typed):
        return Ask((habit,))
    value = _pressure(first, second, pulse)
    if value is None:
        return Unclear(like(EXAMPLE))
    if value.systolic <= value.diastolic:
        return _wrong_way_round(value, typed)
    if not _possible(value):
        return Unclear(impossible(written(value), EXAMPLE))
    reading = _reading(value, typed)
    if typed.unsure:
        return Ask((reading,))
    return Read(reading) if _usual(value) else Confirm(reading)


def _wrong_way_round(value: Pressure, typed: Typed) -> Outcome:
    why = _("The first number is always the higher one. You typed {first} and {second}.",
            first=value.systolic, second=value.diastolic)
    turned = Pressure(value.diastolic, value.systolic, value.pulse)
    if value.systolic < value.diastolic and _possible(turned) and _usual(turned) and not typed.unsure:
        return Ask((_reading(turned, typed),), why)
    return Unclear(Lines((why, like(EXAMPLE)), between=" "))


def _in_centimetres(first: Num, second: Num, pulse: Num | None, typed: Typed) -> Reading | None:
    """12/8, as many people say for 120/80. Never taken without asking, and never where some other unit is named."""
    if any(isinstance(piece, Word) and piece.role == "unknown" and piece.text == "kpa" for piece in typed.pieces):
        return None
    if first.value > 30 or second.value > 20:
        return None
    value = _pressure(_ten_times(first), _ten_times(second), pulse)
    return _reading(value, typed) if value and value.systolic > value.diastolic and _possible(value) else None


def _ten_times(number: Num) -> Num:
    return Num(number.text, (number.value * 10,))


def _in_one(number: Num, pulse: Num | None, typed: Typed) -> Outcome:
    """A pressure typed as one number: 120.80 or 12080."""
    text = number.text
    if text.isdecimal():
        cuts = [(text[:at], text[at:]) for at in range(2, len(text) - 1) if text[at] != "0"]
    else:
        cuts = list(pairwise(text.replace(",", ".").split(".")))[:1]
    values = [_pressure(Num(first, (Decimal(first),)), Num(second, (Decimal(second),)), pulse) for first, second in cuts]
    choices = [_reading(value, typed) for value in values if value and value.systolic > value.diastolic and _usual(value)]
    return Ask(tuple(choices)) if choices and not typed.strange else Unclear(like(EXAMPLE))


def _several(numbers: list[Num], typed: Typed) -> Outcome:
    """Two or three measurements in one message, one after another."""
    if len(numbers) not in (4, 6):
        return Unclear(like(EXAMPLE))
    values = [_pressure(numbers[at], numbers[at + 1], None) for at in range(0, len(numbers), 2)]
    readings = [_reading(value, typed) for value in values if value and value.systolic > value.diastolic and _possible(value)]
    return Ask(tuple(dict.fromkeys(readings))) if readings else Unclear(like(EXAMPLE))


def _pressure(systolic: Num, diastolic: Num, pulse: Num | None) -> Pressure | None:
    """Whole numbers only: no monitor shows others."""
    if not (systolic.whole and diastolic.whole and (pulse is None or pulse.whole)):
        return None
    return Pressure(int(systolic.value), int(diastolic.value), None if pulse is None else int(pulse.value))


def _possible(value: Pressure) -> bool:
    return (Decimal(value.systolic) in limits("systolic").possible and Decimal(value.diastolic) in limits("diastolic").possible
            and (value.pulse is None or Decimal(value.pulse) in limits("pulse").possible))


def _usual(value: Pressure) -> bool:
    return (Decimal(value.systolic) in limits("systolic").usual and Decimal(value.diastolic) in limits("diastolic").usual
            and (value.pulse is None or Decimal(value.pulse) in limits("pulse").usual))


def _reading(value: Pressure, typed: Typed) -> Reading:
    shown: Text = written(value)
    return Reading("blood_pressure", value, "mmHg", typed.original, shown)
