"""Who was erased, when, and what went: the only thing that is left of a patient who wished to be forgotten."""

import sqlalchemy as sa

from care.tables.base import Id, Moment, metadata, only

erasures = sa.Table(
    "erasures", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("patient_id", Id, nullable=False, unique=True),  # no reference: the row that it named is gone
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("due_at", Moment),  # when the law lets the record go; none: it is gone
    sa.Column("erased_at", Moment),
    sa.Column("removed", sa.JSON, nullable=False),  # how many rows of each table
    sa.CheckConstraint("(due_at IS NULL) = (erased_at IS NOT NULL)", name="due_or_done"),
    only("ix_erasures_due_at", "due_at", where="due_at IS NOT NULL"),
)
