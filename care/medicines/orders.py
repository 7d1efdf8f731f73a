"""Orders: what staff prescribe, change and stop. The bot itself never changes a dose.

An order for a critical medicine waits for a second person. Stopping one does not: nobody is to be asked about a medicine that
somebody on staff wants stopped.
"""

from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from care import events, patients
from care.heart.time import instant, local
from care.heart.turn import Turn
from care.medicines import planning, regimens, supplies, timing
from care.medicines.regimens import Regimen, default_window
from care.medicines.timing import AsNeeded, Interval, Occurrence, Timing
from care.patients import Patient
from care.tables import doses, medicines, orders
from care.tables import regimens as regimens_table

LONGEST_WORDS = 500  # characters of anything that staff write about a medicine
MOST_NUDGES = 3
ABOUT = ("name", "ingredient", "purpose", "missed_advice", "critical")  # of the medicine, in what an order changes


class Stale(Exception):
    """Somebody else has changed the regimen, or ordered a change of it, since it was read."""


class NotAllowed(Exception):
    """A second person must decide, or there is nothing to decide. The message says which."""


@dataclass(frozen=True)
class NewMedicine:
    """What a patient is to take. `supply_days` were handed out on `supplied_on`."""

    name: str
    ingredient: str | None = None
    purpose: str | None = None
    looks: str | None = None
    missed_advice: str | None = None
    critical: bool = False
    supplied_on: date | None = None
    supply_days: int | None = None


@dataclass(frozen=True)
class Order:
    """How a medicine is to be taken. A `window_minutes` of None is an hour, or less where doses are close."""

    timing: Timing
    amount: str
    prescriber: str
    begins_on: date
    ends_on: date | None = None
    food: str | None = None
    window_minutes: int | None = None
    nudges: int = 1
    nudge_minutes: int = 30

    @property
    def window(self) -> timedelta:
        return default_window(self.timing) if self.window_minutes is None else timedelta(minutes=self.window_minutes)


@dataclass(frozen=True)
class About:
    """What is known of a medicine, as an order may change it."""

    name: str
    ingredient: str | None = None
    purpose: str | None = None
    missed_advice: str | None = None
    critical: bool = False


@dataclass(frozen=True)
class Ordered:
    """An order as it is on record."""

    id: int
    regimen_id: int
    kind: str  # start, change, stop
    state: str  # waiting (for a second person), in force, refused
    changes: list["Change"]
    why: str | None
    ordered_by: str
    ordered_at: datetime
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True)
class Change:
    """One line of a diff; the values as plain data."""

    field: str
    before: Any
    after: Any


# Ordering


def prescribe(turn: Turn, patient_id: int, medicine: NewMedicine | int, order: Order, by: str) -> Ordered:
    """Order a medicine, a new one or one that the patient has (its id). Raises ValueError or LookupError."""
    check(order)
    patient = patients.lock(turn, patient_id)
    if patient is None:
        raise LookupError("There is no such patient.")
    medicine_id = medicine if isinstance(medicine, int) else _file_medicine(turn, patient, medicine)
    kept = turn.db.execute(
        select(medicines).where(medicines.c.id == medicine_id, medicines.c.patient_id == patient_id)).first()
    if kept is None:
        raise LookupError("This patient has no such medicine.")
    state = "proposed" if kept.critical else "active"
    regimen_id = turn.insert(regimens_table, {
        "medicine_id": medicine_id, "patient_id": patient_id, "state": state, "version": 1, **_columns(order)})
    ordered = _file(turn, patient_id, regimen_id, "start", None, as_data(order), None, by, waits=kept.critical)
    if not kept.critical:
        _replan(turn, patient, regimen_id, "newly ordered")
    return ordered


