"""Lessons, what came of them, and series"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0010'
down_revision = '0009'


def upgrade() -> None:
    op.create_table('lesson_texts',
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('lesson', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('shown', sa.JSON(), nullable=False),
    sa.Column('first_at', Moment, nullable=False),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_lesson_texts'))
    )
    op.create_table('lesson_searches',
    sa.Column('patient_id', Id, autoincrement=False, nullable=False),
    sa.Column('asked_at', Moment, nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_lesson_searches_patient_id')),
    sa.PrimaryKeyConstraint('patient_id', name=op.f('pk_lesson_searches'))
    )
    op.create_table('lesson_series',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('series', sa.Text(), nullable=False),
    sa.Column('plan_id', Id, nullable=True),
    sa.Column('day_0', sa.Date(), nullable=False),
    sa.Column('step', sa.SmallInteger(), nullable=False),
    sa.Column('next_at', Moment, nullable=True),
    sa.Column('begun_at', Moment, nullable=False),
    sa.Column('ended_at', Moment, nullable=True),
    sa.Column('why', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_lesson_series_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_series'))
    )
    with op.batch_alter_table('lesson_series', schema=None) as batch_op:
        batch_op.create_index('ix_lesson_series_next_at', ['next_at'], unique=False, sqlite_where=sa.text('next_at IS NOT NULL'), postgresql_where=sa.text('next_at IS NOT NULL'))
        batch_op.create_index('uq_lesson_series_open', ['patient_id', 'series'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('lesson_cues',
    sa.Column('conversation_id', Id, autoincrement=False, nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('zone', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_lesson_cues_conversation_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_lesson_cues_patient_id')),
    sa.PrimaryKeyConstraint('conversation_id', 'rule', name=op.f('pk_lesson_cues'))
    )
    op.create_table('lesson_deliveries',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('lesson', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('by', sa.Text(), nullable=True),
    sa.Column('series_id', Id, nullable=True),
    sa.Column('step', sa.SmallInteger(), nullable=True),
    sa.Column('message', Id, nullable=True),
    sa.Column('sent_at', Moment, nullable=False),
    sa.Column('held_at', Moment, nullable=True),
    sa.Column('opened_at', Moment, nullable=True),
    sa.Column('finished_at', Moment, nullable=True),
    sa.Column('question', sa.SmallInteger(), nullable=False),
    sa.Column('wrong', sa.SmallInteger(), nullable=False),
    sa.Column('unclear', sa.SmallInteger(), nullable=False),
    sa.Column('checked_at', Moment, nullable=True),
    sa.Column('understood', sa.Boolean(), nullable=True),
    sa.Column('helpful', sa.Boolean(), nullable=True),
    sa.Column('unhelpful_because', sa.Text(), nullable=True),
    sa.Column('refused_at', Moment, nullable=True),
    sa.CheckConstraint("cause IN ('asked', 'staff', 'answer', 'series')", name=op.f('ck_lesson_deliveries_cause')),
    sa.CheckConstraint('(checked_at IS NULL) = (understood IS NULL)', name=op.f('ck_lesson_deliveries_checked_or_not')),
    sa.ForeignKeyConstraint(['fingerprint'], ['lesson_texts.fingerprint'], name=op.f('fk_lesson_deliveries_fingerprint')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_lesson_deliveries_patient_id')),
    sa.ForeignKeyConstraint(['series_id'], ['lesson_series.id'], name=op.f('fk_lesson_deliveries_series_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_deliveries'))
    )
    with op.batch_alter_table('lesson_deliveries', schema=None) as batch_op:
        batch_op.create_index('ix_lesson_deliveries_message', ['message'], unique=False, sqlite_where=sa.text('message IS NOT NULL'), postgresql_where=sa.text('message IS NOT NULL'))
        batch_op.create_index('ix_lesson_deliveries_patient_id', ['patient_id', 'id'], unique=False)

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('entities', sa.JSON(none_as_null=True), nullable=True))
