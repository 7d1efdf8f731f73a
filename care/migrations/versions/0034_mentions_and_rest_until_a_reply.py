"""Mentions, and rest until a reply"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0034'
down_revision = '0033'


def upgrade() -> None:
    op.create_table('mentions',
    sa.Column('id', Id, nullable=False),
    sa.Column('note_id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.Column('read_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['note_id'], ['notes.id'], name=op.f('fk_mentions_note_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_mentions_patient_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_mentions_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentions'))
    )
    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.create_index('ix_mentions_note_id', ['note_id'], unique=False)
        batch_op.create_index('ix_mentions_patient_id', ['patient_id'], unique=False)
        batch_op.create_index('ix_mentions_staff_id', ['staff_id', 'read_at'], unique=False)
        batch_op.create_index('ix_mentions_unread', ['staff_id', 'id'], unique=False, sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))

    with op.batch_alter_table('escalations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('or_reply', sa.Boolean(), server_default=sa.false(), nullable=False))
