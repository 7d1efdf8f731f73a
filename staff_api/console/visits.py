"""The day's visits and who comes; what waits for an answer; whom to call; who waits for a time; what changed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from aiohttp import web

from care import contacts, notices, patients, visit_history, worklist
from care.appointments import appointments, calendars, desk, stranded, taken_slots, visit_types, waiting
from care.appointments.opening import A_DAY
from care.heart.time import local
from care.heart.turn import Turn
from staff_api.console.visit import Visit, visited
from staff_api.shapes.appointments import Appointment, Refusal, StateChange
from staff_api.shapes.forms import Id, Query
from staff_api.views import appointments as api
from staff_api.views import calendars as calendars_api

SOON = timedelta(hours=12)  # so long before it begins somebody may have arrived
LATELY = timedelta(days=7)
IN_PANEL = 4  # visits beside a conversation
BEEN = ("arrived", "fulfilled")


class Shown(Query):
    """Which day, where, of whom."""

    site_id: Id | None = None
    calendar_id: Id | None = None
    day: date | None = None


@dataclass(frozen=True)
class Row:
    visit: Appointment
    theirs: datetime | None  # on the patient's wall, where that says otherwise
    phone: str | None
    to_come: bool  # it has not begun
    today: bool  # somebody may have arrived
    why: str = ""  # whom to call: why; what to move: what is not open then
    instead_of: datetime | None = None  # it is asked for as a new time of that visit, on the site's wall
    asked_at: datetime | None = None  # to choose another time
    may_choose: bool = False  # another time, by themselves


def row(turn: Turn, one: appointments.Appointment, why: str = "") -> Row:
    seen, patient = api.shown(turn, one), patients.get(turn, one.patient_id)
    theirs = local(one.starts_at, patient.time_zone) if patient else seen.local
    moves = appointments.get(turn, one.moves) if one.moves else None
    return Row(
        seen, theirs if theirs.replace(tzinfo=None) != seen.local.replace(tzinfo=None) else None,
        contacts.of(turn, one.patient_id).phone, one.starts_at > turn.now, one.starts_at <= turn.now + SOON, why,
        local(moves.starts_at, calendars.site(turn, moves.site_id).time_zone) if moves else None)


def stranded_row(turn: Turn, one: appointments.Appointment, names: Sequence[str]) -> Row:
    """A visit for which these calendars are not open."""
    return replace(row(turn, one, ", ".join(names)), asked_at=stranded.asked_at(turn, one),
                   may_choose=stranded.may_choose(turn, appointments.seen(turn, one)))


def tabs(turn: Turn) -> dict[str, Any]:
    """What stands above each of these pages."""
    counts = {"requests": desk.requests(turn), "calls": [one.appointment for one in desk.to_call(turn)],
              "waiting": waiting.everyone(turn)}
    return {"waiting_count": worklist.counts(turn)["open"], "notices": notices.standing(turn), "place": "visits",
            "tab_counts": {name: len(api.in_sight(turn, found)) for name, found in counts.items()}}


def of_day(turn: Turn, wanted: Shown) -> dict[str, Any]:
    sites = calendars.all_sites(turn)
    site = next((one for one in sites if one.id == wanted.site_id), sites[0] if sites else None)
    shown = {"sites": sites, "site": site, "tab": "day", "heading": "Visits"}
    if site is None:
        return {**shown, "rows": [], "people": [], "calendar_id": None, "day": turn.now.date(), "today": turn.now.date()}
    here = [one for one in calendars.all_open(turn) if one.site_id == site.id]
    today = calendars.today(turn, site.time_zone)
    day = min(max(wanted.day or today, today - 400 * A_DAY), api.furthest(turn))
    listed = api.in_sight(turn, desk.on_day(turn, site.id, day))
    if wanted.calendar_id:
        listed = [one for one in listed if wanted.calendar_id in taken_slots.calendars_of(turn, one.slot_id)]
    return {**shown, "rows": [row(turn, one) for one in listed], "people": here, "calendar_id": wanted.calendar_id,
            "day": day, "today": today}


def of_requests(turn: Turn) -> dict[str, Any]:
    return {"rows": [row(turn, one) for one in api.in_sight(turn, desk.requests(turn))], "tab": "requests",
            "heading": "Requests for visits"}


def of_calls(turn: Turn) -> dict[str, Any]:
    listed = desk.to_call(turn)
    seen = {one.id for one in api.in_sight(turn, [one.appointment for one in listed])}
    return {"rows": [row(turn, one.appointment, one.why) for one in listed if one.appointment.id in seen], "tab": "calls",
            "heading": "Whom to call"}


def of_waiting(turn: Turn) -> dict[str, Any]:
    listed = api.in_sight(turn, waiting.everyone(turn))
    zones = {one.id: calendars.get(turn, one.needs[0][0]).zone for one in visit_types.all_open(turn)}
    return {"rows": [(calendars_api.as_seen(turn, one), contacts.of(turn, one.patient_id).phone) for one in listed],
            "zones": zones, "tab": "waiting", "heading": "Waiting list"}


def of_changes(turn: Turn) -> dict[str, Any]:
    return {"rows": api.changes(turn).items, "tab": "changes", "heading": "What changed", "said": visit_history.SAID}


async def show(visit: Visit, look: Callable[..., dict[str, Any]], *given: Any) -> web.Response:
    """The page, or the part of it that changed."""
    shown = await visit.read(lambda turn: {**tabs(turn), **look(turn, *given)})
    if not visit.caller.may("patients:read"):
        for one in shown["rows"]:
            if isinstance(one, Row):
                one.visit.leave_out_the_record()
    return visit.page("visits_sheet.html" if visit.swaps else "visits.html", **shown)


@visited("appointments:read")
async def get_day(visit: Visit) -> web.Response:
    """A day's visits at a site."""
    return await show(visit, of_day, visit.query(Shown))


