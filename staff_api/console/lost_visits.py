"""Visits that cannot be when they are, and visits that were cancelled by a mistake: to be moved, or chosen anew."""

from aiohttp import web

from care.appointments import calendars, lost, stranded
from care.heart.turn import Turn
from staff_api.console import booking
from staff_api.console.visit import Visit, visited
from staff_api.console.visits import Row, row, show, stranded_row
from staff_api.views import appointments as appointments_api
from staff_api.views import lost_visits as api


async def page(visit: Visit) -> web.Response:
    """A calendar at a time: of a large clinic that is much to look through, and others wait for the database too."""
    found: dict[int, Row] = {}
    for calendar in await visit.read(calendars.all_open):
        found |= {one.visit.id: one for one in await visit.read(on, calendar.id)}
    rows = sorted(found.values(), key=lambda one: (one.visit.starts_at, one.visit.id))
    return await show(visit, lambda turn: {
        "rows": rows, "again": [row(turn, one) for one in appointments_api.in_sight(turn, lost.to_book_again(turn))],
        "tab": "to_move", "heading": "To move"})


def on(turn: Turn, calendar_id: int) -> list[Row]:
    return [stranded_row(turn, one, stranded.shut_for(turn, one))
            for one in appointments_api.in_sight(turn, stranded.on(turn, calendar_id))]


@visited("appointments:read")
async def get_all(visit: Visit) -> web.Response:
    """What is to be moved, and what to be booked again."""
    return await page(visit)


async def back(visit: Visit, patient_id: int) -> web.Response:
    """The list, as it is now; or where else the person stands."""
    return await page(visit) if visit.stands_at == "/visits/to-move" else await booking.done(visit, patient_id)


@visited("appointments:write")
async def ask_to_move(visit: Visit) -> web.Response:
    """The patient is asked to choose another time."""
    asked = await api.ask_to_move(visit, visit.number("appointment_id"))
    return await back(visit, asked.patient_id)


@visited("appointments:write")
async def offer_anew(visit: Visit) -> web.Response:
    """The patient is offered a new time."""
    offered = await api.offer_anew(visit, visit.number("appointment_id"))
    return await back(visit, offered.patient_id)
