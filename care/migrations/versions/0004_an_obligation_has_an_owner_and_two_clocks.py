"""An obligation has an owner and two clocks"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_table('escalation_steps',
    sa.Column('id', Id, nullable=False),
    sa.Column('escalation_id', Id, nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('staff_id', Id, nullable=True),
    sa.Column('to_staff_id', Id, nullable=True),
    sa.Column('people', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('words', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['escalation_id'], ['escalations.id'], name=op.f('fk_escalation_steps_escalation_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_escalation_steps_staff_id')),
    sa.ForeignKeyConstraint(['to_staff_id'], ['staff.id'], name=op.f('fk_escalation_steps_to_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation_steps'))
    )
    with op.batch_alter_table('escalation_steps', schema=None) as batch_op:
        batch_op.create_index('ix_escalation_steps_escalation_id', ['escalation_id', 'id'], unique=False)

    with op.batch_alter_table('escalations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('resolve_by', Moment, nullable=True))
        batch_op.add_column(sa.Column('owner_id', Id, nullable=True))
        batch_op.add_column(sa.Column('snoozed_until', Moment, nullable=True))
    op.execute("UPDATE escalations SET resolve_by = due_at")
    op.execute("UPDATE escalations SET owner_id = acknowledged_by WHERE resolved_at IS NULL")
    with op.batch_alter_table('escalations', schema=None) as batch_op:
        batch_op.alter_column('resolve_by', existing_type=Moment, nullable=False)
        batch_op.create_check_constraint(batch_op.f('ck_escalations_closed_with_evidence'), 'resolved_at IS NULL OR outcome IS NOT NULL')
        batch_op.create_index('ix_escalations_owner_id', ['owner_id'], unique=False, sqlite_where=sa.text('resolved_at IS NULL'), postgresql_where=sa.text('resolved_at IS NULL'))
        batch_op.create_index('uq_escalations_own_trouble', ['kind'], unique=True, sqlite_where=sa.text('resolved_at IS NULL AND patient_id IS NULL AND chat_id IS NULL'), postgresql_where=sa.text('resolved_at IS NULL AND patient_id IS NULL AND chat_id IS NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_escalations_owner_id'), 'staff', ['owner_id'], ['id'])
