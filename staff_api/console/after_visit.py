"""After a visit: the sheet for what the patient is to do now, and for a question that shows whether it came across."""

from typing import Annotated, Any

from aiohttp import web
from pydantic import Field, StringConstraints

from care import patients
from care.appointments import after
from care.heart.turn import Turn
from staff_api.call import found
from staff_api.console.booking import done, into
from staff_api.console.visit import Visit, visited
from staff_api.problems import Fault, Problem, in_shape
from staff_api.shapes.appointments import NewAfterVisit
from staff_api.shapes.forms import Sent
from staff_api.views import appointments as api

Answer = Annotated[str, StringConstraints(strip_whitespace=True)]


class AfterForm(Sent):
    """The sheet as it was filled in; answers that were left empty are none."""

    instructions: Answer = ""
    question: Answer = ""
    first: Answer = Field("", alias="choice-0")
    second: Answer = Field("", alias="choice-1")
    third: Answer = Field("", alias="choice-2")
    fourth: Answer = Field("", alias="choice-3")
    right: int | None = None

    def words(self) -> NewAfterVisit:
        """Raises Problem, with what is to be filled in."""
        lines = [self.first, self.second, self.third, self.fourth]
        choices, right = [one for one in lines if one], None
        if choices and (self.right is None or not 0 <= self.right < len(lines) or not lines[self.right]):
            raise Problem("invalid_body", errors=[Fault(pointer="/right", detail="Say which of the answers is right.")])
        if choices:
            right = sum(1 for one in lines[:self.right] if one)
        return in_shape(NewAfterVisit, {
            "instructions": self.instructions, "question": self.question or None, "choices": choices, "right": right})


@visited("messages:write")
async def get_words(visit: Visit) -> web.Response:
    """The sheet, with what was said before."""
    def look(turn: Turn) -> dict[str, Any]:
        one = api.appointment_now(turn, visit.number("appointment_id"))
        patient = found(patients.summary(turn, one.patient_id))
        return {"one": one, "patient": patient, "written": after.of_visit(turn, one.id), "most": after.MOST_CHOICES,
                "NOT_SURE": after.NOT_SURE}

    return visit.page("after_visit.html", into=into(visit), **await visit.read(look))


@visited("messages:write")
async def write(visit: Visit) -> web.Response:
    """The patient is told."""
    appointment_id = visit.number("appointment_id")
    await api.write_after_visit(visit, appointment_id, (await visit.form(AfterForm)).words())
    one = await visit.read(api.appointment_now, appointment_id)
    return await done(visit, one.patient_id)
