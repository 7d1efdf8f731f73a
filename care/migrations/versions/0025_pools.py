"""Pools"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0025'
down_revision = '0024'


def upgrade() -> None:
    op.create_table('pools',
    sa.Column('id', Id, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('takes', sa.JSON(), nullable=False),
    sa.Column('members_only', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment, nullable=False),
    sa.Column('closed_at', Moment, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pools'))
    )
    with op.batch_alter_table('pools', schema=None) as batch_op:
        batch_op.create_index('uq_pools_name', ['name'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('pool_members',
    sa.Column('pool_id', Id, autoincrement=False, nullable=False),
    sa.Column('staff_id', Id, autoincrement=False, nullable=False),
    sa.Column('since', Moment, nullable=False),
    sa.ForeignKeyConstraint(['pool_id'], ['pools.id'], name=op.f('fk_pool_members_pool_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_pool_members_staff_id')),
    sa.PrimaryKeyConstraint('pool_id', 'staff_id', name=op.f('pk_pool_members'))
    )
    with op.batch_alter_table('pool_members', schema=None) as batch_op:
        batch_op.create_index('ix_pool_members_staff_id', ['staff_id'], unique=False)

    with op.batch_alter_table('escalation_steps', schema=None) as batch_op:
        batch_op.add_column(sa.Column('to_pool_id', Id, nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_escalation_steps_to_pool_id'), 'pools', ['to_pool_id'], ['id'])

    with op.batch_alter_table('escalations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pool_id', Id, nullable=True))
        batch_op.add_column(sa.Column('opened_up', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index('ix_escalations_pool_id', ['pool_id'], unique=False, sqlite_where=sa.text('resolved_at IS NULL'), postgresql_where=sa.text('resolved_at IS NULL'))
        batch_op.create_index('ix_escalations_resolved_at', ['resolved_at'], unique=False, sqlite_where=sa.text('resolved_at IS NOT NULL'), postgresql_where=sa.text('resolved_at IS NOT NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_escalations_pool_id'), 'pools', ['pool_id'], ['id'])
