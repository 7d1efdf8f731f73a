"""A person holds a thread, a patient says how urgent it is"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0018'
down_revision = '0017'


def upgrade() -> None:
    op.create_table('holds',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('began_at', Moment, nullable=False),
    sa.Column('minutes', sa.SmallInteger(), nullable=False),
    sa.Column('ends_at', Moment, nullable=False),
    sa.Column('conversation_id', Id, nullable=True),
    sa.Column('ended_at', Moment, nullable=True),
    sa.Column('ended_by', Id, nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_holds_conversation_id')),
    sa.ForeignKeyConstraint(['ended_by'], ['staff.id'], name=op.f('fk_holds_ended_by')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_holds_patient_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_holds_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holds'))
    )
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.create_index('ix_holds_ends_at', ['ends_at'], unique=False, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.create_index('ix_holds_patient_id', ['patient_id', 'id'], unique=False)
        batch_op.create_index('uq_holds_open', ['patient_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    with op.batch_alter_table('escalations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('felt', sa.SmallInteger(), server_default='1', nullable=False))

    with op.batch_alter_table('patients', schema=None) as batch_op:
        batch_op.add_column(sa.Column('held_until', Moment, nullable=True))
