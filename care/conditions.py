"""What an answer must be like: data, so that flows and rules can be listed, tested and read by clinicians."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@runtime_checkable
class Condition(Protocol):
    """Something other than a value to equal. Its `str` is how clinicians read it."""

    def met_by(self, value: object) -> bool: ...


@dataclass(frozen=True)
class AtLeast:
    least: float

    def met_by(self, value: object) -> bool:
        return isinstance(value, int | float) and value >= self.least

    def __str__(self) -> str:
        return f"at least {self.least:g}"


@dataclass(frozen=True)
class AtMost:
    most: float

    def met_by(self, value: object) -> bool:
        return isinstance(value, int | float) and value <= self.most

    def __str__(self) -> str:
        return f"at most {self.most:g}"


@dataclass(frozen=True)
class Below:
    limit: float

    def met_by(self, value: object) -> bool:
        return isinstance(value, int | float) and value < self.limit

    def __str__(self) -> str:
        return f"below {self.limit:g}"


@dataclass(frozen=True)
class Part:
    """One part of an answer that has several: Part("systolic", AtLeast(180))."""

    name: str
    wanted: object

    def met_by(self, value: object) -> bool:
        return isinstance(value, dict) and self.name in value and meets(value[self.name], self.wanted)

    def __str__(self) -> str:
        return f"{self.name} {self.wanted}"


@dataclass(frozen=True)
class Has:
    """This is among what was ticked."""

    option: str

    def met_by(self, value: object) -> bool:
        return isinstance(value, list) and self.option in value

    def __str__(self) -> str:
        return f"with {self.option}"


@dataclass(frozen=True)
class HasAny:
    """At least one of these is among what was ticked."""

    options: tuple[str, ...]

    def met_by(self, value: object) -> bool:
        return isinstance(value, list) and any(option in value for option in self.options)

    def __str__(self) -> str:
        return f"with {' or '.join(self.options)}"


class OneOf:
    """Any of these, values or conditions."""

    def __init__(self, *wanted: object):
        self.wanted = wanted

    def met_by(self, value: object) -> bool:
        return any(meets(value, one) for one in self.wanted)

    def __str__(self) -> str:
        return " or ".join(map(str, self.wanted))


def meets(value: object, wanted: object) -> bool:
    """True if `value` is what is wanted: a value to equal, or a condition to meet."""
    return wanted.met_by(value) if isinstance(wanted, Condition) else value == wanted
