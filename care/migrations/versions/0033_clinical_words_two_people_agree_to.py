"""Clinical words two people agree to"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0033'
down_revision = '0032'


def upgrade() -> None:
    op.create_table('word_versions',
    sa.Column('id', Id, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('first_at', Moment, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_word_versions')),
    sa.UniqueConstraint('kind', 'name', 'fingerprint', name=op.f('uq_word_versions_kind_name_fingerprint'))
    )
    op.create_table('word_proposals',
    sa.Column('id', Id, nullable=False),
    sa.Column('version_id', Id, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('instead_of', Id, nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('proposed_by', Id, nullable=False),
    sa.Column('proposed_at', Moment, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('decided_by', Id, nullable=True),
    sa.Column('decided_at', Moment, nullable=True),
    sa.Column('decision_note', sa.Text(), nullable=True),
    sa.CheckConstraint("(state = 'waiting') = (decided_by IS NULL)", name=op.f('ck_word_proposals_decided_by_somebody')),
    sa.CheckConstraint("state <> 'approved' OR decided_by <> proposed_by", name=op.f('ck_word_proposals_two_persons')),
    sa.CheckConstraint("state IN ('waiting', 'approved', 'refused', 'withdrawn')", name=op.f('ck_word_proposals_state')),
    sa.ForeignKeyConstraint(['decided_by'], ['staff.id'], name=op.f('fk_word_proposals_decided_by')),
    sa.ForeignKeyConstraint(['instead_of'], ['word_versions.id'], name=op.f('fk_word_proposals_instead_of')),
    sa.ForeignKeyConstraint(['proposed_by'], ['staff.id'], name=op.f('fk_word_proposals_proposed_by')),
    sa.ForeignKeyConstraint(['version_id'], ['word_versions.id'], name=op.f('fk_word_proposals_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_word_proposals'))
    )
    with op.batch_alter_table('word_proposals', schema=None) as batch_op:
        batch_op.create_index('ix_word_proposals_kind', ['kind', 'name', 'id'], unique=False)
        batch_op.create_index('uq_word_proposals_waiting', ['kind', 'name'], unique=True, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.create_table('word_uses',
    sa.Column('id', Id, nullable=False),
    sa.Column('version_id', Id, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('since', Moment, nullable=False),
    sa.Column('until', Moment, nullable=True),
    sa.ForeignKeyConstraint(['version_id'], ['word_versions.id'], name=op.f('fk_word_uses_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_word_uses'))
    )
    with op.batch_alter_table('word_uses', schema=None) as batch_op:
        batch_op.create_index('ix_word_uses_kind', ['kind', 'name', 'since'], unique=False)
        batch_op.create_index('uq_word_uses_now', ['kind', 'name'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
