"""Calendars: sites, clinicians, rooms and equipment, their hours and leave; visit types; the waiting list."""

from dataclasses import asdict
from typing import Any

from care import patients
from care.appointments import appointments, calendars, clinician_feeds, closed_days, offers, opening, visit_types, waiting
from care.appointments import stranded as strandings
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.problems import Problem
from staff_api.shapes.appointments import (
    Appointments,
    Calendar,
    Calendars,
    ClosedDays,
    ClosedDaysList,
    FeedAddress,
    HoursIn,
    NewCalendar,
    NewClosedDays,
    NewException,
    NewOffer,
    NewWaiting,
    Offer,
    Place,
    PlaceIn,
    Places,
    VisitType,
    VisitTypeIn,
    VisitTypes,
    Waiting,
    WaitingList,
    WeeklyHours,
)
from staff_api.shapes.forms import Id
from staff_api.views.appointments import in_sight, or_not_found, refusing, shown


async def list_places(call: Call) -> Places:
    """Where visits are: every site, with its address and its clock."""
    return Places(items=[Place.of(one) for one in await call.read(calendars.all_sites)])


async def get_place(call: Call, site_id: Id) -> Place:
    """Where one site is."""
    return await call.read(place_now, site_id)


def place_now(turn: Turn, site_id: int) -> Place:
    return Place.of(or_not_found(calendars.site, turn, site_id))


async def set_place(call: Call, site_id: Id, body: PlaceIn) -> Place:
    """Where a site is: its address, whose clock and whose holidays are its own."""
    return Place.of(await call.run(place, site_id, body))


def place(turn: Turn, site_id: int, wanted: PlaceIn) -> calendars.Site:
    or_not_found(calendars.site, turn, site_id)
    placed: calendars.Site = refusing(calendars.place, turn, site_id, wanted.address, wanted.time_zone, wanted.country)
    return placed


async def list_calendars(call: Call) -> Calendars:
    """Clinicians, rooms and equipment, with their hours and leave."""
    return Calendars(items=[Calendar.of(one) for one in await call.read(calendars.all_open)])


async def get_calendar(call: Call, calendar_id: Id) -> Calendar:
    """One clinician, room or piece of equipment, with hours and leave."""
    return await call.read(calendar_now, calendar_id)


def calendar_now(turn: Turn, calendar_id: int) -> Calendar:
    return Calendar.of(or_not_found(calendars.get, turn, calendar_id))


async def add_calendar(call: Call, body: NewCalendar) -> Calendar:
    """Add a clinician, a room or a piece of equipment."""
    return await call.change(Calendar, lambda turn: refusing(
        calendars.add, turn, body.site_id, body.kind, body.name, hours_of(body.hours), body.staff_id))


async def set_hours(call: Call, calendar_id: Id, body: WeeklyHours) -> Calendar:
    """The weekly hours from now on; what is booked stays booked."""
    return Calendar.of(await call.run(change_hours, calendar_id, body))


def change_hours(turn: Turn, calendar_id: int, wanted: WeeklyHours) -> opening.Calendar:
    or_not_found(calendars.get, turn, calendar_id)
    refusing(calendars.set_hours, turn, calendar_id, hours_of(wanted.hours))
    return calendars.get(turn, calendar_id)


def hours_of(hours: list[HoursIn]) -> list[opening.Hours]:
    return [opening.Hours(one.weekday, one.starts, one.ends) for one in hours]


async def close_calendar(call: Call, calendar_id: Id) -> None:
    """Book nothing more there; what is booked stays booked."""
    if not await call.run(calendars.close, calendar_id):
        raise Problem("not_found")


async def renew_feed(call: Call, calendar_id: Id) -> FeedAddress:
    """A secret address for the clinician's own calendar, with initials only. One that there was before is dead."""
    return FeedAddress(address=await call.run(feed_address, calendar_id))


def feed_address(turn: Turn, calendar_id: int) -> str:
    or_not_found(calendars.get, turn, calendar_id)
    address: str = refusing(clinician_feeds.renew, turn, calendar_id)
    return address


async def revoke_feed(call: Call, calendar_id: Id) -> None:
    """The secret address is dead from now on."""
    if not await call.run(clinician_feeds.revoke, calendar_id):
        raise Problem("not_found")


async def add_exception(call: Call, calendar_id: Id, body: NewException) -> Calendar:
    """Leave, or hours beside the weekly ones. What is booked stays booked: see which visits are stranded."""
    return await call.change(Calendar, add_exception_to, calendar_id, body)


def add_exception_to(turn: Turn, calendar_id: int, wanted: NewException) -> opening.Calendar:
    or_not_found(calendars.get, turn, calendar_id)
    refusing(calendars.add_exception, turn, calendar_id, wanted.first_day, wanted.last_day, wanted.starts, wanted.ends,
             wanted.opens, wanted.why)
    return calendars.get(turn, calendar_id)


async def remove_exception(call: Call, exception_id: Id) -> None:
    """It was a mistake, or is off."""
    if not await call.run(calendars.remove_exception, exception_id):
        raise Problem("not_found")


async def list_closed_days(call: Call) -> ClosedDaysList:
    """Days on which the clinic or a site is closed, beside its country's public holidays: those that are not over."""
    return ClosedDaysList(items=[ClosedDays.of(one) for one in await call.read(closed_days.ahead)])


