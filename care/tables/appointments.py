"""Appointments: where and when visits can be, who and what they need, and what becomes of each.

FHIR's words: a calendar is a Schedule, time that is taken is a (busy) Slot, a visit is an Appointment. Free slots are
computed, never stored.
"""

import sqlalchemy as sa

from care.sealing import Sealed, SealedJSON
from care.tables.base import Id, Moment, metadata, only, patient_id

# A clinician, a room or a piece of equipment, each with hours of its own.
calendars = sa.Table(
    "calendars", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("site_id", Id, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),  # as patients read it
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id")),  # whose absences in the rota are leave here too
    sa.Column("closed_at", Moment),
    sa.CheckConstraint("kind IN ('clinician', 'room', 'equipment')", name="kind"),
)

# Every week, on the site's wall; 00:00 as an end is midnight.
calendar_hours = sa.Table(
    "calendar_hours", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("calendar_id", Id, sa.ForeignKey("calendars.id"), nullable=False),
    sa.Column("weekday", sa.SmallInteger, nullable=False),  # 0 is Monday
    sa.Column("starts", sa.Time, nullable=False),
    sa.Column("ends", sa.Time, nullable=False),
    sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    sa.Index("ix_calendar_hours_calendar_id", "calendar_id"),
)

# Leave and other closed time, or time that is open beside the weekly hours; without times: whole days.
calendar_exceptions = sa.Table(
    "calendar_exceptions", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("calendar_id", Id, sa.ForeignKey("calendars.id"), nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("starts", sa.Time),
    sa.Column("ends", sa.Time),
    sa.Column("opens", sa.Boolean, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("removed_at", Moment),
    sa.CheckConstraint("first_day <= last_day", name="days"),
    sa.CheckConstraint("(starts IS NULL) = (ends IS NULL)", name="both_or_neither"),
    sa.CheckConstraint("starts IS NOT NULL OR NOT opens", name="opens_at_a_time"),
    only("ix_calendar_exceptions_calendar_id", "calendar_id", "last_day", where="removed_at IS NULL"),
)

# Days on which the clinic, or one of its sites, is closed beside its country's holidays; or open on one of these.
closed_days = sa.Table(
    "closed_days", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("site_id", Id, sa.ForeignKey("sites.id")),  # nowhere in particular: all of the clinic, its office too
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("opens", sa.Boolean, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("removed_at", Moment),
    sa.CheckConstraint("first_day <= last_day", name="days"),
    only("ix_closed_days_last_day", "last_day", where="removed_at IS NULL"),
)

visit_types = sa.Table(
    "visit_types", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("names", sa.JSON, nullable=False),  # by language
    sa.Column("minutes", sa.SmallInteger, nullable=False),
    sa.Column("step_minutes", sa.SmallInteger, nullable=False),  # visits begin so far apart, counted from when one opens
    sa.Column("before_minutes", sa.SmallInteger, nullable=False),  # buffers: kept free of other visits
    sa.Column("after_minutes", sa.SmallInteger, nullable=False),
    sa.Column("modes", sa.JSON, nullable=False),  # in_person, phone, video
    sa.Column("seats", sa.SmallInteger, nullable=False),  # more than one: a group
    sa.Column("by_patients", sa.Boolean, nullable=False),  # may patients book it, or staff only
    sa.Column("programmes", sa.JSON, nullable=False),  # only for patients in one of these; empty: for all
    sa.Column("needs_approval", sa.Boolean, nullable=False),
    sa.Column("notice_minutes", sa.Integer, nullable=False),  # patients book at least so long ahead ...
    sa.Column("ahead_days", sa.SmallInteger, nullable=False),  # ... and at most
    sa.Column("cancel_minutes", sa.Integer, nullable=False),  # up to so long before, patients move and cancel by themselves
    sa.Column("instructions", sa.JSON, nullable=False),  # [{"hours": before the visit, "texts": by language}]
    sa.Column("closed_at", Moment),
)

# What a visit of a type takes: of each need one calendar.
visit_type_calendars = sa.Table(
    "visit_type_calendars", metadata,
    sa.Column("visit_type_id", Id, sa.ForeignKey("visit_types.id"), primary_key=True, autoincrement=False),
    sa.Column("calendar_id", Id, sa.ForeignKey("calendars.id"), primary_key=True, autoincrement=False),
    sa.Column("need", sa.SmallInteger, nullable=False),
    sa.Column("place", sa.SmallInteger, nullable=False),  # the order in which they are taken
)

# Time that is taken, by one visit or by a group.
slots = sa.Table(
    "slots", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("visit_type_id", Id, sa.ForeignKey("visit_types.id"), nullable=False),
    sa.Column("starts_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    sa.Column("seats", sa.SmallInteger, nullable=False),
    sa.Column("overbooked", sa.Boolean, nullable=False),
    sa.Column("freed_at", Moment),
    only("ix_slots_visit_type_id", "visit_type_id", "starts_at", where="freed_at IS NULL AND seats > 1"),
)

# On which calendars, buffers included.
slot_calendars = sa.Table(
    "slot_calendars", metadata,
    sa.Column("slot_id", Id, sa.ForeignKey("slots.id"), primary_key=True, autoincrement=False),
    sa.Column("calendar_id", Id, sa.ForeignKey("calendars.id"), primary_key=True, autoincrement=False),
    sa.Column("from_at", Moment, nullable=False),
    sa.Column("to_at", Moment, nullable=False),
    sa.Column("busy", sa.Boolean, nullable=False),
    only("ix_slot_calendars_busy", "calendar_id", "to_at", "from_at", where="busy"),
)

# The guard behind the code: five minutes of a calendar belong to one slot, on both databases alike. Layer 0; whoever overbooks
# takes another. What is past needs no guard, and is removed.
taken_times = sa.Table(
    "taken_times", metadata,
    sa.Column("calendar_id", Id, primary_key=True, autoincrement=False),
    sa.Column("quantum", sa.Integer, primary_key=True, autoincrement=False),  # since 1970, of five minutes
    sa.Column("layer", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("slot_id", Id, sa.ForeignKey("slots.id"), nullable=False),
    sa.Index("ix_taken_times_slot_id", "slot_id"),
    sa.Index("ix_taken_times_quantum", "quantum"),
    sqlite_with_rowid=False,
)

IN_PLACE = "state IN ('held', 'pending', 'booked', 'arrived', 'fulfilled', 'noshow')"

appointments = sa.Table(
    "appointments", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("visit_type_id", Id, sa.ForeignKey("visit_types.id"), nullable=False),
    sa.Column("site_id", Id, sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("slot_id", Id, sa.ForeignKey("slots.id"), nullable=False),
    sa.Column("seat", sa.SmallInteger, nullable=False),
    sa.Column("starts_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("held_until", Moment),
    sa.Column("moves", Id, sa.ForeignKey("appointments.id")),  # a place held, or asked for, for that visit to move to
    sa.Column("uid", sa.Text, nullable=False),  # of its calendar file: stable, and not to be guessed
    sa.Column("sequence", sa.Integer, nullable=False),  # of its calendar file: every change is one more
    sa.Column("series_id", Id),  # the first visit of a recurring series
    sa.Column("note", Sealed("appointments.note")),  # what it is about, for staff
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("decided_by", sa.Text),  # who approved or refused it
    sa.Column("overbooked_why", Sealed("appointments.overbooked_why")),
    sa.Column("confirmed_at", Moment),  # the patient said that they come
    sa.Column("arrived_at", Moment),  # ... and that they are there, or the desk did
    sa.Column("room", sa.Text),  # of its video call: another for every time, and not to be guessed
    sa.Column("ended_at", Moment),
    sa.Column("ended_by", sa.Text),
    sa.Column("ended_why", Sealed("appointments.ended_why")),
    sa.CheckConstraint(
        "state IN ('held', 'lapsed', 'pending', 'booked', 'arrived', 'fulfilled', 'noshow', 'cancelled')", name="state"),
    sa.CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name="held_until_a_time"),
    sa.CheckConstraint("mode IN ('in_person', 'phone', 'video')", name="mode"),
    sa.CheckConstraint("starts_at < ends_at", name="takes_time"),
    only("uq_appointments_seat", "slot_id", "seat", where=IN_PLACE, unique=True),
    only("ix_appointments_held_until", "held_until", where="state = 'held'"),
    only("ix_appointments_pending", "made_at", where="state = 'pending'"),
    sa.Index("ix_appointments_patient_id", "patient_id", "starts_at"),
    sa.Index("ix_appointments_starts_at", "starts_at"),
    only("ix_appointments_series_id", "series_id", where="series_id IS NOT NULL"),
    only("ix_appointments_moves", "moves", where="moves IS NOT NULL"),
)

# What a patient is to be told before a visit, and what became of that.
visit_notices = sa.Table(
    "visit_notices", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("appointment_id", Id, sa.ForeignKey("appointments.id"), nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),  # of the appointment: a moved visit has notices of its own
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("number", sa.SmallInteger, nullable=False),  # which of the clinic's times, or of the type's instructions
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("message", Id),  # the outbox row
    sa.Column("told_at", Moment),
    sa.UniqueConstraint("appointment_id", "sequence", "kind", "number"),
    sa.CheckConstraint("kind IN ('reminder', 'instruction', 'questions', 'brief', 'link', 'ask_to_move')", name="kind"),
    sa.CheckConstraint("state IN ('planned', 'told', 'recalled', 'not_told')", name="state"),
    only("ix_visit_notices_due_at", "due_at", where="state = 'planned'"),
    only("ix_visit_notices_message", "message", where="message IS NOT NULL"),
)

# Who waits for an earlier time, or for any.
waiting_list = sa.Table(
    "waiting_list", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("visit_type_id", Id, sa.ForeignKey("visit_types.id"), nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("moves", Id, sa.ForeignKey("appointments.id")),  # the visit that they have, and would move
    sa.Column("urgency", sa.SmallInteger, nullable=False),  # 0 is the most urgent
    sa.Column("first_day", sa.Date),
    sa.Column("last_day", sa.Date),
    sa.Column("part", sa.Text),  # of the day: morning, afternoon; any
    sa.Column("since", Moment, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("ended_at", Moment),
    sa.CheckConstraint("state IN ('waiting', 'booked', 'left')", name="state"),
    sa.CheckConstraint("urgency BETWEEN 0 AND 2", name="urgency"),
    sa.CheckConstraint("part IN ('morning', 'afternoon')", name="part"),
    only("uq_waiting_list_open", "patient_id", "visit_type_id", where="state = 'waiting'", unique=True),
    only("ix_waiting_list_visit_type_id", "visit_type_id", "urgency", "since", where="state = 'waiting'"),
)

# A freed slot, offered to somebody who waits. Kept for ever: all offers are on record.
slot_offers = sa.Table(
    "slot_offers", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("waiting_id", Id, sa.ForeignKey("waiting_list.id"), nullable=False),
    patient_id(),
    sa.Column("visit_type_id", Id, sa.ForeignKey("visit_types.id"), nullable=False),
    sa.Column("slot_id", Id, sa.ForeignKey("slots.id"), nullable=False),  # the slot that became free
    sa.Column("calendars", sa.JSON, nullable=False),
    sa.Column("starts_at", Moment, nullable=False),
    sa.Column("round", sa.SmallInteger, nullable=False),
    sa.Column("offered_at", Moment, nullable=False),
    sa.Column("open_until", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("message", Id),
    sa.Column("ended_at", Moment),
    sa.UniqueConstraint("waiting_id", "slot_id"),
    sa.CheckConstraint("state IN ('open', 'accepted', 'declined', 'lapsed', 'gone')", name="state"),
    only("ix_slot_offers_open", "open_until", where="state = 'open'"),
    sa.Index("ix_slot_offers_slot_id", "slot_id"),
)

# What a patient is choosing a time for just now: typed words may be a wish.
booking_wishes = sa.Table(
    "booking_wishes", metadata,
    sa.Column("patient_id", Id, sa.ForeignKey("patients.id"), primary_key=True, autoincrement=False),
    sa.Column("choosing", sa.Text, nullable=False),  # as the buttons carry it
    sa.Column("at", Moment, nullable=False),
    sa.Column("screen", Id),  # the outbox row that shows the question: typed words take its buttons away
)

# Beside a visit, for the patient's thread: what the clinician is to read before it, who is there, what was understood.
visit_entries = sa.Table(
    "visit_entries", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("appointment_id", Id, sa.ForeignKey("appointments.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", Sealed("visit_entries.text"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.CheckConstraint("kind IN ('brief', 'arrival', 'teach_back')", name="kind"),
    sa.Index("ix_visit_entries_patient_id", "patient_id", "at"),
    sa.Index("ix_visit_entries_appointment_id", "appointment_id"),
)

# What staff tell a patient after a visit, with a question that shows whether it was said well (teach-back).
after_visits = sa.Table(
    "after_visits", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("appointment_id", Id, sa.ForeignKey("appointments.id"), nullable=False),
    sa.Column("instructions", Sealed("after_visits.instructions"), nullable=False),
    sa.Column("question", Sealed("after_visits.question")),
    sa.Column("choices", SealedJSON("after_visits.choices"), nullable=False),
    sa.Column("right_choice", sa.SmallInteger),  # which of the choices, from 0
    sa.Column("written_by", sa.Text, nullable=False),
    sa.Column("written_at", Moment, nullable=False),
    sa.Column("answer", sa.SmallInteger),  # which of the choices; -1: not sure
    sa.Column("answered_at", Moment),
    sa.Index("ix_after_visits_appointment_id", "appointment_id"),
    sa.Index("ix_after_visits_patient_id", "patient_id"),
)

# A calendar as a file behind a secret address, for its clinician's own calendar: when, and initials.
calendar_feeds = sa.Table(
    "calendar_feeds", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("calendar_id", Id, sa.ForeignKey("calendars.id"), nullable=False),
    sa.Column("secret_hash", sa.Text, nullable=False, unique=True),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
    only("uq_calendar_feeds_open", "calendar_id", where="revoked_at IS NULL", unique=True),
)
