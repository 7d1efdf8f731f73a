"""Conversations and their answers; in which units patients measure; what patients write to people; what people note down."""

import sqlalchemy as sa

from care.sealing import Sealed, SealedJSON
from care.tables.base import Id, Moment, metadata, only, patient_id

# One run of a flow, and the question now on the patient's screen.
conversations = sa.Table(
    "conversations", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("chat_id", Id, nullable=False),
    sa.Column("flow", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("heard_at", Moment, nullable=False),
    sa.Column("paused_at", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("outcome", sa.Text),  # finished, put aside, expired
    sa.Column("finished_at", Moment),  # all was answered; it may be open again since, for an answer to be changed
    sa.Column("asked", sa.Text),
    sa.Column("screen", Id),  # the outbox row that asks it
    sa.Column("unclear", sa.SmallInteger, nullable=False, default=0),  # answers in a row that were no answer
    only("uq_conversations_open", "patient_id", where="ended_at IS NULL", unique=True),
    sa.Index("ix_conversations_patient_id", "patient_id", "id"),
    only("ix_conversations_heard_at", "heard_at", where="ended_at IS NULL"),
)

# Several thousand a day: written and read with statements. A changed answer is a new row that supersedes the old.
answers = sa.Table(
    "answers", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    # Of a measurement, in the one unit that rules and charts know.
    sa.Column("value", SealedJSON("answers.value"), nullable=False),
    sa.Column("kind", sa.Text),  # of a measurement: weight, glucose, ...
    sa.Column("unit", sa.Text),  # ... and the unit that the patient gave it in
    sa.Column("words", Sealed("answers.words"), nullable=False),  # as the patient typed or tapped them
    sa.Column("question", sa.Text, nullable=False),  # as the patient read it
    sa.Column("asked_by", Id),  # the outbox row that asked
    sa.Column("answered_at", Moment, nullable=False),
    sa.Column("superseded_at", Moment),
    only("uq_answers_standing", "conversation_id", "key", where="superseded_at IS NULL", unique=True),
    sa.Index("ix_answers_conversation_id", "conversation_id"),
)

patient_units = sa.Table(
    "patient_units", metadata,
    sa.Column("patient_id", Id, sa.ForeignKey("patients.id"), primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("since", Moment, nullable=False),
)

patient_messages = sa.Table(
    "patient_messages", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(nullable=True),  # not yet said, or not known: a stranger, or a carer of several
    sa.Column("chat_id", Id, nullable=False),
    sa.Column("telegram_id", Id, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # text, edit, tap, photo, voice, ...
    sa.Column("text", Sealed("patient_messages.text"), nullable=False),
    sa.Column("file_id", sa.Text),
    sa.Column("flagged", sa.Boolean, nullable=False, default=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_patient_messages_patient_id", "patient_id", "id"),
    sa.Index("ix_patient_messages_chat_id", "chat_id", "id"),
)

notes = sa.Table(
    "notes", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("text", Sealed("notes.text"), nullable=False),
    sa.Column("call", sa.Text),  # it is of a phone call, which came to this: see care/messages.py
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_notes_patient_id", "patient_id", "id"),
)

# What a validated questionnaire came to: the text's own fingerprint says which words the patient read.
instrument_scores = sa.Table(
    "instrument_scores", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("instrument", sa.Text, nullable=False),
    sa.Column("locale", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("answers", sa.JSON, nullable=False),
    sa.Column("total", sa.SmallInteger),  # none, unless every item was answered
    sa.Column("band", sa.Text),
    sa.Column("completed_at", Moment, nullable=False),
    sa.Column("superseded_at", Moment),  # an answer was corrected: the newer row counts
    sa.Index("ix_instrument_scores_patient_id", "patient_id", "instrument", "completed_at"),
)
