"""Calendars: clinicians, rooms and equipment, with their weekly hours, leave and holidays; the kinds of visit."""

import re
from datetime import date, time, timedelta
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import StringConstraints

from care import holidays, notices, office, staff, worklist
from care.appointments import calendars, clinician_feeds, closed_days, opening, visit_types
from care.heart.turn import Turn
from staff_api.console import lost_visits
from staff_api.console.visit import Visit, seen_as, visited
from staff_api.problems import Fault, Problem
from staff_api.shapes.access import NewSite
from staff_api.shapes.appointments import HoursIn, NewCalendar, NewClosedDays, NewException, PlaceIn, WeeklyHours
from staff_api.shapes.forms import Id, Name, Sent
from staff_api.views import access as access_api
from staff_api.views import appointments as appointments_api
from staff_api.views import calendars as api

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
STRETCH = re.compile(r"(\d{1,2}):(\d{2})\s*(?:-|–|to)\s*(\d{1,2}):(\d{2})")
AHEAD = timedelta(days=400)
HOLIDAYS_SHOWN = 6
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class HoursForm(Sent):
    """The week as it was filled in: a line for each day, such as 09:00-12:00, 14:00-17:00; empty is closed."""

    monday: Line = ""
    tuesday: Line = ""
    wednesday: Line = ""
    thursday: Line = ""
    friday: Line = ""
    saturday: Line = ""
    sunday: Line = ""
    seen: Line = ""

    def week(self) -> WeeklyHours:
        """Raises Problem, which names every day that cannot be read."""
        hours: list[HoursIn] = []
        wrong: list[Fault] = []
        for weekday, name in enumerate(DAYS):
            for said in filter(None, (part.strip() for part in re.split("[,;]", getattr(self, name)))):
                if (span := stretch(said)) is None:
                    wrong.append(Fault(pointer=f"/{name}", detail=f"{name.title()}: “{said}” is not understood. Write it as "
                                       "09:00-12:00, 14:00-17:00; leave it empty if it is closed."))
                else:
                    hours.append(HoursIn(weekday=weekday, starts=span[0], ends=span[1]))
        if wrong:
            raise Problem("invalid_body", errors=wrong)
        return WeeklyHours(hours=hours)


class CalendarForm(Sent):
    site_id: Id
    kind: Literal["clinician", "room", "equipment"]
    name: Name
    staff_id: Id | None = None


class LeaveForm(Sent):
    """The days of an exception; an empty last day is the first."""

    first_day: date
    last_day: date | None = None
    starts: time | None = None
    ends: time | None = None
    opens: Literal["on", ""] = ""
    why: Line = ""

    def exception(self) -> NewException:
        return NewException(first_day=self.first_day, last_day=self.last_day or self.first_day, starts=self.starts,
                            ends=self.ends, opens=bool(self.opens), why=self.why)


class ClosedDaysForm(Sent):
    """Of the whole clinic, or of one site; an empty last day is the first."""

    first_day: date
    last_day: date | None = None
    site_id: Id | None = None
    opens: Literal["on", ""] = ""
    why: Line = ""

    def closed_days(self) -> NewClosedDays:
        return NewClosedDays(first_day=self.first_day, last_day=self.last_day or self.first_day, site_id=self.site_id,
                             opens=bool(self.opens), why=self.why)


def stretch(said: str) -> tuple[time, time] | None:
    """From when to when; 24:00 is midnight. None if it cannot be read."""
    read = STRETCH.fullmatch(said)
    if read is None:
        return None
    clocks = [(int(hour), int(minute)) for hour, minute in (read.group(1, 2), read.group(3, 4))]
    if clocks[1] == (24, 0):
        clocks[1] = (0, 0)
    if any(hour > 23 or minute > 59 for hour, minute in clocks):
        return None
    return time(*clocks[0]), time(*clocks[1])


def week_of(calendar: opening.Calendar) -> list[str]:
    """Its hours, a line for each weekday."""
    lines: list[list[str]] = [[] for _day in DAYS]
    for one in sorted(calendar.hours, key=lambda one: (one.weekday, one.starts)):
        ends = "24:00" if one.ends == opening.MIDNIGHT else f"{one.ends:%H:%M}"
        lines[one.weekday].append(f"{one.starts:%H:%M}-{ends}")
    return [", ".join(line) for line in lines]


def in_short(calendar: opening.Calendar) -> list[tuple[str, str]]:
    """The week with equal days together: Mon to Fri, 09:00-12:00."""
    short: list[tuple[int, int, str]] = []
    for weekday, line in enumerate(week_of(calendar)):
        if line and short and short[-1][1:] == (weekday - 1, line):
            short[-1] = (short[-1][0], weekday, line)
        elif line:
            short.append((weekday, weekday, line))
    names = [name[:3].title() for name in DAYS]
    return [(names[first] if first == last else f"{names[first]} to {names[last]}", line) for first, last, line in short]


def frame(turn: Turn) -> dict[str, Any]:
    return {"waiting_count": worklist.counts(turn)["open"], "notices": notices.standing(turn), "place": "visits"}


def next_closed(turn: Turn, site: calendars.Site) -> list[tuple[date, str]]:
    """The next days on which a site is closed, by its country or by the clinic itself."""
    today, off = calendars.today(turn, site.time_zone), office.DaysOff(turn)
    days = [today + timedelta(days=ahead) for ahead in range(AHEAD.days)]
    shut = [day for day in days if off.at(day, site.id, site.country)]
    return [(day, holidays.in_year(site.country, day.year).get(day, "closed by the clinic"))
            for day in shut[:HOLIDAYS_SHOWN]]


