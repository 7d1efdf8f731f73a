"""Calendars, visit types, appointments and who waits."""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0020'
down_revision = '0019'


def upgrade() -> None:
    op.create_table('visit_types',
    sa.Column('id', Id, nullable=False),
    sa.Column('names', sa.JSON(), nullable=False),
    sa.Column('minutes', sa.SmallInteger(), nullable=False),
    sa.Column('step_minutes', sa.SmallInteger(), nullable=False),
    sa.Column('before_minutes', sa.SmallInteger(), nullable=False),
    sa.Column('after_minutes', sa.SmallInteger(), nullable=False),
    sa.Column('modes', sa.JSON(), nullable=False),
    sa.Column('seats', sa.SmallInteger(), nullable=False),
    sa.Column('by_patients', sa.Boolean(), nullable=False),
    sa.Column('programmes', sa.JSON(), nullable=False),
    sa.Column('needs_approval', sa.Boolean(), nullable=False),
    sa.Column('notice_minutes', sa.Integer(), nullable=False),
    sa.Column('ahead_days', sa.SmallInteger(), nullable=False),
    sa.Column('cancel_minutes', sa.Integer(), nullable=False),
    sa.Column('instructions', sa.JSON(), nullable=False),
    sa.Column('closed_at', Moment, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_types'))
    )
    op.create_table('calendars',
    sa.Column('id', Id, nullable=False),
    sa.Column('site_id', Id, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('staff_id', Id, nullable=True),
    sa.Column('closed_at', Moment, nullable=True),
    sa.CheckConstraint("kind IN ('clinician', 'room', 'equipment')", name=op.f('ck_calendars_kind')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_calendars_site_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_calendars_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendars'))
    )
    op.create_table('slots',
    sa.Column('id', Id, nullable=False),
    sa.Column('visit_type_id', Id, nullable=False),
    sa.Column('starts_at', Moment, nullable=False),
    sa.Column('ends_at', Moment, nullable=False),
    sa.Column('seats', sa.SmallInteger(), nullable=False),
    sa.Column('overbooked', sa.Boolean(), nullable=False),
    sa.Column('freed_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['visit_type_id'], ['visit_types.id'], name=op.f('fk_slots_visit_type_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slots'))
    )
    with op.batch_alter_table('slots', schema=None) as batch_op:
        batch_op.create_index('ix_slots_visit_type_id', ['visit_type_id', 'starts_at'], unique=False, sqlite_where=sa.text('freed_at IS NULL AND seats > 1'), postgresql_where=sa.text('freed_at IS NULL AND seats > 1'))

    op.create_table('appointments',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('visit_type_id', Id, nullable=False),
    sa.Column('site_id', Id, nullable=False),
    sa.Column('slot_id', Id, nullable=False),
    sa.Column('seat', sa.SmallInteger(), nullable=False),
    sa.Column('starts_at', Moment, nullable=False),
    sa.Column('ends_at', Moment, nullable=False),
    sa.Column('mode', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('held_until', Moment, nullable=True),
    sa.Column('moves', Id, nullable=True),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('series_id', Id, nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('made_by', sa.Text(), nullable=False),
    sa.Column('made_at', Moment, nullable=False),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('overbooked_why', sa.Text(), nullable=True),
    sa.Column('confirmed_at', Moment, nullable=True),
    sa.Column('ended_at', Moment, nullable=True),
    sa.Column('ended_by', sa.Text(), nullable=True),
    sa.Column('ended_why', sa.Text(), nullable=True),
    sa.CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name=op.f('ck_appointments_held_until_a_time')),
    sa.CheckConstraint("mode IN ('in_person', 'phone', 'video')", name=op.f('ck_appointments_mode')),
    sa.CheckConstraint("state IN ('held', 'lapsed', 'pending', 'booked', 'arrived', 'fulfilled', 'noshow', 'cancelled')", name=op.f('ck_appointments_state')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_appointments_takes_time')),
    sa.ForeignKeyConstraint(['moves'], ['appointments.id'], name=op.f('fk_appointments_moves')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_appointments_patient_id')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_appointments_site_id')),
    sa.ForeignKeyConstraint(['slot_id'], ['slots.id'], name=op.f('fk_appointments_slot_id')),
    sa.ForeignKeyConstraint(['visit_type_id'], ['visit_types.id'], name=op.f('fk_appointments_visit_type_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointments'))
    )
    with op.batch_alter_table('appointments', schema=None) as batch_op:
        batch_op.create_index('ix_appointments_held_until', ['held_until'], unique=False, sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))
        batch_op.create_index('ix_appointments_moves', ['moves'], unique=False, sqlite_where=sa.text('moves IS NOT NULL'), postgresql_where=sa.text('moves IS NOT NULL'))
        batch_op.create_index('ix_appointments_patient_id', ['patient_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_appointments_pending', ['made_at'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.create_index('ix_appointments_series_id', ['series_id'], unique=False, sqlite_where=sa.text('series_id IS NOT NULL'), postgresql_where=sa.text('series_id IS NOT NULL'))
        batch_op.create_index('ix_appointments_starts_at', ['starts_at'], unique=False)
        batch_op.create_index('uq_appointments_seat', ['slot_id', 'seat'], unique=True, sqlite_where=sa.text("state IN ('held', 'pending', 'booked', 'arrived', 'fulfilled', 'noshow')"), postgresql_where=sa.text("state IN ('held', 'pending', 'booked', 'arrived', 'fulfilled', 'noshow')"))

    op.create_table('booking_wishes',
    sa.Column('patient_id', Id, autoincrement=False, nullable=False),
    sa.Column('choosing', sa.Text(), nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_booking_wishes_patient_id')),
    sa.PrimaryKeyConstraint('patient_id', name=op.f('pk_booking_wishes'))
    )
    op.create_table('calendar_exceptions',
    sa.Column('id', Id, nullable=False),
    sa.Column('calendar_id', Id, nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('starts', sa.Time(), nullable=True),
    sa.Column('ends', sa.Time(), nullable=True),
    sa.Column('opens', sa.Boolean(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('added_by', sa.Text(), nullable=False),
    sa.Column('added_at', Moment, nullable=False),
    sa.Column('removed_at', Moment, nullable=True),
    sa.CheckConstraint('(starts IS NULL) = (ends IS NULL)', name=op.f('ck_calendar_exceptions_both_or_neither')),
    sa.CheckConstraint('first_day <= last_day', name=op.f('ck_calendar_exceptions_days')),
    sa.CheckConstraint('starts IS NOT NULL OR NOT opens', name=op.f('ck_calendar_exceptions_opens_at_a_time')),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendars.id'], name=op.f('fk_calendar_exceptions_calendar_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_exceptions'))
    )
    with op.batch_alter_table('calendar_exceptions', schema=None) as batch_op:
        batch_op.create_index('ix_calendar_exceptions_calendar_id', ['calendar_id', 'last_day'], unique=False, sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))

    op.create_table('calendar_hours',
    sa.Column('id', Id, nullable=False),
    sa.Column('calendar_id', Id, nullable=False),
    sa.Column('weekday', sa.SmallInteger(), nullable=False),
    sa.Column('starts', sa.Time(), nullable=False),
    sa.Column('ends', sa.Time(), nullable=False),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_calendar_hours_weekday')),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendars.id'], name=op.f('fk_calendar_hours_calendar_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_hours'))
    )
    with op.batch_alter_table('calendar_hours', schema=None) as batch_op:
        batch_op.create_index('ix_calendar_hours_calendar_id', ['calendar_id'], unique=False)

    op.create_table('slot_calendars',
    sa.Column('slot_id', Id, autoincrement=False, nullable=False),
    sa.Column('calendar_id', Id, autoincrement=False, nullable=False),
    sa.Column('from_at', Moment, nullable=False),
    sa.Column('to_at', Moment, nullable=False),
    sa.Column('busy', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendars.id'], name=op.f('fk_slot_calendars_calendar_id')),
    sa.ForeignKeyConstraint(['slot_id'], ['slots.id'], name=op.f('fk_slot_calendars_slot_id')),
    sa.PrimaryKeyConstraint('slot_id', 'calendar_id', name=op.f('pk_slot_calendars'))
    )
    with op.batch_alter_table('slot_calendars', schema=None) as batch_op:
        batch_op.create_index('ix_slot_calendars_busy', ['calendar_id', 'to_at', 'from_at'], unique=False, sqlite_where=sa.text('busy'), postgresql_where=sa.text('busy'))

    op.create_table('taken_times',
    sa.Column('calendar_id', Id, autoincrement=False, nullable=False),
    sa.Column('quantum', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('layer', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('slot_id', Id, nullable=False),
    sa.ForeignKeyConstraint(['slot_id'], ['slots.id'], name=op.f('fk_taken_times_slot_id')),
    sa.PrimaryKeyConstraint('calendar_id', 'quantum', 'layer', name=op.f('pk_taken_times')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('taken_times', schema=None) as batch_op:
        batch_op.create_index('ix_taken_times_quantum', ['quantum'], unique=False)
        batch_op.create_index('ix_taken_times_slot_id', ['slot_id'], unique=False)

    op.create_table('visit_type_calendars',
    sa.Column('visit_type_id', Id, autoincrement=False, nullable=False),
    sa.Column('calendar_id', Id, autoincrement=False, nullable=False),
    sa.Column('need', sa.SmallInteger(), nullable=False),
    sa.Column('place', sa.SmallInteger(), nullable=False),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendars.id'], name=op.f('fk_visit_type_calendars_calendar_id')),
    sa.ForeignKeyConstraint(['visit_type_id'], ['visit_types.id'], name=op.f('fk_visit_type_calendars_visit_type_id')),
    sa.PrimaryKeyConstraint('visit_type_id', 'calendar_id', name=op.f('pk_visit_type_calendars'))
    )
    op.create_table('visit_notices',
    sa.Column('id', Id, nullable=False),
    sa.Column('appointment_id', Id, nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('number', sa.SmallInteger(), nullable=False),
    sa.Column('due_at', Moment, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('message', Id, nullable=True),
    sa.Column('told_at', Moment, nullable=True),
    sa.CheckConstraint("kind IN ('reminder', 'instruction')", name=op.f('ck_visit_notices_kind')),
    sa.CheckConstraint("state IN ('planned', 'told', 'recalled', 'not_told')", name=op.f('ck_visit_notices_state')),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_visit_notices_appointment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_notices')),
    sa.UniqueConstraint('appointment_id', 'sequence', 'kind', 'number', name=op.f('uq_visit_notices_appointment_id_sequence_kind_number'))
    )
    with op.batch_alter_table('visit_notices', schema=None) as batch_op:
        batch_op.create_index('ix_visit_notices_due_at', ['due_at'], unique=False, sqlite_where=sa.text("state = 'planned'"), postgresql_where=sa.text("state = 'planned'"))
        batch_op.create_index('ix_visit_notices_message', ['message'], unique=False, sqlite_where=sa.text('message IS NOT NULL'), postgresql_where=sa.text('message IS NOT NULL'))

    op.create_table('waiting_list',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('visit_type_id', Id, nullable=False),
    sa.Column('mode', sa.Text(), nullable=False),
    sa.Column('moves', Id, nullable=True),
    sa.Column('urgency', sa.SmallInteger(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=True),
    sa.Column('last_day', sa.Date(), nullable=True),
    sa.Column('part', sa.Text(), nullable=True),
    sa.Column('since', Moment, nullable=False),
    sa.Column('added_by', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('ended_at', Moment, nullable=True),
    sa.CheckConstraint("part IN ('morning', 'afternoon')", name=op.f('ck_waiting_list_part')),
    sa.CheckConstraint("state IN ('waiting', 'booked', 'left')", name=op.f('ck_waiting_list_state')),
    sa.CheckConstraint('urgency BETWEEN 0 AND 2', name=op.f('ck_waiting_list_urgency')),
    sa.ForeignKeyConstraint(['moves'], ['appointments.id'], name=op.f('fk_waiting_list_moves')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_waiting_list_patient_id')),
    sa.ForeignKeyConstraint(['visit_type_id'], ['visit_types.id'], name=op.f('fk_waiting_list_visit_type_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waiting_list'))
    )
    with op.batch_alter_table('waiting_list', schema=None) as batch_op:
        batch_op.create_index('ix_waiting_list_visit_type_id', ['visit_type_id', 'urgency', 'since'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
        batch_op.create_index('uq_waiting_list_open', ['patient_id', 'visit_type_id'], unique=True, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.create_table('slot_offers',
    sa.Column('id', Id, nullable=False),
    sa.Column('waiting_id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('visit_type_id', Id, nullable=False),
    sa.Column('slot_id', Id, nullable=False),
    sa.Column('calendars', sa.JSON(), nullable=False),
    sa.Column('starts_at', Moment, nullable=False),
    sa.Column('round', sa.SmallInteger(), nullable=False),
    sa.Column('offered_at', Moment, nullable=False),
    sa.Column('open_until', Moment, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('message', Id, nullable=True),
    sa.Column('ended_at', Moment, nullable=True),
    sa.CheckConstraint("state IN ('open', 'accepted', 'declined', 'lapsed', 'gone')", name=op.f('ck_slot_offers_state')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_slot_offers_patient_id')),
    sa.ForeignKeyConstraint(['slot_id'], ['slots.id'], name=op.f('fk_slot_offers_slot_id')),
    sa.ForeignKeyConstraint(['visit_type_id'], ['visit_types.id'], name=op.f('fk_slot_offers_visit_type_id')),
    sa.ForeignKeyConstraint(['waiting_id'], ['waiting_list.id'], name=op.f('fk_slot_offers_waiting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slot_offers')),
    sa.UniqueConstraint('waiting_id', 'slot_id', name=op.f('uq_slot_offers_waiting_id_slot_id'))
    )
    with op.batch_alter_table('slot_offers', schema=None) as batch_op:
        batch_op.create_index('ix_slot_offers_open', ['open_until'], unique=False, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.create_index('ix_slot_offers_slot_id', ['slot_id'], unique=False)

    with op.batch_alter_table('sites', schema=None) as batch_op:
        batch_op.add_column(sa.Column('address', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('time_zone', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('country', sa.Text(), nullable=True))
