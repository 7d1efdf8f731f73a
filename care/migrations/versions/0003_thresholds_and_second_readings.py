"""Thresholds that staff set, and readings to be taken again"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_table('thresholds',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('number', sa.Float(), nullable=False),
    sa.Column('set_by', sa.Text(), nullable=False),
    sa.Column('set_at', Moment, nullable=False),
    sa.Column('removed_by', sa.Text(), nullable=True),
    sa.Column('removed_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_thresholds_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thresholds'))
    )
    with op.batch_alter_table('thresholds', schema=None) as batch_op:
        batch_op.create_index('uq_thresholds_clinic', ['name'], unique=True, sqlite_where=sa.text('patient_id IS NULL AND removed_at IS NULL'), postgresql_where=sa.text('patient_id IS NULL AND removed_at IS NULL'))
        batch_op.create_index('uq_thresholds_patient', ['patient_id', 'name'], unique=True, sqlite_where=sa.text('patient_id IS NOT NULL AND removed_at IS NULL'), postgresql_where=sa.text('patient_id IS NOT NULL AND removed_at IS NULL'))

    op.create_table('second_readings',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('conversation_id', Id, nullable=False),
    sa.Column('chat_id', Id, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('due_at', Moment, nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_second_readings_conversation_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_second_readings_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_second_readings')),
    sa.UniqueConstraint('conversation_id', 'key', name=op.f('uq_second_readings_conversation_id_key'))
    )
    with op.batch_alter_table('second_readings', schema=None) as batch_op:
        batch_op.create_index('ix_second_readings_due_at', ['due_at'], unique=False)
