"""When someone reads: the clinic's hours, said so that a patient can count on it."""

from datetime import date, datetime, timedelta
from functools import partial

from care import holidays
from care.heart.language import Msg, _
from care.heart.settings import ClinicSettings
from care.heart.time import local
from care.heart.turn import Turn


def read_by(turn: Turn, minutes: int | None = None) -> datetime:
    """By when someone will have read what is written now: `minutes` of office time from now (the clinic's promise if None)."""
    clinic = turn.settings.clinic
    wanted = clinic.reply_within_minutes if minutes is None else minutes
    return clinic.hours.after(turn.now, wanted, clinic.time_zone, partial(closed, clinic))


def staffed(turn: Turn) -> bool:
    return staffed_at(turn, turn.now)


def staffed_at(turn: Turn, moment: datetime) -> bool:
    clinic = turn.settings.clinic
    return clinic.hours.staffed(moment, clinic.time_zone, partial(closed, clinic))


def closed(clinic: ClinicSettings, day: date) -> bool:
    """A public holiday of the clinic's country, or a day off of its own; unless it is open all the same."""
    if day.isoformat() in clinic.open_on:
        return False
    return day.isoformat() in clinic.closed_on or holidays.is_holiday(clinic.country, day)


def when(turn: Turn, moment: datetime, zone: str) -> Msg:
    """A moment to come, in words, on the patient's wall."""
    here, then = local(turn.now, zone), local(moment, zone)
    if then.date() == here.date():
        return _("today before {time}", time=then.time())
    if then.date() == here.date() + timedelta(days=1):
        return _("tomorrow before {time}", time=then.time())
    return _("on {day} before {time}", day=then.date(), time=then.time())
