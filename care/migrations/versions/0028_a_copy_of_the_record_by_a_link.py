"""A copy of the record by a link"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0028'
down_revision = '0027'


def upgrade() -> None:
    op.create_table('record_copies',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('chat_id', Id, nullable=True),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('pass_hash', sa.Text(), nullable=True),
    sa.Column('created_at', Moment, nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('expires_at', Moment, nullable=False),
    sa.Column('wrong_dates', sa.SmallInteger(), nullable=False),
    sa.Column('opened_at', Moment, nullable=True),
    sa.Column('open_until', Moment, nullable=True),
    sa.Column('closed_at', Moment, nullable=True),
    sa.Column('closed_why', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_record_copies_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_copies')),
    sa.UniqueConstraint('pass_hash', name=op.f('uq_record_copies_pass_hash')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_record_copies_token_hash'))
    )
    with op.batch_alter_table('record_copies', schema=None) as batch_op:
        batch_op.create_index('ix_record_copies_patient_id', ['patient_id', 'id'], unique=False)
        batch_op.create_index('uq_record_copies_open', ['patient_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
    with op.batch_alter_table('idempotency_keys', schema=None) as batch_op:
        batch_op.add_column(sa.Column('patient_id', Id, nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_idempotency_keys_patient_id'), 'patients', ['patient_id'], ['id'])
        batch_op.create_index(
            'ix_idempotency_keys_patient_id', ['patient_id'], unique=False, sqlite_where=sa.text('patient_id IS NOT NULL'),
            postgresql_where=sa.text('patient_id IS NOT NULL'))
