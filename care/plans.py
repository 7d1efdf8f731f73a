"""Care plans: which programmes a patient is in, at which hour, and when each asks next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select, update

from care import events, patients
from care.heart.language import Msg
from care.heart.time import instant, local
from care.heart.turn import Turn
from care.patients import Patient
from care.programmes import GENERAL, Programme, programmes
from care.schedules import Schedule
from care.tables import care_plans, check_windows, refused_topics

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CarePlan:
    """One patient in one programme. `next_at` is None while nothing is asked: before consent, at rest, or at the end."""

    id: int
    patient_id: int
    programme: str
    hour: time  # on the patient's own wall
    schedule: str | None  # instead of the programme's own
    day_0: date
    starts_on: date
    begun_at: datetime
    next_at: datetime | None
    resting_since: datetime | None
    ended_at: datetime | None

    @property
    def of(self) -> Programme:
        """The programme; where there is none of that name any more, the general one."""
        return programmes().get(self.programme) or programmes()[GENERAL]

    @property
    def flow(self) -> str:
        return self.of.flow

    @property
    def called(self) -> Msg:
        return self.of.called

    @property
    def days(self) -> Schedule:
        return Schedule.read(self.schedule or self.of.schedule)

    @property
    def daily(self) -> bool:
        return self.days == Schedule.read("daily")

    def after(self, now: datetime, zone: str, done: date | None = None) -> datetime | None:
        """The next moment to ask after `now`, on a day after `done`; None if there is none any more."""
        day = max(local(now, zone).date(), self.starts_on, done + A_DAY if done else self.starts_on) - A_DAY
        while following := self.days.next_day(day, self.day_0):
            if (at := instant(following, self.hour, zone)) > now:
                return at
            day = following
        return None


def get(turn: Turn, plan_id: int) -> CarePlan | None:
    row = turn.db.execute(select(care_plans).where(care_plans.c.id == plan_id)).first()
    return CarePlan(*row) if row else None


def of_patient(turn: Turn, patient_id: int, ended: bool = False) -> list[CarePlan]:
    """A patient's plans in the order in which they began; those that ended only if wished for."""
    wanted = select(care_plans).where(care_plans.c.patient_id == patient_id).order_by(care_plans.c.id)
    return [CarePlan(*row) for row in turn.db.execute(wanted if ended else wanted.where(care_plans.c.ended_at.is_(None)))]


def first(turn: Turn, patient_id: int) -> CarePlan | None:
    """The plan that asks first."""
    asking = [plan for plan in of_patient(turn, patient_id) if plan.next_at]
    return min(asking, key=lambda plan: (plan.next_at, plan.id), default=None)


def add(
    turn: Turn, patient: Patient, programme: Programme, hour: time | None = None, schedule: str | None = None,
    day_0: date | None = None,
) -> CarePlan | None:
    """Put a patient into a programme; None if they are in it already. Raises ValueError for a schedule that is none, or has no
    day left. Without an hour it is the one at which the patient is asked already. What everybody has makes room for it."""
    open_now = of_patient(turn, patient.id)
    if any(plan.programme == programme.name for plan in open_now):
        return None
    today = local(turn.now, patient.time_zone).date()
    plan_id = turn.insert(care_plans, {
        "patient_id": patient.id, "programme": programme.name, "schedule": schedule,
        "hour": hour or (open_now[0].hour if open_now else programme.hour), "day_0": day_0 or today, "starts_on": today,
        "begun_at": turn.now})
    turn.happened(events.CarePlanBegun(patient.id, plan_id, programme.name))
    for plan in open_now:
        if plan.programme == GENERAL and not programme.beside:
            end(turn, plan)
    return _with_days_left(turn, patient, _reckoned(turn, patient, plan_id))


def change(
    turn: Turn, plan: CarePlan, hour: time | None = None, schedule: str | None = None, day_0: date | None = None,
) -> CarePlan:
    """Ask at another hour, on other days (an empty schedule: the programme's own), or count from another day. Raises ValueError
    for a schedule that is none, or has no day left."""
    patient = patients.lock(turn, plan.patient_id)
    assert patient
    _change(turn, plan.id, hour=hour or plan.hour, day_0=day_0 or plan.day_0,
            schedule=plan.schedule if schedule is None else schedule or None)
    turn.happened(events.CarePlanChanged(plan.patient_id, plan.id))
    return _with_days_left(turn, patient, _reckoned(turn, patient, plan.id))


def end(turn: Turn, plan: CarePlan) -> None:
    """Ask no more. What is on the patient's screen can still be answered."""
    if plan.ended_at is None:
        _change(turn, plan.id, ended_at=turn.now, next_at=None)
        turn.happened(events.CarePlanEnded(plan.patient_id, plan.id))


def reopen(turn: Turn, plan_id: int) -> None:
    """It was ended by mistake, or too early. Where the patient is in that programme again already, nothing changes."""
    plan = get(turn, plan_id)
    if plan is None or plan.ended_at is None:
        return
    patient = patients.lock(turn, plan.patient_id)
    assert patient
    if any(one.programme == plan.programme for one in of_patient(turn, plan.patient_id)):
        return
    _change(turn, plan_id, ended_at=None)
    turn.happened(events.CarePlanBegun(plan.patient_id, plan_id, plan.programme))
    _reckoned(turn, patient, plan_id)


