"""Video visits: a room of its own for every visit, by the clinic's template; opened shortly before, for who comes to it."""

from datetime import datetime, timedelta

from care import escalations, office
from care.appointments import appointments, booking, screens
from care.appointments.appointments import Appointment
from care.escalations import Severity
from care.heart.language import Lines, Msg, Text, _
from care.heart.screen import Screen
from care.heart.settings import AppointmentSettings
from care.heart.turn import Turn
from care.patients import Patient

LASTS_ON = timedelta(minutes=30)  # a visit runs late: then the link still opens
GONE = _("This button does not work any more.")
EARLY = _("It is too early to join. I write to you here shortly before.")
ROOM = "{room}"


def offered(settings: AppointmentSettings) -> bool:
    """Whether links come from here; else the clinic sends them by itself."""
    return ROOM in settings.video_link


def link(turn: Turn, visit: Appointment) -> str | None:
    """Where this visit is held; None if it is not by video, not to be, or the clinic sends its links by itself."""
    stands = visit.mode == "video" and visit.state in ("booked", "arrived") and visit.room
    return turn.settings.appointments.video_link.replace(ROOM, visit.room or "") if stands and offered(
        turn.settings.appointments) else None


def opens_at(turn: Turn, visit: Appointment) -> datetime:
    return visit.starts_at - timedelta(minutes=turn.settings.appointments.video_minutes)


def closes_at(visit: Appointment) -> datetime:
    return visit.ends_at + LASTS_ON


def is_open(turn: Turn, visit: Appointment) -> bool:
    """Whether its patient may join now."""
    return link(turn, visit) is not None and opens_at(turn, visit) <= turn.now < closes_at(visit)


def join(turn: Turn, patient: Patient, visit: Appointment, edits: int | None) -> Msg | None:
    """The patient is there: the clinician sees it, and the patient gets the link."""
    address = link(turn, visit)
    if address is None or turn.now >= closes_at(visit):
        return GONE
    if turn.now < opens_at(turn, visit):
        return EARLY
    if visit.state == "booked":
        booking.arrived(turn, visit)
    people = ", ".join(appointments.seen(turn, visit).people)
    there: Text = _("The clinic sees that you are there.")
    if people:
        there = _("{people} can see that you are there.", people=people)
    said = (_("Open this link: {link}", link=address), there, _("Please tell nobody this link: it is yours alone."))
    turn.tell(patient, Screen(Lines(said), screens.to_join(visit, inside=True), edits=edits))
    return None


def stuck(turn: Turn, patient: Patient, visit: Appointment, edits: int | None) -> Msg | None:
    """They want to come and cannot get in: somebody must help now, since the visit is now."""
    if not is_open(turn, visit):
        return GONE
    seen = appointments.seen(turn, visit)
    who = f" with {', '.join(seen.people)}" if seen.people else ""
    escalations.open_(turn, patient.id, Severity.URGENT, f"visit_video:{visit.id}",
                      f"Cannot join the visit by video of {seen.wall:%H:%M}{who}: please call")
    by = office.when(turn, escalations.due(turn, Severity.URGENT), patient.time_zone)
    said: list[Text] = [_("I have told the clinic that you cannot get in. Someone will look at this {when}.", when=by)]
    if turn.settings.clinic.phone:
        said.append(_("It is quicker to call: {phone}", phone=turn.settings.clinic.phone))
    said.append(_("You can try again here at any time."))
    turn.tell(patient, Screen(Lines(tuple(said)), screens.to_join(visit), edits=edits))
    return None
