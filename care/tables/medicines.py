"""Medicines, how they are ordered, and every dose: planned ahead, asked about, and what became of it."""

import sqlalchemy as sa

from care.sealing import Sealed
from care.tables.base import Id, Moment, metadata, only, patient_id

medicines = sa.Table(
    "medicines", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("name", sa.Text, nullable=False),  # as it stands on the box
    sa.Column("ingredient", sa.Text),
    sa.Column("purpose", sa.Text),  # what it is for, in plain words
    sa.Column("looks", sa.Text),
    sa.Column("photo", Id, sa.ForeignKey("files.id")),  # that staff have brought
    sa.Column("missed_advice", sa.Text),  # what to do about a missed dose, in the prescriber's own words
    sa.Column("critical", sa.Boolean, nullable=False),
    sa.Column("supply_ends_on", sa.Date),  # the last day that what was handed out is enough for
    sa.Column("refill_at", Moment),  # when to ask about more
    sa.Column("created_at", Moment, nullable=False),
    sa.Index("ix_medicines_patient_id", "patient_id"),
    only("ix_medicines_refill_at", "refill_at", where="refill_at IS NOT NULL"),
)

# How a medicine is to be taken, as it stands now; `orders` says how it came to that. Two of one medicine are two regimens.
regimens = sa.Table(
    "regimens", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("medicine_id", Id, sa.ForeignKey("medicines.id"), nullable=False),
    patient_id(),
    sa.Column("timing", sa.JSON, nullable=False),  # see care/medicines/timing.py
    sa.Column("amount", sa.Text, nullable=False),  # "1 tablet"
    sa.Column("food", sa.Text),  # with, without
    sa.Column("begins_on", sa.Date, nullable=False),
    sa.Column("ends_on", sa.Date),
    sa.Column("window_minutes", sa.SmallInteger, nullable=False),  # how long after its time a dose may be asked about
    sa.Column("nudges", sa.SmallInteger, nullable=False),
    sa.Column("nudge_minutes", sa.SmallInteger, nullable=False),
    sa.Column("prescriber", sa.Text, nullable=False),  # whose order it is, as the patient reads it
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),  # every change is one more: two people cannot change it at once
    sa.Column("keeps_zone", sa.Text),  # on a journey: the zone whose clock it goes by, if not the patient's
    sa.Column("zone", sa.Text),  # the wall on which it was planned last, and ...
    sa.Column("tzdata", sa.Text),  # ... the rules of clock changes that it was planned by
    sa.Column("planned_to", Moment),  # every dose due before this has its row
    sa.Column("plan_at", Moment),  # when to plan on
    sa.CheckConstraint("state IN ('proposed', 'active', 'stopped')", name="state"),
    sa.CheckConstraint("food IN ('with', 'without')", name="food"),
    sa.Index("ix_regimens_patient_id", "patient_id"),
    sa.Index("ix_regimens_medicine_id", "medicine_id"),
    only("ix_regimens_plan_at", "plan_at", where="plan_at IS NOT NULL"),
    only("ix_regimens_tzdata", "tzdata", where="state = 'active'"),
)

