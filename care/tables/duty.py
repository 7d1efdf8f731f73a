"""Who is on duty and who is away; and how people are alerted who do not look at the console."""

import sqlalchemy as sa

from care.sealing import Sealed
from care.tables.base import Id, Moment, metadata, only

# Of every week, or of one date. A shift that ends when it begins, or before, ends on the day after.
shifts = sa.Table(
    "shifts", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("weekday", sa.SmallInteger),  # 0 is Monday
    sa.Column("on_date", sa.Date),
    sa.Column("starts", sa.Time, nullable=False),  # on the clinic's wall
    sa.Column("ends", sa.Time, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.CheckConstraint("role IN ('on_call', 'backup', 'lead')", name="role"),
    sa.CheckConstraint("(weekday IS NULL) <> (on_date IS NULL)", name="weekly_or_on_a_date"),
    sa.CheckConstraint("weekday IS NULL OR weekday BETWEEN 0 AND 6", name="weekday"),
)

absences = sa.Table(
    "absences", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),  # whole days on the clinic's wall
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("cover_id", Id, sa.ForeignKey("staff.id")),  # who takes what is open; nobody: the whole team
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("moved_at", Moment),  # when what was open went to them
    sa.Column("cancelled_at", Moment),
    sa.CheckConstraint("first_day <= last_day", name="days"),
    only("ix_absences_to_begin", "first_day", where="moved_at IS NULL AND cancelled_at IS NULL"),
)

# Alerts waiting to leave by another channel than the console, and what became of them. No outcome yet: still to leave.
alerts = sa.Table(
    "alerts", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("escalation_id", Id, sa.ForeignKey("escalations.id"), nullable=False),
    sa.Column("channel", sa.Text, nullable=False),  # email, sms, webhook
    sa.Column("address", Sealed("alerts.address"), nullable=False),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id")),  # who is called by it; nobody: an address of the clinic
    sa.Column("rung", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("subject", Sealed("alerts.subject"), nullable=False),
    sa.Column("text", Sealed("alerts.text"), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("not_before", Moment, nullable=False),
    sa.Column("claimed_at", Moment),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),  # also the fence: a lost claim has an old number
    sa.Column("outcome", sa.Text),  # sent, failed, moot
    sa.Column("why", sa.Text),
    sa.Column("settled_at", Moment),
    only("ix_alerts_waiting", "not_before", "id", where="outcome IS NULL"),
    only("ix_alerts_failed", "settled_at", where="outcome = 'failed'"),
)