async def add_closed_days(call: Call, body: NewClosedDays) -> ClosedDays:
    """Close the clinic or a site on these days: no time is free, nobody is promised an answer. What is booked stays booked."""
    return await call.change(ClosedDays, lambda turn: refusing(
        closed_days.add, turn, body.first_day, body.last_day, body.site_id, body.opens, body.why))


async def remove_closed_days(call: Call, closed_days_id: Id) -> None:
    """They were a mistake, or are off."""
    if not await call.run(closed_days.remove, closed_days_id):
        raise Problem("not_found")


async def get_stranded(call: Call, calendar_id: Id) -> Appointments:
    """Visits at times at which this calendar is not open any more: to be moved, or kept on purpose."""
    return await call.read(stranded, calendar_id)


def stranded(turn: Turn, calendar_id: int) -> Appointments:
    return Appointments(items=[shown(turn, one) for one in in_sight(turn, or_not_found(strandings.on, turn, calendar_id))])


async def list_visit_types(call: Call) -> VisitTypes:
    """What visits there are, and what each needs."""
    return VisitTypes(items=[VisitType.of(one) for one in await call.read(visit_types.all_open)])


async def get_visit_type(call: Call, visit_type_id: Id) -> VisitType:
    """One visit type."""
    return await call.read(visit_type_now, visit_type_id)


def visit_type_now(turn: Turn, visit_type_id: int) -> VisitType:
    return VisitType.of(or_not_found(visit_types.get, turn, visit_type_id))


async def add_visit_type(call: Call, body: VisitTypeIn) -> VisitType:
    """Add a visit type."""
    return await call.change(VisitType, lambda turn: refusing(visit_types.add, turn, as_decided(body)))


async def change_visit_type(call: Call, visit_type_id: Id, body: VisitTypeIn) -> VisitType:
    """How visits of this type are from now on; what is booked stays as it is."""
    return VisitType.of(await call.run(change_type, visit_type_id, body))


def change_type(turn: Turn, visit_type_id: int, wanted: VisitTypeIn) -> visit_types.VisitType:
    or_not_found(visit_types.get, turn, visit_type_id)
    changed: visit_types.VisitType = refusing(visit_types.change, turn, visit_type_id, as_decided(wanted))
    return changed


async def close_visit_type(call: Call, visit_type_id: Id) -> None:
    """Book no more visits of this type."""
    await call.run(lambda turn: or_not_found(visit_types.close, turn, visit_type_id))


def as_decided(body: VisitTypeIn) -> visit_types.NewVisitType:
    given: dict[str, Any] = {**body.model_dump(), "instructions": [
        visit_types.Instruction(one.hours, one.texts) for one in body.instructions]}
    return visit_types.NewVisitType(**given)


async def get_waiting_list(call: Call) -> WaitingList:
    """Who waits for a time: the most urgent first, then whoever has waited longest; with every offer."""
    return await call.read(lambda turn: WaitingList(items=[
        as_seen(turn, one) for one in in_sight(turn, waiting.everyone(turn))]))


def as_seen(turn: Turn, one: waiting.Waiting) -> Waiting:
    patient, kind = patients.get(turn, one.patient_id), visit_types.get(turn, one.visit_type_id)
    return Waiting.model_validate({
        **asdict(one), "patient": patient.name if patient else "", "visit_type": kind.staff_name,
        "urgency": waiting.URGENCIES[one.urgency], "offers": [Offer.of(offer) for offer in offers.of_waiting(turn, one.id)]})


async def add_to_waiting_list(call: Call, patient_id: Id, body: NewWaiting) -> Waiting:
    """Put a patient on the list; whoever is on it already stays in their place, with the new wishes."""
    return await call.change(Waiting, add_waiting, patient_id, body)


def add_waiting(turn: Turn, patient_id: int, wanted: NewWaiting) -> Waiting:
    patient = found(patients.lock(turn, patient_id))
    kind = refusing(visit_types.get, turn, wanted.visit_type_id)
    moving = appointments.get(turn, wanted.moves) if wanted.moves else None
    if wanted.moves and (moving is None or moving.patient_id != patient_id or moving.state != "booked"):
        raise Problem("conflict", "That is no visit of this patient that could be moved.")
    return as_seen(turn, refusing(
        waiting.join, turn, patient, kind, wanted.mode or kind.modes[0], moves=wanted.moves,
        urgency=waiting.URGENCIES.index(wanted.urgency), first_day=wanted.first_day, last_day=wanted.last_day,
        part=wanted.part))


async def leave_waiting_list(call: Call, waiting_id: Id) -> None:
    """Take a patient off the list."""
    await call.run(leave, waiting_id)


def leave(turn: Turn, waiting_id: int) -> None:
    one = found(waiting.get(turn, waiting_id))
    patients.lock(turn, one.patient_id)
    waiting.end(turn, found(waiting.get(turn, waiting_id)), "left")


async def offer_time(call: Call, waiting_id: Id, body: NewOffer) -> Offer:
    """Offer a free time to one who waits, by hand; nobody else has it while the offer is open."""
    return await call.change(Offer, offer_by_hand, waiting_id, body)


def offer_by_hand(turn: Turn, waiting_id: int, wanted: NewOffer) -> offers.Offer:
    patients.lock(turn, found(waiting.get(turn, waiting_id)).patient_id)
    one = found(waiting.get(turn, waiting_id))
    made: offers.Offer = refusing(offers.offer_by_hand, turn, one, wanted.site_id, wanted.starts_at)
    return made