# Who ordered what, and when: the history of a regimen, and what waits for a second person.
orders = sa.Table(
    "orders", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("regimen_id", Id, sa.ForeignKey("regimens.id"), nullable=False),
    patient_id(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("before", sa.JSON(none_as_null=True)),
    sa.Column("after", sa.JSON(none_as_null=True)),
    sa.Column("why", sa.Text),
    sa.Column("ordered_by", sa.Text, nullable=False),  # a person on staff, or the key of another system
    sa.Column("ordered_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text),  # the second person, where one is needed
    sa.Column("decided_at", Moment),
    sa.CheckConstraint("kind IN ('start', 'change', 'stop')", name="kind"),
    sa.CheckConstraint("state IN ('waiting', 'in force', 'refused')", name="state"),
    sa.CheckConstraint("decided_by <> ordered_by OR state = 'refused'", name="two_persons"),
    only("uq_orders_waiting", "regimen_id", where="state = 'waiting'", unique=True),
    sa.Index("ix_orders_regimen_id", "regimen_id", "id"),
)

# A dose is the same dose whenever it comes to be asked about. While it is open there is a next action; it ends once.
doses = sa.Table(
    "doses", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("regimen_id", Id, sa.ForeignKey("regimens.id"), nullable=False),
    patient_id(),
    sa.Column("local_date", sa.Date, nullable=False),
    sa.Column("slot", sa.Integer, nullable=False),
    sa.Column("local_time", sa.Time, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("ask_until", Moment, nullable=False),  # after this it is not asked about any more
    sa.Column("closes_at", Moment, nullable=False),  # without an answer by then there was none
    sa.Column("amount", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("next_action_at", Moment),
    sa.Column("prompt_id", Id),  # the message that asks about it now
    sa.Column("nudged", sa.SmallInteger, nullable=False, default=0),
    sa.Column("taken_at", Moment),
    sa.Column("late", sa.Boolean, nullable=False, default=False),
    sa.Column("reason", sa.Text),  # why it was skipped
    sa.Column("why", sa.Text),  # why it was cancelled, or missed by us
    sa.Column("ended_at", Moment),
    sa.UniqueConstraint("regimen_id", "local_date", "slot"),
    sa.CheckConstraint(
        "state IN ('planned', 'asked', 'taken', 'skipped', 'no_answer', 'missed_by_us', 'cancelled')", name="state"),
    sa.CheckConstraint("(state IN ('planned', 'asked')) = (next_action_at IS NOT NULL)", name="open_has_a_next_action"),
    sa.CheckConstraint("(state IN ('planned', 'asked')) = (ended_at IS NULL)", name="ends_once"),
    sa.CheckConstraint("(state = 'taken') = (taken_at IS NOT NULL)", name="taken_at_a_time"),
    sa.CheckConstraint("(state = 'skipped') = (reason IS NOT NULL)", name="skipped_for_a_reason"),
    only("ix_doses_next_action_at", "next_action_at", "patient_id", where="next_action_at IS NOT NULL"),
    sa.Index("ix_doses_patient_id", "patient_id", "due_at"),
)

# One message that asks about doses. An old message still knows which doses it asked about.
dose_prompts = sa.Table(
    "dose_prompts", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("chat_id", Id, nullable=False),
    sa.Column("doses", sa.JSON, nullable=False),
    sa.Column("screen", Id),  # the outbox row that shows it
    sa.Column("shown", sa.Boolean, nullable=False),  # names have been on screen; until then it says nothing of medicines
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_dose_prompts_screen", "screen"),
)

# What a pharmacy handed out, as it was entered or imported: the only thing that coverage is reckoned from.
dispensings = sa.Table(
    "dispensings", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("medicine_id", Id, sa.ForeignKey("medicines.id"), nullable=False),
    sa.Column("handed_out_on", sa.Date, nullable=False),
    sa.Column("days", sa.SmallInteger, nullable=False),  # that it is enough for
    sa.Column("recorded_by", sa.Text, nullable=False),
    sa.Column("recorded_at", Moment, nullable=False),
    sa.CheckConstraint("days BETWEEN 1 AND 366", name="days"),
    sa.UniqueConstraint("medicine_id", "handed_out_on", "days"),  # the same record imported twice is one
    sa.Index("ix_dispensings_patient_id", "patient_id"),
)

# What a patient must not be given; what was removed stays on record.
allergies = sa.Table(
    "allergies", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("substance", Sealed("allergies.substance"), nullable=False),
    sa.Column("reaction", Sealed("allergies.reaction")),  # what it did
    sa.Column("noted_by", sa.Text, nullable=False),
    sa.Column("noted_at", Moment, nullable=False),
    sa.Column("removed_by", sa.Text),
    sa.Column("removed_at", Moment),
    sa.Index("ix_allergies_patient_id", "patient_id"),
)

# How a patient wants to be asked. No row: discreetly.
dose_settings = sa.Table(
    "dose_settings", metadata,
    sa.Column("patient_id", Id, sa.ForeignKey("patients.id"), primary_key=True, autoincrement=False),
    sa.Column("openly", sa.Boolean, nullable=False),  # names on the lock screen
    sa.Column("weekly_at", Moment),  # when to send the next line about a week, to who wants it
    sa.Column("morning", sa.Time),  # what an order means that names it, on the patient's wall; none: as the clinic has it
    sa.Column("noon", sa.Time),
    sa.Column("evening", sa.Time),
    sa.Column("night", sa.Time),
    sa.Column("feed", sa.Text),  # the hash of the secret in the address of a calendar's feed
    only("ix_dose_settings_weekly_at", "weekly_at", where="weekly_at IS NOT NULL"),
    only("ix_dose_settings_feed", "feed", where="feed IS NOT NULL", unique=True),
)
