"""The numbers that zones are judged by: as the file has them, as the clinic has set them, as a nurse has for one patient.

They say who is called, and never stop a patient from answering.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import bindparam, or_, select, update

from care import events, goals, zone_rules
from care.goals import Goal
from care.heart.turn import Turn
from care.tables import staff, thresholds
from care.zone_rules import Rule

IN_FORCE = (
    select(thresholds.c.name, thresholds.c.number, thresholds.c.patient_id, thresholds.c.set_by, thresholds.c.set_at)
    .where(thresholds.c.removed_at.is_(None),
           or_(thresholds.c.patient_id.is_(None), thresholds.c.patient_id == bindparam("whose")))
    .order_by(thresholds.c.patient_id.is_not(None)))  # the patient's own last: it goes before the clinic's
Origin = Literal["file", "clinic", "patient"]


@dataclass(frozen=True)
class Threshold:
    """One number in force. `number` is none where nobody has set what is usual for a patient: it is worked out then."""

    name: str
    check_in: str
    zone: str | None
    about: str
    number: float | None
    origin: Origin
    in_file: float | None
    lowest: float
    highest: float
    set_by: str | None = None
    set_at: datetime | None = None


class NoSuchThreshold(LookupError):
    """Nothing of that name can be set."""


def numbers(turn: Turn, patient_id: int | None) -> Mapping[str, tuple[float, Origin]]:
    """What has been set for this patient, or for everybody, by name."""
    return {row.name: (row.number, "clinic" if row.patient_id is None else "patient")
            for row in turn.db.execute(IN_FORCE, {"whose": patient_id})}


def in_force(turn: Turn, patient_id: int | None) -> list[Threshold]:
    """Every number that can be set, as it holds for this patient; without one, for the clinic."""
    names = {f"staff:{row.id}": row.name for row in turn.db.execute(select(staff.c.id, staff.c.name))}
    found = {row.name: row for row in turn.db.execute(IN_FORCE, {"whose": patient_id})}
    listed = []
    for name, one in settable().items():
        assert one.between
        row = found.get(name)
        origin: Origin = "file" if row is None else "clinic" if row.patient_id is None else "patient"
        number = one.number if row is None else row.number
        listed.append(Threshold(
            name, one.check_in, one.zone if isinstance(one, Rule) else None, about(one, number), number, origin, one.number,
            *one.between, row and names.get(row.set_by, row.set_by), row and row.set_at))
    return listed


def settable() -> Mapping[str, Rule | zone_rules.Usual | Goal]:
    """Every number that may be set: those of the zones, and the goals that pictures show."""
    return {**zone_rules.settable(), **goals.settable()}


def about(one: Rule | zone_rules.Usual | Goal, number: float | None) -> str:
    return one.words(number) if isinstance(one, Rule) else one.reason


def set_(turn: Turn, name: str, number: float, patient_id: int | None) -> None:
    """Set a number for a patient, or for the clinic. Raises NoSuchThreshold, or ValueError with what would be right."""
    lowest, highest = _may_be(name)
    if not math.isfinite(number) or not lowest <= number <= highest:
        raise ValueError(f"The number for {name} must be from {lowest:g} to {highest:g}.")
    before = _end(turn, name, patient_id)
    turn.insert(thresholds, {
        "patient_id": patient_id, "name": name, "number": number, "set_by": turn.actor, "set_at": turn.now})
    turn.happened(events.ThresholdSet(patient_id, name, number, before))


def remove(turn: Turn, name: str, patient_id: int | None) -> bool:
    """What was set no longer holds; False if nothing was. Raises NoSuchThreshold."""
    _may_be(name)
    before = _end(turn, name, patient_id)
    if before is None:
        return False
    turn.happened(events.ThresholdRemoved(patient_id, name, before))
    return True


def _may_be(name: str) -> tuple[float, float]:
    one = settable().get(name)
    if one is None or one.between is None:
        raise NoSuchThreshold(name)
    return one.between


def _end(turn: Turn, name: str, patient_id: int | None) -> float | None:
    """The number that was set until now; none if there was none."""
    whose = thresholds.c.patient_id.is_(None) if patient_id is None else thresholds.c.patient_id == patient_id
    standing = (thresholds.c.name == name, thresholds.c.removed_at.is_(None), whose)
    before = turn.db.scalar(select(thresholds.c.number).where(*standing).with_for_update())
    if before is not None:
        turn.db.execute(update(thresholds).where(*standing).values(removed_by=turn.actor, removed_at=turn.now))
    return before
