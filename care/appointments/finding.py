"""Finding a time: which slots are free for a visit, read from the calendars as they are now."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select

from care.appointments import calendars as of_calendars
from care.appointments import opening, taken_slots
from care.appointments.calendars import A_DAY, today
from care.appointments.free_slots import Free, Times, free, starts_allowed
from care.appointments.intervals import Span, holds, minute, moment
from care.appointments.opening import Calendar
from care.appointments.visit_types import VisitType
from care.heart.time import local
from care.heart.turn import Turn
from care.tables import slot_offers
from care.tables.base import Moment

AT_A_TIME = 7  # days that are looked at together, while days with room are sought
ON_OFFER = select(slot_offers).where(slot_offers.c.state == "open", slot_offers.c.open_until > bindparam("now", type_=Moment))


def sites_of(turn: Turn, kind: VisitType) -> list[int]:
    """Where visits of this type can be: the sites that have a calendar for each need."""
    known = of_calendars.by_id(turn, [one for need in kind.needs for one in need])
    each = [{known[one].site_id for one in need if one in known} for need in kind.needs]
    return sorted(set.intersection(*each)) if each else []


def days_with_room(
    turn: Turn, kind: VisitType, site_id: int, first: date, *, most: int, patient_id: int | None = None,
) -> dict[date, list[Free]]:
    """The first days from `first` on that have room, on the site's wall, with their slots, as a patient may book them."""
    found: dict[date, list[Free]] = {}
    zone = of_calendars.site(turn, site_id).time_zone
    furthest = today(turn, zone) + timedelta(days=kind.ahead_days)
    while first <= furthest and len(found) < most:
        last = min(first + timedelta(days=AT_A_TIME - 1), furthest)
        for slot in on_days(turn, kind, site_id, first, last, patient_id=patient_id):
            day = local(moment(slot.start), zone).date()
            if day in found or len(found) < most:
                found.setdefault(day, []).append(slot)
        first = last + A_DAY
    return found


def on_days(
    turn: Turn, kind: VisitType, site_id: int, first: date, last: date, *, patient_id: int | None = None,
    by_staff: bool = False, only: int | None = None, but_slot: int | None = None,
) -> list[Free]:
    """Every free slot on these days of the site's wall. Patients book neither at short notice nor far ahead; staff do. With
    `only` one calendar; `but_slot` is taken to be free."""
    needs = calendars_for(turn, kind, site_id, only)
    if not all(needs):
        return []
    zone = needs[0][0].zone
    between = opening.minute_at(first, opening.MIDNIGHT, zone), opening.minute_at(last + A_DAY, opening.MIDNIGHT, zone)
    return _between(turn, kind, needs, first, last, between, patient_id, by_staff, but_slot)


def _between(
    turn: Turn, kind: VisitType, needs: Sequence[Sequence[Calendar]], first: date, last: date, between: Span,
    patient_id: int | None, by_staff: bool, but_slot: int | None,
) -> list[Free]:
    """Free slots that begin between two minutes of these days."""
    (begin, end), zone = between, needs[0][0].zone
    earliest = minute(turn.now + timedelta(minutes=1) + (timedelta(0) if by_staff else kind.notice))
    if not by_staff:
        end = min(end, opening.minute_at(today(turn, zone) + timedelta(days=kind.ahead_days + 1), opening.MIDNIGHT, zone))
    begin = max(begin, earliest)
    if begin >= end:
        return []
    times = times_of(turn, kind, needs, (first, last), (begin, end), patient_id, but_slot)
    found = free(kind.shape, times, begin, end)
    if kind.seats > 1:
        here = {one.id for need in needs for one in need}
        known = {slot.start for slot in found}
        found += [Free(start, on, slot_id) for start, slot_id, on in
                  taken_slots.groups_with_room(turn, kind, begin, end)
                  if set(on) <= here and start not in known]
    return sorted(found, key=lambda slot: slot.start)


def calendars_for(turn: Turn, kind: VisitType, site_id: int, only: int | None = None) -> list[list[Calendar]]:
    """Of each need the calendars at this site, in the order in which they are taken; `only` stands for its whole need."""
    known = of_calendars.by_id(turn, [one for need in kind.needs for one in need])
    closed = of_calendars.closed(turn, known)
    here = [[known[one] for one in need if one in known and one not in closed and known[one].site_id == site_id]
            for need in kind.needs]
    return [[one for one in need if one.id == only] or need if only else need for need in here]


