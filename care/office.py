"""When someone reads: the clinic's hours, said so that a patient can count on it; and the days on which it is closed."""

from datetime import date, datetime, timedelta

from sqlalchemy import Date, bindparam, select

from care import holidays
from care.heart.language import Msg, _
from care.heart.time import local
from care.heart.turn import Turn
from care.tables import closed_days

A_DAY = timedelta(days=1)
# Every promise and every page of free times asks for these; built once, since building costs as much as asking.
WRITTEN = (
    select(closed_days.c.first_day, closed_days.c.last_day, closed_days.c.site_id, closed_days.c.opens)
    .where(closed_days.c.removed_at.is_(None), closed_days.c.last_day >= bindparam("since", type_=Date))
    .order_by(closed_days.c.id.desc()))


class DaysOff:
    """On which days nobody is there, as it is known now. The narrowest word counts, of two the newest: what staff wrote about a
    site, what they wrote about the whole clinic, the clinic's settings, the country's public holidays."""

    def __init__(self, turn: Turn, since: date | None = None) -> None:
        self._clinic = turn.settings.clinic
        self._written = turn.db.execute(WRITTEN, {"since": since or turn.now.date() - A_DAY}).all()

    def __call__(self, day: date) -> bool:
        """Whether the clinic's office is closed."""
        return self.at(day, None, self._clinic.country)

    def at(self, day: date, site_id: int | None, country: str) -> bool:
        """Whether a site in this country is closed. The settings speak of the clinic's own country."""
        for whose in (site_id, None) if site_id else (None,):
            for first, last, site, opens in self._written:
                if site == whose and first <= day <= last:
                    return not opens
        if country == self._clinic.country:
            if day.isoformat() in self._clinic.open_on:
                return False
            if day.isoformat() in self._clinic.closed_on:
                return True
        return holidays.is_holiday(country, day)


def read_by(turn: Turn, minutes: int | None = None) -> datetime:
    """By when someone will have read what is written now: `minutes` of office time from now (the clinic's promise if None)."""
    clinic = turn.settings.clinic
    wanted = clinic.reply_within_minutes if minutes is None else minutes
    return clinic.hours.after(turn.now, wanted, clinic.time_zone, DaysOff(turn))


def closed_last(turn: Turn) -> datetime | None:
    """When the office closed last; None if that is more than a month ago."""
    clinic = turn.settings.clinic
    return clinic.hours.closed_last(turn.now, clinic.time_zone, DaysOff(turn, turn.now.date() - 32 * A_DAY))


def hours_after(turn: Turn, moment: datetime, minutes: int) -> datetime:
    """The instant at which so many minutes of office time have passed since a moment."""
    clinic = turn.settings.clinic
    return clinic.hours.after(moment, minutes, clinic.time_zone, DaysOff(turn, moment.date() - A_DAY))


def staffed(turn: Turn) -> bool:
    return staffed_at(turn, turn.now)


def staffed_at(turn: Turn, moment: datetime) -> bool:
    clinic = turn.settings.clinic
    return clinic.hours.staffed(moment, clinic.time_zone, DaysOff(turn, moment.date() - A_DAY))


def when(turn: Turn, moment: datetime, zone: str) -> Msg:
    """A moment to come, in words, on the patient's wall."""
    here, then = local(turn.now, zone), local(moment, zone)
    if then.date() == here.date():
        return _("today before {time}", time=then.time())
    if then.date() == here.date() + timedelta(days=1):
        return _("tomorrow before {time}", time=then.time())
    return _("on {day} before {time}", day=then.date(), time=then.time())
