"""A clinician's visits for the calendar that they use anyway: behind a secret address, which can be taken back. It gives
initials only: whoever sees that calendar learns nothing more of anybody."""

import hashlib
import secrets
from datetime import datetime, timedelta

from icalendar import Calendar, Event
from sqlalchemy import select, update

from care import events
from care.appointments import calendars, taken_slots
from care.appointments.desk import ON_THE_DAY
from care.appointments.errors import Refused
from care.heart.turn import Turn
from care.tables import appointments, calendar_feeds, patients, slot_calendars
from care.tables import calendars as calendars_table

BACK, AHEAD = timedelta(days=30), timedelta(days=366)
STATUS = {"pending": "TENTATIVE"}


def renew(turn: Turn, calendar_id: int) -> str:
    """A secret address, the only one of this calendar: one that there was before is dead. Raises Refused."""
    calendars.get(turn, calendar_id)
    base = turn.settings.staff.public_url.rstrip("/")
    if not base.startswith("https://") and not turn.settings.demo:
        raise Refused("Set staff.public_url to an https address first: the secret must not travel openly.")
    revoke(turn, calendar_id)
    secret = secrets.token_urlsafe(24)
    turn.insert(calendar_feeds, {
        "calendar_id": calendar_id, "secret_hash": _hash(secret), "made_by": turn.actor, "made_at": turn.now})
    turn.happened(events.CalendarFeedChanged(None, calendar_id, True))
    return f"{base}/feeds/{secret}.ics"


def made(turn: Turn, calendar_id: int) -> datetime | None:
    """Since when there is an address that lives; None if there is none."""
    return turn.db.scalar(select(calendar_feeds.c.made_at).where(
        calendar_feeds.c.calendar_id == calendar_id, calendar_feeds.c.revoked_at.is_(None)))


def revoke(turn: Turn, calendar_id: int) -> bool:
    """The address is dead from now on; False if there was none."""
    open_ = calendar_feeds.c.calendar_id == calendar_id, calendar_feeds.c.revoked_at.is_(None)
    revoked = turn.db.execute(update(calendar_feeds).where(*open_).values(revoked_at=turn.now)).rowcount
    if revoked:
        turn.happened(events.CalendarFeedChanged(None, calendar_id, False))
    return bool(revoked)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def of(turn: Turn, secret: str) -> bytes | None:
    """The feed behind a secret, as iCalendar (RFC 5545); None if there is none (any more)."""
    calendar_id = turn.db.scalar(
        select(calendar_feeds.c.calendar_id).join(calendars_table, calendars_table.c.id == calendar_feeds.c.calendar_id)
        .where(calendar_feeds.c.secret_hash == _hash(secret), calendar_feeds.c.revoked_at.is_(None),
               calendars_table.c.closed_at.is_(None)))
    return drawn(turn, calendar_id) if calendar_id else None


def drawn(turn: Turn, calendar_id: int) -> bytes:
    """A month back and a year ahead. The UID and SEQUENCE of a visit are those of its patient's file."""
    feed = Calendar()
    feed.add("prodid", "-//Careward//visits//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", calendars.get(turn, calendar_id).name)
    for row in turn.db.execute(
            select(appointments.c.uid, appointments.c.sequence, appointments.c.starts_at, appointments.c.ends_at,
                   appointments.c.state, patients.c.name)
            .join(slot_calendars, slot_calendars.c.slot_id == appointments.c.slot_id)
            .join(patients, patients.c.id == appointments.c.patient_id)
            .where(slot_calendars.c.calendar_id == calendar_id, taken_slots.IS_BUSY,
                   slot_calendars.c.to_at > turn.now - BACK, slot_calendars.c.from_at < turn.now + AHEAD,
                   appointments.c.state.in_(ON_THE_DAY))
            .order_by(appointments.c.starts_at, appointments.c.id)):
        event = Event()
        event.add("uid", row.uid)
        event.add("sequence", row.sequence)
        event.add("dtstamp", turn.now)
        event.add("dtstart", row.starts_at)
        event.add("dtend", row.ends_at)
        event.add("summary", initials(row.name))
        event.add("status", STATUS.get(row.state, "CONFIRMED"))
        event.add("class", "PRIVATE")
        feed.add_component(event)
    return bytes(feed.to_ical())


def initials(name: str) -> str:
    """"Amina Yusuf" -> "A. Y."; of many names the first and the last."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    kept = words if len(words) <= 2 else [words[0], words[-1]]
    return " ".join(f"{word[0].upper()}." for word in kept) or "?"
