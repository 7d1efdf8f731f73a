"""Medicines and regimens as they stand: what a patient takes, and how each is to be taken."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, select, update

from care.heart.prepared import Prepared
from care.heart.turn import Turn
from care.medicines import timing
from care.medicines.timing import Timing
from care.tables import medicines, regimens

LONGEST_WINDOW, LONGEST_WAIT = timedelta(minutes=60), timedelta(hours=6)


@dataclass(frozen=True)
class Medicine:
    id: int
    patient_id: int
    name: str
    ingredient: str | None
    purpose: str | None
    looks: str | None
    missed_advice: str | None
    critical: bool
    supply_ends_on: date | None
    photo: int | None = None  # among the files


@dataclass(frozen=True)
class Regimen:
    """How a medicine is to be taken."""

    id: int
    patient_id: int
    medicine: Medicine
    timing: Timing
    amount: str
    food: str | None  # with, without
    begins_on: date
    ends_on: date | None
    window: timedelta  # how long after its time a dose may be asked about
    nudges: int
    nudge_after: timedelta
    prescriber: str
    state: str  # proposed, active, stopped
    version: int
    zone: str | None
    planned_to: datetime | None
    keeps_zone: str | None = None  # by whose clock its times go, where that is not the patient's own

    @property
    def closes_after(self) -> timedelta:
        """How long a dose waits for an answer. It ends well before the next one is due, so no two of one medicine are open."""
        return max(self.window, min(timing.spacing(self.timing) / 2, LONGEST_WAIT))


def default_window(how: Timing) -> timedelta:
    """An hour, but no more than a quarter of the time to the next dose."""
    return min(LONGEST_WINDOW, timing.spacing(how) / 4)


WITH_MEDICINE = (
    select(regimens, medicines.c.name, medicines.c.ingredient, medicines.c.purpose, medicines.c.looks,
           medicines.c.missed_advice, medicines.c.critical, medicines.c.supply_ends_on, medicines.c.photo)
    .join(medicines, medicines.c.id == regimens.c.medicine_id))
# Built once: these run at every tap and every tick.
ONE = Prepared(WITH_MEDICINE.where(regimens.c.id == bindparam("this")))
SOME = WITH_MEDICINE.where(regimens.c.id.in_(bindparam("these", expanding=True)))
OF_PATIENT = WITH_MEDICINE.where(
    regimens.c.patient_id == bindparam("whom"), regimens.c.state.in_(bindparam("states", expanding=True)),
).order_by(regimens.c.id)
CHANGE = update(regimens).where(regimens.c.id == bindparam("this"))


def get(turn: Turn, regimen_id: int) -> Regimen | None:
    found = ONE.rows(turn.db, {"this": regimen_id})
    return _regimen(found[0]) if found else None


def medicine(turn: Turn, medicine_id: int) -> Medicine | None:
    row = turn.db.execute(select(medicines).where(medicines.c.id == medicine_id)).first()
    return _medicine(row, row.id) if row else None


def of_patient(turn: Turn, patient_id: int, *states: str) -> list[Regimen]:
    """A patient's regimens in these states (active, unless said), in the order they were written."""
    return _found(turn, OF_PATIENT, {"whom": patient_id, "states": states or ("active",)})


def by_id(turn: Turn, ids: set[int]) -> dict[int, Regimen]:
    return {one.id: one for one in _found(turn, SOME, {"these": list(ids)})} if ids else {}


def change(turn: Turn, regimen_id: int, **changed: Any) -> None:
    turn.db.execute(CHANGE, {"this": regimen_id, **changed})


def _found(turn: Turn, wanted: Select[Any], values: dict[str, Any]) -> list[Regimen]:
    return [_regimen(row) for row in turn.db.execute(wanted, values)]


def _regimen(row: Any) -> Regimen:
    return Regimen(
        row.id, row.patient_id, _medicine(row, row.medicine_id), timing.read(row.timing), row.amount, row.food,
        row.begins_on, row.ends_on,
        timedelta(minutes=row.window_minutes), row.nudges, timedelta(minutes=row.nudge_minutes), row.prescriber, row.state,
        row.version, row.zone, row.planned_to, row.keeps_zone)


def _medicine(row: Any, medicine_id: int) -> Medicine:
    return Medicine(medicine_id, row.patient_id, row.name, row.ingredient, row.purpose, row.looks, row.missed_advice,
                    row.critical, row.supply_ends_on, row.photo)
