"""Closed days: written by staff, of the whole clinic or of one of its sites. How they count is in care/office.py."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from care import events
from care.appointments import calendars
from care.appointments.errors import Refused
from care.heart.turn import Turn
from care.tables import closed_days

LONGEST = 366  # days


@dataclass(frozen=True)
class ClosedDays:
    id: int
    site_id: int | None  # all of the clinic, its office too
    first_day: date
    last_day: date
    opens: bool  # open on a day that else were a holiday
    why: str
    added_by: str


def add(
    turn: Turn, first_day: date, last_day: date, site_id: int | None = None, opens: bool = False, why: str = "",
) -> ClosedDays:
    """Nobody is there on these days; or, with `opens`, somebody is, though it were a holiday. What is booked stays booked: see
    `stranded.on`. Raises Refused."""
    if site_id is not None:
        calendars.site(turn, site_id)
    if last_day < first_day or (last_day - first_day).days > LONGEST:
        raise Refused("Give a first and a last day, in this order, at most a year apart.")
    added = turn.insert(closed_days, {
        "site_id": site_id, "first_day": first_day, "last_day": last_day, "opens": opens, "why": why.strip(),
        "added_by": turn.actor, "added_at": turn.now})
    turn.happened(events.ClosedDaysChanged(None, added))
    return next(one for one in _found(turn, closed_days.c.id == added))


def remove(turn: Turn, closed_days_id: int) -> bool:
    """They were a mistake, or are off; False if there are none such."""
    removed = turn.db.execute(update(closed_days).where(
        closed_days.c.id == closed_days_id, closed_days.c.removed_at.is_(None)).values(removed_at=turn.now)).rowcount
    if removed:
        turn.happened(events.ClosedDaysChanged(None, closed_days_id))
    return bool(removed)


def ahead(turn: Turn) -> list[ClosedDays]:
    """Those that are not over, the next first."""
    return _found(turn, closed_days.c.removed_at.is_(None), closed_days.c.last_day >= turn.now.date() - calendars.A_DAY)


def _found(turn: Turn, *which: object) -> list[ClosedDays]:
    columns = [closed_days.c[name] for name in ClosedDays.__dataclass_fields__]
    return [ClosedDays(*row) for row in turn.db.execute(
        select(*columns).where(*which).order_by(closed_days.c.first_day, closed_days.c.id))]  # type: ignore[arg-type]
