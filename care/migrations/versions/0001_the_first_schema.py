"""The first schema"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0001'
down_revision = None


def upgrade() -> None:
    op.create_table('api_keys',
    sa.Column('id', Id, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('secret_hash', sa.Text(), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('created_at', Moment, nullable=False),
    sa.Column('expires_at', Moment, nullable=True),
    sa.Column('used_at', Moment, nullable=True),
    sa.Column('revoked_at', Moment, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_keys')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_api_keys_secret_hash'))
    )
    op.create_table('events',
    sa.Column('id', Id, nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('patient_id', Id, nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('xid', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_events'))
    )
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index('ix_events_patient_id', ['patient_id', 'id'], unique=False)

    op.create_table('idempotency_keys',
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('request_hash', sa.Text(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.PrimaryKeyConstraint('actor', 'key', name=op.f('pk_idempotency_keys'))
    )
    with op.batch_alter_table('idempotency_keys', schema=None) as batch_op:
        batch_op.create_index('ix_idempotency_keys_at', ['at'], unique=False)

    op.create_table('inbox',
    sa.Column('id', Id, nullable=False),
    sa.Column('bot_id', Id, nullable=False),
    sa.Column('update_id', Id, nullable=False),
    sa.Column('chat_id', Id, nullable=True),
    sa.Column('raw', sa.JSON(), nullable=False),
    sa.Column('received_at', Moment, nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox')),
    sa.UniqueConstraint('bot_id', 'update_id', name=op.f('uq_inbox_bot_id_update_id'))
    )
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index('ix_inbox_quarantined', ['id'], unique=False, sqlite_where=sa.text("outcome = 'quarantined'"), postgresql_where=sa.text("outcome = 'quarantined'"))
        batch_op.create_index('ix_inbox_waiting', ['chat_id', 'id'], unique=False, sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))

    op.create_table('patients',
    sa.Column('id', Id, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('date_of_birth', sa.Date(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('time_zone', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('consented', sa.Boolean(), nullable=False),
    sa.Column('reachable', sa.Boolean(), nullable=False),
    sa.Column('reminders', sa.Boolean(), nullable=False),
    sa.Column('paused_until', Moment, nullable=True),
    sa.Column('check_time', sa.Time(), nullable=False),
    sa.Column('next_check_at', Moment, nullable=True),
    sa.Column('created_at', Moment, nullable=False),
    sa.CheckConstraint("state IN ('invited', 'active', 'left')", name=op.f('ck_patients_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patients'))
    )
    with op.batch_alter_table('patients', schema=None) as batch_op:
        batch_op.create_index('ix_patients_name', ['name', 'id'], unique=False)
        batch_op.create_index('ix_patients_next_check_at', ['next_check_at'], unique=False, sqlite_where=sa.text('next_check_at IS NOT NULL'), postgresql_where=sa.text('next_check_at IS NOT NULL'))

    op.create_table('pulses',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_pulses'))
    )
    op.create_table('setup_links',
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('created_at', Moment, nullable=False),
    sa.Column('expires_at', Moment, nullable=False),
    sa.Column('used_at', Moment, nullable=True),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_setup_links'))
    )
    op.create_table('sign_in_failures',
    sa.Column('id', Id, nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_failures'))
    )
    with op.batch_alter_table('sign_in_failures', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_failures_address', ['address', 'at'], unique=False)
        batch_op.create_index('ix_sign_in_failures_email', ['email', 'at'], unique=False)

    op.create_table('staff',
    sa.Column('id', Id, nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sa.UniqueConstraint('email', name=op.f('uq_staff_email'))
    )
    op.create_table('chat_links',
    sa.Column('id', Id, nullable=False),
    sa.Column('chat_id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('linked_at', Moment, nullable=False),
    sa.Column('cut_at', Moment, nullable=True),
    sa.Column('cut_by', sa.Text(), nullable=True),
    sa.CheckConstraint("role IN ('self', 'carer')", name=op.f('ck_chat_links_role')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_chat_links_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chat_links'))
    )
    with op.batch_alter_table('chat_links', schema=None) as batch_op:
        batch_op.create_index('ix_chat_links_patient_id', ['patient_id'], unique=False)
        batch_op.create_index('uq_chat_links_open', ['chat_id', 'patient_id'], unique=True, sqlite_where=sa.text('cut_at IS NULL'), postgresql_where=sa.text('cut_at IS NULL'))
        batch_op.create_index('uq_chat_links_own_phone', ['patient_id'], unique=True, sqlite_where=sa.text("cut_at IS NULL AND role = 'self'"), postgresql_where=sa.text("cut_at IS NULL AND role = 'self'"))

    op.create_table('consents',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('chat_id', Id, nullable=False),
    sa.Column('given_at', Moment, nullable=False),
    sa.Column('withdrawn_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_consents_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consents'))
    )
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.create_index('uq_consents_open', ['patient_id'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))

    op.create_table('conversations',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('chat_id', Id, nullable=False),
    sa.Column('flow', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('opened_at', Moment, nullable=False),
    sa.Column('heard_at', Moment, nullable=False),
    sa.Column('paused_at', Moment, nullable=True),
    sa.Column('ended_at', Moment, nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('finished_at', Moment, nullable=True),
    sa.Column('asked', sa.Text(), nullable=True),
    sa.Column('screen', Id, nullable=True),
    sa.Column('unclear', sa.SmallInteger(), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_conversations_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversations'))
    )
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.create_index('ix_conversations_heard_at', ['heard_at'], unique=False, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.create_index('ix_conversations_patient_id', ['patient_id', 'id'], unique=False)
        batch_op.create_index('uq_conversations_open', ['patient_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('escalations',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=True),
    sa.Column('chat_id', Id, nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('severity', sa.SmallInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=True),
    sa.Column('opened_at', Moment, nullable=False),
    sa.Column('waiting_since', Moment, nullable=False),
    sa.Column('answered_at', Moment, nullable=True),
    sa.Column('due_at', Moment, nullable=False),
    sa.Column('next_action_at', Moment, nullable=True),
    sa.Column('reports', sa.Integer(), nullable=False),
    sa.Column('acknowledged_by', Id, nullable=True),
    sa.Column('acknowledged_at', Moment, nullable=True),
    sa.Column('resolved_by', Id, nullable=True),
    sa.Column('resolved_at', Moment, nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.CheckConstraint('resolved_at IS NOT NULL OR next_action_at IS NOT NULL', name=op.f('ck_escalations_open_has_a_next_action')),
    sa.CheckConstraint('resolved_at IS NULL OR resolved_by IS NOT NULL', name=op.f('ck_escalations_closed_by_a_person')),
    sa.ForeignKeyConstraint(['acknowledged_by'], ['staff.id'], name=op.f('fk_escalations_acknowledged_by')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_escalations_patient_id')),
    sa.ForeignKeyConstraint(['resolved_by'], ['staff.id'], name=op.f('fk_escalations_resolved_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalations'))
    )
    with op.batch_alter_table('escalations', schema=None) as batch_op:
        batch_op.create_index('ix_escalations_next_action', ['next_action_at'], unique=False, sqlite_where=sa.text('resolved_at IS NULL'), postgresql_where=sa.text('resolved_at IS NULL'))
        batch_op.create_index('ix_escalations_open', ['severity', 'waiting_since', 'id'], unique=False, sqlite_where=sa.text('resolved_at IS NULL'), postgresql_where=sa.text('resolved_at IS NULL'))
        batch_op.create_index('ix_escalations_patient_id', ['patient_id', 'id'], unique=False)
        batch_op.create_index('uq_escalations_patient_trouble', ['patient_id', 'kind'], unique=True, sqlite_where=sa.text('resolved_at IS NULL AND patient_id IS NOT NULL'), postgresql_where=sa.text('resolved_at IS NULL AND patient_id IS NOT NULL'))
        batch_op.create_index('uq_escalations_stranger_trouble', ['chat_id', 'kind'], unique=True, sqlite_where=sa.text('resolved_at IS NULL AND patient_id IS NULL'), postgresql_where=sa.text('resolved_at IS NULL AND patient_id IS NULL'))

    op.create_table('invitations',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('created_at', Moment, nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('expires_at', Moment, nullable=False),
    sa.Column('wrong_dates', sa.Integer(), nullable=False),
    sa.Column('closed_at', Moment, nullable=True),
    sa.Column('closed_why', sa.Text(), nullable=True),
    sa.Column('used_by_chat', Id, nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_invitations_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitations_token_hash'))
    )
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.create_index('ix_invitations_patient_id', ['patient_id'], unique=False)

    op.create_table('notes',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_notes_patient_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_notes_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notes'))
    )
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.create_index('ix_notes_patient_id', ['patient_id', 'id'], unique=False)

    op.create_table('outbox',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=True),
    sa.Column('chat_id', Id, nullable=False),
    sa.Column('lane', sa.SmallInteger(), nullable=False),
    sa.Column('topic', sa.Text(), nullable=False),
    sa.Column('author', sa.Text(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('buttons', sa.JSON(), nullable=False),
    sa.Column('placeholder', sa.Text(), nullable=True),
    sa.Column('picture', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('edits', Id, nullable=True),
    sa.Column('closes', Id, nullable=True),
    sa.Column('once', sa.Text(), nullable=True),
    sa.Column('created_at', Moment, nullable=False),
    sa.Column('not_before', Moment, nullable=False),
    sa.Column('expires_at', Moment, nullable=False),
    sa.Column('claimed_at', Moment, nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('settled_at', Moment, nullable=True),
    sa.Column('telegram_id', Id, nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_outbox_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('once', name=op.f('uq_outbox_once'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_due', ['lane', 'not_before', 'id'], unique=False, sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))
        batch_op.create_index('ix_outbox_patient_id', ['patient_id', 'id'], unique=False)
        batch_op.create_index('ix_outbox_waiting', ['chat_id', 'lane', 'id'], unique=False, sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))

    op.create_table('patient_messages',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=True),
    sa.Column('chat_id', Id, nullable=False),
    sa.Column('telegram_id', Id, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('file_id', sa.Text(), nullable=True),
    sa.Column('flagged', sa.Boolean(), nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_patient_messages_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patient_messages'))
    )
    with op.batch_alter_table('patient_messages', schema=None) as batch_op:
        batch_op.create_index('ix_patient_messages_chat_id', ['chat_id', 'id'], unique=False)
        batch_op.create_index('ix_patient_messages_patient_id', ['patient_id', 'id'], unique=False)

    op.create_table('patient_units',
    sa.Column('patient_id', Id, autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.Column('since', Moment, nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_patient_units_patient_id')),
    sa.PrimaryKeyConstraint('patient_id', 'kind', name=op.f('pk_patient_units'))
    )
    op.create_table('staff_sessions',
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('csrf', sa.Text(), nullable=False),
    sa.Column('opened_at', Moment, nullable=False),
    sa.Column('seen_at', Moment, nullable=False),
    sa.Column('expires_at', Moment, nullable=False),
    sa.Column('ended_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_sessions_staff_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_staff_sessions'))
    )
    op.create_table('answers',
    sa.Column('id', Id, nullable=False),
    sa.Column('conversation_id', Id, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=True),
    sa.Column('unit', sa.Text(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('asked_by', Id, nullable=True),
    sa.Column('answered_at', Moment, nullable=False),
    sa.Column('superseded_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_answers_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answers'))
    )
    with op.batch_alter_table('answers', schema=None) as batch_op:
        batch_op.create_index('ix_answers_conversation_id', ['conversation_id'], unique=False)
        batch_op.create_index('uq_answers_standing', ['conversation_id', 'key'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))

    op.create_table('chats',
    sa.Column('chat_id', Id, autoincrement=False, nullable=False),
    sa.Column('language', sa.Text(), nullable=True),
    sa.Column('invitation_id', Id, nullable=True),
    sa.Column('step', sa.Text(), nullable=True),
    sa.Column('wrong_links', sa.Integer(), nullable=False),
    sa.Column('wrong_links_since', Moment, nullable=True),
    sa.Column('carded_at', Moment, nullable=True),
    sa.Column('first_seen_at', Moment, nullable=False),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('fk_chats_invitation_id')),
    sa.PrimaryKeyConstraint('chat_id', name=op.f('pk_chats'))
    )
    op.create_table('instrument_scores',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('conversation_id', Id, nullable=False),
    sa.Column('instrument', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('total', sa.SmallInteger(), nullable=True),
    sa.Column('band', sa.Text(), nullable=True),
    sa.Column('completed_at', Moment, nullable=False),
    sa.Column('superseded_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_instrument_scores_conversation_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_instrument_scores_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instrument_scores'))
    )
    with op.batch_alter_table('instrument_scores', schema=None) as batch_op:
        batch_op.create_index('ix_instrument_scores_patient_id', ['patient_id', 'instrument', 'completed_at'], unique=False)
