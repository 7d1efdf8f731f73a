"""The rota: who is on duty in which role, who is away, and where nobody is on call."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, update

from care import escalations, events, office
from care.escalations import Severity
from care.heart.prepared import Prepared
from care.heart.time import closing, instant, local
from care.heart.turn import Turn
from care.tables import absences, shifts, staff

ROLES = ("on_call", "backup", "lead")
AHEAD = timedelta(days=7)
A_DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


# Built once, since whoever does not see everyone is looked up with each request.
PLANNED = Prepared(
    select(shifts.c.id, shifts.c.staff_id, staff.c.name, shifts.c.role, shifts.c.weekday, shifts.c.on_date, shifts.c.starts,
           shifts.c.ends)
    .join(staff, staff.c.id == shifts.c.staff_id)
    .where(staff.c.active, or_(shifts.c.on_date.is_(None), shifts.c.on_date >= bindparam("since"))).order_by(shifts.c.id))
COVER = staff.alias()
GONE = Prepared(
    select(absences.c.id, absences.c.staff_id, staff.c.name, absences.c.first_day, absences.c.last_day, absences.c.cover_id,
           COVER.c.name.label("cover"), absences.c.moved_at)
    .join(staff, staff.c.id == absences.c.staff_id).outerjoin(COVER, COVER.c.id == absences.c.cover_id)
    .where(absences.c.cancelled_at.is_(None), absences.c.last_day >= bindparam("since"))
    .order_by(absences.c.first_day, absences.c.id))


class Refused(Exception):
    """It cannot be done; the message says why."""


@dataclass(frozen=True)
class Shift:
    """Of every week on this weekday (0 is Monday), or of one date; on the clinic's wall."""

    id: int
    staff_id: int
    name: str
    role: str
    weekday: int | None
    on_date: date | None
    starts: time
    ends: time


@dataclass(frozen=True)
class Absence:
    id: int
    staff_id: int
    name: str
    first_day: date
    last_day: date
    cover_id: int | None
    cover: str | None
    moved_at: datetime | None


@dataclass(frozen=True)
class Rota:
    """All of it, as it stands in one turn: what follows asks no more of the database."""

    zone: str
    shifts: list[Shift]
    absences: list[Absence]

    def on_duty(self, role: str, moment: datetime) -> list[int]:
        """Who has this role at a moment, and is not away."""
        here = local(moment, self.zone).date()
        found = {shift.staff_id: None for day in (here - A_DAY, here) for shift, span in self._on(day)
                 if shift.role == role and span[0] <= moment < span[1]}
        return [one for one in found if not self.away(one, moment)]

    def away(self, staff_id: int, moment: datetime) -> bool:
        today = local(moment, self.zone).date()
        return any(one.staff_id == staff_id and one.first_day <= today <= one.last_day for one in self.absences)

    def covered(self, role: str, first: date, days: int) -> list[Span]:
        """When somebody has this role, in order, over these days and what reaches into them."""
        found = [span for ahead in range(-1, days + 1) for shift, span in self._on(first + ahead * A_DAY) if shift.role == role
                 for span in self._there(shift.staff_id, span)]
        return sorted(found)

    def _on(self, day: date) -> Iterator[tuple[Shift, Span]]:
        """The shifts that begin on a day."""
        for shift in self.shifts:
            if shift.on_date == day or shift.weekday == day.weekday():
                last = day if shift.ends > shift.starts else day + A_DAY
                yield shift, (instant(day, shift.starts, self.zone), instant(last, shift.ends, self.zone))

    def _there(self, staff_id: int, span: Span) -> list[Span]:
        """What is left of a span without the days on which this person is away."""
        gone = [(instant(one.first_day, time(0), self.zone), instant(one.last_day + A_DAY, time(0), self.zone))
                for one in self.absences if one.staff_id == staff_id]
        return without([span], gone)


def without(spans: list[Span], gone: list[Span]) -> list[Span]:
    """What is left of these spans of time."""
    left = spans
    for begins, ends in gone:
        left = [part for start, end in left for part in ((start, min(end, begins)), (max(start, ends), end))
                if part[0] < part[1]]
    return left


def read(turn: Turn) -> Rota:
    """Everything that is planned for people who are on staff. What is over for a while is left out."""
    since = {"since": local(turn.now, turn.settings.clinic.time_zone).date() - 2 * A_DAY}
    planned, gone = PLANNED.rows(turn.db, since), GONE.rows(turn.db, since)
    return Rota(turn.settings.clinic.time_zone, [Shift(*row) for row in planned], [Absence(*row) for row in gone])


def everyone(turn: Turn, rota: Rota) -> list[int]:
    """All on staff who are not away; if all of them are, all the same."""
    people = list(turn.db.scalars(select(staff.c.id).where(staff.c.active).order_by(staff.c.id)))
    return [one for one in people if not rota.away(one, turn.now)] or people


def can_be_called(turn: Turn, rota: Rota, staff_id: int) -> bool:
    """Whether to call a person first who owns something: on staff, not away, and on duty if the office is closed."""
    if rota.away(staff_id, turn.now) or not turn.db.scalar(select(staff.c.active).where(staff.c.id == staff_id)):
        return False
    return office.staffed(turn) or not rota.shifts or any(staff_id in rota.on_duty(role, turn.now) for role in ROLES)


def gaps(turn: Turn, rota: Rota | None = None) -> list[Span]:
    """When nobody is on call within the next seven days, though the clinic means somebody to be. Without any rota there are
    none: then everyone on staff is called."""
    rota = rota or read(turn)
    if not rota.shifts:
        return []
    ends, today = turn.now + AHEAD, local(turn.now, rota.zone).date()
    needed = [(turn.now, ends)]
    if turn.settings.obligations.rota_covers == "office_hours":
        needed = [(max(begin, turn.now), min(end, ends)) for begin, end in _open_hours(turn, today)
                  if begin < ends and end > turn.now]
    return without(needed, rota.covered("on_call", today, AHEAD.days + 1))


