"""Telling many patients something"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0015'
down_revision = '0014'


def upgrade() -> None:
    op.create_table('cohorts',
    sa.Column('id', Id, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('criteria', sa.JSON(), nullable=False),
    sa.Column('saved_by', sa.Text(), nullable=False),
    sa.Column('saved_at', Moment, nullable=False),
    sa.Column('removed_at', Moment, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cohorts'))
    )
    with op.batch_alter_table('cohorts', schema=None) as batch_op:
        batch_op.create_index('uq_cohorts_name', ['name'], unique=True, sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))

    op.create_table('pace',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('leader', sa.Text(), nullable=False),
    sa.Column('leads_until', Moment, nullable=False),
    sa.Column('held_until', Moment, nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_pace'))
    )
    op.create_table('broadcasts',
    sa.Column('id', Id, nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('topic', sa.Text(), nullable=False),
    sa.Column('cohort_id', Id, nullable=True),
    sa.Column('criteria', sa.JSON(), nullable=False),
    sa.Column('openly', sa.Boolean(), nullable=False),
    sa.Column('expects_answers', sa.Boolean(), nullable=False),
    sa.Column('leaves_out', sa.Boolean(), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=True),
    sa.Column('at_time', sa.Time(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('author_id', Id, nullable=False),
    sa.Column('made_at', Moment, nullable=False),
    sa.Column('counted', sa.Integer(), nullable=True),
    sa.Column('approver_id', Id, nullable=True),
    sa.Column('approved_at', Moment, nullable=True),
    sa.Column('begins_at', Moment, nullable=True),
    sa.Column('planned_to', Id, nullable=True),
    sa.Column('planned_at', Moment, nullable=True),
    sa.Column('ended_at', Moment, nullable=True),
    sa.CheckConstraint("state IN ('draft', 'waiting', 'sending', 'paused', 'cancelled', 'finished')", name=op.f('ck_broadcasts_state')),
    sa.CheckConstraint('(on_date IS NULL) = (at_time IS NULL)', name=op.f('ck_broadcasts_date_and_time')),
    sa.CheckConstraint('approver_id <> author_id', name=op.f('ck_broadcasts_two_persons')),
    sa.ForeignKeyConstraint(['approver_id'], ['staff.id'], name=op.f('fk_broadcasts_approver_id')),
    sa.ForeignKeyConstraint(['author_id'], ['staff.id'], name=op.f('fk_broadcasts_author_id')),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohorts.id'], name=op.f('fk_broadcasts_cohort_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_broadcasts'))
    )
    with op.batch_alter_table('broadcasts', schema=None) as batch_op:
        batch_op.create_index('ix_broadcasts_under_way', ['id'], unique=False, sqlite_where=sa.text("state IN ('sending', 'paused')"), postgresql_where=sa.text("state IN ('sending', 'paused')"))

    op.create_table('halts',
    sa.Column('id', Id, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('begun_at', Moment, nullable=False),
    sa.Column('begun_by', sa.Text(), nullable=False),
    sa.Column('released_at', Moment, nullable=True),
    sa.Column('released_by', Id, nullable=True),
    sa.ForeignKeyConstraint(['released_by'], ['staff.id'], name=op.f('fk_halts_released_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_halts'))
    )
    with op.batch_alter_table('halts', schema=None) as batch_op:
        batch_op.create_index('uq_halts_open', ['kind'], unique=True, sqlite_where=sa.text('released_at IS NULL'), postgresql_where=sa.text('released_at IS NULL'))

    op.create_table('staff_chats',
    sa.Column('staff_id', Id, autoincrement=False, nullable=False),
    sa.Column('token_hash', sa.Text(), nullable=True),
    sa.Column('expires_at', Moment, nullable=True),
    sa.Column('chat_id', Id, nullable=True),
    sa.Column('linked_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_chats_staff_id')),
    sa.PrimaryKeyConstraint('staff_id', name=op.f('pk_staff_chats')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_staff_chats_token_hash'))
    )
    op.create_table('broadcast_recipients',
    sa.Column('broadcast_id', Id, autoincrement=False, nullable=False),
    sa.Column('patient_id', Id, autoincrement=False, nullable=False),
    sa.Column('left_out', sa.Text(), nullable=True),
    sa.Column('due_at', Moment, nullable=True),
    sa.Column('message', Id, nullable=True),
    sa.Column('version', sa.Integer(), nullable=True),
    sa.Column('opened_at', Moment, nullable=True),
    sa.Column('answered_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['broadcast_id'], ['broadcasts.id'], name=op.f('fk_broadcast_recipients_broadcast_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_broadcast_recipients_patient_id')),
    sa.PrimaryKeyConstraint('broadcast_id', 'patient_id', name=op.f('pk_broadcast_recipients'))
    )
    with op.batch_alter_table('broadcast_recipients', schema=None) as batch_op:
        batch_op.create_index('ix_broadcast_recipients_due', ['broadcast_id', 'due_at', 'patient_id'], unique=False, sqlite_where=sa.text('message IS NULL AND left_out IS NULL'), postgresql_where=sa.text('message IS NULL AND left_out IS NULL'))
        batch_op.create_index('ix_broadcast_recipients_patient_id', ['patient_id'], unique=False)

    op.create_table('broadcast_texts',
    sa.Column('broadcast_id', Id, autoincrement=False, nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['broadcast_id'], ['broadcasts.id'], name=op.f('fk_broadcast_texts_broadcast_id')),
    sa.PrimaryKeyConstraint('broadcast_id', 'version', 'language', name=op.f('pk_broadcast_texts'))
    )
    op.create_table('refused_topics',
    sa.Column('patient_id', Id, autoincrement=False, nullable=False),
    sa.Column('topic', sa.Text(), nullable=False),
    sa.Column('since', Moment, nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_refused_topics_patient_id')),
    sa.PrimaryKeyConstraint('patient_id', 'topic', name=op.f('pk_refused_topics'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('broadcast_id', Id, nullable=True))
        batch_op.add_column(sa.Column('unprompted', sa.Boolean(), nullable=True))
        batch_op.create_index('ix_outbox_broadcast_id', ['broadcast_id'], unique=False, sqlite_where=sa.text('outcome IS NULL AND broadcast_id IS NOT NULL'), postgresql_where=sa.text('outcome IS NULL AND broadcast_id IS NOT NULL'))
        batch_op.create_index('ix_outbox_lately', ['patient_id', 'settled_at'], unique=False, sqlite_where=sa.text('settled_at IS NOT NULL'), postgresql_where=sa.text('settled_at IS NOT NULL'))
        batch_op.create_index('ix_outbox_unasked_settled', ['settled_at'], unique=False, sqlite_where=sa.text('lane = 3 AND settled_at IS NOT NULL'), postgresql_where=sa.text('lane = 3 AND settled_at IS NOT NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_outbox_broadcast_id'), 'broadcasts', ['broadcast_id'], ['id'])

    with op.batch_alter_table('patients', schema=None) as batch_op:
        batch_op.add_column(sa.Column('most_a_day', sa.SmallInteger(), nullable=True))
