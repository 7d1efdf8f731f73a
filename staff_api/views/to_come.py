"""The dry run: what a patient will receive in the next days, on their own wall."""

from care import patients, to_come
from care.heart.time import local
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.shapes.forms import Id
from staff_api.shapes.to_come import Ahead, Coming, ToCome


async def get_to_come(call: Call, patient_id: Id, query: Ahead) -> ToCome:
    """Every reminder, check-in, lesson and notice that would leave by itself. Looking changes nothing."""
    return await call.read(drawn, patient_id, query.days)


def drawn(turn: Turn, patient_id: int, days: int) -> ToCome:
    patient = found(patients.get(turn, patient_id))
    return ToCome(
        time_zone=patient.time_zone, held_back=to_come.held_back(turn, patient),
        items=[Coming(at=one.at, local=local(one.at, patient.time_zone), kind=one.kind, what=one.what, because=one.because,
                      depends=one.depends) for one in to_come.of(turn, patient, days)])
