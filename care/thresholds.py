"""The numbers that zones are judged by: as the file has them, as the clinic has set them, as a nurse has for one patient.

They say who is called, and never stop a patient from answering.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import bindparam, or_, select, update

from care import events, goals, publications, zone_rules
from care.goals import Goal
from care.heart.turn import Turn
from care.publications import Piece
from care.tables import staff, thresholds
from care.zone_rules import Rule

IN_FORCE = (
    select(thresholds.c.name, thresholds.c.number, thresholds.c.patient_id, thresholds.c.set_by, thresholds.c.set_at)
    .where(thresholds.c.removed_at.is_(None),
           or_(thresholds.c.patient_id.is_(None), thresholds.c.patient_id == bindparam("whose")))
    .order_by(thresholds.c.patient_id.is_not(None)))  # the patient's own last: it goes before the clinic's
KIND: Final = "threshold"  # of clinical words: see care/publications.py
AS_THE_PROGRAM_HAS_IT: Final = "as the program has it"
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


class NeedsSecondPerson(Exception):
    """Nobody sets a number for everybody alone, unless the clinic has chosen so."""


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


def check(name: str, number: float) -> None:
    """Raises NoSuchThreshold, or ValueError with what would be right."""
    lowest, highest = _may_be(name)
    if not math.isfinite(number) or not lowest <= number <= highest:
        raise ValueError(f"The number for {name} must be from {lowest:g} to {highest:g}.")


def piece(name: str, number: float | None) -> Piece:
    """A number of the clinic's as clinical words, which two people agree to; None: as the program has it."""
    return Piece(KIND, name, AS_THE_PROGRAM_HAS_IT if number is None else f"{number:g}")


def set_(turn: Turn, name: str, number: float, patient_id: int | None, agreed: bool = False) -> None:
    """Set a number for a patient, or for the clinic; `agreed`: a second person has. Raises NoSuchThreshold, NeedsSecondPerson,
    or ValueError with what would be right."""
    check(name, number)
    _by_two(turn, patient_id, agreed)
    before = _end(turn, name, patient_id)
    turn.insert(thresholds, {
        "patient_id": patient_id, "name": name, "number": number, "set_by": turn.actor, "set_at": turn.now})
    turn.happened(events.ThresholdSet(patient_id, name, number, before))
    if patient_id is None:
        publications.put_in_use(turn, piece(name, number))


def remove(turn: Turn, name: str, patient_id: int | None, agreed: bool = False) -> bool:
    """What was set no longer holds; False if nothing was. Raises NoSuchThreshold, NeedsSecondPerson."""
    _may_be(name)
    _by_two(turn, patient_id, agreed)
    before = _end(turn, name, patient_id)
    if before is None:
        return False
    turn.happened(events.ThresholdRemoved(patient_id, name, before))
    if patient_id is None:
        publications.put_in_use(turn, piece(name, None))
    return True


def _by_two(turn: Turn, patient_id: int | None, agreed: bool) -> None:
    """One patient's number is their clinician's to set; what holds for everybody needs two people. Until then what held before
    does, and whoever cannot wait for one patient sets that patient's own."""
    if patient_id is None and not agreed and turn.settings.words.thresholds_by != "one":
        raise NeedsSecondPerson


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
