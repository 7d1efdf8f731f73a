"""Planning: every dose has its row two days before it is due, and moves with the order, the patient's zone and its rules.

What is planned on is found by `plan_at`, so looking costs what is due, however many regimens there are.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, literal_column, or_, select, union

from care import events, patients
from care.heart.gate import NOT_ASKED
from care.heart.prepared import Prepared
from care.heart.time import RULES, instant, local
from care.heart.turn import Turn
from care.medicines import doses as doses_turns
from care.medicines import prompts, regimens, timing
from care.medicines.doses import Dose
from care.medicines.regimens import Regimen
from care.medicines.timing import AsNeeded, Interval, Occurrence
from care.patients import Patient
from care.tables import Moment, doses
from care.tables import regimens as regimens_table

AHEAD = timedelta(hours=48)
AT_ONCE = timedelta(hours=24)  # planned beyond that in one go, so that a regimen is planned about once a day
ACTIVE: ColumnElement[str] = literal_column("'active'")  # as it is in the partial index, or SQLite would not use it
AGAIN = 100  # slots further: the same day of the calendar lived twice, by travel over the date line
IN_A_ROW = 1000  # from this slot on: doses of an interval, numbered one after another
A_DAY_LATER = timedelta(hours=20)
FAR_BEHIND = timedelta(days=2)  # of what was planned: then it is our clock that is wrong
FURTHEST_BACK = timedelta(days=7)  # what we should have asked longer ago is not gone through one by one

# Built once: the clock looks every minute, and mostly there is nothing.
SOON = select(regimens_table.c.patient_id).where(regimens_table.c.plan_at <= bindparam("now", type_=Moment)).order_by(
    regimens_table.c.plan_at).limit(bindparam("most")).subquery()
BY_OLD_RULES = [
    select(regimens_table.c.patient_id).where(regimens_table.c.state == ACTIVE, other).limit(bindparam("most")).subquery()
    for other in (regimens_table.c.tzdata < bindparam("rules"), regimens_table.c.tzdata > bindparam("rules"))]
DUE = Prepared(union(*(select(part.c.patient_id) for part in (SOON, *BY_OLD_RULES))))


def due(turn: Turn, limit: int = 2000) -> list[int]:
    """Patients with a regimen to be planned on, or planned by rules of clock changes that are no longer ours."""
    return sorted(row.patient_id for row in DUE.rows(turn.db, {"now": turn.now, "most": limit, "rules": RULES}))[:limit]


def plan(turn: Turn, patient_id: int) -> None:
    """Plan a patient's regimens on, as far as they are due for it."""
    patient = patients.lock(turn, patient_id)
    rows = turn.db.execute(select(regimens_table.c.id, regimens_table.c.tzdata).where(
        regimens_table.c.patient_id == patient_id, regimens_table.c.state == "active",
        or_(regimens_table.c.plan_at <= turn.now, regimens_table.c.tzdata != RULES))).all()
    for found in rows:
        regimen = regimens.get(turn, found.id)
        assert regimen
        if patient is None or not may_be_asked(patient):
            regimens.change(turn, regimen.id, plan_at=None, tzdata=RULES)
        elif found.tzdata not in (None, RULES):
            replan(turn, patient, regimen, "the rules of clock changes are new", passed_stay=True)
        else:
            _plan_on(turn, patient, regimen)


def may_be_asked(patient: Patient) -> bool:
    """Whether doses are planned for this patient at all: not before they have agreed, not after they have left, not while
    others look after their medicines."""
    return patient.state == "active" and patient.consented and patient.situation not in NOT_ASKED


def _plan_on(turn: Turn, patient: Patient, regimen: Regimen) -> None:
    match regimen.timing:
        case AsNeeded():
            regimens.change(turn, regimen.id, plan_at=None, tzdata=RULES, zone=patient.time_zone)
        case Interval() as interval:
            _plan_interval(turn, patient, regimen, interval)
        case calendar:
            until = turn.now + AHEAD + AT_ONCE
            since = max(regimen.planned_to or turn.now, turn.now - FURTHEST_BACK)
            zone = regimen.keeps_zone or patient.time_zone
            found = timing.between(calendar, regimen.begins_on, regimen.ends_on, zone, since, until)
            if found:
                turn.insert_once(doses, [doses_turns.row(regimen, one, zone) for one in found])
            following = timing.following(calendar, regimen.begins_on, regimen.ends_on, zone, until)
            regimens.change(
                turn, regimen.id, planned_to=until, plan_at=following and following - AHEAD, zone=zone, tzdata=RULES)


