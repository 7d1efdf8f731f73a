"""Beside what is written: phone calls that were made, and who else looks at the thread."""

from care import messages, patients, presence
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.shapes.forms import Id
from staff_api.shapes.replies import Colleague, Colleagues, Here, NewCall
from staff_api.shapes.threads import Note
from staff_api.views.messages import kept


async def log_call(call: Call, patient_id: Id, body: NewCall) -> Note:
    """Put on record that you called the patient. If they were reached, they have been answered."""
    return await call.change(Note, logged, patient_id, body, call.person.id)


def logged(turn: Turn, patient_id: int, body: NewCall, staff_id: int) -> Note:
    found(patients.lock(turn, patient_id))
    return kept(lambda: messages.log_call(turn, patient_id, body.call, body.text, staff_id))


async def be_here(call: Call, patient_id: Id, body: Here) -> Colleagues:
    """Say that you look at this thread, and whether you write; learn who else does. It lasts for twenty seconds."""

    def say(turn: Turn) -> list[presence.Present]:
        found(patients.get(turn, patient_id))
        return presence.here(turn, patient_id, call.person.id, body.writing)

    return Colleagues(items=[Colleague.of(one) for one in await call.run(say)])


async def leave(call: Call, patient_id: Id) -> None:
    """Say that you have turned to something else."""
    await call.run(presence.gone, patient_id, call.person.id)
