"""Readings that are one number: weight, glucose, temperature, oxygen, pulse, peak flow, pain, and plain numbers.

A number is read in the unit typed with it, else in the patient's own. Whatever could be something else is asked about.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from care.heart.language import Text, _
from care.readings.beside import pulse_among
from care.readings.limits import Limits, Range, limits
from care.readings.outcome import Ask, Confirm, Outcome, Read, Reading, Unclear, impossible, like
from care.readings.typed import LONGEST, Num, Typed, Word, take_apart
from care.readings.units import POUNDS_PER_STONE, UNITS, plain, tidy
from care.readings.vocabulary import even, phrase, phrases_of, vocabulary

MOST_CHOICES: Final = 4
_SIDE_BY_SIDE: Final = r"(?<=\d)[ ,.]*(?:°|kg|kilos?|кг|g|and|y|con|et|und|e|и)?[ ,.]*"
_LETTER_O: Final = (("o",), ("о",))
OFF_THE_METER: Final = _(
    "When a meter shows HI or LO, your sugar is too high or too low for it to measure. Measure again now. "
    "If it shows the same, call your clinic or an emergency number now.")
_BOUND: Final = Range(Decimal(0), Decimal(1))


@dataclass(frozen=True)
class Measure:
    """A kind of reading. The first unit of `examples` is the one shown when the patient has none."""

    kind: str
    examples: Mapping[str, Decimal]  # the units patients measure in, and what a reading in each looks like
    units: tuple[str, ...]  # the units whose words are understood
    whole: bool = False
    inferred: bool = False  # whether the number alone tells its unit, because the ranges do not overlap
    places: int = 2  # decimals of the canonical value
    bounds: Limits | None = None  # instead of those in the file of limits

    @property
    def limits(self) -> Limits:
        return self.bounds or limits(self.kind)

    def example(self, unit: str | None) -> Text:
        own = unit if unit is not None and unit in self.examples else next(iter(self.examples))
        return UNITS[own].written(self.examples[own])


MEASURES: Final = {measure.kind: measure for measure in (
    Measure("weight", {"kg": Decimal("72.5"), "lb": Decimal(160), "st": Decimal(161)},
            ("kg", "lb", "st", "half_kg", "g"), places=3),
    Measure("glucose", {"mmol/L": Decimal("7.8"), "mg/dL": Decimal(140)}, ("mmol/L", "mg/dL", "g/L"), places=1),
    Measure("temperature", {"°C": Decimal("37.5"), "°F": Decimal("99.5")}, ("°C", "°F", "°"), inferred=True),
    Measure("oxygen", {"%": Decimal(97)}, ("%",), whole=True),
    Measure("pulse", {"bpm": Decimal(72)}, ("bpm",), whole=True),
    Measure("peak_flow", {"L/min": Decimal(420)}, ("L/min",), whole=True),
    Measure("pain", {"/10": Decimal(7)}, ("/10",), whole=True),
)}


def plain_number(low: float, high: float, example: float, whole: bool) -> Measure:
    """A number without a unit, between two ends."""
    ends = Range(Decimal(str(low)), Decimal(str(high)))
    examples = {"": Decimal(str(example))}
    return Measure("number", examples, (), whole=whole, places=6, bounds=Limits("", ends, ends, "", "asked for"))


@dataclass(frozen=True)
class Quantity:
    """A number and the unit typed with it. `pounds`: those behind the stones."""

    number: Num
    unit: str | None = None
    pounds: Num | None = None


@dataclass(frozen=True)
class _Reader:
    """Reads one answer: which kind, the patient's own unit, the last value, the words."""

    measure: Measure
    unit: str | None
    language: str
    last: float | None
    typed: Typed
    bounds: Limits = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bounds", self.measure.limits)

    def outcome(self) -> Outcome:
        found = quantities(self.typed, self.unit)
        if not found:
            return self.without_number()
        options, sure = self.one(found[0]) if len(found) == 1 else (self.several(found), False)
        if not options:
            return self.refusal(found)
        if sure and len(options) == 1 and not self.typed.unsure and not found[0].number.doubtful:
            return self.judged(options[0])
        return Ask(tuple(options[:MOST_CHOICES]))

    @property
    def example(self) -> Text:
        return self.measure.example(self.unit)

    def without_number(self) -> Outcome:
        """Words that say it all: no pain; a meter that cannot show it."""
        said = tuple(word for word in phrase(self.typed.original[:LONGEST]) if word.isalnum())
        if self.measure.kind == "pain" and (said in phrases_of("none", "words") or said in _LETTER_O):
            return Ask(tuple(self.reading(Decimal(0), "/10")))
        if self.measure.kind == "glucose":
            for where in ("high", "low"):
                if said in phrases_of("off_the_meter", where):
                    return Unclear(OFF_THE_METER, where)
        return Unclear(like(self.example))

    def refusal(self, found: list[Quantity]) -> Unclear:
        """Why nothing can be made of it: a number that cannot be, or several that are unclear."""
        unit = found[0].unit or self.unit or next(iter(self.measure.examples))
        if len(found) > 1 or self.typed.strange or unit not in self.measure.examples or found[0].pounds:
            return Unclear(like(self.example))
        amount = found[0].number.value * (POUNDS_PER_STONE if unit == "st" else 1)
        return Unclear(impossible(UNITS[unit].written(tidy(amount)), self.example))

    def judged(self, reading: Reading) -> Read | Confirm:
        return Confirm(reading) if self.odd(reading) else Read(reading)

    def odd(self, reading: Reading) -> bool:
        return Decimal(str(reading.canonical)) not in self.bounds.usual or self.jumps(reading)

    def jumps(self, reading: Reading) -> bool:
        """Whether it is far from the last one: more often a slip than a change."""
        if self.last is None or self.bounds.jump is None:
            return False
        return abs(Decimal(str(reading.canonical)) - Decimal(str(self.last))) > self.bounds.jump

    def reading(self, amount: Decimal, unit: str) -> list[Reading]:
        """The reading, if it is possible; a fraction where only whole numbers are is both of its neighbours."""
        if self.measure.whole and amount != amount.to_integral_value():
            return [*self.reading(amount // 1, unit), *self.reading(amount // 1 + 1, unit)]
        amount = tidy(amount)
        canonical = UNITS[unit].canonical(amount)
        if canonical not in self.bounds.possible:
            return []
        kept = plain(canonical, self.measure.places)
        return [Reading(self.measure.kind, kept, unit, self.typed.original, UNITS[unit].written(amount))]

    def several(self, found: list[Quantity]) -> list[Reading]:
        """What may be meant by more than one number: a decimal or thousands typed with a space, else any of them."""
        first, second = found[0], found[1]
        digits, more = first.number.text, second.number.text
        joined: list[Reading] = []
        if self.side_by_side(found):
            if len(more) == 3 and len(digits) <= 3:
                joined = self.with_value(first, Decimal(digits + more))[0]
                if not joined and self.measure.kind == "weight":
                    joined = self.with_value(first, Decimal(f"{digits}.{more}"))[0]
                if joined:
                    return joined
            elif len(more) <= 2 and not self.measure.whole:
                joined = self.with_value(first, Decimal(f"{digits}.{more}"))[0]
        if joined and first.unit == "g/L":
            return joined
        return _each_once([*joined, *(reading for each in found for reading in self.one(each)[0])])

    def side_by_side(self, found: list[Quantity]) -> bool:
        """Whether there are two whole numbers with at most "and" or the unit between: 38 5, 38°5, 83kg4, 37 и 2."""
        if len(found) != 2 or found[1].unit or not all(each.number.text.isdecimal() for each in found):
            return False
        return bool(re.search(rf"{found[0].number.text}{_SIDE_BY_SIDE}{found[1].number.text}(?!\d)", even(self.typed.original)))

    def one(self, quantity: Quantity) -> tuple[list[Reading], bool]:
        """The readings that one quantity may be, and whether it can be believed without asking if it is only one."""
        options: list[Reading] = []
        sure = True
        for value in quantity.number.values:
            found, certain = self.with_value(quantity, value)
            options, sure = [*options, *found], sure and (certain or not found)
        whole = not self.measure.whole or quantity.number.whole
        if options:
            return _each_once(options), sure and whole
        return self.mended(quantity), False

    def with_value(self, quantity: Quantity, value: Decimal) -> tuple[list[Reading], bool]:
        match quantity.unit:
            case "st":
                return self.stones(quantity, value)
            case "half_kg":
                return [*self.reading(value / 2, "kg"), *self.reading(value, "lb")], False
            case "g":
                return self.reading(value / 1000, "kg"), False
            case "g/L":
                return self.reading(value * 100, "mg/dL"), False
            case None | "°":
                return self.bare(quantity, value)
        if found := self.reading(value, quantity.unit):
            return found, True
        return self.in_others(quantity, value, quantity.unit), False

    def bare(self, quantity: Quantity, value: Decimal) -> tuple[list[Reading], bool]:
        """A number without a unit."""
        units = [unit for unit in self.measure.examples if unit != "st"]
        if self.measure.inferred or len(self.measure.examples) == 1:
            return [reading for unit in units for reading in self.reading(value, unit)], True
        if self.unit is None:
            return [*self.in_others(quantity, value, None), *self.grams_per_litre(value)], False
        own, sure = self.stones(quantity, value) if self.unit == "st" else (self.reading(value, self.unit), True)
        if own and sure and self.stands_alone(own[0], quantity.number, value):
            return own, True
        rivals = [rival for rival in self.in_others(quantity, value, self.unit) if not self.jumps(rival)]
        return [*own, *rivals, *([] if own else self.grams_per_litre(value))], bool(own) and sure and not rivals

    def stands_alone(self, reading: Reading, typed: Num, value: Decimal) -> bool:
        """Whether a bare number can be taken in the patient's own unit without a look at the others."""
        alone = self.bounds.alone.get(reading.unit)
        if alone is None:
            return not self.odd(reading)
        return value in alone and not (reading.unit == "mg/dL" and not typed.whole)

    def in_others(self, quantity: Quantity, value: Decimal, but: str | None) -> list[Reading]:
        units = [unit for unit in self.measure.examples if unit not in (but, "st")]
        return [reading for unit in units for reading in self.reading(value, unit)]

    def grams_per_litre(self, value: Decimal) -> list[Reading]:
        """Many in France count grams per litre: 1,20 is 120 mg/dL."""
        if self.measure.kind != "glucose" or self.language != "fr" or value > 6:
            return []
        return self.reading(value * 100, "mg/dL")

    def stones(self, quantity: Quantity, value: Decimal) -> tuple[list[Reading], bool]:
        """11 st 7, and 11.7, which may be eleven stone seven or eleven stones and seven tenths."""
        if quantity.pounds:
            pounds = quantity.pounds.value
            fits = quantity.number.whole and pounds < POUNDS_PER_STONE
            return self.reading(value * POUNDS_PER_STONE + pounds, "st") if fits else [], True
        if quantity.number.whole:
            return self.reading(value * POUNDS_PER_STONE, "st"), True
        whole, *part = quantity.number.text.replace(",", ".").split(".")
        options = self.reading(value * POUNDS_PER_STONE, "st")
        if part and len(part[-1]) <= 2 and int(part[-1]) < POUNDS_PER_STONE:
            options += self.reading(Decimal(whole) * POUNDS_PER_STONE + int(part[-1]), "st")
        return options, False

    def mended(self, quantity: Quantity) -> list[Reading]:
        """What an impossible number is likely to be a slip for: 385 for 38.5 °C, 0.97 for 97 %, 11 out of 10 for 10."""
        value, kind = quantity.number.value, self.measure.kind
        if kind == "temperature" and quantity.number.text.isdecimal() and len(quantity.number.text) in (3, 4):
            return self.one(Quantity(Num("", (value / 10,)), quantity.unit))[0]
        if kind == "oxygen" and value in _BOUND:
            return self.reading(value * 100, "%")
        if kind == "pain" and quantity.unit == "/10" and value > 10:
            return self.reading(Decimal(10), "/10")
        return []


def read_measure(measure: Measure, words: str, unit: str | None, language: str, last: float | None) -> Outcome:
    if unit is not None and unit not in measure.examples:
        raise ValueError(f"{unit} is no unit of {measure.kind}")
    typed = take_apart(words, vocabulary(measure.kind, language, measure.units))
    return _Reader(measure, unit, language, last, typed).outcome()


def quantities(typed: Typed, own: str | None) -> list[Quantity]:
    """The numbers with their units; stones with their pounds, kilos with their grams; without the pulse beside an oxygen."""
    found: list[Quantity] = []
    before: str | None = None
    pulse, certain = pulse_among(typed.pieces, others=1)
    for at, piece in enumerate(typed.pieces):
        match piece:
            case Num() if at != pulse:
                found.append(Quantity(piece if certain else replace(piece, doubtful=True), before))
                before = None
            case Word(role="unit", name=unit) if found and found[-1].unit in (None, "°") and at - 1 != pulse:
                found[-1] = Quantity(found[-1].number, unit)
            case Word(role="unit", name=unit) if not found:
                before = unit
    beats = typed.pieces[pulse] if pulse is not None else None
    if isinstance(beats, Num) and found and found[0].number.value < beats.value <= 100 and not found[0].unit:
        found.append(Quantity(beats))  # "72 pulse 97": an oxygen is rarely the lower of the two
    return _in_two_parts(found, own)


def _in_two_parts(found: list[Quantity], own: str | None) -> list[Quantity]:
    match found:
        case [Quantity(number=stones, unit="st"), Quantity(number=pounds, unit=None | "lb")]:
            return [Quantity(stones, "st", pounds)]
        case [Quantity(number=stones, unit=None), Quantity(number=pounds, unit=None)] if own == "st":
            return [Quantity(stones, "st", pounds)]
        case [Quantity(number=kilos, unit="kg"), Quantity(number=grams, unit=None | "g" as unit)] if (
                kilos.text.isdecimal() and grams.text.isdecimal() and len(grams.text) == 3):
            doubtful = kilos.doubtful or grams.doubtful or unit is None
            return [Quantity(Num("", (Decimal(f"{kilos.text}.{grams.text}"),), doubtful), "kg")]
    return found


def _each_once(readings: list[Reading]) -> list[Reading]:
    return list({(reading.canonical, reading.unit): reading for reading in readings}.values())
