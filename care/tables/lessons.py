"""Lessons as patients got them: the very words, who was sent which, and what came of it; series; what calls for one."""

import sqlalchemy as sa

from care.tables.base import Id, Moment, metadata, only, patient_id

# What patients were shown, by the fingerprint of its words: whatever becomes of the files, it can be shown again.
lesson_texts = sa.Table(
    "lesson_texts", metadata,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("lesson", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("shown", sa.JSON, nullable=False),  # see as_data in care/lessons/lesson.py
    sa.Column("first_at", Moment, nullable=False),
)

# Lessons that run by the clock, one after another.
lesson_series = sa.Table(
    "lesson_series", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("series", sa.Text, nullable=False),
    sa.Column("plan_id", Id),  # the care plan that it goes with; none: with the patient's being here
    sa.Column("day_0", sa.Date, nullable=False),
    sa.Column("step", sa.SmallInteger, nullable=False),  # which lesson is next
    sa.Column("next_at", Moment),
    sa.Column("begun_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("why", sa.Text),
    only("uq_lesson_series_open", "patient_id", "series", where="ended_at IS NULL", unique=True),
    only("ix_lesson_series_next_at", "next_at", where="next_at IS NOT NULL"),
)

# One lesson to one patient, and how far it came.
lesson_deliveries = sa.Table(
    "lesson_deliveries", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("lesson", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.Text, sa.ForeignKey("lesson_texts.fingerprint"), nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("by", sa.Text),  # the person on staff who sent it
    sa.Column("series_id", Id, sa.ForeignKey("lesson_series.id")),
    sa.Column("step", sa.SmallInteger),
    sa.Column("message", Id),  # the outbox row that offers it
    sa.Column("sent_at", Moment, nullable=False),
    sa.Column("held_at", Moment),  # it did not leave: nobody was offered it
    sa.Column("opened_at", Moment),
    sa.Column("finished_at", Moment),  # the last card was seen
    sa.Column("question", sa.SmallInteger, nullable=False, default=0),  # which is asked now
    sa.Column("wrong", sa.SmallInteger, nullable=False, default=0),  # answers to it so far that were not right
    sa.Column("unclear", sa.SmallInteger, nullable=False, default=0),  # questions to which two answers were not right
    sa.Column("checked_at", Moment),  # the questions are answered
    sa.Column("understood", sa.Boolean),
    sa.Column("helpful", sa.Boolean),
    sa.Column("unhelpful_because", sa.Text),
    sa.Column("refused_at", Moment),  # not interested
    sa.CheckConstraint("cause IN ('asked', 'staff', 'answer', 'series')", name="cause"),
    sa.CheckConstraint("(checked_at IS NULL) = (understood IS NULL)", name="checked_or_not"),
    sa.Index("ix_lesson_deliveries_patient_id", "patient_id", "id"),
    only("ix_lesson_deliveries_message", "message", where="message IS NOT NULL"),
)

# A worrying answer after which a lesson may fit; it is offered when the questions are done.
lesson_cues = sa.Table(
    "lesson_cues", metadata,
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id"), primary_key=True, autoincrement=False),
    sa.Column("rule", sa.Text, primary_key=True),
    patient_id(),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
)

# Whoever has just tapped Search: their next words are what they look for.
lesson_searches = sa.Table(
    "lesson_searches", metadata,
    sa.Column("patient_id", Id, sa.ForeignKey("patients.id"), primary_key=True, autoincrement=False),
    sa.Column("asked_at", Moment, nullable=False),
)
