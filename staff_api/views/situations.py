"""What happened to a patient: in hospital, travelling, looked after elsewhere, a death, the loss of a pregnancy."""

from collections.abc import Callable
from typing import Any, TypeVar

from care import patients, situations
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.problems import Problem
from staff_api.shapes.forms import Id
from staff_api.shapes.situations import NewSituation, Situation, Situations

T = TypeVar("T")


async def get_situations(call: Call, patient_id: Id) -> Situations:
    """Everything of the kind on record."""
    return Situations(items=[Situation.of(one) for one in await call.read(of_patient, patient_id)])


def of_patient(turn: Turn, patient_id: int) -> list[situations.Situation]:
    found(patients.summary(turn, patient_id))
    return situations.of_patient(turn, patient_id)


async def begin_situation(call: Call, patient_id: Id, body: NewSituation) -> Situation:
    """Put on record what happened. Whatever it stops is stopped in the same moment, and what waited is taken back."""
    return await call.change(Situation, begin, patient_id, body)


def begin(turn: Turn, patient_id: int, wanted: NewSituation) -> situations.Situation:
    found(patients.lock(turn, patient_id))
    return allowed(situations.begin, turn, patient_id, wanted.kind, wanted.until, wanted.note, wanted.time_zone)


async def end_situation(call: Call, patient_id: Id) -> Situation:
    """It is over: home from hospital, back from a journey."""
    return Situation.of(found(await call.run(close, patient_id), "There is nothing on record that could end."))


def close(turn: Turn, patient_id: int) -> situations.Situation | None:
    return allowed(situations.end, turn, patient_id)


async def undo_situation(call: Call, situation_id: Id) -> Situation:
    """It was put on record by mistake: programmes go on, and what was taken back leaves, as far as it is not too late."""
    return Situation.of(await call.run(take_back, situation_id))


def take_back(turn: Turn, situation_id: int) -> situations.Situation:
    return allowed(situations.undo, turn, situation_id)


def allowed(act: Callable[..., T], *given: Any) -> T:
    try:
        return act(*given)
    except situations.Refused as refused:
        raise Problem("conflict", str(refused))
