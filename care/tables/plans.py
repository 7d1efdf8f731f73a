"""Which programmes a patient is in, and what became of every check-in that was due."""

import sqlalchemy as sa

from care.tables.base import Id, Moment, metadata, only, patient_id

# One patient in one programme.
care_plans = sa.Table(
    "care_plans", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("hour", sa.Time, nullable=False),  # on the patient's own wall
    sa.Column("schedule", sa.Text),  # instead of the programme's own
    sa.Column("day_0", sa.Date, nullable=False),  # what days are counted from: when it began, a discharge, a due date
    sa.Column("starts_on", sa.Date, nullable=False),
    sa.Column("begun_at", Moment, nullable=False),  # or begun again, after a rest
    sa.Column("next_at", Moment),
    sa.Column("resting_since", Moment),  # nobody answered for so long that we stopped asking
    sa.Column("ended_at", Moment),
    only("uq_care_plans_open", "patient_id", "programme", where="ended_at IS NULL", unique=True),
    only("ix_care_plans_next_at", "next_at", "patient_id", where="next_at IS NOT NULL"),
    sa.Index("ix_care_plans_patient_id", "patient_id"),
)

# Every check-in that was due: one row, and in the end one outcome.
check_windows = sa.Table(
    "check_windows", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("plan_id", Id, sa.ForeignKey("care_plans.id"), nullable=False),
    patient_id(),
    sa.Column("flow", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),  # on the patient's own calendar
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("closes_at", Moment, nullable=False),
    sa.Column("offered_at", Moment),
    sa.Column("prompted_again_at", Moment),
    sa.Column("message", Id),  # the outbox row of the offer
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id")),
    sa.Column("act_at", Moment),  # when something is to be done about it next
    sa.Column("outcome", sa.Text),  # none while it is open
    sa.Column("settled_at", Moment),
    sa.CheckConstraint(
        "outcome IN ('answered', 'partial', 'not_today', 'silent', 'missed_by_us', 'held')", name="outcome"),
    sa.UniqueConstraint("plan_id", "day"),
    only("ix_check_windows_act_at", "act_at", "patient_id", where="act_at IS NOT NULL"),
    sa.Index("ix_check_windows_patient_id", "patient_id", "due_at"),
    only("ix_check_windows_conversation_id", "conversation_id", where="conversation_id IS NOT NULL"),
)