def _plan_interval(turn: Turn, patient: Patient, regimen: Regimen, interval: Interval) -> None:
    """The one next dose: so many hours after the last one was taken, or was due if it was not. After one that was called off
    (a stay in hospital is over) it is not before now."""
    regimens.change(turn, regimen.id, plan_at=None, zone=patient.time_zone, tzdata=RULES)
    found = doses_turns.found_by(
        turn, select(doses).where(
            doses.c.regimen_id == regimen.id, doses.c.slot >= IN_A_ROW).order_by(doses.c.slot.desc()).limit(1))
    last = found[0] if found else None
    if last and last.open:
        return
    due = _next_of(turn, patient, interval, last, regimen.begins_on)
    if regimen.ends_on is None or due.local_date <= regimen.ends_on:
        turn.insert_once(doses, doses_turns.row(regimen, due, patient.time_zone))


def _next_of(turn: Turn, patient: Patient, interval: Interval, last: Dose | None, begins: date) -> Occurrence:
    if last:
        apart = timedelta(hours=interval.hours)
        believable = last.taken_at and last.taken_at >= last.opens_at  # else our clock was wrong
        due_at = (last.taken_at if believable and last.taken_at else last.due_at) + apart
        due_at += max(0, (turn.now - FURTHEST_BACK - due_at) // apart) * apart
        if last.state == "cancelled":
            due_at = max(turn.now, due_at)
    else:
        day = max(begins, local(turn.now, patient.time_zone).date())
        due_at = instant(day, interval.first, patient.time_zone)
        if due_at < turn.now:
            due_at = instant(day + timedelta(days=1), interval.first, patient.time_zone)
    wall, slot = local(due_at, patient.time_zone), last.slot + 1 if last else IN_A_ROW
    return Occurrence(wall.date(), slot, wall.time().replace(second=0, microsecond=0), due_at, None)


# What changes what is planned


class Key(NamedTuple):
    """Which dose of a regimen it is."""

    day: date
    slot: int


def replan(turn: Turn, patient: Patient, regimen: Regimen, why: str, passed_stay: bool = False) -> None:
    """Bring what is planned in line with the order and the patient's zone as they are now.

    A dose stays the same dose when it moves. One that would now have been due in the past is cancelled, since nobody may be
    asked about it late; unless it is to stay where it was (`passed_stay`: the patient travelled, nothing was ordered) and no
    other dose of it is near. What asks about one on the phone asks no more; what waits to leave is recalled.
    """
    open_now = doses_turns.open_of(turn, regimen.id)
    if regimen.state != "active" or not may_be_asked(patient):
        regimens.change(turn, regimen.id, plan_at=None, planned_to=None)
        _call_off(turn, open_now, why)
    else:
        match regimen.timing:
            case AsNeeded():
                _call_off(turn, open_now, why)
                _plan_on(turn, patient, regimen)
            case Interval() as interval:
                _call_off(turn, [dose for dose in open_now if dose.slot < IN_A_ROW], why)  # it was no interval before
                if not passed_stay:
                    _reanchor(turn, patient, regimen, interval, [dose for dose in open_now if dose.slot >= IN_A_ROW], why)
                _plan_on(turn, patient, regimen)
            case _:
                _replan_calendar(turn, patient, regimen, open_now, why, passed_stay)
    prompts.redraw(turn, patient, {dose.prompt_id for dose in open_now})


def _call_off(turn: Turn, open_now: list[Dose], why: str) -> None:
    for dose in open_now:
        doses_turns.cancelled(turn, dose, why)


def _replan_calendar(
    turn: Turn, patient: Patient, regimen: Regimen, open_now: list[Dose], why: str, passed_stay: bool,
) -> None:
    calendar, zone = regimen.timing, regimen.keeps_zone or patient.time_zone
    assert not isinstance(calendar, Interval | AsNeeded)
    now = _presumed_now(turn, regimen)
    until = max(now + AHEAD + AT_ONCE, regimen.planned_to or now)  # what has been planned once is not lost to a clock set back
    since = min([now, *(dose.due_at for dose in open_now)]) - timedelta(days=2)
    wanted = {Key(one.local_date, one.slot): one
              for one in timing.between(calendar, regimen.begins_on, regimen.ends_on, zone, since, until)}
    ahead = [one.due_at for one in wanted.values() if one.due_at >= now]
    for dose in open_now:
        one = wanted.pop(Key(dose.local_date, dose.slot % AGAIN), None) if dose.slot < IN_A_ROW else None
        if one and one.due_at == dose.due_at:
            if dose.state == "planned":
                doses_turns.change(turn, dose, **doses_turns.times(regimen, one, zone))
        elif one and one.due_at >= now:
            doses_turns.change(turn, dose, state="planned", prompt_id=None, **doses_turns.times(regimen, one, zone))
        elif not (one and passed_stay) or any(abs(due - dose.due_at) < regimen.closes_after for due in ahead):
            doses_turns.cancelled(turn, dose, why)
    _file_new(turn, regimen, zone, [one for one in wanted.values() if one.due_at >= now])
    following = timing.following(calendar, regimen.begins_on, regimen.ends_on, zone, until)
    regimens.change(
        turn, regimen.id, planned_to=until, plan_at=following and following - AHEAD, zone=zone, tzdata=RULES)


def _presumed_now(turn: Turn, regimen: Regimen) -> datetime:
    """The clinic's clock; but where it has fallen far behind what was planned by it before, the time of that planning is nearer
    to the truth."""
    planned_at = regimen.planned_to - AHEAD - AT_ONCE if regimen.planned_to else turn.now
    return planned_at if planned_at - turn.now > FAR_BEHIND else turn.now


def _file_new(turn: Turn, regimen: Regimen, zone: str, found: list[Occurrence]) -> None:
    """File what is not there yet; what was called off, and is wanted after all, is the same dose again. A day that the patient
    lives twice has its doses twice."""
    if not found:
        return
    there = {Key(one.local_date, one.slot): one for one in turn.db.execute(
        select(doses.c.id, doses.c.local_date, doses.c.slot, doses.c.zone, doses.c.due_at, doses.c.state).where(
            doses.c.regimen_id == regimen.id, doses.c.local_date.in_({one.local_date for one in found})))}
    for one in found:
        before = there.get(Key(one.local_date, one.slot))
        if before is not None and before.state == "cancelled" and before.due_at >= turn.now:
            doses_turns.wanted_again(turn, before.id, **doses_turns.times(regimen, one, zone))
            continue
        twice = before is not None and before.zone != zone and one.due_at - before.due_at >= A_DAY_LATER
        slot = one.slot + AGAIN if twice else one.slot
        turn.insert_once(doses, doses_turns.row(regimen, one._replace(slot=slot), zone))


def _reanchor(turn: Turn, patient: Patient, regimen: Regimen, interval: Interval, open_now: list[Dose], why: str) -> None:
    """The next dose of an interval moves with the one before it, and never into the past; the wall does not matter to it."""
    found = doses_turns.found_by(turn, select(doses).where(
        doses.c.regimen_id == regimen.id, doses.c.slot >= IN_A_ROW, doses.c.state.not_in(doses_turns.OPEN),
    ).order_by(doses.c.slot.desc()).limit(1))
    due = _next_of(turn, patient, interval, found[0] if found else None, regimen.begins_on)
    due = due._replace(due_at=max(turn.now, due.due_at))
    for dose in open_now:
        if dose.state == "asked":
            continue
        if regimen.ends_on and due.local_date > regimen.ends_on:
            doses_turns.cancelled(turn, dose, why)
        elif due.due_at != dose.due_at or regimen.amount != dose.amount:
            doses_turns.change(turn, dose, local_date=due.local_date, **doses_turns.times(regimen, due, patient.time_zone))


# Reactions


def plan_next(turn: Turn, event: events.DoseEnded) -> None:
    """Of an interval, the next dose follows from this one."""
    regimen, patient = regimens.get(turn, event.regimen_id), patients.get(turn, event.patient_id or 0)
    if patient and regimen and isinstance(regimen.timing, Interval) and regimen.state == "active" and may_be_asked(patient):
        replan(turn, patient, regimen, "the dose before it was changed")


def replan_all(turn: Turn, event: events.Event) -> None:
    """The patient is elsewhere, has agreed, has left, or is in a situation in which nobody is asked, or no longer: everything
    planned follows in this same turn."""
    replan_patient(turn, event.patient_id or 0, "the time zone changed")


def replan_patient(turn: Turn, patient_id: int, why: str) -> None:
    """All that is planned for a patient, anew; nothing was ordered."""
    patient = patients.get(turn, patient_id)
    for regimen in regimens.of_patient(turn, patient_id) if patient else ():
        assert patient
        left = "the patient has left" if patient.state == "left" else why
        replan(turn, patient, regimen, NOT_ASKED.get(patient.situation or "", left), passed_stay=True)
