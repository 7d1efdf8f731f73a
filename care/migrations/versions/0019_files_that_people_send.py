"""Files that patients and staff send each other"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0019'
down_revision = '0018'


def upgrade() -> None:
    op.create_table('files',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=True),
    sa.Column('chat_id', Id, nullable=True),
    sa.Column('message_id', Id, nullable=True),
    sa.Column('by', sa.Text(), nullable=True),
    sa.Column('telegram_file_id', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('stored', sa.Text(), nullable=True),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', Moment, nullable=False),
    sa.Column('created_at', Moment, nullable=False),
    sa.Column('settled_at', Moment, nullable=True),
    sa.CheckConstraint("state <> 'kept' OR stored IS NOT NULL", name=op.f('ck_files_kept_somewhere')),
    sa.CheckConstraint("state IN ('wanted', 'kept', 'refused')", name=op.f('ck_files_state')),
    sa.ForeignKeyConstraint(['message_id'], ['patient_messages.id'], name=op.f('fk_files_message_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_files_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_files'))
    )
    with op.batch_alter_table('files', schema=None) as batch_op:
        batch_op.create_index('ix_files_message_id', ['message_id'], unique=False)
        batch_op.create_index('ix_files_patient_id', ['patient_id'], unique=False)
        batch_op.create_index('ix_files_wanted', ['next_try_at'], unique=False, sqlite_where=sa.text("state = 'wanted'"), postgresql_where=sa.text("state = 'wanted'"))

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('attachment', Id, nullable=True))
