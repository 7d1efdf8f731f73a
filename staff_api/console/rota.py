"""The rota's page: who is called now, the shifts, who is away, by which number one is alerted; and what everyone must see."""

from typing import Any

from aiohttp import web
from pydantic import Field

from care import notices, staff, worklist
from care.heart.turn import Turn
from staff_api.console.visit import Visit, visited
from staff_api.shapes.forms import Sent
from staff_api.shapes.rota import NewAbsence, NewShift, PhoneNumber
from staff_api.views import rota as api


class Number(Sent):
    phone: str | None = Field(None, max_length=40)


def looked_at(turn: Turn, whose: int) -> dict[str, Any]:
    whole = api.whole(turn)
    by_day = [[one for one in whole.shifts if one.weekday == day] for day in range(7)]
    for day in by_day:
        day.sort(key=lambda one: (one.starts, one.role))
    return {
        "rota": whole, "by_day": by_day, "dated": [one for one in whole.shifts if one.on_date is not None],
        "phone": staff.phone_of(turn, whose), "waiting_count": worklist.counts(turn)["open"], "notices": notices.standing(turn),
        "sms": bool(turn.settings.alerts.sms_url),
    }  # fmt: skip


async def page(visit: Visit) -> web.Response:
    """The page, or the part of it that changed."""
    shown = await visit.read(looked_at, visit.person.id)
    return visit.page("rota_sheet.html" if visit.swaps else "rota.html", place="rota", heading="Rota", **shown)


@visited("worklist:read")
async def get_rota(visit: Visit) -> web.Response:
    """Who is on call, and who is away."""
    return await page(visit)


@visited("rota:write")
async def add_shift(visit: Visit) -> web.Response:
    """Put somebody on the rota."""
    await api.add_shift(visit, await visit.form(NewShift))
    return await page(visit)


@visited("rota:write")
async def remove_shift(visit: Visit) -> web.Response:
    """Take a shift off the rota."""
    await api.remove_shift(visit, visit.number("shift_id"))
    return await page(visit)


@visited("rota:write")
async def add_absence(visit: Visit) -> web.Response:
    """I am away, or a colleague is."""
    await api.add_absence(visit, await visit.form(NewAbsence))
    return await page(visit)


@visited("rota:write")
async def cancel_absence(visit: Visit) -> web.Response:
    """There after all."""
    await api.cancel_absence(visit, visit.number("absence_id"))
    return await page(visit)


@visited("worklist:read")
async def set_phone(visit: Visit) -> web.Response:
    """By which number I am alerted."""
    number = await visit.form(Number)
    await api.set_phone(visit, visit.person.id, PhoneNumber(phone=number.phone))
    return await page(visit)


@visited("worklist:read")
async def get_notices(visit: Visit) -> web.Response:
    """What everyone must see, to take the place of what is on screen."""
    return visit.page("notices.html", notices=await visit.read(notices.standing))
