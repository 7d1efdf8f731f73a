"""Adherence, as far as it is known: doses that patients reported. It says nothing of what was collected at a pharmacy."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from care.heart.time import local
from care.heart.turn import Turn
from care.medicines import doses, regimens
from care.medicines.doses import Dose
from care.tables import doses as doses_table

FEWEST = 4  # doses without an answer, before an hour is named


@dataclass
class Reported:
    """What was reported of one medicine, or of all: doses, by what became of them. No answer is not the same as not taken."""

    medicine_id: int | None
    name: str
    taken: int = 0
    late: int = 0  # of those taken
    skipped: Counter[str] = field(default_factory=Counter)  # by reason
    no_answer: int = 0
    missed_by_us: int = 0
    cancelled: int = 0

    @property
    def asked(self) -> int:
        """Doses that the patient was asked about."""
        return self.taken + self.skipped.total() + self.no_answer

    @property
    def share(self) -> float | None:
        """Reported as taken, of those asked about; None if none was."""
        return self.taken / self.asked if self.asked else None

    def add(self, dose: Dose) -> None:
        match dose.state:
            case "taken":
                self.taken, self.late = self.taken + 1, self.late + dose.late
            case "skipped":
                self.skipped[dose.reason or "other"] += 1
            case "no_answer":
                self.no_answer += 1
            case "missed_by_us":
                self.missed_by_us += 1
            case "cancelled":
                self.cancelled += 1


def reported(turn: Turn, patient_id: int, since: date, until: date) -> list[Reported]:
    """Reported doses of these days, both included: all together first, then each medicine. What is taken as needed has no plan
    to be held against, and is left out."""
    found = _ended(turn, patient_id, since, until)
    orders = regimens.by_id(turn, {dose.regimen_id for dose in found})
    overall, each = Reported(None, ""), dict[int, Reported]()
    for dose in found:
        medicine = orders[dose.regimen_id].medicine
        overall.add(dose)
        each.setdefault(medicine.id, Reported(medicine.id, medicine.name)).add(dose)
    return [overall, *each.values()]


def unanswered_hour(turn: Turn, patient_id: int, since: date, until: date) -> int | None:
    """The hour of day, on the patient's wall, at which doses go unanswered most often; None while there are too few."""
    hours = Counter(local(dose.due_at, dose.zone).hour for dose in _ended(turn, patient_id, since, until)
                    if dose.state == "no_answer")
    hour, times = max(hours.items(), key=lambda item: (item[1], -item[0]), default=(None, 0))
    return hour if times >= FEWEST else None


def by_day(turn: Turn, patient_id: int, since: date, until: date) -> dict[date, list[Dose]]:
    """What became of each dose, day by day: for a calendar."""
    days: dict[date, list[Dose]] = {}
    for dose in _ended(turn, patient_id, since, until):
        days.setdefault(dose.local_date, []).append(dose)
    return days


def _ended(turn: Turn, patient_id: int, since: date, until: date) -> Sequence[Dose]:
    return doses.found_by(turn, select(doses_table).where(
        doses_table.c.patient_id == patient_id, doses_table.c.local_date.between(since, until),
        doses_table.c.ended_at.is_not(None), doses_table.c.closes_at > doses_table.c.due_at).order_by(doses_table.c.due_at))
