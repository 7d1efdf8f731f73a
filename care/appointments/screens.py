"""A visit in a patient's words: when, where, with whom, and what can be done about it."""

from datetime import datetime

from care.appointments.appointments import Appointment, Seen
from care.appointments.calendars import Site
from care.heart.language import Lines, Msg, Text, _
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient

Row = tuple[Button, ...]
BEFORE = "before_visit"  # the flow of bot/flows that asks
MODES: dict[str, Msg] = {"in_person": _("At the clinic"), "phone": _("By phone"), "video": _("By video")}


def when(starts: datetime, site: Site, patient: Patient) -> Text:
    """The clinic's weekday, date and time, in words; and the patient's own, where the wall shows another there."""
    wall, there = local(starts, site.time_zone), local(starts, patient.time_zone)
    if wall.replace(tzinfo=None) == there.replace(tzinfo=None):
        return _("{day}, {time}", day=wall.date(), time=wall.time())
    return Lines((
        _("{day}, {time}, clinic time.", day=wall.date(), time=wall.time()),
        _("Where you are: {day}, {time}.", day=there.date(), time=there.time())), "\n")


def where(seen: Seen) -> Text:
    match seen.appointment.mode:
        case "phone":
            return _("By phone. The clinic calls you.")
        case "video":
            return (_("By video. The link comes here shortly before.") if seen.has_link
                    else _("By video. The clinic sends you the link."))
    return f"{seen.site.name}, {seen.site.address}" if seen.site.address else seen.site.name


def whole(seen: Seen, patient: Patient, first: Text = "") -> Text:
    """Everything that a patient needs to know of a visit."""
    people = _("With {people}", people=", ".join(seen.people)) if seen.people else ""
    lines = (seen.kind.name, when(seen.appointment.starts_at, seen.site, patient), where(seen), people)
    return Lines((first, Lines(lines, "\n")))


def ways(seen: Seen, *before: Row, confirm: bool = False) -> tuple[Row, ...]:
    """What can be done about a visit. To move it stands before to cancel it."""
    this = seen.appointment.id
    rows = [(Button(_("Confirm"), f"visit:come:{this}"),)] if confirm and not seen.appointment.confirmed_at else []
    return (*before, *rows, (Button(_("Move it"), f"visit:move:{this}"), Button(_("Cancel"), f"visit:cancel:{this}")))


def reminder(seen: Seen, patient: Patient, turn: Turn) -> Screen:
    """Says nothing of what the visit is for: others may see the screen."""
    said = (_("Your visit at {clinic}:", clinic=turn.settings.clinic.name),
            when(seen.appointment.starts_at, seen.site, patient), where(seen))
    return Screen(Lines(said, "\n"), ways(seen, confirm=True))


def preparation(seen: Seen, patient: Patient, number: int) -> Screen:
    at = when(seen.appointment.starts_at, seen.site, patient)
    return Screen(Lines((_("Before your visit:"), at, seen.kind.instructions[number].words), "\n"))


def questions(seen: Seen, patient: Patient, turn: Turn) -> Screen:
    """An offer to tell the clinician beforehand; nothing of what the visit is for."""
    said = (_("Your visit at {clinic}:", clinic=turn.settings.clinic.name),
            when(seen.appointment.starts_at, seen.site, patient))
    return Screen(Lines((Lines(said, "\n"), _("A few short questions, so that there is more time for you. Shall we?"))), (
        (Button(_("Start"), f"flow:{BEFORE}:{patient.id}"), Button(_("Not now"), f"visit:later:{patient.id}")),))


def video_call(seen: Seen, patient: Patient) -> Screen:
    """Shortly before: the way in. The link itself is shown to whoever comes."""
    said = (_("Your visit by video begins soon:"), when(seen.appointment.starts_at, seen.site, patient))
    return Screen(Lines((Lines(said, "\n"), _("When you are ready, join here."))), to_join(seen.appointment))


def to_join(visit: Appointment, inside: bool = False) -> tuple[Row, ...]:
    join = () if inside else ((Button(_("Join now"), f"visit:join:{visit.id}"),),)
    return (*join, (Button(_("I can't get in"), f"visit:stuck:{visit.id}"),))


def booked(seen: Seen, patient: Patient, edits: int | None = None) -> Screen:
    return Screen(whole(seen, patient, _("Booked. I remind you in time.")), ways(seen), edits=edits)


def moved(seen: Seen, patient: Patient, edits: int | None = None) -> Screen:
    return Screen(whole(seen, patient, _("Your visit has a new time.")), ways(seen), edits=edits)


def requested(seen: Seen, patient: Patient, edits: int | None = None) -> Screen:
    said = _("I have asked the clinic for this time. They answer here. Until then it is kept for you.")
    return Screen(whole(seen, patient, said), (), edits=edits)


def cancelled(seen: Seen, patient: Patient, edits: int | None = None) -> Screen:
    return Screen(whole(seen, patient, _("This visit is cancelled.")), (
        (Button(_("Book a visit"), f"visit:new:{patient.id}"),),), edits=edits)
