"""Video visits, what comes before and after them, and feeds of calendars"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0023'
down_revision = '0022'


def upgrade() -> None:
    op.create_table('calendar_feeds',
    sa.Column('id', Id, nullable=False),
    sa.Column('calendar_id', Id, nullable=False),
    sa.Column('secret_hash', sa.Text(), nullable=False),
    sa.Column('made_by', sa.Text(), nullable=False),
    sa.Column('made_at', Moment, nullable=False),
    sa.Column('revoked_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendars.id'], name=op.f('fk_calendar_feeds_calendar_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feeds')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_calendar_feeds_secret_hash'))
    )
    with op.batch_alter_table('calendar_feeds', schema=None) as batch_op:
        batch_op.create_index('uq_calendar_feeds_open', ['calendar_id'], unique=True, sqlite_where=sa.text('revoked_at IS NULL'), postgresql_where=sa.text('revoked_at IS NULL'))

    op.create_table('after_visits',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('appointment_id', Id, nullable=False),
    sa.Column('instructions', sa.Text(), nullable=False),
    sa.Column('question', sa.Text(), nullable=True),
    sa.Column('choices', sa.JSON(), nullable=False),
    sa.Column('right_choice', sa.SmallInteger(), nullable=True),
    sa.Column('written_by', sa.Text(), nullable=False),
    sa.Column('written_at', Moment, nullable=False),
    sa.Column('answer', sa.SmallInteger(), nullable=True),
    sa.Column('answered_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_after_visits_appointment_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_after_visits_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_after_visits'))
    )
    with op.batch_alter_table('after_visits', schema=None) as batch_op:
        batch_op.create_index('ix_after_visits_appointment_id', ['appointment_id'], unique=False)
        batch_op.create_index('ix_after_visits_patient_id', ['patient_id'], unique=False)

    op.create_table('visit_entries',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('appointment_id', Id, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.CheckConstraint("kind IN ('brief', 'arrival', 'teach_back')", name=op.f('ck_visit_entries_kind')),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_visit_entries_appointment_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_visit_entries_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_entries'))
    )
    with op.batch_alter_table('visit_entries', schema=None) as batch_op:
        batch_op.create_index('ix_visit_entries_appointment_id', ['appointment_id'], unique=False)
        batch_op.create_index('ix_visit_entries_patient_id', ['patient_id', 'at'], unique=False)

    with op.batch_alter_table('appointments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('arrived_at', Moment, nullable=True))
        batch_op.add_column(sa.Column('room', sa.Text(), nullable=True))

    with op.batch_alter_table('booking_wishes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('screen', Id, nullable=True))

    with op.batch_alter_table('visit_notices', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_visit_notices_kind'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_visit_notices_kind'), "kind IN ('reminder', 'instruction', 'questions', 'brief', 'link')")
