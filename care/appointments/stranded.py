"""Stranded visits: to come, at a time at which a calendar that they need is not open any more, after leave, new hours or a
closed day. Nothing moves by itself: staff move the visit, or ask the patient to choose another time; of what is near and still
stands so, somebody is told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from care import escalations
from care.appointments import appointments, booking, calendars, notices, opening, screens, taken_slots
from care.appointments.appointments import COLUMNS, Appointment, Seen, found_by
from care.appointments.errors import Refused
from care.appointments.intervals import minus, minute
from care.appointments.opening import A_DAY, Calendar
from care.escalations import SETTLED, Severity
from care.heart.language import Lines, _
from care.heart.screen import Screen
from care.heart.turn import Turn
from care.patients import Patient
from care.tables import appointments as appointments_table
from care.tables import escalations as escalations_table
from care.tables import slot_calendars

KIND = "visit_stranded"
NEAR = timedelta(days=3)
LATEST = timedelta(days=366)


def on(turn: Turn, calendar_id: int, within: timedelta = LATEST) -> list[Appointment]:
    """Visits to come on this calendar at times at which it is not open (any more): to be moved, or kept on purpose."""
    calendar = calendars.get(turn, calendar_id)
    taken_by = slot_calendars.c.slot_id == appointments_table.c.slot_id
    ahead = found_by(turn, select(*COLUMNS).join(slot_calendars, taken_by).where(
        slot_calendars.c.calendar_id == calendar_id, taken_slots.IS_BUSY,
        appointments_table.c.state.in_(appointments.STANDS), appointments_table.c.starts_at > turn.now,
        appointments_table.c.starts_at <= turn.now + within).order_by(appointments_table.c.starts_at))
    return _not_open(turn, calendar, ahead)


def _not_open(turn: Turn, calendar: Calendar, visits: Sequence[Appointment]) -> list[Appointment]:
    """Those of these visits. One that was booked beside others or outside the hours, for a reason, is so on purpose, unless
    there is leave then."""
    if not visits:
        return []
    first, last = (calendars.today(turn, calendar.zone, moment) for moment in (turn.now, visits[-1].ends_at))
    open_ = opening.open_(calendar, first - A_DAY, last + A_DAY, calendars.holidays(turn, first - A_DAY))
    shut = opening.shut(calendar, first - A_DAY, last + A_DAY)

    def is_not_open(one: Appointment) -> bool:
        span = minute(one.starts_at), minute(one.ends_at)
        return minus([span], shut) != [span] if one.overbooked_why else bool(minus([span], open_))

    return [one for one in visits if is_not_open(one)]


def shut_for(turn: Turn, visit: Appointment) -> list[str]:
    """The calendars that this visit needs and that are not open for it; none if it is not stranded."""
    if visit.state not in appointments.STANDS or visit.starts_at <= turn.now:
        return []
    needed = calendars.by_id(turn, taken_slots.calendars_of(turn, visit.slot_id)).values()
    return [one.name for one in needed if _not_open(turn, one, [visit])]


def asked_at(turn: Turn, visit: Appointment) -> datetime | None:
    """When the patient was asked to choose another time; None if they were not, or it did not reach them."""
    asked = [one for one in notices.of_visit(turn, visit) if one.kind == "ask_to_move" and one.state == "told"]
    return asked[-1].told_at if asked else None


def may_choose(turn: Turn, seen: Seen) -> bool:
    """Whether the patient could choose another time in the chat."""
    kind = seen.kind
    return (seen.appointment.state == "booked" and kind.by_patients and not kind.closed
            and booking.may_change(turn, seen.appointment, kind))


def ask_to_move(turn: Turn, patient: Patient, visit: Appointment) -> None:
    """Ask the patient, who is locked, to choose another time. The visit stays where it is until they have. Raises Refused."""
    seen = appointments.seen(turn, visit)
    if not may_choose(turn, seen):
        raise Refused("They cannot choose another time in the chat: it is too near, or no visit that patients book. Move it.")
    if not notices.may_be_asked(turn, patient):
        raise Refused("They cannot be asked here now: the bot does not reach them, or they want no messages. Call them.")
    said = (_("Your clinic cannot see you at this time:"), screens.when(visit.starts_at, seen.site, patient))
    screen = Screen(Lines((Lines(said, "\n"), _("We are sorry. Please choose another time."))), screens.ways(seen))
    notices.ask_to_move(turn, visit, patient, screen)


# By the clock


def to_tell(turn: Turn) -> list[int]:
    """Stranded visits of the next days of which nobody on staff has been told."""
    found = [visit.id for calendar in calendars.all_open(turn) for visit in on(turn, calendar.id, NEAR)]
    told = set(turn.db.scalars(select(escalations_table.c.kind).where(
        escalations_table.c.kind.in_([f"{KIND}:{one}" for one in found]),
        escalations_table.c.outcome.is_(None) | (escalations_table.c.outcome != SETTLED))))
    return [one for one in dict.fromkeys(found) if f"{KIND}:{one}" not in told]


def tell(turn: Turn, appointment_id: int) -> None:
    """Somebody must find another time, or keep it on purpose."""
    found = appointments.locked(turn, appointment_id)
    if found and (names := shut_for(turn, found[0])):
        wall = appointments.seen(turn, found[0]).wall
        escalations.open_(turn, found[1].id, Severity.ROUTINE, f"{KIND}:{appointment_id}",
                          f"Has a visit on {wall:%Y-%m-%d %H:%M} at which is not open: {', '.join(names)}. Find another time")


def told_of(turn: Turn) -> list[int]:
    """Visits of which somebody was told that they are stranded, and that stand."""
    kinds = turn.db.scalars(select(escalations_table.c.kind).where(
        escalations_table.c.kind.like(f"{KIND}:%"), escalations_table.c.resolved_at.is_(None)))
    return [int(one.partition(":")[2]) for one in kinds]


def take_back(turn: Turn, appointment_id: int) -> None:
    """The leave was taken back, or it is open then after all."""
    found = appointments.locked(turn, appointment_id)
    if found and found[0].state in appointments.STANDS and found[0].starts_at > turn.now and not shut_for(turn, found[0]):
        escalations.settle(turn, found[1].id, f"{KIND}:{appointment_id}", "It is open at that time after all.")
