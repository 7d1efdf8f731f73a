"""A calendar feed of a patient's reminders, if they want one: behind a secret address, which they can take back. It says
nothing of medicines unless names may be seen at once."""

import hashlib
import secrets
from datetime import datetime, timedelta

from icalendar import Calendar, Event
from sqlalchemy import select, update

from care import patients
from care.heart.language import _, in_language
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.medicines import doses, planning, prompts, regimens, timing
from care.medicines.timing import AsNeeded, Interval
from care.patients import Patient
from care.tables import dose_settings

AHEAD = timedelta(days=60)
LASTS = timedelta(minutes=15)


def offer(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """The way to a feed, or away from it."""
    if not turn.settings.staff.public_url.startswith("https://") and not turn.settings.demo:
        turn.tell(patient, Screen(_("Your clinic does not offer a calendar."), edits=edits))
        return
    rows = [(Button(_("New address"), f"meds:feed:{patient.id}"),)]
    if has_one(turn, patient.id):
        rows.append((Button(_("Stop the calendar"), f"meds:nofeed:{patient.id}"),))
    turn.tell(patient, Screen(
        _("I can put your times into the calendar of your phone. You get a secret address. Give it to nobody."), tuple(rows),
        edits=edits))


def has_one(turn: Turn, patient_id: int) -> bool:
    return bool(turn.db.scalar(select(dose_settings.c.feed).where(dose_settings.c.patient_id == patient_id)))


def begin(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """A new address; the one before it ends."""
    if not turn.settings.staff.public_url:
        return
    secret = secrets.token_urlsafe(24)
    _keep(turn, patient.id, _hash(secret))
    address = f"{turn.settings.staff.public_url.rstrip('/')}/feeds/{secret}.ics"
    turn.tell(patient, Screen(
        _("This is your secret address: {address} In your calendar, subscribe to it.", address=address),
        ((Button(_("Stop the calendar"), f"meds:nofeed:{patient.id}"),),), edits=edits), topic="secret")


def end(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    _keep(turn, patient.id, None)
    turn.tell(patient, Screen(_("The address does not work any more."), edits=edits))


def _keep(turn: Turn, patient_id: int, feed: str | None) -> None:
    turn.insert_once(dose_settings, {"patient_id": patient_id, "openly": False})
    turn.db.execute(update(dose_settings).where(dose_settings.c.patient_id == patient_id).values(feed=feed))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def of(turn: Turn, secret: str) -> bytes | None:
    """The feed behind a secret, as iCalendar (RFC 5545); None if there is none."""
    patient_id = turn.db.scalar(select(dose_settings.c.patient_id).where(dose_settings.c.feed == _hash(secret)))
    patient = patients.get(turn, patient_id) if patient_id else None
    return drawn(turn, patient) if patient and planning.may_be_asked(patient) else None


def drawn(turn: Turn, patient: Patient) -> bytes:
    """Every time at which the patient will be asked, as far as it is known."""
    openly = prompts.openly(turn, patient.id)
    clinic, found = turn.settings.clinic.name, dict[datetime, list[str]]()
    for at, words in times(turn, patient, turn.now + AHEAD):
        found.setdefault(at, []).append(words)
    calendar = Calendar()
    calendar.add("prodid", "-//Careward//reminders//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", clinic)
    for at, lines in sorted(found.items()):
        event = Event()
        event.add("uid", f"{patient.id}-{at:%Y%m%dT%H%M%SZ}@{_hash(str(patient.id))[:12]}.careward")
        event.add("dtstamp", turn.now)
        event.add("dtstart", at)
        event.add("duration", LASTS)
        event.add("summary", "; ".join(lines) if openly else in_language(
            _("{clinic} has something short for you.", clinic=clinic), patient.language))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def times(turn: Turn, patient: Patient, until: datetime) -> list[tuple[datetime, str]]:
    """When each medicine is asked about until then, in its name and amount: what is planned, and beyond it what the order
    says. Of an interval only what is planned: the next dose follows from when this one is taken."""
    found: list[tuple[datetime, str]] = []
    for one in regimens.of_patient(turn, patient.id):
        planned = [(dose.due_at, f"{one.medicine.name}, {dose.amount}") for dose in doses.open_of(turn, one.id)
                   if turn.now <= dose.due_at <= until]
        found += planned
        if isinstance(one.timing, Interval | AsNeeded):
            continue
        since = max([turn.now, *(at + timedelta(seconds=1) for at, _words in planned)])
        zone = one.keeps_zone or patient.time_zone
        found += [(due.due_at, f"{one.medicine.name}, {due.amount or one.amount}") for due in timing.between(
            one.timing, one.begins_on, one.ends_on, zone, since, until)]
    return found
