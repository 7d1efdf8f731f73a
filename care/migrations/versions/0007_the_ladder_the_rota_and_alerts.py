"""The ladder, the rota, and alerts"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    op.create_table('absences',
    sa.Column('id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('cover_id', Id, nullable=True),
    sa.Column('created_at', Moment, nullable=False),
    sa.Column('moved_at', Moment, nullable=True),
    sa.Column('cancelled_at', Moment, nullable=True),
    sa.CheckConstraint('first_day <= last_day', name=op.f('ck_absences_days')),
    sa.ForeignKeyConstraint(['cover_id'], ['staff.id'], name=op.f('fk_absences_cover_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_absences_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absences'))
    )
    with op.batch_alter_table('absences', schema=None) as batch_op:
        batch_op.create_index('ix_absences_to_begin', ['first_day'], unique=False, sqlite_where=sa.text('moved_at IS NULL AND cancelled_at IS NULL'), postgresql_where=sa.text('moved_at IS NULL AND cancelled_at IS NULL'))

    op.create_table('shifts',
    sa.Column('id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('weekday', sa.SmallInteger(), nullable=True),
    sa.Column('on_date', sa.Date(), nullable=True),
    sa.Column('starts', sa.Time(), nullable=False),
    sa.Column('ends', sa.Time(), nullable=False),
    sa.Column('created_at', Moment, nullable=False),
    sa.CheckConstraint("role IN ('on_call', 'backup', 'lead')", name=op.f('ck_shifts_role')),
    sa.CheckConstraint('(weekday IS NULL) <> (on_date IS NULL)', name=op.f('ck_shifts_weekly_or_on_a_date')),
    sa.CheckConstraint('weekday IS NULL OR weekday BETWEEN 0 AND 6', name=op.f('ck_shifts_weekday')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_shifts_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shifts'))
    )
    op.create_table('alerts',
    sa.Column('id', Id, nullable=False),
    sa.Column('escalation_id', Id, nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('staff_id', Id, nullable=True),
    sa.Column('rung', sa.Text(), nullable=False),
    sa.Column('severity', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('created_at', Moment, nullable=False),
    sa.Column('not_before', Moment, nullable=False),
    sa.Column('claimed_at', Moment, nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('settled_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['escalation_id'], ['escalations.id'], name=op.f('fk_alerts_escalation_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_alerts_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts'))
    )
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.create_index('ix_alerts_failed', ['settled_at'], unique=False, sqlite_where=sa.text("outcome = 'failed'"), postgresql_where=sa.text("outcome = 'failed'"))
        batch_op.create_index('ix_alerts_waiting', ['not_before', 'id'], unique=False, sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))

    with op.batch_alter_table('escalations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rung', sa.SmallInteger(), nullable=True))
        batch_op.add_column(sa.Column('exhausted_at', Moment, nullable=True))
    op.execute("UPDATE escalations SET rung = 0")
    with op.batch_alter_table('escalations', schema=None) as batch_op:
        batch_op.alter_column('rung', existing_type=sa.SmallInteger(), nullable=False)
        batch_op.create_index('ix_escalations_exhausted', ['severity', 'id'], unique=False, sqlite_where=sa.text('resolved_at IS NULL AND exhausted_at IS NOT NULL'), postgresql_where=sa.text('resolved_at IS NULL AND exhausted_at IS NOT NULL'))

    with op.batch_alter_table('staff', schema=None, recreate='always' if op.get_bind().dialect.name == 'sqlite' else 'never') as batch_op:
        batch_op.add_column(sa.Column('phone', sa.Text(), nullable=True))