def change(
    turn: Turn, regimen_id: int, version: int, order: Order, by: str, why: str, about: About | None = None,
) -> Ordered:
    """Change how a medicine is taken, and, with `about`, what is known of it; its doses stay the same doses. `version` is that
    of the regimen as it was read. What is critical, before or after, waits for a second person. Raises ValueError, LookupError
    or Stale."""
    check(order)
    patient, regimen = _locked(turn, regimen_id)
    if regimen.version != version or regimen.state != "active" or waiting(turn, regimen_id):
        raise Stale("This regimen has been changed, or waits for a second person.")
    before, after = both(regimen, order, about)
    waits = regimen.medicine.critical or bool(about and about.critical)
    if not waits:
        _put_in_force(turn, patient, regimen, after)
    return _file(turn, patient.id, regimen_id, "change", before, after, why, by, waits)


def stop(turn: Turn, regimen_id: int, by: str, why: str) -> Ordered:
    """Stop a regimen at once: nothing of it is asked about any more. Raises LookupError or Stale."""
    patient, regimen = _locked(turn, regimen_id)
    if regimen.state == "stopped":
        raise Stale("This regimen has been stopped already.")
    turn.db.execute(update(orders).where(orders.c.regimen_id == regimen_id, orders.c.state == "waiting").values(
        state="refused", decided_by=by, decided_at=turn.now))
    regimens.change(turn, regimen_id, state="stopped", version=regimen.version + 1)
    ordered = _file(turn, patient.id, regimen_id, "stop", as_data(order_of(regimen)), None, why, by, waits=False)
    _replan(turn, patient, regimen_id, "stopped by the care team")
    return ordered


def decide(turn: Turn, order_id: int, by: str, agreed: bool) -> Ordered:
    """The second person's word on an order for a critical medicine. Raises LookupError, or NotAllowed for the person who
    ordered it, or if it is decided already."""
    row = turn.db.execute(select(orders).where(orders.c.id == order_id)).first()
    if row is None:
        raise LookupError("There is no such order.")
    patient, regimen = _locked(turn, row.regimen_id)
    if agreed and row.ordered_by == by:
        raise NotAllowed("A second person must agree.")
    state = "in force" if agreed else "refused"
    if not turn.db.execute(update(orders).where(orders.c.id == order_id, orders.c.state == "waiting").values(
            state=state, decided_by=by, decided_at=turn.now)).rowcount:
        raise NotAllowed("This has been decided already.")
    if agreed:
        _put_in_force(turn, patient, regimen, row.after)
    elif row.kind == "start":
        regimens.change(turn, regimen.id, state="stopped", version=regimen.version + 1)
    turn.happened(events.MedicineOrdered(patient.id, order_id, regimen.id, row.kind, state))
    return get(turn, order_id)


def _put_in_force(turn: Turn, patient: Patient, regimen: Regimen, after: dict[str, Any]) -> None:
    known = {name: after[name] for name in ABOUT if name in after}
    if known:
        turn.db.execute(update(medicines).where(medicines.c.id == regimen.medicine.id).values(**known))
    regimens.change(turn, regimen.id, state="active", version=regimen.version + 1, **_columns(read_order(after)))
    _replan(turn, patient, regimen.id, "changed by the care team")


def _replan(turn: Turn, patient: Patient, regimen_id: int, why: str) -> None:
    regimen = regimens.get(turn, regimen_id)
    assert regimen
    planning.replan(turn, patient, regimen, why)


def _locked(turn: Turn, regimen_id: int) -> tuple[Patient, Regimen]:
    found = regimens.get(turn, regimen_id)
    patient = patients.lock(turn, found.patient_id) if found else None
    regimen = regimens.get(turn, regimen_id)  # as it stands now that nobody else changes it
    if patient is None or regimen is None:
        raise LookupError("There is no such regimen.")
    return patient, regimen


