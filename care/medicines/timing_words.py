"""Timings in words, for the patient who takes the medicine."""

from care.heart.language import Lines, Msg, Text, _, locale_of, n_
from care.medicines.timing import AsNeeded, Cycle, Daily, Interval, Monthly, Steps, Timing, Weekly


def in_words(timing: Timing, language: str) -> Text:
    """When it is to be taken. The names of weekdays are the language's own."""
    match timing:
        case Daily(times, 1):
            return _("every day at {times}", times=clock_times(times))
        case Daily(times, every):
            return n_("every {count} day at {times}", "every {count} days at {times}", every, times=clock_times(times))
        case Weekly(times, days):
            names = locale_of(language).days["format"]["wide"]
            return _("{days} at {times}", days=Lines(tuple(str(names[day]) for day in days), ", "), times=clock_times(times))
        case Monthly(times, days):
            return _("each month on day {days} at {times}", days=", ".join(map(str, days)), times=clock_times(times))
        case Cycle(times, on, off):
            return _("{on} days on, {off} days off, at {times}", on=on, off=off, times=clock_times(times))
        case Steps():
            return _("by a plan with dates")
        case Interval(hours):
            return n_("every {count} hour", "every {count} hours", hours)
        case AsNeeded(most, hours):
            said = _("when you need it, at most {most} in 24 hours", most=most)
            return Lines((said, n_("{count} hour apart", "{count} hours apart", hours)), ", ") if hours else said


def clock_times(times: tuple[object, ...]) -> Lines:
    """Times, as clocks show them in the language."""
    return Lines(tuple(Msg("{time}", gaps=(("time", at),)) for at in times), ", ")
