"""Allergies"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0009'
down_revision = '0008'


def upgrade() -> None:
    op.create_table('allergies',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('substance', sa.Text(), nullable=False),
    sa.Column('reaction', sa.Text(), nullable=True),
    sa.Column('noted_by', sa.Text(), nullable=False),
    sa.Column('noted_at', Moment, nullable=False),
    sa.Column('removed_by', sa.Text(), nullable=True),
    sa.Column('removed_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_allergies_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_allergies'))
    )
    with op.batch_alter_table('allergies', schema=None) as batch_op:
        batch_op.create_index('ix_allergies_patient_id', ['patient_id'], unique=False)
