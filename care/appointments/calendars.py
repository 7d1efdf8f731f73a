"""Calendars: sites, and the clinicians, rooms and equipment there, with their hours, leave and holidays."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import BindParameter, Date, bindparam, delete, select, update

from care import events, office
from care.appointments.errors import Refused
from care.appointments.opening import Calendar, Exception_, Holiday, Hours
from care.heart.time import is_zone, local
from care.heart.turn import Turn
from care.tables import absences, calendar_exceptions, calendar_hours, calendars, sites, staff

KINDS = ("clinician", "room", "equipment")
QUANTUM = 5  # minutes: everything begins and ends on whole ones
A_DAY = timedelta(days=1)

# Every booking and every page of free times asks for these; built once, since building costs as much as asking.
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_SINCE = bindparam("since", type_=Date)
WITH_SITES = (
    select(calendars, sites.c.time_zone, sites.c.country).join(sites, sites.c.id == calendars.c.site_id)
    .where(calendars.c.id.in_(_IDS)).order_by(calendars.c.id))
HOURS = select(calendar_hours).where(calendar_hours.c.calendar_id.in_(_IDS)).order_by(calendar_hours.c.id)
EXCEPTIONS = (
    select(calendar_exceptions).where(
        calendar_exceptions.c.calendar_id.in_(_IDS), calendar_exceptions.c.removed_at.is_(None),
        calendar_exceptions.c.last_day >= _SINCE).order_by(calendar_exceptions.c.id))
CLOSED = select(calendars.c.id).where(calendars.c.id.in_(_IDS), calendars.c.closed_at.is_not(None))
ABSENCES = select(absences).where(
    absences.c.staff_id.in_(_IDS), absences.c.cancelled_at.is_(None), absences.c.last_day >= _SINCE)


@dataclass(frozen=True)
class Site:
    id: int
    name: str
    address: str | None
    time_zone: str
    country: str


def place(
    turn: Turn, site_id: int, address: str | None = None, time_zone: str | None = None, country: str | None = None,
) -> Site:
    """Where a site is: what patients read, and whose clock and holidays are its own. What is not said is as the clinic has it.
    Raises Refused."""
    site(turn, site_id)
    if time_zone and not is_zone(time_zone):
        raise Refused("Give an IANA time zone, such as Europe/Madrid.")
    turn.db.execute(update(sites).where(sites.c.id == site_id).values(
        address=(address or "").strip() or None, time_zone=time_zone, country=country))
    return site(turn, site_id)


def site(turn: Turn, site_id: int) -> Site:
    """Raises Refused."""
    row = turn.db.execute(select(sites).where(sites.c.id == site_id)).first()
    if row is None:
        raise Refused("There is no such site.")
    return _site(turn, row)


def all_sites(turn: Turn) -> list[Site]:
    return [_site(turn, row) for row in turn.db.execute(select(sites).order_by(sites.c.id))]


def _site(turn: Turn, row: Any) -> Site:
    clinic = turn.settings.clinic
    return Site(row.id, row.name, row.address, row.time_zone or clinic.time_zone, row.country or clinic.country)


def add(
    turn: Turn, site_id: int, kind: str, name: str, hours: Iterable[Hours] = (), staff_id: int | None = None,
) -> Calendar:
    """A new calendar. Raises Refused."""
    site(turn, site_id)
    if kind not in KINDS:
        raise Refused(f"kind must be one of: {', '.join(KINDS)}.")
    if staff_id is not None and not turn.db.scalar(select(staff.c.id).where(staff.c.id == staff_id)):
        raise Refused("There is no such person on staff.")
    calendar_id = turn.insert(calendars, {"site_id": site_id, "kind": kind, "name": name.strip(), "staff_id": staff_id})
    set_hours(turn, calendar_id, hours)
    return get(turn, calendar_id)


def set_hours(turn: Turn, calendar_id: int, hours: Iterable[Hours]) -> None:
    """The weekly hours from now on. What is booked outside them stays booked. Raises Refused."""
    wanted = sorted(set(hours), key=lambda one: (one.weekday, one.starts))
    for one in wanted:
        _in_order(one.starts, one.ends)
        if not 0 <= one.weekday <= 6:
            raise Refused("weekday must be from 0 (Monday) to 6.")
    turn.db.execute(delete(calendar_hours).where(calendar_hours.c.calendar_id == calendar_id))
    for one in wanted:
        turn.insert(calendar_hours, {
            "calendar_id": calendar_id, "weekday": one.weekday, "starts": one.starts, "ends": one.ends})
    turn.happened(events.CalendarChanged(None, calendar_id))


def add_exception(
    turn: Turn, calendar_id: int, first_day: date, last_day: date, starts: time | None = None, ends: time | None = None,
    opens: bool = False, why: str = "",
) -> int:
    """Leave, or another time at which it is closed; or one at which it is open beside its hours. What is booked stays booked:
    see `stranded.on`. Raises Refused."""
    get(turn, calendar_id)
    if last_day < first_day or (last_day - first_day).days > 366:
        raise Refused("Give a first and a last day, in this order, at most a year apart.")
    if (starts is None) != (ends is None) or (opens and starts is None):
        raise Refused("Give both a beginning and an end; what opens needs them.")
    if starts is not None and ends is not None:
        _in_order(starts, ends)
    added = turn.insert(calendar_exceptions, {
        "calendar_id": calendar_id, "first_day": first_day, "last_day": last_day, "starts": starts, "ends": ends,
        "opens": opens, "why": why.strip(), "added_by": turn.actor, "added_at": turn.now})
    turn.happened(events.CalendarChanged(None, calendar_id))
    return added


def remove_exception(turn: Turn, exception_id: int) -> bool:
    row = turn.db.execute(update(calendar_exceptions).where(
        calendar_exceptions.c.id == exception_id, calendar_exceptions.c.removed_at.is_(None),
    ).values(removed_at=turn.now).returning(calendar_exceptions.c.calendar_id)).first()
    if row:
        turn.happened(events.CalendarChanged(None, row.calendar_id))
    return row is not None


def close(turn: Turn, calendar_id: int) -> bool:
    """Nothing more is booked there; what is booked stays booked."""
    closed = turn.db.execute(update(calendars).where(
        calendars.c.id == calendar_id, calendars.c.closed_at.is_(None)).values(closed_at=turn.now)).rowcount
    if closed:
        turn.happened(events.CalendarChanged(None, calendar_id))
    return bool(closed)


def _in_order(starts: time, ends: time) -> None:
    if any(one.second or one.microsecond or one.minute % QUANTUM for one in (starts, ends)):
        raise Refused(f"Times are whole {QUANTUM} minutes, such as 09:20.")
    if ends != time(0) and starts >= ends:
        raise Refused("It must begin before it ends; an end of 00:00 is midnight.")


def get(turn: Turn, calendar_id: int) -> Calendar:
    """Raises Refused."""
    found = by_id(turn, [calendar_id])
    if not found:
        raise Refused("There is no such calendar.")
    return found[calendar_id]


def all_open(turn: Turn) -> list[Calendar]:
    ids = list(turn.db.scalars(select(calendars.c.id).where(calendars.c.closed_at.is_(None))))
    return list(by_id(turn, ids).values())


def by_id(turn: Turn, ids: Collection[int], since: date | None = None) -> dict[int, Calendar]:
    """Calendars with their hours, and the exceptions that are not over `since` then."""
    since, which = since or turn.now.date() - A_DAY, {"ids": list(ids)}
    hours: dict[int, list[Hours]] = defaultdict(list)
    for row in turn.db.execute(HOURS, which):
        hours[row.calendar_id].append(Hours(row.weekday, row.starts, row.ends))
    found = turn.db.execute(WITH_SITES, which).all()
    exceptions, clinic = _exceptions(turn, found, since), turn.settings.clinic
    return {row.id: Calendar(
        row.id, row.site_id, row.kind, row.name, row.time_zone or clinic.time_zone, row.country or clinic.country,
        tuple(hours[row.id]), tuple(exceptions[row.id]), row.staff_id) for row in found}


def _exceptions(turn: Turn, found: Sequence[Any], since: date) -> dict[int, list[Exception_]]:
    """Those of the calendars themselves, and the absences of people on staff whose calendars they are."""
    exceptions: dict[int, list[Exception_]] = defaultdict(list)
    for row in turn.db.execute(EXCEPTIONS, {"ids": [one.id for one in found], "since": since}):
        exceptions[row.calendar_id].append(
            Exception_(row.first_day, row.last_day, row.starts, row.ends, row.opens, row.why, row.id))
    of_staff = {one.staff_id: one.id for one in found if one.staff_id is not None}
    if of_staff:
        for row in turn.db.execute(ABSENCES, {"ids": list(of_staff), "since": since}):
            for one in found:
                if one.staff_id == row.staff_id:
                    exceptions[one.id].append(Exception_(row.first_day, row.last_day, why="away, in the rota"))
    return exceptions


def holidays(turn: Turn, since: date | None = None) -> Holiday:
    """Whether a calendar's site is closed on a day: a public holiday of its country, or a day of the clinic's own. Read once,
    for as many days as one likes from `since` on."""
    off, known = office.DaysOff(turn, since), dict[tuple[int, str, date], bool]()

    def closed(calendar: Calendar, day: date) -> bool:
        which = calendar.site_id, calendar.country, day
        if (found := known.get(which)) is None:
            found = known[which] = off.at(day, calendar.site_id, calendar.country)
        return found

    return closed


def today(turn: Turn, zone: str, moment: datetime | None = None) -> date:
    return local(moment or turn.now, zone).date()


def closed(turn: Turn, ids: Collection[int]) -> set[int]:
    """Those of these on which nothing more is booked."""
    return set(turn.db.scalars(CLOSED, {"ids": list(ids)}))
