"""People writing to people: who holds a thread, who is looking at it, what was sent along, what can be answered by a tap."""

import sqlalchemy as sa

from care.sealing import SealedJSON
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

# Answers that a person on staff gave the patient to choose from: buttons under a reply. The first tap counts.
quick_answers = sa.Table(
    "quick_answers", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("chat_id", Id, nullable=False),
    sa.Column("message", Id),  # the outbox row that they are under
    sa.Column("answers", SealedJSON("quick_answers.answers"), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("over_at", Moment),  # from then on a tap is too late
    sa.Column("chosen", sa.SmallInteger),  # the place of the answer among them
    sa.Column("heard", Id, sa.ForeignKey("patient_messages.id")),  # what it became on the thread
    only("ix_quick_answers_open", "patient_id", where="over_at IS NULL"),
    sa.Index("ix_quick_answers_patient_id", "patient_id"),
    sa.Index("ix_quick_answers_heard", "heard"),
)

# A colleague who is named in a note has it in a list of their own, until they have read it.
mentions = sa.Table(
    "mentions", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("note_id", Id, sa.ForeignKey("notes.id"), nullable=False),
    patient_id(),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("read_at", Moment),
    only("ix_mentions_unread", "staff_id", "id", where="read_at IS NULL"),
    sa.Index("ix_mentions_staff_id", "staff_id", "read_at"),
    sa.Index("ix_mentions_patient_id", "patient_id"),
    sa.Index("ix_mentions_note_id", "note_id"),
)

# Who looks at whose thread now, and whether they are writing. Gone a few seconds after they are.
presences = sa.Table(
    "presences", metadata,
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    sa.Column("patient_id", Id, sa.ForeignKey("patients.id"), primary_key=True, autoincrement=False),
    sa.Column("writing", sa.Boolean, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_presences_patient_id", "patient_id"),
)

# A clinic's own replies, ready to be sent; those that come with the program are in content/replies.
canned_replies = sa.Table(
    "canned_replies", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("texts", sa.JSON, nullable=False),  # by language: {"text": ..., "answers": [...]}
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("retired_at", Moment),
    only("uq_canned_replies_title", "title", where="retired_at IS NULL", unique=True),
)
