"""What may come of reading an answer: it was read, it needs a question or a confirmation, or it is not clear."""

from dataclasses import dataclass
from datetime import date, time
from typing import Final, TypeAlias

from care.heart.language import Lines, Msg, Text, _

NEITHER: Final = _("No, I will type it again")  # the button under every question with choices
THAT_IS_RIGHT: Final = _("That is right")


@dataclass(frozen=True)
class Pressure:
    """A blood pressure in mmHg, and the pulse if the monitor's was typed with it."""

    systolic: int
    diastolic: int
    pulse: int | None = None


Value: TypeAlias = float | int | Pressure | date | time


@dataclass(frozen=True)
class Reading:
    """A value as rules and charts want it, and as the patient gave it."""

    kind: str
    canonical: Value  # in the kind's one unit: kg, mg/dL, °C, mmHg, %, bpm, L/min
    unit: str  # the unit it was given in
    original: str  # the words as typed
    shown: Text  # the value in the patient's own unit, always with the unit


@dataclass(frozen=True)
class Read:
    """Understood."""

    reading: Reading

    @property
    def echo(self) -> Text:
        return self.reading.shown


@dataclass(frozen=True)
class Confirm:
    """Understood, and unusual: believed once the patient says so."""

    reading: Reading

    @property
    def say(self) -> Text:
        return _("That is an unusual reading: {shown}. Please measure again. If it is right, tap {button}.",
                 shown=self.reading.shown, button=THAT_IS_RIGHT)


@dataclass(frozen=True)
class Ask:
    """It may be any of these, or none. A reading that the patient chooses is believed."""

    choices: tuple[Reading, ...]
    why: Text = ""

    @property
    def question(self) -> Text:
        if len(self.choices) == 1:
            return _spaced(self.why, _("Did you mean {shown}?", shown=self.choices[0].shown))
        return _spaced(self.why, _("Which one do you mean?"))

    @property
    def labelled(self) -> tuple[tuple[Text, Reading], ...]:
        """What the buttons say, and what each stands for. NEITHER belongs under them."""
        return tuple((choice.shown, choice) for choice in self.choices)


@dataclass(frozen=True)
class Unclear:
    """No reading; `say` tells what would be one. `off_the_meter`: beyond what the device can show, so a person must know."""

    say: Text
    off_the_meter: str = ""  # "high", "low"


Outcome: TypeAlias = Read | Ask | Confirm | Unclear


def like(example: Text) -> Msg:
    return _("Please type it like this: {example}", example=example)


def impossible(shown: Text, example: Text) -> Lines:
    return Lines((_("That cannot be right: {shown}. Please measure again.", shown=shown), like(example)), between=" ")


def _spaced(first: Text, then: Text) -> Text:
    return Lines((first, then), between=" ") if first else then