def _file(
    turn: Turn, patient_id: int, regimen_id: int, kind: str, before: Any, after: Any, why: str | None, by: str, waits: bool,
) -> Ordered:
    state = "waiting" if waits else "in force"
    order_id = turn.insert(orders, {
        "regimen_id": regimen_id, "patient_id": patient_id, "kind": kind, "before": before, "after": after,
        "why": why and why.strip()[:LONGEST_WORDS], "ordered_by": by, "ordered_at": turn.now, "state": state})
    turn.happened(events.MedicineOrdered(patient_id, order_id, regimen_id, kind, state))
    return get(turn, order_id)


def both(regimen: Regimen, order: Order, about: About | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """A regimen as it is and as it would be, as plain data: what a diff is made of. Raises ValueError."""
    before, after = as_data(order_of(regimen)), as_data(order)
    if about is None:
        return before, after
    words = _words(about, "name", "ingredient", "purpose", "missed_advice")
    return before | {name: getattr(regimen.medicine, name) for name in ABOUT}, after | words | {"critical": about.critical}


def _words(said: object, *names: str) -> dict[str, str | None]:
    words = {name: (getattr(said, name) or "").strip() or None for name in names}
    if not words["name"]:
        raise ValueError("a medicine needs a name")
    if any(len(one) > LONGEST_WORDS for one in words.values() if one):
        raise ValueError(f"at most {LONGEST_WORDS} characters")
    return words


def _file_medicine(turn: Turn, patient: Patient, new: NewMedicine) -> int:
    words = _words(new, "name", "ingredient", "purpose", "looks", "missed_advice")
    return turn.insert(medicines, {
        "patient_id": patient.id, **words, "critical": new.critical, "created_at": turn.now,
        **supplies.supply(turn, patient, new.supplied_on, new.supply_days)})


# Looking


def find(turn: Turn, order_id: int) -> Ordered | None:
    row = turn.db.execute(select(orders).where(orders.c.id == order_id)).first()
    return _ordered(row) if row else None


def get(turn: Turn, order_id: int) -> Ordered:
    return _ordered(turn.db.execute(select(orders).where(orders.c.id == order_id)).one())


def history(turn: Turn, regimen_id: int) -> list[Ordered]:
    """Every order for a regimen, the newest first."""
    return [_ordered(row) for row in turn.db.execute(
        select(orders).where(orders.c.regimen_id == regimen_id).order_by(orders.c.id.desc()))]


def waiting(turn: Turn, regimen_id: int) -> Ordered | None:
    """The order that waits for a second person, if one does."""
    row = turn.db.execute(select(orders).where(orders.c.regimen_id == regimen_id, orders.c.state == "waiting")).first()
    return _ordered(row) if row else None


def _ordered(row: Any) -> Ordered:
    return Ordered(row.id, row.regimen_id, row.kind, row.state, diff(row.before, row.after), row.why, row.ordered_by,
                   row.ordered_at, row.decided_by, row.decided_at)


def diff(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[Change]:
    """What differs between two orders, as plain data; nothing to compare with is an empty order."""
    names = [*ABOUT, *(field.name for field in fields(Order))]
    changes = [Change(name, (before or {}).get(name), (after or {}).get(name)) for name in names]
    return [one for one in changes if one.before != one.after]


def preview(turn: Turn, patient: Patient, order: Order, regimen_id: int | None = None, days: int = 14) -> list[Occurrence]:
    """What this order would plan for these days on the patient's wall; an interval, as if each dose were taken on time.

    For a change, without what has been taken, skipped or missed of the regimen by then: it is not asked about again.
    """
    check(order)
    until = turn.now + timedelta(days=days)
    match order.timing:
        case AsNeeded():
            return []
        case Interval(hours, first):
            return _preview_interval(turn, patient, order, hours, first, until)
        case calendar:
            found = timing.between(calendar, order.begins_on, order.ends_on, patient.time_zone, turn.now, until)
            ended = set() if regimen_id is None else {tuple(row) for row in turn.db.execute(
                select(doses.c.local_date, doses.c.slot).where(
                    doses.c.regimen_id == regimen_id, doses.c.ended_at.is_not(None)))}
            return [one for one in found if (one.local_date, one.slot) not in ended]


def _preview_interval(
    turn: Turn, patient: Patient, order: Order, hours: int, first: Any, until: datetime,
) -> list[Occurrence]:
    day = max(order.begins_on, local(turn.now, patient.time_zone).date())
    due, found = instant(day, first, patient.time_zone), list[Occurrence]()
    due = due if due >= turn.now else instant(day + timedelta(days=1), first, patient.time_zone)
    while due < until:
        wall = local(due, patient.time_zone)
        if order.ends_on and wall.date() > order.ends_on:
            break
        found.append(Occurrence(wall.date(), len(found), wall.time(), due, None))
        due += timedelta(hours=hours)
    return found


def duplicates(turn: Turn, patient_id: int, medicine: NewMedicine | About, but: int | None = None) -> list[Regimen]:
    """What the patient takes already of the same ingredient, or under the same name, `but` for one medicine: for whoever
    prescribes to see."""
    names = {word.strip().casefold() for word in (medicine.name, medicine.ingredient) if word and word.strip()}
    return [one for one in regimens.of_patient(turn, patient_id, "active", "proposed")
            if one.medicine.id != but
            and names & {word.casefold() for word in (one.medicine.name, one.medicine.ingredient) if word}]


# As data


def check(order: Order) -> None:
    """Raises ValueError that says what would be right."""
    if not order.amount.strip() or not order.prescriber.strip():
        raise ValueError("an order needs an amount and a prescriber")
    if max(len(order.amount), len(order.prescriber)) > LONGEST_WORDS:
        raise ValueError(f"at most {LONGEST_WORDS} characters")
    if order.ends_on and order.ends_on < order.begins_on:
        raise ValueError("an order cannot end before it begins")
    if order.food not in (None, "with", "without"):
        raise ValueError("food must be with, without or nothing")
    apart = timing.spacing(order.timing)
    if not isinstance(order.timing, AsNeeded) and not timedelta(minutes=5) <= order.window <= apart / 2:
        raise ValueError("the window must be from 5 minutes to half the time between two doses")
    if not 0 <= order.nudges <= MOST_NUDGES or not 5 <= order.nudge_minutes <= 240:
        raise ValueError(f"nudges: 0 to {MOST_NUDGES} of them, 5 to 240 minutes apart")


def as_data(order: Order) -> dict[str, Any]:
    """An order as plain data, its window said; `read_order` gives it back."""
    return {**asdict(replace(order, timing=AsNeeded(1))), "timing": timing.written(order.timing),
            "begins_on": order.begins_on.isoformat(), "ends_on": order.ends_on and order.ends_on.isoformat(),
            "window_minutes": _minutes(order.window)}


def read_order(data: dict[str, Any]) -> Order:
    ends = data["ends_on"]
    data = {name: value for name, value in data.items() if name not in ABOUT}
    return Order(**{**data, "timing": timing.read(data["timing"]), "begins_on": date.fromisoformat(data["begins_on"]),
                    "ends_on": ends and date.fromisoformat(ends)})


def order_of(regimen: Regimen) -> Order:
    """The order that a regimen stands for now."""
    return Order(regimen.timing, regimen.amount, regimen.prescriber, regimen.begins_on, regimen.ends_on, regimen.food,
                 _minutes(regimen.window), regimen.nudges, _minutes(regimen.nudge_after))


def _columns(order: Order) -> dict[str, Any]:
    return {
        "timing": timing.written(order.timing), "amount": order.amount.strip(), "food": order.food,
        "begins_on": order.begins_on, "ends_on": order.ends_on, "window_minutes": _minutes(order.window),
        "nudges": order.nudges, "nudge_minutes": order.nudge_minutes, "prescriber": order.prescriber.strip()}


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
