"""Doses: each is one row from when it is planned to its one final state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, or_, select, update

from care import events
from care.heart.prepared import Prepared
from care.heart.time import local
from care.heart.turn import Turn
from care.medicines.regimens import Regimen
from care.medicines.timing import Occurrence
from care.tables import Moment, doses

OPEN = ("planned", "asked")
REASONS = ("forgot", "felt_well", "side_effect", "ran_out", "cost", "told_to_stop", "other")
MAY_BE_AMENDED = timedelta(hours=24)  # after its time

# Built once: these run at every tap and every tick.
IS_OPEN = or_(*(doses.c.state == state for state in OPEN))
ONE = Prepared(select(doses).where(doses.c.id == bindparam("this")))
SOME = select(doses).where(doses.c.id.in_(bindparam("these", expanding=True))).order_by(doses.c.due_at, doses.c.id)
OPEN_OF = Prepared(select(doses).where(doses.c.regimen_id == bindparam("regimen"), IS_OPEN).order_by(doses.c.due_at))
FINAL = ("state", "taken_at", "late", "reason", "why", "next_action_at", "ended_at")
END = Prepared(update(doses).where(doses.c.id == bindparam("this"), IS_OPEN), *FINAL)
AMEND = Prepared(update(doses).where(
    doses.c.id == bindparam("this"), doses.c.ended_at == bindparam("as_seen", type_=Moment)), *FINAL)
CHANGE = update(doses).where(doses.c.id == bindparam("this"), IS_OPEN)


@dataclass(frozen=True)
class Dose:
    """A dose. Its states: planned, asked; then one of taken, skipped (by the patient, for a reason), no_answer, missed_by_us
    (we did not ask in time), cancelled (nobody was to take it any more)."""

    id: int
    regimen_id: int
    patient_id: int
    local_date: date
    slot: int
    local_time: time  # on the wall, as ordered; where the clock skips it, the dose is due later than that
    zone: str
    due_at: datetime
    ask_until: datetime
    closes_at: datetime
    amount: str
    state: str
    next_action_at: datetime | None
    prompt_id: int | None
    nudged: int
    taken_at: datetime | None
    late: bool
    reason: str | None
    why: str | None
    ended_at: datetime | None

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def opens_at(self) -> datetime:
        """From when on it may be said to have been taken: as long before its time as it waits after it."""
        return self.due_at - (self.closes_at - self.due_at)


def row(regimen: Regimen, due: Occurrence, zone: str) -> dict[str, Any]:
    """A planned dose, to be filed."""
    return {
        "regimen_id": regimen.id, "patient_id": regimen.patient_id, "local_date": due.local_date, "slot": due.slot,
        "state": "planned", "nudged": 0, "late": False, **times(regimen, due, zone)}


def times(regimen: Regimen, due: Occurrence, zone: str) -> dict[str, Any]:
    """Whatever of a dose follows from when it is due."""
    return {
        "local_time": due.local_time, "zone": zone, "due_at": due.due_at, "ask_until": due.due_at + regimen.window,
        "closes_at": due.due_at + regimen.closes_after, "next_action_at": due.due_at, "amount": due.amount or regimen.amount}


def get(turn: Turn, dose_id: int) -> Dose | None:
    found = ONE.rows(turn.db, {"this": dose_id})
    return Dose(*found[0]) if found else None


def by_ids(turn: Turn, ids: Sequence[int]) -> list[Dose]:
    """These doses, in the order of their time."""
    return [Dose(*found) for found in turn.db.execute(SOME, {"these": list(ids)})] if ids else []


def open_of(turn: Turn, regimen_id: int) -> list[Dose]:
    return [Dose(*found) for found in OPEN_OF.rows(turn.db, {"regimen": regimen_id})]


def lately(turn: Turn, regimen_id: int) -> list[Dose]:
    """The doses of a regimen that may still be amended."""
    return found_by(turn, select(doses).where(
        doses.c.regimen_id == regimen_id, doses.c.due_at <= turn.now, doses.c.due_at > turn.now - MAY_BE_AMENDED,
        doses.c.ended_at.is_not(None)).order_by(doses.c.due_at))


def found_by(turn: Turn, wanted: Select[Any]) -> list[Dose]:
    return [Dose(*found) for found in turn.db.execute(wanted)]


def taken(turn: Turn, dose: Dose, regimen: Regimen, amending: bool = False) -> bool:
    """The patient has taken it; False if something else was on record first."""
    late = turn.now > dose.due_at + regimen.window
    return _end(turn, dose, amending, state="taken", taken_at=turn.now, late=late)


def skipped(turn: Turn, dose: Dose, reason: str, amending: bool = False) -> bool:
    """The patient has not taken it, and says why: one of REASONS."""
    if reason not in REASONS:
        raise ValueError(f"reason must be one of: {', '.join(REASONS)}")
    return _end(turn, dose, amending, state="skipped", reason=reason)


def no_answer(turn: Turn, dose: Dose) -> bool:
    """We asked, and heard nothing. It says nothing of whether it was taken."""
    return _end(turn, dose, state="no_answer")


def missed_by_us(turn: Turn, dose: Dose, why: str) -> bool:
    """We did not ask in time."""
    return _end(turn, dose, state="missed_by_us", why=why)


def cancelled(turn: Turn, dose: Dose, why: str, amending: bool = False) -> bool:
    """It was not to be asked about any more, or not to be taken."""
    return _end(turn, dose, amending, state="cancelled", why=why)


def _end(turn: Turn, dose: Dose, amending: bool = False, **final: Any) -> bool:
    """Give a dose its final state, if it still stands as we saw it: of any number who try, one succeeds."""
    values: dict[str, Any] = {
        "taken_at": None, "late": False, "reason": None, "why": None, "next_action_at": None, "ended_at": turn.now, **final}
    if amending and dose.ended_at:
        ended = AMEND.change(turn.db, {"this": dose.id, "as_seen": dose.ended_at, **values})
    else:
        ended = END.change(turn.db, {"this": dose.id, **values})
    if ended:
        turn.happened(events.DoseEnded(
            dose.patient_id, dose.id, dose.regimen_id, final["state"], values["reason"], not dose.open))
    return bool(ended)


def wanted_again(turn: Turn, dose_id: int, **times: Any) -> None:
    """A dose that was called off, and whose time has not come, is to be asked about after all."""
    turn.db.execute(update(doses).where(doses.c.id == dose_id, doses.c.state == "cancelled").values(
        state="planned", ended_at=None, why=None, prompt_id=None, **times))


def change(turn: Turn, dose: Dose, **changed: Any) -> bool:
    """Change a dose that is open; False if it has ended meanwhile."""
    return bool(turn.db.execute(CHANGE, {"this": dose.id, **changed}).rowcount)


def on_the_wall(dose: Dose) -> datetime:
    """When it is due, as the patient's clock shows it."""
    return local(dose.due_at, dose.zone)