def _open_hours(turn: Turn, today: date) -> Iterator[Span]:
    clinic, off = turn.settings.clinic, office.DaysOff(turn)
    for ahead in range(AHEAD.days + 1):
        day = today + ahead * A_DAY
        if not off(day):
            for opens, closes in clinic.hours.spans[day.weekday()]:
                yield instant(day, opens, clinic.time_zone), closing(day, closes, clinic.time_zone)


def warn_of_gaps(turn: Turn) -> int | None:
    """Open an escalation about the gaps to come, once for each day that the first of them falls on; returns its id."""
    found = gaps(turn)
    if not found:
        return None
    kind = f"rota_gap:{local(found[0][0], turn.settings.clinic.time_zone).date()}"
    if escalations.ever(turn, kind):
        return None
    return escalations.open_(turn, None, Severity.ROUTINE, kind, "Nobody is on call", in_words(turn, found))


def in_words(turn: Turn, spans: list[Span], most: int = 5) -> str:
    """Spans of time as staff read them, on the clinic's wall."""
    zone = turn.settings.clinic.time_zone
    said = []
    for begin, end in spans[:most]:
        first, last = local(begin, zone), local(end, zone)
        to = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%a} {last.day} {last:%b %H:%M}"
        said.append(f"{first:%a} {first.day} {first:%b %H:%M} to {to}")
    more = len(spans) - most
    return "; ".join(said) + (f"; and {more} more" if more > 0 else "")


def add_shift(
    turn: Turn, staff_id: int, role: str, starts: time, ends: time, weekday: int | None = None, on_date: date | None = None,
) -> int:
    """Put somebody on the rota: every week, or on one date. Raises Refused."""
    if role not in ROLES:
        raise Refused(f"A role is one of {', '.join(ROLES)}.")
    if (weekday is None) == (on_date is None):
        raise Refused("Give either a weekday or a date.")
    _on_staff(turn, staff_id)
    shift_id = turn.insert(shifts, {
        "staff_id": staff_id, "role": role, "weekday": weekday, "on_date": on_date, "starts": starts, "ends": ends,
        "created_at": turn.now})
    turn.happened(events.ShiftAdded(None, shift_id, staff_id, role))
    return shift_id


def remove_shift(turn: Turn, shift_id: int) -> bool:
    """Take a shift off the rota; False if there is none."""
    row = turn.db.execute(delete(shifts).where(shifts.c.id == shift_id).returning(shifts.c.staff_id, shifts.c.role)).first()
    if row:
        turn.happened(events.ShiftRemoved(None, shift_id, row.staff_id, row.role))
    return row is not None


def add_absence(turn: Turn, staff_id: int, first_day: date, last_day: date, cover_id: int | None = None) -> int:
    """Somebody is away on these days; what is open with them goes to their cover, or to the whole team, as soon as the first
    day has come. Raises Refused."""
    today = local(turn.now, turn.settings.clinic.time_zone).date()
    if not first_day <= last_day or last_day < today:
        raise Refused("Give a first and a last day, and a last day that is still to come.")
    _on_staff(turn, staff_id)
    if cover_id is not None:
        _on_staff(turn, cover_id)
        if cover_id == staff_id:
            raise Refused("Nobody covers for themselves.")
    absence_id = turn.insert(absences, {
        "staff_id": staff_id, "first_day": first_day, "last_day": last_day, "cover_id": cover_id, "created_at": turn.now})
    turn.happened(events.AbsenceAdded(None, absence_id, staff_id))
    begin_absence(turn, absence_id)
    return absence_id


def cancel_absence(turn: Turn, absence_id: int) -> bool:
    """Back sooner, or not going; what went to others stays with them. False if there is none."""
    row = turn.db.execute(update(absences).where(absences.c.id == absence_id, absences.c.cancelled_at.is_(None)).values(
        cancelled_at=turn.now).returning(absences.c.staff_id)).first()
    if row:
        turn.happened(events.AbsenceCancelled(None, absence_id, row.staff_id))
    return row is not None


def absences_to_begin(turn: Turn) -> list[int]:
    """Absences whose first day has come, and what is open has not been moved yet; not those that nobody looked at in time, and
    that are over."""
    today = local(turn.now, turn.settings.clinic.time_zone).date()
    return list(turn.db.scalars(select(absences.c.id).where(
        absences.c.moved_at.is_(None), absences.c.cancelled_at.is_(None), absences.c.first_day <= today,
        absences.c.last_day >= today)))


def begin_absence(turn: Turn, absence_id: int) -> None:
    """Move what is open with somebody who is away from today on."""
    row: Any = turn.db.execute(select(absences).where(absences.c.id == absence_id).with_for_update()).first()
    if row is None or absence_id not in absences_to_begin(turn):
        return
    turn.db.execute(update(absences).where(absences.c.id == absence_id).values(moved_at=turn.now))
    to = row.cover_id
    if to is not None and not turn.db.scalar(select(staff.c.active).where(staff.c.id == to)):
        to = None
    escalations.hand_over_all(turn, row.staff_id, to, f"Away until {row.last_day.day} {row.last_day:%b %Y}")


def leave_staff(turn: Turn, event: events.StaffDeactivated) -> None:
    """What was open with somebody who is no longer on staff is the whole team's."""
    escalations.hand_over_all(turn, event.staff_id, None, "No longer on staff")


def _on_staff(turn: Turn, staff_id: int) -> None:
    if not turn.db.scalar(select(staff.c.active).where(staff.c.id == staff_id)):
        raise Refused("This person is not on staff.")
