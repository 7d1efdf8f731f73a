"""Situations of patients"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    op.create_table('situations',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('zone_before', sa.Text(), nullable=True),
    sa.Column('ended_plans', sa.JSON(), nullable=False),
    sa.Column('asked_at', Moment, nullable=True),
    sa.Column('ended_at', Moment, nullable=True),
    sa.Column('undone_at', Moment, nullable=True),
    sa.Column('undone_by', sa.Text(), nullable=True),
    sa.CheckConstraint("kind IN ('in_hospital', 'travelling', 'transferred', 'deceased', 'pregnancy_loss')", name=op.f('ck_situations_kind')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_situations_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_situations'))
    )
    with op.batch_alter_table('situations', schema=None) as batch_op:
        batch_op.create_index('ix_situations_patient_id', ['patient_id', 'id'], unique=False)
        batch_op.create_index('uq_situations_open', ['patient_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    with op.batch_alter_table('patients', schema=None) as batch_op:
        batch_op.add_column(sa.Column('situation', sa.Text(), nullable=True))
