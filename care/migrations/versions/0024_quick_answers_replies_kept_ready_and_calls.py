"""Quick answers, replies kept ready, calls, and who is here"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0024'
down_revision = '0023'


def upgrade() -> None:
    op.create_table('canned_replies',
    sa.Column('id', Id, nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('changed_at', Moment, nullable=False),
    sa.Column('retired_at', Moment, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_canned_replies'))
    )
    with op.batch_alter_table('canned_replies', schema=None) as batch_op:
        batch_op.create_index('uq_canned_replies_title', ['title'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))

    op.create_table('presences',
    sa.Column('staff_id', Id, autoincrement=False, nullable=False),
    sa.Column('patient_id', Id, autoincrement=False, nullable=False),
    sa.Column('writing', sa.Boolean(), nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_presences_patient_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_presences_staff_id')),
    sa.PrimaryKeyConstraint('staff_id', 'patient_id', name=op.f('pk_presences'))
    )
    with op.batch_alter_table('presences', schema=None) as batch_op:
        batch_op.create_index('ix_presences_patient_id', ['patient_id'], unique=False)

    op.create_table('quick_answers',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('chat_id', Id, nullable=False),
    sa.Column('message', Id, nullable=True),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('created_at', Moment, nullable=False),
    sa.Column('over_at', Moment, nullable=True),
    sa.Column('chosen', sa.SmallInteger(), nullable=True),
    sa.Column('heard', Id, nullable=True),
    sa.ForeignKeyConstraint(['heard'], ['patient_messages.id'], name=op.f('fk_quick_answers_heard')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_quick_answers_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quick_answers'))
    )
    with op.batch_alter_table('quick_answers', schema=None) as batch_op:
        batch_op.create_index('ix_quick_answers_heard', ['heard'], unique=False)
        batch_op.create_index('ix_quick_answers_open', ['patient_id'], unique=False, sqlite_where=sa.text('over_at IS NULL'), postgresql_where=sa.text('over_at IS NULL'))
        batch_op.create_index('ix_quick_answers_patient_id', ['patient_id'], unique=False)

    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('call', sa.Text(), nullable=True))
