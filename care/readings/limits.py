"""How far a reading can go: what is possible and what is usual, as data with its source. Alarm thresholds are elsewhere."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Final

from content import FOLDER

LIMITS: Final = FOLDER / "readings" / "limits.toml"


@dataclass(frozen=True)
class Range:
    low: Decimal
    high: Decimal

    def __contains__(self, value: Decimal) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Limits:
    """The limits of one kind, in `unit`. `jump`: more than this from the last value is unusual. `alone`: see the file."""

    unit: str
    possible: Range
    usual: Range
    evidence: str
    source: str
    jump: Decimal | None = None
    alone: Mapping[str, Range] = field(default_factory=dict)


@cache
def limits(kind: str) -> Limits:
    found = _file()[kind]
    return Limits(
        found["unit"], _range(found["possible"]), _range(found["usual"]), found["evidence"], found["source"],
        Decimal(found["jump"]) if "jump" in found else None,
        {unit: _range(ends) for unit, ends in found.get("alone", {}).items()})


def version() -> int:
    """The version of the limits, to be kept beside what was judged by them."""
    return int(_file()["version"])


def _range(ends: list[Decimal | int]) -> Range:
    return Range(Decimal(ends[0]), Decimal(ends[1]))


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(LIMITS.read_text(encoding="utf-8"), parse_float=Decimal)