def move_on(turn: Turn, plan: CarePlan, next_at: datetime | None) -> None:
    """What was due is dealt with; without a next day the plan is over."""
    if next_at is None:
        end(turn, plan)
    else:
        _change(turn, plan.id, next_at=next_at)


def rest(turn: Turn, patient_id: int) -> None:
    """Ask nothing more until the patient, or someone on staff, wishes it."""
    turn.db.execute(update(care_plans).where(
        care_plans.c.patient_id == patient_id, care_plans.c.ended_at.is_(None), care_plans.c.resting_since.is_(None),
    ).values(resting_since=turn.now, next_at=None))
    turn.happened(events.ChecksRest(patient_id))


def wake(turn: Turn, patient: Patient) -> bool:
    """Ask again after a rest; False if there was none."""
    resting = [plan for plan in of_patient(turn, patient.id) if plan.resting_since]
    for plan in resting:
        _change(turn, plan.id, resting_since=None, begun_at=turn.now)
        _reckoned(turn, patient, plan.id)
    if resting:
        turn.happened(events.ChecksGoOn(patient.id))
    return bool(resting)


def upcoming(plan: CarePlan, now: datetime, zone: str, count: int = 14) -> list[datetime]:
    """When the plan would ask, the next `count` times."""
    found: list[datetime] = []
    at = now if plan.ended_at is None else None
    while at is not None and len(found) < count:
        at = plan.after(at, zone, local(at, zone).date() if found else None)
        found += [at] if at else []
    return found


def _with_days_left(turn: Turn, patient: Patient, plan: CarePlan) -> CarePlan:
    if not upcoming(plan, turn.now, patient.time_zone, 1):
        raise ValueError("No day is left on this schedule: change it, or the day that it counts from.")
    return plan


def woken(turn: Turn, patient_id: int) -> None:
    """The patient answers again: so we ask again, if there was a rest."""
    patient = patients.get(turn, patient_id)
    assert patient
    if wanted(turn, patient_id):
        wake(turn, patient)


def wanted(turn: Turn, patient_id: int) -> bool:
    """Whether the patient wants check-ins at all; see care/preferences.py."""
    return turn.db.scalar(select(refused_topics.c.topic).where(
        refused_topics.c.patient_id == patient_id, refused_topics.c.topic == "check")) is None


# Reactions


def begin(turn: Turn, event: events.ConsentGiven) -> None:
    """Whoever agrees is asked from now on: what staff have planned, else what everybody has."""
    patient = patients.get(turn, _whose(event))
    assert patient
    if open_now := of_patient(turn, patient.id):
        _all_reckoned(turn, patient, open_now)
    else:
        add(turn, patient, programmes()[GENERAL])


def hush(turn: Turn, event: events.ConsentWithdrawn) -> None:
    """Without consent nothing is asked."""
    turn.db.execute(update(care_plans).where(care_plans.c.patient_id == event.patient_id).values(next_at=None))


def reckon(turn: Turn, event: events.ZoneChanged) -> None:
    """The same hour on the new wall."""
    patient = patients.get(turn, _whose(event))
    assert patient
    _all_reckoned(turn, patient, of_patient(turn, patient.id))


def go_on(turn: Turn, event: events.MessagesResumed) -> None:
    """Whoever wants messages again is asked again."""
    patient = patients.get(turn, _whose(event))
    assert patient
    if wanted(turn, patient.id):
        wake(turn, patient)
    _all_reckoned(turn, patient, of_patient(turn, patient.id))


def ask_at(turn: Turn, event: events.AnswerSaved) -> None:
    """The patient has said at what hour to ask; see bot/flows/hour.py."""
    if event.flow == "hour" and event.key == "hour":
        for plan in of_patient(turn, _whose(event)):
            change(turn, plan, time.fromisoformat(str(event.value)))


def _whose(event: events.Event) -> int:
    assert event.patient_id is not None
    return event.patient_id


def _all_reckoned(turn: Turn, patient: Patient, found: Sequence[CarePlan]) -> None:
    for plan in found:
        _reckoned(turn, patient, plan.id)


def _reckoned(turn: Turn, patient: Patient, plan_id: int) -> CarePlan:
    """The plan, with its next moment reckoned anew: never a day that has had its turn."""
    plan = get(turn, plan_id)
    assert plan
    done = turn.db.scalar(select(func.max(check_windows.c.day)).where(check_windows.c.plan_id == plan_id))
    asks = patient.consented and plan.ended_at is None and plan.resting_since is None
    next_at = plan.after(turn.now, patient.time_zone, done) if asks else None
    _change(turn, plan_id, next_at=next_at)
    return replace(plan, next_at=next_at)


def _change(turn: Turn, plan_id: int, **changed: Any) -> None:
    turn.db.execute(update(care_plans).where(care_plans.c.id == plan_id).values(**changed))
