"""Programmes on the desk: a patient put into one, asked at another hour, taken out."""

from aiohttp import web

from staff_api.console import thread
from staff_api.console.visit import Visit, visited
from staff_api.shapes.plans import NewPlan, PlanChange
from staff_api.views import plans as api


@visited
async def add(visit: Visit) -> web.Response:
    """Put the patient into a programme."""
    await api.add_plan(visit, visit.number("patient_id"), await visit.form(NewPlan))
    return await thread.same_desk(visit)


@visited
async def change(visit: Visit) -> web.Response:
    """Ask at another hour, or on other days."""
    await api.change_plan(visit, visit.number("plan_id"), await visit.form(PlanChange))
    return await thread.same_desk(visit)


@visited
async def end(visit: Visit) -> web.Response:
    """Ask no more."""
    await api.end_plan(visit, visit.number("plan_id"))
    return await thread.same_desk(visit)


@visited
async def wake(visit: Visit) -> web.Response:
    """Ask again after a rest."""
    await api.wake_plan(visit, visit.number("plan_id"))
    return await thread.same_desk(visit)
