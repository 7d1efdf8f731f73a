"""Erasures"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0012'
down_revision = '0011'


def upgrade() -> None:
    op.create_table('erasures',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('asked_at', Moment, nullable=False),
    sa.Column('asked_by', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('due_at', Moment, nullable=True),
    sa.Column('erased_at', Moment, nullable=True),
    sa.Column('removed', sa.JSON(), nullable=False),
    sa.CheckConstraint('(due_at IS NULL) = (erased_at IS NOT NULL)', name=op.f('ck_erasures_due_or_done')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasures')),
    sa.UniqueConstraint('patient_id', name=op.f('uq_erasures_patient_id'))
    )
    with op.batch_alter_table('erasures', schema=None) as batch_op:
        batch_op.create_index('ix_erasures_due_at', ['due_at'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
