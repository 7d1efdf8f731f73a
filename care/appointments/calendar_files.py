"""Calendar files (RFC 5545): a visit for the phone's calendar. One UID for ever; every change has a higher SEQUENCE."""

from icalendar import Calendar, Event

from care.appointments import appointments
from care.appointments.appointments import Appointment
from care.heart.language import _, in_language
from care.heart.screen import Screen
from care.heart.turn import Lane, Turn
from care.patients import Patient
from care.tables import outbox


def of(turn: Turn, visit: Appointment, language: str) -> bytes:
    """The file of a visit as it is now. It says where and when, and not what for: others may see the phone."""
    seen = appointments.seen(turn, visit)
    clinic = turn.settings.clinic.name
    off = visit.state == "cancelled"
    event = Event()
    event.add("uid", visit.uid)
    event.add("sequence", visit.sequence)
    event.add("dtstamp", turn.now)
    event.add("last-modified", turn.now)
    event.add("dtstart", visit.starts_at)
    event.add("dtend", visit.ends_at)
    event.add("summary", in_language(_("Visit, {clinic}", clinic=clinic), language))
    if visit.mode == "in_person":
        event.add("location", f"{seen.site.name}, {seen.site.address}" if seen.site.address else seen.site.name)
    event.add("status", "CANCELLED" if off else "TENTATIVE" if visit.state == "pending" else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if off else "OPAQUE")
    file = Calendar()
    file.add("prodid", f"-//{clinic}//Careward//EN")
    file.add("version", "2.0")
    file.add("method", "CANCEL" if off else "PUBLISH")
    file.add_component(event)
    return bytes(file.to_ical())


def send(turn: Turn, patient: Patient, visit: Appointment, unasked: bool = False) -> None:
    """To the patient's chat, if the clinic wants that; a visit that was never booked has no file."""
    if not turn.settings.appointments.calendar_files or visit.state not in ("booked", "cancelled"):
        return
    if visit.state == "cancelled" and not _has_one(turn, visit):
        return
    said = (_("To take it out of your phone's calendar, open this file.") if visit.state == "cancelled"
            else _("For your phone's calendar: open this file."))
    file, once = Screen(said, picture={"visit": visit.id, "language": patient.language}), _once(visit, visit.sequence)
    if unasked:
        turn.tell(patient, file, Lane.BROADCAST, topic="visit", once=once, because=f"visit_changed:{visit.id}")
    else:
        turn.tell(patient, file, topic="visit", once=once)


def _has_one(turn: Turn, visit: Appointment) -> bool:
    once = [_once(visit, sequence) for sequence in range(visit.sequence)]
    return bool(turn.db.scalar(outbox.select().with_only_columns(outbox.c.id).where(outbox.c.once.in_(once)).limit(1)))


def _once(visit: Appointment, sequence: int) -> str:
    return f"visit:{visit.id}:file:{sequence}"


def named(turn: Turn, appointment_id: int, language: str) -> tuple[str, bytes]:
    """Name and content of a visit's file, for whoever sends it."""
    visit = appointments.get(turn, appointment_id)
    assert visit
    return f"visit-{visit.starts_at:%Y-%m-%d}.ics", of(turn, visit, language)
