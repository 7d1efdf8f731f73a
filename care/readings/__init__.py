"""Readings as people type them: what was meant, or the question to ask. Nothing is ever taken for something else in silence.

`read("weight", "72,5", unit="kg")` gives a Read, a Confirm, an Ask or an Unclear (care/readings/outcome.py). Alarm thresholds
have no part in it: they judge what was read, and never stop a patient from answering.
"""


from care.readings.measure import MEASURES, plain_number, read_measure
from care.readings.moment import read_date, read_time
from care.readings.outcome import NEITHER, THAT_IS_RIGHT, Ask, Confirm, Outcome, Pressure, Read, Reading, Unclear
from care.readings.pressure import read_pressure

__all__ = (
    "KINDS", "NEITHER", "THAT_IS_RIGHT", "Ask", "Confirm", "Outcome", "Pressure", "Read", "Reading", "Unclear", "read",
    "read_date", "read_number", "read_time", "units_of")

KINDS = ("blood_pressure", *MEASURES)


def read(kind: str, words: str, *, unit: str | None = None, language: str = "en", last: float | None = None) -> Outcome:
    """Read a vital sign. `unit`: the patient's own, None if never told; `last`: the last canonical value, if there is one."""
    if kind == "blood_pressure":
        return read_pressure(words, language)
    return read_measure(MEASURES[kind], words, unit, language, last)


def read_number(words: str, low: float, high: float, *, example: float, whole: bool = False, language: str = "en") -> Outcome:
    """Read a number without a unit, from `low` to `high`."""
    return read_measure(plain_number(low, high, example, whole), words, None, language, None)


def units_of(kind: str) -> tuple[str, ...]:
    """The units that a patient may choose as their own; one alone needs no question."""
    return ("mmHg",) if kind == "blood_pressure" else tuple(MEASURES[kind].examples)
