"""Questions on pages of our own"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0032'
down_revision = '0031'


def upgrade() -> None:
    op.create_table('question_pages',
    sa.Column('id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('chat_id', Id, nullable=False),
    sa.Column('conversation_id', Id, nullable=False),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('pass_hash', sa.Text(), nullable=True),
    sa.Column('created_at', Moment, nullable=False),
    sa.Column('expires_at', Moment, nullable=False),
    sa.Column('wrong_dates', sa.SmallInteger(), nullable=False),
    sa.Column('opened_at', Moment, nullable=True),
    sa.Column('open_until', Moment, nullable=True),
    sa.Column('message', Id, nullable=True),
    sa.Column('since', Id, nullable=True),
    sa.Column('closed_at', Moment, nullable=True),
    sa.Column('closed_why', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_question_pages_conversation_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_question_pages_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_pages')),
    sa.UniqueConstraint('pass_hash', name=op.f('uq_question_pages_pass_hash')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_question_pages_token_hash'))
    )
    with op.batch_alter_table('question_pages', schema=None) as batch_op:
        batch_op.create_index('ix_question_pages_conversation_id', ['conversation_id'], unique=False)
        batch_op.create_index('ix_question_pages_patient_id', ['patient_id', 'id'], unique=False)
        batch_op.create_index('uq_question_pages_open', ['patient_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('page_id', Id, nullable=True))