def times_of(
    turn: Turn, kind: VisitType, needs: Sequence[Sequence[Calendar]], days: tuple[date, date], starts: Span,
    patient_id: int | None = None, but_slot: int | None = None,
) -> list[list[Times]]:
    """The calendars as slots that begin within `starts`, on these days, are computed from them."""
    (first, last), everyone = days, [one for need in needs for one in need]
    begin, end = kind.shape.around(starts[0])[0], kind.shape.around(starts[1])[1]  # what is over before is in nobody's way
    busy = taken_slots.busy(turn, [one.id for one in everyone], begin, end, but_slot)
    for calendar_id, span in reserved(turn, busy, patient_id):
        busy[calendar_id].append(span)

    closed = of_calendars.holidays(turn, first - A_DAY)
    return [[Times(one.id, *opening.opened_and_open(one, first - A_DAY, last + A_DAY, closed), busy[one.id]) for one in need]
            for need in needs]


def reserved(turn: Turn, calendars: Collection[int], patient_id: int | None) -> list[tuple[int, Span]]:
    """Freed slots that are on offer to others who wait: theirs, until they have answered or let the time pass."""
    found = []
    rows = turn.db.execute(ON_OFFER, {"now": turn.now}).all()
    mine = {row.slot_id for row in rows if row.patient_id == patient_id}
    for row in {row.slot_id: row for row in rows if row.slot_id not in mine}.values():
        slot = taken_slots.times_of(turn, row.slot_id)
        span = minute(slot.starts_at), minute(slot.ends_at)
        found += [(one, span) for one in row.calendars if one in calendars]
    return found


def is_free(
    turn: Turn, kind: VisitType, site_id: int, start: datetime, *, patient_id: int | None = None, by_staff: bool = False,
    only: int | None = None, but_slot: int | None = None,
) -> Free | None:
    """The free slot that begins just then, as it is now; None if there is none."""
    needs = calendars_for(turn, kind, site_id, only)
    if not all(needs):
        return None
    day = today(turn, needs[0][0].zone, start)
    just_then = minute(start), minute(start) + 1
    return next(iter(_between(turn, kind, needs, day, day, just_then, patient_id, by_staff, but_slot)), None)


def in_the_way(turn: Turn, kind: VisitType, site_id: int, start: datetime, only: int | None = None) -> list[str]:
    """Why a visit cannot begin then, a sentence each, for staff."""
    needs = calendars_for(turn, kind, site_id, only)
    if not all(needs):
        return ["There is no calendar at this site for all that the visit needs."]
    zone, day = needs[0][0].zone, today(turn, needs[0][0].zone, start)
    found, just_then = [], (minute(start), minute(start) + 1)
    for need, times in zip(needs, times_of(turn, kind, needs, (day, day), just_then), strict=True):
        if not any(holds(starts_allowed(one, kind.shape), minute(start)) for one in times):
            found += [_why(turn, kind, calendar, one, start, zone) for calendar, one in zip(need, times, strict=True)]
    return found


def _why(turn: Turn, kind: VisitType, calendar: Calendar, times: Times, start: datetime, zone: str) -> str:
    if not holds(starts_allowed(replace(times, busy=()), kind.shape), minute(start)):
        return f"{calendar.name} is not open for it then."
    others = taken_slots.at_once(turn, kind.shape, minute(start), [calendar.id])
    if not others:
        return f"{calendar.name} is on offer to somebody who waits."
    _one, begins, ends = others[0]
    return f"{calendar.name} has a visit from {local(begins, zone):%H:%M} to {local(ends, zone):%H:%M}."


def least_in_the_way(turn: Turn, kind: VisitType, needs: Sequence[Sequence[Calendar]], start: datetime) -> tuple[int, ...]:
    """Of each need the calendar to overbook: one that is free, else the one with the fewest visits then."""
    chosen = []
    for need in needs:
        others = [one for one, _begins, _ends in taken_slots.at_once(turn, kind.shape, minute(start), [c.id for c in need])]
        chosen.append(min(need, key=lambda calendar: others.count(calendar.id)).id)
    return tuple(chosen)
