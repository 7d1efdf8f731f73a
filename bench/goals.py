"""The goals, and how far the product is: every ratio is taken within a round, between runs of that round."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.plan import Findings


@dataclass(frozen=True)
class Goal:
    """`values` has one entry a round; at least (or `at_most`) `must` is the floor, `stretch` where we would like to be."""

    name: str
    what: str
    values: Sequence[float]
    must: float | None
    stretch: float | None = None
    at_most: bool = False
    unit: str = "x"

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def reached(self, mark: float | None) -> bool | None:
        """None where there is no mark, or nothing was measured."""
        if mark is None or not self.values:
            return None
        return self.median <= mark if self.at_most else self.median >= mark


def goals(findings: Findings) -> list[Goal]:
    def ratio(part: str, one: str, other: str, measure: str = "cpu_ms") -> list[float]:
        """How many times `one` is `other`, round by round."""
        return [a[measure] / b[measure] for a, b in pairs(findings, part, one, other)]

    def own(part: str, measure: str) -> list[float]:
        return [run[measure] for run in findings.runs.get((part, "careward"), []) if run]

    sizes = [what for part, what in findings.runs if part == "growth"]
    smallest, largest = min(sizes, key=patients_in), max(sizes, key=patients_in)
    return [
        Goal("P1", "CPU an update: PTB in memory / the product", ratio("busy", "ptb", "careward"), 3, 5),
        Goal("P1", "CPU an update: aiogram in memory / the product", ratio("busy", "aiogram", "careward"), 1.2, 2),
        Goal("P1", "CPU an update: grammY in memory / the product", ratio("busy", "grammy", "careward"), None, 0.7),
        Goal("P2", "CPU an update: PTB + SQLAlchemy / the product", ratio("busy", "ptb-sqlalchemy", "careward"), 5, 8),
        Goal("P2", "CPU an update: aiogram + SQLAlchemy / the product", ratio("busy", "aiogram-sqlalchemy", "careward"), 2.5,
             4),
        Goal("P3", "updates a second, 50 ms, 200 chats", own("far", "rate"), 350, 600, unit="/s"),
        Goal("P3", "updates a second, 50 ms: the product / PTB in memory", ratio("far", "careward", "ptb", "rate"), 30),
        Goal("P4", "p95, delivery to edit request, at 100 updates a second, 50 ms", own("steady", "p95"), 150, at_most=True,
             unit=" ms"),
        Goal("P4", "p99 of the same", own("steady", "p99"), 250, 120, at_most=True, unit=" ms"),
        Goal("P5", "units a second, FULL: a turn / async ORM", ratio("unit", "clinic FULL", "orm FULL", "rate"), 10, 50),
        Goal("P5", "CPU a unit: a turn with FULL / with NORMAL", ratio("unit", "clinic FULL", "clinic NORMAL"), 1.5,
             at_most=True),
        Goal("P6", f"CPU an update: {largest} / {smallest}", ratio("growth", largest, smallest), 1.4, 1.15, at_most=True),
    ]


def pairs(findings: Findings, part: str, one: str, other: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    both = zip(findings.runs.get((part, one), []), findings.runs.get((part, other), []), strict=False)
    return [(a, b) for a, b in both if a and b]


def patients_in(what: str) -> int:
    return int(what.split()[0].replace(",", ""))
