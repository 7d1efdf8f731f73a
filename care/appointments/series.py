"""Series: visits that come again every so many weeks, at the same time on the clinic's wall; one changes, or all after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from care.appointments import appointments, booking, calendars
from care.appointments.appointments import Appointment
from care.appointments.errors import Refused
from care.appointments.visit_types import VisitType
from care.heart.time import instant, local
from care.heart.turn import Turn
from care.patients import Patient

LONGEST = 52  # visits
MOST_WEEKS = 52


@dataclass(frozen=True)
class InTheWay:
    """A visit of the series that cannot be then, and why."""

    starts_at: datetime
    why: str


class SomeInTheWay(Refused):
    """Nothing was booked: these are in the way."""

    def __init__(self, found: list[InTheWay], zone: str):
        walls = [(local(one.starts_at, zone), one.why) for one in found]
        super().__init__(" ".join(f"{wall:%a} {wall.day} {wall:%b %Y, %H:%M}: {why}" for wall, why in walls))
        self.found = found


def starts(first: datetime, weeks: int, count: int, zone: str) -> list[datetime]:
    """The same weekday and time on the wall, whatever the clock does. Raises Refused."""
    if not 1 <= count <= LONGEST or not 1 <= weeks <= MOST_WEEKS:
        raise Refused(f"A series has 1 to {LONGEST} visits, every 1 to {MOST_WEEKS} weeks.")
    wall = local(first, zone)
    return [instant(wall.date() + timedelta(weeks=weeks * number), wall.time(), zone) for number in range(count)]


def book(
    turn: Turn, patient: Patient, kind: VisitType, site_id: int, first: datetime, mode: str, weeks: int, count: int, *,
    only: int | None = None, note: str | None = None,
) -> list[Appointment]:
    """All of them, or, with SomeInTheWay, none: the turn is to be undone by it."""
    made: list[Appointment] = []
    in_the_way: list[InTheWay] = []
    zone = calendars.site(turn, site_id).time_zone
    for start in starts(first, weeks, count, zone):
        try:
            made.append(booking.book(turn, patient, kind, site_id, start, mode, only=only, note=note,
                                     series_id=made[0].id if made else None))
        except Refused as refused:
            in_the_way.append(InTheWay(start, str(refused)))
    if in_the_way:
        raise SomeInTheWay(in_the_way, zone)
    appointments.change(turn, made[0].id, series_id=made[0].id)
    return made


def move_following(
    turn: Turn, visit: Appointment, kind: VisitType, site_id: int, start: datetime, *, only: int | None = None,
) -> list[Appointment]:
    """Move this visit, and each that follows by as many days and to the same time on the wall. Raises SomeInTheWay."""
    zone = calendars.site(turn, visit.site_id).time_zone
    before, after = local(visit.starts_at, zone), local(start, zone)
    days = after.date() - before.date()
    moved, in_the_way = [], []
    following = booking.of_series(turn, visit)
    for one in reversed(following) if start > visit.starts_at else following:  # never onto one that has yet to move
        wall = local(one.starts_at, zone)
        to = instant(wall.date() + days, after.time(), zone)
        try:
            moved.append(booking.move(turn, one, kind, site_id, to, only=only))
        except Refused as refused:
            in_the_way.append(InTheWay(to, str(refused)))
    if in_the_way:
        raise SomeInTheWay(in_the_way, zone)
    return sorted(moved, key=lambda one: one.starts_at)


def cancel_following(turn: Turn, visit: Appointment, why: str) -> list[Appointment]:
    return [booking.cancel(turn, one, why) for one in booking.of_series(turn, visit)]