@visited("appointments:read")
async def get_requests(visit: Visit) -> web.Response:
    """What patients asked for and nobody has answered yet."""
    return await show(visit, of_requests)


@visited("appointments:read")
async def get_calls(visit: Visit) -> web.Response:
    """Who has not confirmed: whom to call."""
    return await show(visit, of_calls)


@visited("appointments:read")
async def get_waiting(visit: Visit) -> web.Response:
    """Who waits for a time, with all offers."""
    return await show(visit, of_waiting)


@visited("appointments:read")
async def get_changes(visit: Visit) -> web.Response:
    """What became of visits of late."""
    return await show(visit, of_changes)


async def same_page(visit: Visit) -> web.Response:
    """The list that the person looks at, as it is now."""
    pages: dict[str, Callable[..., dict[str, Any]]] = {"/visits/requests": of_requests, "/visits/calls": of_calls}
    if look := pages.get(visit.stands_at):
        return await show(visit, look)
    return await show(visit, of_day, visit.query_of_page(Shown))


@visited("appointments:write")
async def record(visit: Visit) -> web.Response:
    """They arrived, were seen, or did not come."""
    await api.record_state(visit, visit.number("appointment_id"), await visit.form(StateChange))
    return await same_page(visit)


@visited("appointments:write")
async def refuse(visit: Visit) -> web.Response:
    """Say no to what a patient asked for."""
    await api.refuse_appointment(visit, visit.number("appointment_id"), await visit.form(Refusal))
    return await same_page(visit)


@visited("appointments:write")
async def join(visit: Visit) -> web.Response:
    """On to where a visit by video is held."""
    held = await api.get_video(visit, visit.number("appointment_id"))
    return web.Response(status=303, headers={"Location": held.link})


def pressing(act: Callable[[Visit, int], Awaitable[Any]], says: str) -> Any:
    """A button without anything to fill in: do it, and show how it stands then."""
    async def press(visit: Visit) -> web.Response:
        await act(visit, visit.number("appointment_id"))
        return await same_page(visit)

    press.__doc__, press.__name__ = says, act.__name__
    return visited("appointments:write")(press)


approve = pressing(api.approve_appointment, "Say yes to what a patient asked for.")
confirm = pressing(api.confirm_appointment, "They said that they come.")


def panel(turn: Turn, patient_id: int) -> tuple[list[Row], list[tuple[str, Any]]]:
    """For the panel beside a conversation: visits of the last days, after which something may be to say; those ahead; and what
    they wait for."""
    been = [row(turn, one) for one in appointments.of_patient(turn, patient_id, BEEN, turn.now - LATELY)]
    coming = appointments.of_patient(turn, patient_id)
    ahead = [*(stranded_row(turn, one, stranded.shut_for(turn, one)) for one in coming[:IN_PANEL]),
             *(row(turn, one) for one in coming[IN_PANEL:])]
    waits = [(visit_types.get(turn, one.visit_type_id).staff_name, one) for one in waiting.of_patient(turn, patient_id)]
    return [*been[-1:], *ahead], waits
