"""Telling many patients something: who is meant, what was sent to whom, and what holds all of it back."""

import sqlalchemy as sa

from care.tables.base import Id, Moment, metadata, only

# Whom staff have saved under a name; who they are is looked up anew at every use. See care/cohorts.py.
cohorts = sa.Table(
    "cohorts", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("criteria", sa.JSON, nullable=False),
    sa.Column("saved_by", sa.Text, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
    sa.Column("removed_at", Moment),
    only("uq_cohorts_name", "name", where="removed_at IS NULL", unique=True),
)

broadcasts = sa.Table(
    "broadcasts", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),  # for staff
    sa.Column("topic", sa.Text, nullable=False),  # what patients may say no to
    sa.Column("cohort_id", Id, sa.ForeignKey("cohorts.id")),  # then `criteria` are this one's, as of the recount
    sa.Column("criteria", sa.JSON, nullable=False),
    sa.Column("openly", sa.Boolean, nullable=False),  # its words may stand on a locked screen
    sa.Column("expects_answers", sa.Boolean, nullable=False),
    sa.Column("leaves_out", sa.Boolean, nullable=False),  # whoever has no text in their language is left out knowingly
    sa.Column("on_date", sa.Date),  # on each patient's own calendar; none: as soon as it may go
    sa.Column("at_time", sa.Time),  # ... and wall
    sa.Column("version", sa.Integer, nullable=False),  # of the words; broadcast_texts has them all
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("author_id", Id, sa.ForeignKey("staff.id"), nullable=False),  # who changed it last
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("counted", sa.Integer),  # to how many it would go, at the last count
    sa.Column("approver_id", Id, sa.ForeignKey("staff.id")),
    sa.Column("approved_at", Moment),
    sa.Column("begins_at", Moment),  # when the first patient's clock shows the hour
    sa.Column("planned_to", Id),  # every patient up to this id has a row in broadcast_recipients, if meant
    sa.Column("planned_at", Moment),  # ... and so has everybody
    sa.Column("ended_at", Moment),
    sa.CheckConstraint("state IN ('draft', 'waiting', 'sending', 'paused', 'cancelled', 'finished')", name="state"),
    sa.CheckConstraint("approver_id <> author_id", name="two_persons"),
    sa.CheckConstraint("(on_date IS NULL) = (at_time IS NULL)", name="date_and_time"),
    only("ix_broadcasts_under_way", "id", where="state IN ('sending', 'paused')"),
)

# What it says, in each language; a changed text is a new version, and what went with the old one is kept.
broadcast_texts = sa.Table(
    "broadcast_texts", metadata,
    sa.Column("broadcast_id", Id, sa.ForeignKey("broadcasts.id"), primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("language", sa.Text, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
)

# Everybody who is meant, once: left out and why; or when it is due, the message in the outbox, and what became of it.
broadcast_recipients = sa.Table(
    "broadcast_recipients", metadata,
    sa.Column("broadcast_id", Id, sa.ForeignKey("broadcasts.id"), primary_key=True, autoincrement=False),
    sa.Column("patient_id", Id, sa.ForeignKey("patients.id"), primary_key=True, autoincrement=False),
    sa.Column("left_out", sa.Text),  # why; see care/broadcasts/audience.py
    sa.Column("due_at", Moment),
    sa.Column("message", Id),  # the outbox row
    sa.Column("version", sa.Integer),  # of the words in it
    sa.Column("opened_at", Moment),
    sa.Column("answered_at", Moment),
    only("ix_broadcast_recipients_due", "broadcast_id", "due_at", "patient_id", where="message IS NULL AND left_out IS NULL"),
    sa.Index("ix_broadcast_recipients_patient_id", "patient_id"),
)

# While a row is not released, nothing leaves that is sent to many; safety, answers, doses and check-ins do.
halts = sa.Table(
    "halts", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("begun_at", Moment, nullable=False),
    sa.Column("begun_by", sa.Text, nullable=False),
    sa.Column("released_at", Moment),
    sa.Column("released_by", Id, sa.ForeignKey("staff.id")),
    only("uq_halts_open", "kind", where="released_at IS NULL", unique=True),
)

# What a patient does not want to hear about, a row for each topic of messages.
refused_topics = sa.Table(
    "refused_topics", metadata,
    sa.Column("patient_id", Id, sa.ForeignKey("patients.id"), primary_key=True, autoincrement=False),
    sa.Column("topic", sa.Text, primary_key=True),
    sa.Column("since", Moment, nullable=False),
)

# Where somebody on staff wants to see what patients would see, joined to them by a link that is used once.
staff_chats = sa.Table(
    "staff_chats", metadata,
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    sa.Column("token_hash", sa.Text, unique=True),
    sa.Column("expires_at", Moment),
    sa.Column("chat_id", Id),
    sa.Column("linked_at", Moment),
)

# Of several senders of one bot, who lets go what nobody asked for; see care/heart/pacing.py. By the database's clock.
pace = sa.Table(
    "pace", metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("leader", sa.Text, nullable=False),
    sa.Column("leads_until", Moment, nullable=False),
    sa.Column("held_until", Moment),  # Telegram has refused several chats at once: the whole bot is meant
)
