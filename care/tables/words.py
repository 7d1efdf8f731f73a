"""Clinical words, thresholds and rules: every version of them, when each was in use, and which two people agreed to it."""

import sqlalchemy as sa

from care.tables.base import Id, Moment, metadata, only

# Each version whole, by its fingerprint: whatever becomes of the files, it can be read again.
word_versions = sa.Table(
    "word_versions", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),  # lesson, reply, threshold, ...: see care/clinical_words.py
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("first_at", Moment, nullable=False),
    sa.UniqueConstraint("kind", "name", "fingerprint"),
)

# From when to when a version was the one in use.
word_uses = sa.Table(
    "word_uses", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("version_id", Id, sa.ForeignKey("word_versions.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment),
    only("uq_word_uses_now", "kind", "name", where="until IS NULL", unique=True),
    sa.Index("ix_word_uses_kind", "kind", "name", "since"),
)

# One person proposes a version, another decides: the database itself takes no approval by whoever proposed.
word_proposals = sa.Table(
    "word_proposals", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("version_id", Id, sa.ForeignKey("word_versions.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("instead_of", Id, sa.ForeignKey("word_versions.id")),  # the version in use when it was proposed
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("proposed_by", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("proposed_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("decided_by", Id, sa.ForeignKey("staff.id")),
    sa.Column("decided_at", Moment),
    sa.Column("decision_note", sa.Text),
    sa.CheckConstraint("state IN ('waiting', 'approved', 'refused', 'withdrawn')", name="state"),
    sa.CheckConstraint("(state = 'waiting') = (decided_by IS NULL)", name="decided_by_somebody"),
    sa.CheckConstraint("state <> 'approved' OR decided_by <> proposed_by", name="two_persons"),
    only("uq_word_proposals_waiting", "kind", "name", where="state = 'waiting'", unique=True),
    sa.Index("ix_word_proposals_kind", "kind", "name", "id"),
)
