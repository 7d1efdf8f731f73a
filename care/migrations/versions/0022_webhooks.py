"""Webhooks"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0022'
down_revision = '0021'


def upgrade() -> None:
    op.create_table('webhooks',
    sa.Column('id', Id, nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('kinds', sa.JSON(), nullable=False),
    sa.Column('facts', sa.Boolean(), nullable=False),
    sa.Column('secret', sa.Text(), nullable=False),
    sa.Column('old_secret', sa.Text(), nullable=True),
    sa.Column('old_secret_until', Moment, nullable=True),
    sa.Column('made_by', sa.Text(), nullable=False),
    sa.Column('created_at', Moment, nullable=False),
    sa.Column('told_to', Id, nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('failing_since', Moment, nullable=True),
    sa.Column('not_before', Moment, nullable=False),
    sa.Column('disabled_at', Moment, nullable=True),
    sa.Column('disabled_why', sa.Text(), nullable=True),
    sa.Column('removed_at', Moment, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhooks'))
    )
    op.create_table('webhook_deliveries',
    sa.Column('id', Id, nullable=False),
    sa.Column('webhook_id', Id, nullable=False),
    sa.Column('event_id', Id, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('created_at', Moment, nullable=False),
    sa.Column('not_before', Moment, nullable=False),
    sa.Column('claimed_at', Moment, nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('settled_at', Moment, nullable=True),
    sa.CheckConstraint("outcome IN ('sent', 'failed')", name=op.f('ck_webhook_deliveries_outcome')),
    sa.ForeignKeyConstraint(['webhook_id'], ['webhooks.id'], name=op.f('fk_webhook_deliveries_webhook_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_deliveries')),
    sa.UniqueConstraint('webhook_id', 'event_id', name=op.f('uq_webhook_deliveries_webhook_id_event_id'))
    )
    with op.batch_alter_table('webhook_deliveries', schema=None) as batch_op:
        batch_op.create_index('ix_webhook_deliveries_settled_at', ['settled_at'], unique=False)
        batch_op.create_index('ix_webhook_deliveries_waiting', ['not_before', 'id'], unique=False, sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))
