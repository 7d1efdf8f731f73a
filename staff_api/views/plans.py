"""Programmes, and patients in them: listed, begun, changed, ended, looked ahead."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

from care import check_windows, patients, plans, programmes
from care.heart.time import local
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.problems import Fault, Problem
from staff_api.shapes.forms import Id
from staff_api.shapes.plans import Ahead, NewPlan, Plan, PlanChange, Plans, Preview, Programme, Programmes


@dataclass(frozen=True)
class PlanSeen:
    """A plan as staff see it, with its newest windows."""

    id: int
    patient_id: int
    programme: str
    title: str
    for_whom: str
    hour: time
    schedule: str
    own_schedule: bool
    day_0: date
    next_at: datetime | None
    resting_since: datetime | None
    ended_at: datetime | None
    windows: list[check_windows.Window]

    @classmethod
    def of(cls, turn: Turn, plan: plans.CarePlan) -> "PlanSeen":
        known = {name: value for name, value in asdict(plan).items() if name in cls.__dataclass_fields__}
        return cls(**{
            **known, "title": plan.of.title, "for_whom": plan.of.for_whom, "schedule": plan.schedule or plan.of.schedule,
            "own_schedule": plan.schedule is not None, "windows": check_windows.recent(turn, plan.id)})


async def list_programmes(call: Call) -> Programmes:
    """Every programme that a patient can be put into."""
    return Programmes(items=[Programme.of(programme) for programme in programmes.programmes().values()])


async def get_plans(call: Call, patient_id: Id) -> Plans:
    """The programmes that a patient is in or has been in, with what became of the newest check-ins."""
    return Plans(items=[Plan.of(one) for one in await call.read(of_patient, patient_id, True)])


def of_patient(turn: Turn, patient_id: int, ended: bool = False) -> list[PlanSeen]:
    found(patients.summary(turn, patient_id))
    return [PlanSeen.of(turn, plan) for plan in plans.of_patient(turn, patient_id, ended)]


async def get_plan(call: Call, plan_id: Id) -> Plan:
    """One programme that a patient is or was in."""
    return await call.read(plan_now, plan_id)


def plan_now(turn: Turn, plan_id: int) -> Plan:
    return Plan.of(PlanSeen.of(turn, found(plans.get(turn, plan_id))))


async def add_plan(call: Call, patient_id: Id, body: NewPlan) -> Plan:
    """Put a patient into a programme. It begins to ask once they have agreed; the general check-in makes room for it."""
    return await call.change(Plan, add, patient_id, body)


def add(turn: Turn, patient_id: int, wanted: NewPlan) -> PlanSeen:
    patient = found(patients.lock(turn, patient_id))
    programme = programmes.programmes().get(wanted.programme)
    if programme is None:
        raise wrong("programme", f"One of: {', '.join(programmes.programmes())}.")
    if programme.day_0 and wanted.day_0 is None:
        raise wrong("day_0", f"Its days are counted from {programme.day_0}: give that day.")
    plan = as_wished(plans.add, turn, patient, programme, wanted.hour, wanted.schedule, wanted.day_0)
    if plan is None:
        raise Problem("conflict", "The patient is in that programme already.")
    return PlanSeen.of(turn, plan)


async def change_plan(call: Call, plan_id: Id, body: PlanChange) -> Plan:
    """Ask at another hour, on other days, or count them from another day. What is left out stays."""
    return Plan.of(await call.run(change, plan_id, body))


def change(turn: Turn, plan_id: int, wanted: PlanChange) -> PlanSeen:
    plan = running(turn, plan_id)
    return PlanSeen.of(turn, as_wished(plans.change, turn, plan, wanted.hour, wanted.schedule, wanted.day_0))


async def end_plan(call: Call, plan_id: Id) -> Plan:
    """Ask no more. What is on the patient's screen can still be answered."""
    return Plan.of(await call.run(end, plan_id))


def end(turn: Turn, plan_id: int) -> PlanSeen:
    plan = found(plans.get(turn, plan_id))
    patients.lock(turn, plan.patient_id)
    plans.end(turn, found(plans.get(turn, plan_id)))
    return PlanSeen.of(turn, found(plans.get(turn, plan_id)))


async def wake_plan(call: Call, plan_id: Id) -> Plan:
    """Ask again after a rest, in all of this patient's programmes."""
    return Plan.of(await call.run(wake, plan_id))


def wake(turn: Turn, plan_id: int) -> PlanSeen:
    plan = running(turn, plan_id)
    plans.wake(turn, found(patients.lock(turn, plan.patient_id)))
    return PlanSeen.of(turn, found(plans.get(turn, plan_id)))


async def preview_plan(call: Call, plan_id: Id, query: Ahead) -> Preview:
    """The next check-ins, on the patient's own wall."""
    return Preview(items=await call.read(ahead, plan_id, query.count))


def ahead(turn: Turn, plan_id: int, count: int) -> list[datetime]:
    plan = found(plans.get(turn, plan_id))
    zone = found(patients.get(turn, plan.patient_id)).time_zone
    return [local(at, zone) for at in plans.upcoming(plan, turn.now, zone, count)]


def running(turn: Turn, plan_id: int) -> plans.CarePlan:
    """The plan, with its patient locked, if it has not ended."""
    patients.lock(turn, found(plans.get(turn, plan_id)).patient_id)
    plan = found(plans.get(turn, plan_id))
    if plan.ended_at:
        raise Problem("conflict", "This plan has ended: put the patient into the programme again.")
    return plan


def as_wished(act: Callable[..., Any], *given: Any) -> Any:
    try:
        return act(*given)
    except ValueError as no_schedule:
        raise wrong("schedule", str(no_schedule))


def wrong(field: str, detail: str) -> Problem:
    return Problem("invalid_body", errors=[Fault(pointer=f"/{field}", detail=detail)])
