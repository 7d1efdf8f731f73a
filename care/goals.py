"""Goals: where a patient's readings should lie, as pictures show it. Read from content/goals.toml; the upper end may be set for
the clinic or for one patient, like the numbers of the zones. They call nobody."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import or_, select

from care.heart.turn import Turn
from care.tables import thresholds
from content import FOLDER

FILE: Final = FOLDER / "goals.toml"


@dataclass(frozen=True)
class Goal:
    """From `low` up to, not including, `below`, for one line of a kind of reading; a pressure has two."""

    name: str
    kind: str
    low: float
    below: float
    between: tuple[float, float]  # what `below` may be set to
    reason: str
    source: str
    evidence: str
    check_in: str = "goals"

    @property
    def id(self) -> str:
        """What a clinic or a nurse sets it by."""
        return f"goals.{self.name}"

    @property
    def number(self) -> float:
        return self.below


@cache
def goals() -> tuple[Goal, ...]:
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(Goal(**{**goal, "between": tuple(goal["between"])}) for goal in data["goal"])


def settable() -> Mapping[str, Goal]:
    return {goal.id: goal for goal in goals()}


def usual(kind: str) -> tuple[tuple[float, float], ...]:
    """From where to where the readings of a kind should lie, for each of its lines; nothing if there is no goal."""
    return tuple((goal.low, goal.below) for goal in goals() if goal.kind == kind)


def own(turn: Turn, patient_id: int, kind: str, at: datetime) -> tuple[tuple[float, float], ...]:
    """The same as it was set for this patient, or for the clinic, at a moment; nothing if nothing was set."""
    mine = {goal.id: goal for goal in goals() if goal.kind == kind}
    if not mine:
        return ()
    rows = turn.db.execute(
        select(thresholds.c.name, thresholds.c.number)
        .where(thresholds.c.name.in_(mine), thresholds.c.set_at <= at,
               or_(thresholds.c.removed_at.is_(None), thresholds.c.removed_at > at),
               or_(thresholds.c.patient_id.is_(None), thresholds.c.patient_id == patient_id))
        .order_by(thresholds.c.patient_id.is_not(None)))  # the patient's own last: it goes before the clinic's
    found = {row.name: row.number for row in rows}
    return tuple((min(goal.low, found.get(name, goal.below)), found.get(name, goal.below))
                 for name, goal in mine.items()) if found else ()
