"""The rota: who is on duty, who is away, by which number somebody is alerted; and what everyone must see."""

from collections.abc import Callable
from datetime import time
from typing import Any

from care import notices, rota, staff
from care.heart.turn import Turn
from staff_api.call import Call
from staff_api.problems import Fault, Problem
from staff_api.shapes.forms import Id
from staff_api.shapes.rota import (
    Absence,
    Gap,
    Made,
    NewAbsence,
    NewShift,
    Notice,
    Notices,
    OnDuty,
    Person,
    PhoneNumber,
    Rota,
    Shift,
)


async def get_rota(call: Call) -> Rota:
    """Who is on duty now, the shifts and absences, and where nobody is on call within seven days."""
    return await call.read(whole)


def whole(turn: Turn) -> Rota:
    planned, people = rota.read(turn), [one for one in staff.everyone(turn) if one.active]

    def having(role: str) -> list[Person]:
        ids = planned.on_duty(role, turn.now)
        return [Person.of(one) for one in people if one.id in ids]

    return Rota(
        on_duty=[OnDuty(role=role, people=having(role)) for role in rota.ROLES],
        people=[Person.of(one) for one in people], shifts=[Shift.of(one) for one in planned.shifts],
        absences=[Absence.of(one) for one in planned.absences],
        gaps=[Gap(begins=begin, ends=end) for begin, end in rota.gaps(turn, planned)],
    )  # fmt: skip


async def add_shift(call: Call, body: NewShift) -> Made:
    """Put somebody on the rota, every week or once."""
    starts, ends = time.fromisoformat(body.starts), time.fromisoformat(body.ends)
    return await call.change(Made, made, rota.add_shift, body.staff_id, body.role, starts, ends, body.weekday, body.on_date)


async def remove_shift(call: Call, shift_id: Id) -> None:
    """Take a shift off the rota."""
    if not await call.run(rota.remove_shift, shift_id):
        raise Problem("not_found")


async def add_absence(call: Call, body: NewAbsence) -> Made:
    """Somebody is away: what is open with them goes to their cover, or to the whole team, when the first day has come."""
    return await call.change(Made, made, rota.add_absence, body.staff_id, body.first_day, body.last_day, body.cover_id)


async def cancel_absence(call: Call, absence_id: Id) -> None:
    """They are there after all. What went to others stays with them."""
    if not await call.run(rota.cancel_absence, absence_id):
        raise Problem("not_found")


async def set_phone(call: Call, staff_id: Id, body: PhoneNumber) -> None:
    """By which number somebody is alerted, if the clinic has an SMS gateway."""
    try:
        if not await call.run(staff.set_phone, staff_id, body.phone):
            raise Problem("not_found")
    except staff.Refused as refused:
        raise Problem("invalid_body", errors=[Fault(pointer="/phone", detail=str(refused))]) from None


async def get_notices(call: Call) -> Notices:
    """What is wrong now and everyone must see: nobody takes it on, alerts do not leave, nobody is on call."""
    return Notices(items=[Notice.of(one) for one in await call.read(notices.standing)])


def made(turn: Turn, act: Callable[..., int], *args: Any) -> Made:
    try:
        return Made(id=act(turn, *args))
    except rota.Refused as refused:
        raise Problem("conflict", str(refused)) from None
