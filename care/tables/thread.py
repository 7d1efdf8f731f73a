"""People writing to people: who holds a thread, whose patients they are, what was sent along."""

import sqlalchemy as sa

from care.tables.base import Id, Moment, metadata, only, patient_id

# A person has the thread: the bot keeps quiet. `patients.held_until` is the end of the open row, kept there for the gate.
holds = sa.Table(
    "holds", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("began_at", Moment, nullable=False),
    sa.Column("minutes", sa.SmallInteger, nullable=False),  # how long it lasts from whatever that person said last
    sa.Column("ends_at", Moment, nullable=False),
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id")),  # that was interrupted by it
    sa.Column("ended_at", Moment),
    sa.Column("ended_by", Id, sa.ForeignKey("staff.id")),  # no one: by the clock
    only("uq_holds_open", "patient_id", where="ended_at IS NULL", unique=True),
    only("ix_holds_ends_at", "ends_at", where="ended_at IS NULL"),
    sa.Index("ix_holds_patient_id", "patient_id", "id"),
)

# What was sent along. The bytes lie in the folder of the settings, under `stored`.
files = sa.Table(
    "files", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(nullable=True),
    sa.Column("chat_id", Id),
    sa.Column("message_id", Id, sa.ForeignKey("patient_messages.id")),  # that it came with; none: from staff
    sa.Column("by", sa.Text),  # a person on staff
    sa.Column("telegram_file_id", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text),
    sa.Column("size", sa.Integer),  # bytes
    sa.Column("stored", sa.Text),
    sa.Column("why", sa.Text),  # it was refused
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("next_try_at", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("settled_at", Moment),
    sa.CheckConstraint("state IN ('wanted', 'kept', 'refused')", name="state"),
    sa.CheckConstraint("state <> 'kept' OR stored IS NOT NULL", name="kept_somewhere"),
    only("ix_files_wanted", "next_try_at", where="state = 'wanted'"),
    sa.Index("ix_files_patient_id", "patient_id"),
    sa.Index("ix_files_message_id", "message_id"),
)
