"""Programs that are told what happens, and what became of each telling."""

import sqlalchemy as sa

from care.tables.base import Id, Moment, metadata, only

webhooks = sa.Table(
    "webhooks", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),  # what it is told, such as "escalation.opened", "dose.*", "*"
    sa.Column("facts", sa.Boolean, nullable=False),  # all that the journal has of an event; else ids alone
    sa.Column("secret", sa.Text, nullable=False),  # encrypted; the key is not in the database
    sa.Column("old_secret", sa.Text),  # signs beside it until then
    sa.Column("old_secret_until", Moment),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("told_to", Id, nullable=False),  # the newest event that was looked at for it
    sa.Column("failures", sa.Integer, nullable=False, default=0),  # in a row
    sa.Column("failing_since", Moment),
    sa.Column("not_before", Moment, nullable=False),  # when it may be tried again
    sa.Column("disabled_at", Moment),
    sa.Column("disabled_why", sa.Text),
    sa.Column("removed_at", Moment),
)

# No outcome yet: still to leave. What it says is read from the journal each time, and is the same each time.
webhook_deliveries = sa.Table(
    "webhook_deliveries", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("webhook_id", Id, sa.ForeignKey("webhooks.id"), nullable=False),
    sa.Column("event_id", Id, nullable=False),  # no reference: the journal is pruned by nobody, and restored by itself
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("not_before", Moment, nullable=False),
    sa.Column("claimed_at", Moment),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("fence", sa.Integer, nullable=False, default=0),  # of the claim: who comes back with an old one is too late
    sa.Column("outcome", sa.Text),  # sent, failed
    sa.Column("status", sa.Integer),  # of its last answer, if there was one
    sa.Column("why", sa.Text),
    sa.Column("settled_at", Moment),
    sa.CheckConstraint("outcome IN ('sent', 'failed')", name="outcome"),
    sa.UniqueConstraint("webhook_id", "event_id"),
    only("ix_webhook_deliveries_waiting", "not_before", "id", where="outcome IS NULL"),
    sa.Index("ix_webhook_deliveries_settled_at", "settled_at"),
)
