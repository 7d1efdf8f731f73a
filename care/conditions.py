"""What an answer must be like: data, so that flows and rules can be listed, tested and read by clinicians."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AtLeast:
    least: float

    def met_by(self, value: object) -> bool:
        return isinstance(value, int | float) and value >= self.least


def meets(value: object, wanted: object) -> bool:
    """True if `value` is what is wanted: a value to equal, or a condition to meet."""
    return wanted.met_by(value) if isinstance(wanted, AtLeast) else value == wanted
