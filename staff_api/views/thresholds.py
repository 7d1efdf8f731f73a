"""Thresholds: listed as they hold, set and removed, for one patient or for the whole clinic."""

from typing import Annotated

from pydantic import StringConstraints

from care import patients, thresholds
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.problems import Fault, Problem
from staff_api.shapes.forms import Id
from staff_api.shapes.thresholds import NewThreshold, Threshold, Thresholds

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$", max_length=100)]


async def get_patient_thresholds(call: Call, patient_id: Id) -> Thresholds:
    """Every threshold as it holds for this patient."""
    return Thresholds(items=[Threshold.of(one) for one in await call.read(listed, patient_id)])


async def get_patient_threshold(call: Call, patient_id: Id, name: Name) -> Threshold:
    """One threshold as it holds for this patient."""
    return await call.read(threshold_now, name, patient_id)


async def set_patient_threshold(call: Call, patient_id: Id, name: Name, body: NewThreshold) -> Threshold:
    """Set a threshold for this patient; it goes before the clinic's."""
    return await call.change(Threshold, set_, name, body.number, patient_id)


async def remove_patient_threshold(call: Call, patient_id: Id, name: Name) -> None:
    """Remove this patient's own; what the clinic has set holds again, else what the file says."""
    await call.run(remove, name, patient_id)


async def get_thresholds(call: Call) -> Thresholds:
    """Every threshold as it holds in this clinic, for patients without one of their own."""
    return Thresholds(items=[Threshold.of(one) for one in await call.read(listed, None)])


async def get_threshold(call: Call, name: Name) -> Threshold:
    """One threshold as it holds in this clinic."""
    return await call.read(threshold_now, name)


def threshold_now(turn: Turn, name: str, patient_id: int | None = None) -> Threshold:
    one = next((one for one in listed(turn, patient_id) if one.name == name), None)
    if one is None:
        raise no_such(name)
    return Threshold.of(one)


async def set_threshold(call: Call, name: Name, body: NewThreshold) -> Threshold:
    """Set a threshold for the whole clinic, where one person may (`words.thresholds_by`); else propose it."""
    return await call.change(Threshold, set_, name, body.number, None)


async def remove_threshold(call: Call, name: Name) -> None:
    """Remove the clinic's own, where one person may; what the file says holds again."""
    await call.run(remove, name, None)


def listed(turn: Turn, patient_id: int | None) -> list[thresholds.Threshold]:
    if patient_id is not None:
        found(patients.summary(turn, patient_id))
    return thresholds.in_force(turn, patient_id)


def set_(turn: Turn, name: str, number: float, patient_id: int | None) -> thresholds.Threshold:
    if patient_id is not None:
        found(patients.lock(turn, patient_id))
    try:
        thresholds.set_(turn, name, number, patient_id)
    except thresholds.NoSuchThreshold:
        raise no_such(name)
    except thresholds.NeedsSecondPerson:
        raise by_two()
    except ValueError as wrong:
        raise Problem("invalid_body", errors=[Fault(pointer="/number", detail=str(wrong))])
    return next(one for one in thresholds.in_force(turn, patient_id) if one.name == name)


def remove(turn: Turn, name: str, patient_id: int | None) -> None:
    if patient_id is not None:
        found(patients.lock(turn, patient_id))
    try:
        removed = thresholds.remove(turn, name, patient_id)
    except thresholds.NoSuchThreshold:
        raise no_such(name)
    except thresholds.NeedsSecondPerson:
        raise by_two()
    if not removed:
        raise Problem("not_found", "Nothing is set there that could be removed.")


def by_two() -> Problem:
    return Problem("conflict", "A second person approves what holds for every patient: "
                               "POST /threshold-proposals, or Clinical words in the console.")


def no_such(name: str) -> Problem:
    return Problem("not_found", f"There is no threshold {name!r}; GET the list for the names.")
