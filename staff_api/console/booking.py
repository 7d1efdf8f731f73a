"""Booking for a patient: what kind of visit, which time, and yes. Moving, and offering a time, go the same way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from care import patients
from care.appointments import appointments as visits
from care.appointments import calendars, finding, visit_types, waiting
from care.appointments.free_slots import Free
from care.appointments.intervals import moment
from care.appointments.opening import A_DAY
from care.appointments.visit_types import VisitType
from care.heart.time import instant, local
from care.heart.turn import Turn
from staff_api.call import found
from staff_api.console import thread
from staff_api.console.visit import Visit, visited
from staff_api.problems import Problem
from staff_api.shapes.appointments import (
    Booking,
    Cancellation,
    Mode,
    Move,
    NewOffer,
    NewWaiting,
    OverbookedMove,
    Overbooking,
    Recurrence,
)
from staff_api.shapes.forms import AtIn, Id, Query, Sent, Words
from staff_api.views import appointments as api
from staff_api.views import calendars as calendars_api

OUR_PAGES = re.compile(r"/(visits|calendars)(/[a-z0-9/-]+)?(\?.*)?")
DAYS_SHOWN = 4
AT_A_TIME = 7
FURTHEST = 92  # days are looked through for room


class Chosen(Query):
    """What is chosen so far, as the sheet's address has it. `day` and `clock`: typed, on the site's wall."""

    visit_type_id: Id | None = None
    site_id: Id | None = None
    calendar_id: Id | None = None
    first_day: date | None = None
    starts_at: AtIn | None = None
    day: date | None = None
    clock: time | None = None


@dataclass(frozen=True)
class Errand:
    """What the sheet is for, and where its buttons lead."""

    act: str  # book, move, offer
    base: str  # where the next step is asked for
    post: str  # where it is done
    patient_id: int
    kind_id: int | None = None  # already decided
    moving: visits.Appointment | None = None


class BookingForm(Sent):
    """The sheet as it was filled in."""

    visit_type_id: Id
    site_id: Id
    starts_at: AtIn
    mode: Mode | None = None
    calendar_id: Id | None = None
    note: Words | None = None
    weeks: Annotated[int, Field(ge=1, le=52)] = 1
    count: Annotated[int, Field(ge=1, le=52)] = 1

    def booking(self) -> Booking:
        repeat = Recurrence(weeks=self.weeks, count=self.count) if self.count > 1 else None
        return Booking(**self.model_dump(exclude={"weeks", "count"}), repeat=repeat)


def look(turn: Turn, errand: Errand, chosen: Chosen) -> dict[str, Any]:
    """What the next step shows."""
    patient = found(patients.summary(turn, errand.patient_id), "There is no such patient.")
    shown = {"errand": errand, "patient": patient, "moving": api.shown(turn, errand.moving) if errand.moving else None}
    kind_id = errand.kind_id or chosen.visit_type_id
    if kind_id is None:
        kinds = visit_types.all_open(turn)
        names = {one.id: one.name for one in calendars.all_open(turn)}
        return {**shown, "step": "kind", "kinds": [(one, [names[i] for need in one.needs for i in need if i in names])
                                                   for one in kinds]}
    kind: VisitType = api.or_not_found(visit_types.get, turn, kind_id)
    sites = [calendars.site(turn, one) for one in finding.sites_of(turn, kind)]
    if not sites:
        raise Problem("conflict", f"No site has all that {kind.staff_name} needs: look at it under Calendars.")
    wanted = chosen.site_id or (errand.moving.site_id if errand.moving else None)
    site = next((one for one in sites if one.id == wanted), sites[0])
    needs = finding.calendars_for(turn, kind, site.id)
    names = {one.id: one.name for need in needs for one in need}
    people = [one for need in needs for one in need if one.kind == "clinician"]
    shown |= {"kind": kind, "sites": sites, "site": site, "people": people, "chosen": chosen}
    starts_at = chosen.starts_at
    if chosen.day and chosen.clock:
        starts_at = instant(chosen.day, chosen.clock, site.time_zone)
    if starts_at is None:
        return {**shown, "step": "time", **times(turn, errand, kind, site, chosen, names)}
    return {**shown, "step": "sure", **sure(turn, errand, kind, site, chosen, starts_at, names)}


def times(
    turn: Turn, errand: Errand, kind: VisitType, site: calendars.Site, chosen: Chosen, names: dict[int, str],
) -> dict[str, Any]:
    """The first days with room."""
    today = calendars.today(turn, site.time_zone)
    first = min(max(chosen.first_day or today, today), api.furthest(turn))
    days: dict[date, list[tuple[datetime, datetime, str]]] = {}
    begin, last = first, first + timedelta(days=FURTHEST)
    while begin <= last and len(days) < DAYS_SHOWN:
        for slot in slots_on(turn, errand, kind, site.id, begin, chosen.calendar_id):
            starts = moment(slot.start)
            wall = local(starts, site.time_zone)
            if wall.date() in days or len(days) < DAYS_SHOWN:
                days.setdefault(wall.date(), []).append((wall, starts, ", ".join(names[one] for one in slot.calendars)))
        begin += timedelta(days=AT_A_TIME)
    return {"days": [(day, halves(found)) for day, found in days.items()], "first": first, "today": today,
            "later": max(days) + A_DAY if len(days) == DAYS_SHOWN else None,
            "earlier": max(today, first - timedelta(days=AT_A_TIME)) if first > today else None}


def halves(found: Sequence[tuple[datetime, datetime, str]]) -> list[list[tuple[datetime, datetime, str]]]:
    """Morning and afternoon, as far as there is room in them."""
    morning = [one for one in found if one[0].time() < waiting.NOON]
    return [half for half in (morning, list(found[len(morning):])) if half]


def slots_on(turn: Turn, errand: Errand, kind: VisitType, site_id: int, first: date, only: int | None) -> list[Free]:
    """The free slots of the days from `first` on; of a visit that moves its own time is free, but is no new one."""
    moving = errand.moving
    free = finding.on_days(turn, kind, site_id, first, first + timedelta(days=AT_A_TIME - 1), by_staff=True, only=only,
                           but_slot=moving.slot_id if moving else None)
    return [one for one in free if moving is None or moment(one.start) != moving.starts_at]


def sure(
    turn: Turn, errand: Errand, kind: VisitType, site: calendars.Site, chosen: Chosen, starts_at: datetime,
    names: dict[int, str],
) -> dict[str, Any]:
    """The time that was chosen, on both walls, and what is in its way."""
    moving = errand.moving
    free = finding.is_free(turn, kind, site.id, starts_at, by_staff=True, only=chosen.calendar_id,
                           but_slot=moving.slot_id if moving else None)
    in_the_way = [] if free else finding.in_the_way(turn, kind, site.id, starts_at, chosen.calendar_id) or [
        "It is over." if starts_at <= turn.now else "Visits of this kind do not begin then: see the times above it."]
    following = len(visits_following(turn, moving)) if moving else 0
    patient = found(patients.get(turn, errand.patient_id))
    theirs = local(starts_at, patient.time_zone)
    wall = local(starts_at, site.time_zone)
    return {"starts_at": starts_at, "wall": wall, "in_the_way": in_the_way, "following": following,
            "theirs": theirs if theirs.replace(tzinfo=None) != wall.replace(tzinfo=None) else None,
            "on": [names[one] for one in free.calendars] if free else []}


def visits_following(turn: Turn, visit: visits.Appointment) -> Sequence[visits.Appointment]:
    """Of a series what comes after it."""
    return [one for one in api.booking.of_series(turn, visit) if one.id != visit.id] if visit.series_id else []


async def sheet(visit: Visit, errand: Errand) -> web.Response:
    shown = await visit.read(look, errand, visit.query(Chosen))
    return visit.page("booking.html", into=into(visit), **shown)


def into(visit: Visit) -> str:
    """Which part of the page on screen shows how it stands afterwards."""
    return "#desk" if thread.PLACE.fullmatch(visit.stands_at) else "#page"


async def done(visit: Visit, patient_id: int) -> web.Response:
    """Back to where the person stands."""
    if into(visit) == "#desk":
        return await thread.same_desk(visit, patient_id)
    known = OUR_PAGES.fullmatch(visit.looks_at)
    return visit.goes_to(visit.looks_at if known else f"/patients/{patient_id}")


@visited("appointments:write")
async def get_booking(visit: Visit) -> web.Response:
    """The sheet for a new visit: the next thing to choose."""
    patient_id = visit.number("patient_id")
    here = f"/patients/{patient_id}/visits"
    return await sheet(visit, Errand("book", f"{here}/new", here, patient_id))


@visited("appointments:write")
async def book(visit: Visit) -> web.Response:
    """Book it, or all of a series."""
    patient_id = visit.number("patient_id")
    await api.book_appointment(visit, patient_id, (await visit.form(BookingForm)).booking())
    return await done(visit, patient_id)


@visited("appointments:overbook")
async def overbook(visit: Visit) -> web.Response:
    """Book it beside others, for a reason."""
    patient_id = visit.number("patient_id")
    await api.overbook_appointment(visit, patient_id, await visit.form(Overbooking))
    return await done(visit, patient_id)


@visited("appointments:write")
async def get_move(visit: Visit) -> web.Response:
    """The sheet for another time."""
    appointment_id = visit.number("appointment_id")
    moving = found(await visit.read(visits.get, appointment_id))
    here = f"/visits/{appointment_id}/move"
    return await sheet(visit, Errand("move", here, here, moving.patient_id, moving.visit_type_id, moving))


@visited("appointments:write")
async def move(visit: Visit) -> web.Response:
    """Move it, or it and what follows."""
    moved = await api.move_appointment(visit, visit.number("appointment_id"), await visit.form(Move))
    return await done(visit, moved.items[0].patient_id)


@visited("appointments:overbook")
async def overbook_move(visit: Visit) -> web.Response:
    """Move it beside others, for a reason."""
    moved = await api.move_beside_others(visit, visit.number("appointment_id"), await visit.form(OverbookedMove))
    return await done(visit, moved.patient_id)


@visited("appointments:write")
async def get_cancel(visit: Visit) -> web.Response:
    """Asked once, for a visit cannot be brought back."""
    def ask(turn: Turn) -> dict[str, Any]:
        one = found(visits.get(turn, visit.number("appointment_id")))
        return {"one": api.shown(turn, one), "following": len(visits_following(turn, one))}

    return visit.page("booking_cancel.html", into=into(visit), **await visit.read(ask))


@visited("appointments:write")
async def cancel(visit: Visit) -> web.Response:
    """It is off, or it and what follows."""
    off = await api.cancel_appointment(visit, visit.number("appointment_id"), await visit.form(Cancellation))
    return await done(visit, off.items[0].patient_id)


@visited("appointments:write")
async def wait(visit: Visit) -> web.Response:
    """Put the patient on the waiting list."""
    patient_id = visit.number("patient_id")
    await calendars_api.add_to_waiting_list(visit, patient_id, await visit.form(NewWaiting))
    return await done(visit, patient_id)


@visited("appointments:write")
async def get_offer(visit: Visit) -> web.Response:
    """The sheet for offering a time to one who waits."""
    waiting_id = visit.number("waiting_id")
    one = found(await visit.read(waiting.get, waiting_id))
    here = f"/waiting-list/{waiting_id}/offer"
    return await sheet(visit, Errand("offer", here, here, one.patient_id, one.visit_type_id))


@visited("appointments:write")
async def offer(visit: Visit) -> web.Response:
    """Offer it."""
    waiting_id = visit.number("waiting_id")
    await calendars_api.offer_time(visit, waiting_id, await visit.form(NewOffer))
    one = found(await visit.read(waiting.get, waiting_id))
    return await done(visit, one.patient_id)


@visited("appointments:write")
async def leave(visit: Visit) -> web.Response:
    """Take a patient off the waiting list."""
    waiting_id = visit.number("waiting_id")
    one = found(await visit.read(waiting.get, waiting_id))
    await calendars_api.leave_waiting_list(visit, waiting_id)
    return await done(visit, one.patient_id)
