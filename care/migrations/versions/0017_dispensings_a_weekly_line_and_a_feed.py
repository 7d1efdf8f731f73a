"""Dispensings, a weekly line and a calendar feed"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0017'
down_revision = '0016'


def upgrade() -> None:
    op.create_table('dispensings',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('medicine_id', Id, nullable=False),
    sa.Column('handed_out_on', sa.Date(), nullable=False),
    sa.Column('days', sa.SmallInteger(), nullable=False),
    sa.Column('recorded_by', sa.Text(), nullable=False),
    sa.Column('recorded_at', Moment, nullable=False),
    sa.CheckConstraint('days BETWEEN 1 AND 366', name=op.f('ck_dispensings_days')),
    sa.ForeignKeyConstraint(['medicine_id'], ['medicines.id'], name=op.f('fk_dispensings_medicine_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_dispensings_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispensings')),
    sa.UniqueConstraint('medicine_id', 'handed_out_on', 'days', name=op.f('uq_dispensings_medicine_id_handed_out_on_days'))
    )
    with op.batch_alter_table('dispensings', schema=None) as batch_op:
        batch_op.create_index('ix_dispensings_patient_id', ['patient_id'], unique=False)

    with op.batch_alter_table('dose_settings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('weekly_at', Moment, nullable=True))
        batch_op.add_column(sa.Column('feed', sa.Text(), nullable=True))
        batch_op.create_index('ix_dose_settings_feed', ['feed'], unique=True, sqlite_where=sa.text('feed IS NOT NULL'), postgresql_where=sa.text('feed IS NOT NULL'))
        batch_op.create_index('ix_dose_settings_weekly_at', ['weekly_at'], unique=False, sqlite_where=sa.text('weekly_at IS NOT NULL'), postgresql_where=sa.text('weekly_at IS NOT NULL'))
