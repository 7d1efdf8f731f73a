"""Blood pressures: two numbers with anything between them, and perhaps the pulse."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from care.heart.language import Lines, Msg, Text, _
from care.readings.beside import pulse_among
from care.readings.limits import limits
from care.readings.outcome import Ask, Confirm, Outcome, Pressure, Read, Reading, Unclear, impossible, like
from care.readings.typed import Num, Piece, Typed, Word, take_apart
from care.readings.vocabulary import Vocabulary, vocabulary

EXAMPLE: Final = "120/80"


def read_pressure(words: str, language: str) -> Outcome:
    known = vocabulary("blood_pressure", language, ("mmHg", "cmHg"))
    typed = _with_both_names_or_none(take_apart(words, known), known)
    at, certain = pulse_among(typed.pieces, others=2)
    if not certain:
        typed = Typed(typed.original, (*typed.pieces, Word("", "unknown")))
    pulse = typed.pieces[at] if at is not None else None
    numbers = _in_order([piece for place, piece in enumerate(typed.pieces) if place != at])
    if len(numbers) == 1:
        return _in_one(numbers[0], None, typed)
    if len(numbers) == 3 and pulse is None:
        return _with_third(numbers, typed)
    if len(numbers) == 2:
        return _pair(numbers[0], numbers[1], pulse if isinstance(pulse, Num) else None, typed)
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


def _in_order(pieces: list[Piece]) -> list[Num]:
    """The numbers, the systolic one first where they are named."""
    named: dict[str, Num] = {}
    plain: list[Num] = []
    name = ""
    for piece in pieces:
        if isinstance(piece, Num) and name and name not in named:
            named[name], name = piece, ""
        elif isinstance(piece, Num):
            plain.append(piece)
        elif piece.role in ("systolic", "diastolic"):
            name = piece.role
    return [*(named[each] for each in ("systolic", "diastolic") if each in named), *plain]


def _with_third(numbers: list[Num], typed: Typed) -> Outcome:
    """A third number is the pulse; where words stand by that we do not know, perhaps something else."""
    first, second, third = numbers
    outcome = _pair(first, second, third, typed)
    without = _pair(first, second, None, typed)
    if typed.strange and isinstance(outcome, Ask) and isinstance(without, Ask):
        return Ask((*without.choices, *outcome.choices))
    return outcome


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
