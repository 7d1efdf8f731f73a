"""Pages of our own on which questions are answered: a link each, kept only as a hash."""

import sqlalchemy as sa

from care.tables.base import Id, Moment, metadata, only, patient_id

question_pages = sa.Table(
    "question_pages", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("chat_id", Id, nullable=False),  # where the link was sent, and who answers by it
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    sa.Column("pass_hash", sa.Text, unique=True),  # of the one browser that has it open, once the date of birth was right
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("wrong_dates", sa.SmallInteger, nullable=False, default=0),
    sa.Column("opened_at", Moment),
    sa.Column("open_until", Moment),  # that browser may go on until then; each answer moves it
    sa.Column("message", Id),  # the outbox row with the link
    sa.Column("since", Id),  # the first outbox row of what stands on the page now
    sa.Column("closed_at", Moment),  # the link opens nothing any more
    sa.Column("closed_why", sa.Text),  # how its questions ended; or replaced by a newer link, locked, stopped
    only("uq_question_pages_open", "patient_id", where="closed_at IS NULL", unique=True),
    sa.Index("ix_question_pages_patient_id", "patient_id", "id"),
    sa.Index("ix_question_pages_conversation_id", "conversation_id"),
)
