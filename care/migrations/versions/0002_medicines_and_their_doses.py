"""Medicines and their doses"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    op.create_table('dose_prompts',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('chat_id', Id, nullable=False),
    sa.Column('doses', sa.JSON(), nullable=False),
    sa.Column('screen', Id, nullable=True),
    sa.Column('shown', sa.Boolean(), nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_dose_prompts_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dose_prompts'))
    )
    with op.batch_alter_table('dose_prompts', schema=None) as batch_op:
        batch_op.create_index('ix_dose_prompts_screen', ['screen'], unique=False)

    op.create_table('dose_settings',
    sa.Column('patient_id', Id, autoincrement=False, nullable=False),
    sa.Column('openly', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_dose_settings_patient_id')),
    sa.PrimaryKeyConstraint('patient_id', name=op.f('pk_dose_settings'))
    )
    op.create_table('medicines',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('ingredient', sa.Text(), nullable=True),
    sa.Column('purpose', sa.Text(), nullable=True),
    sa.Column('looks', sa.Text(), nullable=True),
    sa.Column('missed_advice', sa.Text(), nullable=True),
    sa.Column('critical', sa.Boolean(), nullable=False),
    sa.Column('supply_ends_on', sa.Date(), nullable=True),
    sa.Column('refill_at', Moment, nullable=True),
    sa.Column('created_at', Moment, nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_medicines_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_medicines'))
    )
    with op.batch_alter_table('medicines', schema=None) as batch_op:
        batch_op.create_index('ix_medicines_patient_id', ['patient_id'], unique=False)
        batch_op.create_index('ix_medicines_refill_at', ['refill_at'], unique=False, sqlite_where=sa.text('refill_at IS NOT NULL'), postgresql_where=sa.text('refill_at IS NOT NULL'))

    op.create_table('regimens',
    sa.Column('id', Id, nullable=False),
    sa.Column('medicine_id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('timing', sa.JSON(), nullable=False),
    sa.Column('amount', sa.Text(), nullable=False),
    sa.Column('food', sa.Text(), nullable=True),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('window_minutes', sa.SmallInteger(), nullable=False),
    sa.Column('nudges', sa.SmallInteger(), nullable=False),
    sa.Column('nudge_minutes', sa.SmallInteger(), nullable=False),
    sa.Column('prescriber', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('zone', sa.Text(), nullable=True),
    sa.Column('tzdata', sa.Text(), nullable=True),
    sa.Column('planned_to', Moment, nullable=True),
    sa.Column('plan_at', Moment, nullable=True),
    sa.CheckConstraint("food IN ('with', 'without')", name=op.f('ck_regimens_food')),
    sa.CheckConstraint("state IN ('proposed', 'active', 'stopped')", name=op.f('ck_regimens_state')),
    sa.ForeignKeyConstraint(['medicine_id'], ['medicines.id'], name=op.f('fk_regimens_medicine_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_regimens_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regimens'))
    )
    with op.batch_alter_table('regimens', schema=None) as batch_op:
        batch_op.create_index('ix_regimens_medicine_id', ['medicine_id'], unique=False)
        batch_op.create_index('ix_regimens_patient_id', ['patient_id'], unique=False)
        batch_op.create_index('ix_regimens_plan_at', ['plan_at'], unique=False, sqlite_where=sa.text('plan_at IS NOT NULL'), postgresql_where=sa.text('plan_at IS NOT NULL'))
        batch_op.create_index('ix_regimens_tzdata', ['tzdata'], unique=False, sqlite_where=sa.text("state = 'active'"), postgresql_where=sa.text("state = 'active'"))

    op.create_table('doses',
    sa.Column('id', Id, nullable=False),
    sa.Column('regimen_id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('slot', sa.Integer(), nullable=False),
    sa.Column('local_time', sa.Time(), nullable=False),
    sa.Column('zone', sa.Text(), nullable=False),
    sa.Column('due_at', Moment, nullable=False),
    sa.Column('ask_until', Moment, nullable=False),
    sa.Column('closes_at', Moment, nullable=False),
    sa.Column('amount', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('next_action_at', Moment, nullable=True),
    sa.Column('prompt_id', Id, nullable=True),
    sa.Column('nudged', sa.SmallInteger(), nullable=False),
    sa.Column('taken_at', Moment, nullable=True),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('ended_at', Moment, nullable=True),
    sa.CheckConstraint("(state = 'skipped') = (reason IS NOT NULL)", name=op.f('ck_doses_skipped_for_a_reason')),
    sa.CheckConstraint("(state = 'taken') = (taken_at IS NOT NULL)", name=op.f('ck_doses_taken_at_a_time')),
    sa.CheckConstraint("(state IN ('planned', 'asked')) = (ended_at IS NULL)", name=op.f('ck_doses_ends_once')),
    sa.CheckConstraint("(state IN ('planned', 'asked')) = (next_action_at IS NOT NULL)", name=op.f('ck_doses_open_has_a_next_action')),
    sa.CheckConstraint("state IN ('planned', 'asked', 'taken', 'skipped', 'no_answer', 'missed_by_us', 'cancelled')", name=op.f('ck_doses_state')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_doses_patient_id')),
    sa.ForeignKeyConstraint(['regimen_id'], ['regimens.id'], name=op.f('fk_doses_regimen_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_doses')),
    sa.UniqueConstraint('regimen_id', 'local_date', 'slot', name=op.f('uq_doses_regimen_id_local_date_slot'))
    )
    with op.batch_alter_table('doses', schema=None) as batch_op:
        batch_op.create_index('ix_doses_next_action_at', ['next_action_at', 'patient_id'], unique=False, sqlite_where=sa.text('next_action_at IS NOT NULL'), postgresql_where=sa.text('next_action_at IS NOT NULL'))
        batch_op.create_index('ix_doses_patient_id', ['patient_id', 'due_at'], unique=False)

    op.create_table('orders',
    sa.Column('id', Id, nullable=False),
    sa.Column('regimen_id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('before', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('after', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('ordered_by', sa.Text(), nullable=False),
    sa.Column('ordered_at', Moment, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('decided_at', Moment, nullable=True),
    sa.CheckConstraint("decided_by <> ordered_by OR state = 'refused'", name=op.f('ck_orders_two_persons')),
    sa.CheckConstraint("kind IN ('start', 'change', 'stop')", name=op.f('ck_orders_kind')),
    sa.CheckConstraint("state IN ('waiting', 'in force', 'refused')", name=op.f('ck_orders_state')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_orders_patient_id')),
    sa.ForeignKeyConstraint(['regimen_id'], ['regimens.id'], name=op.f('fk_orders_regimen_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders'))
    )
    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.create_index('ix_orders_regimen_id', ['regimen_id', 'id'], unique=False)
        batch_op.create_index('uq_orders_waiting', ['regimen_id'], unique=True, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
