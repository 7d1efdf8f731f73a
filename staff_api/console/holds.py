"""Who talks with the patient: a person who holds the thread, or the bot; and questions of the bot's that are stuck."""

from aiohttp import web

from staff_api.console import thread
from staff_api.console.visit import Visit, visited
from staff_api.shapes.holds import NewHold
from staff_api.views import holds


@visited
async def hold(visit: Visit) -> web.Response:
    """Take the thread, or hold it for longer."""
    patient_id = visit.number("patient_id")
    await holds.hold_thread(visit, patient_id, await visit.form(NewHold))
    return await thread.same_desk(visit, patient_id)


@visited
async def let_go(visit: Visit) -> web.Response:
    """Let the bot speak again."""
    patient_id = visit.number("patient_id")
    await holds.end_hold(visit, patient_id)
    return await thread.same_desk(visit, patient_id)


@visited
async def end_questions(visit: Visit) -> web.Response:
    """End questions that are stuck."""
    patient_id = visit.number("patient_id")
    await holds.end_questions(visit, patient_id)
    return await thread.same_desk(visit, patient_id)
