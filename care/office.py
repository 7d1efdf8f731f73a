"""When someone reads: the clinic's hours, said so that a patient can count on it."""

from datetime import datetime, timedelta

from care.heart.language import Msg, _
from care.heart.time import local
from care.heart.turn import Turn


def read_by(turn: Turn, minutes: int | None = None) -> datetime:
    """By when someone will have read what is written now: `minutes` of office time from now (the clinic's promise if None)."""
    clinic = turn.settings.clinic
    return clinic.hours.after(turn.now, clinic.reply_within_minutes if minutes is None else minutes, clinic.time_zone)


def staffed(turn: Turn) -> bool:
    return turn.settings.clinic.hours.staffed(turn.now, turn.settings.clinic.time_zone)


def when(turn: Turn, moment: datetime, zone: str) -> Msg:
    """A moment to come, in words, on the patient's wall."""
    here, then = local(turn.now, zone), local(moment, zone)
    if then.date() == here.date():
        return _("today before {time}", time=then.time())
    if then.date() == here.date() + timedelta(days=1):
        return _("tomorrow before {time}", time=then.time())
    return _("on {day} before {time}", day=then.date(), time=then.time())
