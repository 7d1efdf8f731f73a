"""Programmes and check windows"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    op.create_table('care_plans',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('programme', sa.Text(), nullable=False),
    sa.Column('hour', sa.Time(), nullable=False),
    sa.Column('schedule', sa.Text(), nullable=True),
    sa.Column('day_0', sa.Date(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('begun_at', Moment, nullable=False),
    sa.Column('next_at', Moment, nullable=True),
    sa.Column('resting_since', Moment, nullable=True),
    sa.Column('ended_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_care_plans_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_care_plans'))
    )
    with op.batch_alter_table('care_plans', schema=None) as batch_op:
        batch_op.create_index('ix_care_plans_next_at', ['next_at', 'patient_id'], unique=False, sqlite_where=sa.text('next_at IS NOT NULL'), postgresql_where=sa.text('next_at IS NOT NULL'))
        batch_op.create_index('ix_care_plans_patient_id', ['patient_id'], unique=False)
        batch_op.create_index('uq_care_plans_open', ['patient_id', 'programme'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('check_windows',
    sa.Column('id', Id, nullable=False),
    sa.Column('plan_id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('flow', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('due_at', Moment, nullable=False),
    sa.Column('closes_at', Moment, nullable=False),
    sa.Column('offered_at', Moment, nullable=True),
    sa.Column('prompted_again_at', Moment, nullable=True),
    sa.Column('message', Id, nullable=True),
    sa.Column('conversation_id', Id, nullable=True),
    sa.Column('act_at', Moment, nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('settled_at', Moment, nullable=True),
    sa.CheckConstraint("outcome IN ('answered', 'partial', 'not_today', 'silent', 'missed_by_us', 'held')", name=op.f('ck_check_windows_outcome')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_check_windows_conversation_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_check_windows_patient_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['care_plans.id'], name=op.f('fk_check_windows_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_windows')),
    sa.UniqueConstraint('plan_id', 'day', name=op.f('uq_check_windows_plan_id_day'))
    )
    with op.batch_alter_table('check_windows', schema=None) as batch_op:
        batch_op.create_index('ix_check_windows_act_at', ['act_at', 'patient_id'], unique=False, sqlite_where=sa.text('act_at IS NOT NULL'), postgresql_where=sa.text('act_at IS NOT NULL'))
        batch_op.create_index('ix_check_windows_conversation_id', ['conversation_id'], unique=False, sqlite_where=sa.text('conversation_id IS NOT NULL'), postgresql_where=sa.text('conversation_id IS NOT NULL'))
        batch_op.create_index('ix_check_windows_patient_id', ['patient_id', 'due_at'], unique=False)

    # Whoever had a daily check has the general programme now, at the same hour, from the same day.
    op.execute("""
        INSERT INTO care_plans (patient_id, programme, hour, day_0, starts_on, begun_at, next_at)
        SELECT id, 'general', check_time, date(created_at), date(created_at), created_at, next_check_at
        FROM patients WHERE state <> 'invited'
    """)
    op.drop_index('ix_patients_next_check_at', 'patients')
    # Not in a batch: SQLite would build the table anew, and lose its CHECK on the way.
    op.execute('ALTER TABLE patients DROP COLUMN check_time')
    op.execute('ALTER TABLE patients DROP COLUMN next_check_at')
