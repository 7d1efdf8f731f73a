"""Dispensings: what a pharmacy handed out, and how many days that covers. Doses that patients report never come in here.

PDC, the proportion of days covered, by the PQA's definition (as in the CMS Star ratings): from the first day on which the
medicine was handed out within the period, to the period's end, the days on which there was some of it, each day once; what was
handed out early is begun when what was there is used up. From 80 % on a patient counts as adherent; it takes two dispensings on
different days. MPR, the medication possession ratio: the days' supply of all dispensings over those same days; it may be more
than one. Not yet reviewed by a clinician. Version 1, 2026-11-30.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from care import events, patients
from care.heart.time import local
from care.heart.turn import Turn
from care.medicines import regimens, supplies
from care.tables import dispensings, medicines

ADHERENT = 0.80
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Dispensing:
    id: int
    patient_id: int
    medicine_id: int
    handed_out_on: date
    days: int
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True)
class Coverage:
    """What dispensings say of a period. `pdc` is None with fewer than two dispensings on different days."""

    since: date  # the first dispensing
    until: date
    days: int
    covered: int
    supplied: int
    fills: int

    @property
    def pdc(self) -> float | None:
        return self.covered / self.days if self.fills > 1 else None

    @property
    def mpr(self) -> float:
        return self.supplied / self.days

    @property
    def adherent(self) -> bool | None:
        return None if self.pdc is None else self.pdc >= ADHERENT


def coverage(fills: Sequence[tuple[date, int]], since: date, until: date) -> Coverage | None:
    """How (day, days' supply) cover the days from `since` to `until`, both included; None if nothing was handed out in them."""
    within = sorted((day, days) for day, days in fills if since <= day <= until)
    if not within:
        return None
    first, covered, free = within[0][0], 0, within[0][0]
    for day, days in within:
        begins = max(day, free)
        free = begins + days * A_DAY
        covered += max(0, (min(free, until + A_DAY) - begins).days)
    return Coverage(first, until, (until - first).days + 1, covered, sum(days for _day, days in within),
                    len({day for day, _days in within}))


def record(turn: Turn, medicine_id: int, handed_out_on: date, days: int) -> Dispensing:
    """Put on record what was handed out; the same again is the record that there is. When it is the newest, refills are asked
    about by it. Raises ValueError that says what would be right, or LookupError."""
    medicine = regimens.medicine(turn, medicine_id)
    patient = patients.lock(turn, medicine.patient_id) if medicine else None
    if medicine is None or patient is None:
        raise LookupError("There is no such medicine.")
    if not 1 <= days <= supplies.LONGEST:
        raise ValueError(f"days must be from 1 to {supplies.LONGEST}")
    if handed_out_on > local(turn.now, patient.time_zone).date():
        raise ValueError("handed_out_on is still to come")
    before = of_medicine(turn, medicine_id)
    for one in before:
        if (one.handed_out_on, one.days) == (handed_out_on, days):
            return one
    filed = turn.insert(dispensings, {
        "patient_id": patient.id, "medicine_id": medicine_id, "handed_out_on": handed_out_on, "days": days,
        "recorded_by": turn.actor, "recorded_at": turn.now})
    turn.happened(events.MedicineDispensed(patient.id, filed, medicine_id))
    if all(one.handed_out_on <= handed_out_on for one in before):
        supplies.handed_out(turn, medicine_id, handed_out_on, days)
    return next(one for one in of_medicine(turn, medicine_id) if one.id == filed)


def of_medicine(turn: Turn, medicine_id: int) -> list[Dispensing]:
    """The oldest first."""
    return [Dispensing(*row) for row in turn.db.execute(select(dispensings).where(
        dispensings.c.medicine_id == medicine_id).order_by(dispensings.c.handed_out_on, dispensings.c.id))]


def covered(turn: Turn, patient_id: int, since: date, until: date) -> dict[int, Coverage]:
    """By medicine; only those of which something was handed out in these days."""
    fills: dict[int, list[tuple[date, int]]] = {}
    for row in turn.db.execute(select(dispensings).where(dispensings.c.patient_id == patient_id)):
        fills.setdefault(row.medicine_id, []).append((row.handed_out_on, row.days))
    found = {medicine_id: coverage(of_it, since, until) for medicine_id, of_it in fills.items()}
    return {medicine_id: one for medicine_id, one in found.items() if one}


# FHIR R4 MedicationDispense, read; whatever is not said is not guessed


@dataclass(frozen=True)
class ReadDispense:
    """What a MedicationDispense says, and what of it is not understood."""

    medicine_id: int | None
    name: str | None
    handed_out_on: date | None
    days: int | None
    unread: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return not self.unread


def read(turn: Turn, patient_id: int, resource: Any) -> ReadDispense:
    """Read a FHIR R4 (4.0.1) MedicationDispense for a patient. Never raises for what it cannot read."""
    if not isinstance(resource, Mapping) or resource.get("resourceType") != "MedicationDispense":
        return ReadDispense(None, None, None, None, ("This is not a FHIR R4 MedicationDispense.",))
    unread: list[str] = []
    if resource.get("status") != "completed":
        unread.append(f"Its status is {resource.get('status')!r}: only what is completed was handed out.")
    name, day, days = _name(resource), _day(resource.get("whenHandedOver")), _days(resource.get("daysSupply"))
    medicine_id = _which(turn, patient_id, name)
    if name is None:
        unread.append("It does not name its medicine.")
    elif medicine_id is None:
        unread.append(f"{name} is not one of this patient's medicines, or more than one of them: say which it is.")
    if day is None:
        unread.append("whenHandedOver is missing or no date; whenPrepared does not say that it was handed out.")
    if days is None:
        unread.append("daysSupply is missing, or not a whole number of days; it is not worked out from the quantity.")
    return ReadDispense(medicine_id, name, day, days, tuple(unread))


def _name(resource: Mapping[str, Any]) -> str | None:
    concept = resource.get("medicationCodeableConcept")
    if not isinstance(concept, Mapping):
        return None
    codings = [one for one in concept.get("coding") or () if isinstance(one, Mapping)]
    said = [concept.get("text"), *(one.get("display") for one in codings)]
    return next((one.strip() for one in said if isinstance(one, str) and one.strip()), None)


def _day(value: Any) -> date | None:
    """A date, or the date of an instant as it was written, where it was written."""
    try:
        return date.fromisoformat(value[:10])
    except (TypeError, ValueError):
        return None


def _days(value: Any) -> int | None:
    if not isinstance(value, Mapping) or value.get("comparator"):
        return None
    unit, amount = value.get("code") or value.get("unit"), value.get("value")
    if unit not in ("d", "day", "days") or isinstance(amount, bool) or not isinstance(amount, int | float):
        return None
    return int(amount) if amount == int(amount) and 1 <= amount <= supplies.LONGEST else None


def _which(turn: Turn, patient_id: int, name: str | None) -> int | None:
    """The one medicine of this patient that has this name on its box."""
    rows = turn.db.execute(select(medicines.c.id, medicines.c.name).where(medicines.c.patient_id == patient_id))
    found = [row.id for row in rows if name and row.name.strip().casefold() == name.casefold()]
    return found[0] if len(found) == 1 else None