def everything(turn: Turn) -> dict[str, Any]:
    open_ = calendars.all_open(turn)
    return {
        **frame(turn), "heading": "Calendars",
        "sites": [(site, [(one, in_short(one)) for one in open_ if one.site_id == site.id], next_closed(turn, site))
                  for site in calendars.all_sites(turn)],
        "closed": closed_days.ahead(turn),
        "site_names": {one.id: one.name for one in calendars.all_sites(turn)},
        "kinds": visit_types.all_open(turn), "names": {one.id: one.name for one in open_},
        "people": [one for one in staff.everyone(turn) if one.active]}


def one_calendar(turn: Turn, calendar_id: int) -> dict[str, Any]:
    calendar: opening.Calendar = appointments_api.or_not_found(calendars.get, turn, calendar_id)
    used = [one.staff_name for one in visit_types.all_open(turn) if any(calendar_id in need for need in one.needs)]
    by = staff.by_id(turn, calendar.staff_id) if calendar.staff_id else None
    week = list(zip(DAYS, week_of(calendar), strict=True))
    seen = seen_as(api.calendar_now(turn, calendar_id))
    return {**frame(turn), "heading": calendar.name, "seen": seen, "calendar": calendar, "week": week,
            "site": calendars.site(turn, calendar.site_id), "stranded": lost_visits.on(turn, calendar_id),
            "used": used, "by": by, "feed": clinician_feeds.made(turn, calendar_id), "address": None}


async def show_all(visit: Visit) -> web.Response:
    return visit.page("calendars_sheet.html" if visit.swaps else "calendars.html", **await visit.read(everything))


async def show_one(visit: Visit, calendar_id: int, said: str = "", **more: Any) -> web.Response:
    shown = await visit.read(one_calendar, calendar_id)
    return visit.page("calendar_sheet.html" if visit.swaps else "calendar.html", said=said, **{**shown, **more})


@visited("appointments:read")
async def get_all(visit: Visit) -> web.Response:
    """Every site with its calendars, and the kinds of visit."""
    return await show_all(visit)


@visited("appointments:read")
async def get_one(visit: Visit) -> web.Response:
    """One calendar: its week, its leave, and which visits are at a time at which it is not open."""
    return await show_one(visit, visit.number("calendar_id"))


@visited("appointments:write")
async def add(visit: Visit) -> web.Response:
    """A new calendar; its hours come next."""
    filled = await visit.form(CalendarForm)
    made = await api.add_calendar(visit, NewCalendar(**filled.model_dump()))
    return visit.goes_to(f"/calendars/{made.id}")


@visited("appointments:write")
async def set_hours(visit: Visit) -> web.Response:
    """The week as it is from now on."""
    calendar_id, filled = visit.number("calendar_id"), await visit.form(HoursForm)
    visit.has_seen(lambda turn: api.calendar_now(turn, calendar_id), f"/api/v1/calendars/{calendar_id}/hours",
                   {"calendar_id": calendar_id}, filled.seen)
    await api.set_hours(visit, calendar_id, filled.week())
    return await show_one(visit, calendar_id, "The hours are saved.")


@visited("appointments:write")
async def add_leave(visit: Visit) -> web.Response:
    """Leave, or hours beside the weekly ones."""
    calendar_id, filled = visit.number("calendar_id"), await visit.form(LeaveForm)
    await api.add_exception(visit, calendar_id, filled.exception())
    return await show_one(visit, calendar_id, "It is on the calendar.")


@visited("appointments:write")
async def remove_leave(visit: Visit) -> web.Response:
    """It was a mistake, or is off."""
    await api.remove_exception(visit, visit.number("exception_id"))
    return await show_one(visit, visit.number("calendar_id"), "It is off the calendar.")


@visited("appointments:write")
async def make_feed(visit: Visit) -> web.Response:
    """A secret address for the clinician's own calendar; it is shown this once."""
    calendar_id = visit.number("calendar_id")
    made = await api.renew_feed(visit, calendar_id)
    return await show_one(visit, calendar_id, "The address is made. It is shown this once.", address=made.address)


@visited("appointments:write")
async def revoke_feed(visit: Visit) -> web.Response:
    """The address is dead from now on."""
    calendar_id = visit.number("calendar_id")
    await api.revoke_feed(visit, calendar_id)
    return await show_one(visit, calendar_id, "The address is dead. Calendars that followed it hear nothing more.")


@visited("appointments:write")
async def add_closed_days(visit: Visit) -> web.Response:
    """Days on which the clinic or a site is closed, or open all the same."""
    await api.add_closed_days(visit, (await visit.form(ClosedDaysForm)).closed_days())
    return await show_all(visit)


@visited("appointments:write")
async def remove_closed_days(visit: Visit) -> web.Response:
    """They were a mistake, or are off."""
    await api.remove_closed_days(visit, visit.number("closed_days_id"))
    return await show_all(visit)


@visited("appointments:write")
async def close(visit: Visit) -> web.Response:
    """Nothing more is booked there."""
    await api.close_calendar(visit, visit.number("calendar_id"))
    return visit.goes_to("/calendars")


@visited("appointments:write")
async def set_place(visit: Visit) -> web.Response:
    """Where a site is."""
    await api.set_place(visit, visit.number("site_id"), await visit.form(PlaceIn))
    return await show_all(visit)


@visited("accounts:write")
async def add_site(visit: Visit) -> web.Response:
    """A new site."""
    await access_api.add_site(visit, await visit.form(NewSite))
    return await show_all(visit)
