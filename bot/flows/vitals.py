"""Measurements as answers: read by care/readings, asked about when in doubt, read back with their unit.

A button that settles a doubt carries the reading itself, like `=160 lb` or `=148/91/72`, so that nothing has to be remembered
between the question and the tap; what it carries is held against the limits again.
"""

import re
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, ClassVar

from bot.flows.kinds import BELIEVED, NOWHERE, Answer, Choose, Here, Kind, Unclear
from care import readings
from care.heart.language import Text
from care.readings.limits import limits
from care.readings.measure import MEASURES
from care.readings.outcome import THAT_IS_RIGHT, Pressure, Reading, impossible, like
from care.readings.pressure import EXAMPLE, written
from care.readings.units import UNITS, plain, tidy


@dataclass(frozen=True)
class Measured(Kind):
    """What all measurements share."""

    echoes: ClassVar[bool] = True

    @property
    def placeholder(self) -> Text:  # type: ignore[override]
        return self.example(None)

    def example(self, unit: str | None) -> Text:
        return MEASURES[str(self.reading)].example(unit)

    def hear(self, words: str, here: Here = NOWHERE) -> Answer:
        outcome = readings.read(str(self.reading), words, unit=here.unit, language=here.language, last=here.last)
        match outcome:
            case readings.Read(reading):
                return answer_of(reading)
            case readings.Confirm(reading):
                raise Choose(outcome.say, [(THAT_IS_RIGHT, carried(reading))])
            case readings.Ask():
                raise Choose(outcome.question, [(label, carried(reading)) for label, reading in outcome.labelled])
        raise Unclear(outcome.say, outcome.off_the_meter)

    def take(self, data: str, here: Here = NOWHERE) -> Answer:
        found = re.fullmatch(BELIEVED + r"(\d{1,6}(?:\.\d{1,3})?) (\S{1,8})", data)
        measure = MEASURES[str(self.reading)]
        if not found or found[2] not in measure.examples:
            raise Unclear(like(self.example(here.unit)))
        unit, amount = UNITS[found[2]], Decimal(found[1])
        canonical = unit.canonical(amount)
        if canonical not in measure.limits.possible:
            raise Unclear(impossible(unit.written(amount), self.example(unit.name)))
        return Answer(plain(canonical, measure.places), unit.written(amount), unit.name)

    def says(self) -> str:
        units = ", ".join(readings.units_of(str(self.reading)))
        return f"{type(self).__name__} ({units})"


class Weight(Measured):
    """Kept in kg."""

    reading = "weight"


class Glucose(Measured):
    """Kept in mg/dL."""

    reading = "glucose"


class Temperature(Measured):
    """Kept in °C."""

    reading = "temperature"


class Oxygen(Measured):
    """Saturation, in %."""

    reading = "oxygen"


class Pulse(Measured):
    """Beats per minute."""

    reading = "pulse"


class PeakFlow(Measured):
    """Litres per minute."""

    reading = "peak_flow"


class BloodPressure(Measured):
    """Kept as {"systolic": 148, "diastolic": 91}, and "pulse" if it was typed too."""

    reading = "blood_pressure"

    def example(self, unit: str | None) -> Text:
        return EXAMPLE

    def take(self, data: str, here: Here = NOWHERE) -> Answer:
        found = re.fullmatch(BELIEVED + r"(\d{2,3})/(\d{2,3})(?:/(\d{2,3}))?", data)
        if not found:
            raise Unclear(like(EXAMPLE))
        systolic, diastolic, pulse = (int(part) if part else None for part in found.groups())
        assert systolic
        assert diastolic
        value = Pressure(systolic, diastolic, pulse)
        parts = (("systolic", systolic), ("diastolic", diastolic), ("pulse", pulse))
        if systolic <= diastolic or any(part and Decimal(part) not in limits(name).possible for name, part in parts):
            raise Unclear(impossible(written(value), EXAMPLE))
        return Answer(kept(value), written(value), "mmHg")


def answer_of(reading: Reading) -> Answer:
    return Answer(kept(reading.canonical), reading.shown, reading.unit)


def kept(canonical: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(canonical, Pressure):
        return {name: part for name, part in asdict(canonical).items() if part is not None}
    return canonical


def carried(reading: Reading) -> str:
    """What a button that stands for this reading says."""
    if isinstance(reading.canonical, Pressure):
        return BELIEVED + "/".join(str(part) for part in kept(reading.canonical).values())
    return f"{BELIEVED}{amount_of(reading)} {reading.unit}"


def amount_of(reading: Reading) -> Decimal:
    """The number in the patient's own unit; of stones the pounds."""
    unit = UNITS[reading.unit]
    exact = Decimal(str(reading.canonical)) / unit.times + unit.zero
    return tidy(round(exact, 2))
