"""The clinic's own closed days, and patients asked to move"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0029'
down_revision = '0028'


def upgrade() -> None:
    op.create_table('closed_days',
    sa.Column('id', Id, nullable=False),
    sa.Column('site_id', Id, nullable=True),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('opens', sa.Boolean(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('added_by', sa.Text(), nullable=False),
    sa.Column('added_at', Moment, nullable=False),
    sa.Column('removed_at', Moment, nullable=True),
    sa.CheckConstraint('first_day <= last_day', name=op.f('ck_closed_days_days')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_closed_days_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closed_days'))
    )
    with op.batch_alter_table('closed_days', schema=None) as batch_op:
        batch_op.create_index('ix_closed_days_last_day', ['last_day'], unique=False, sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))
    with op.batch_alter_table('visit_notices', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_visit_notices_kind'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_visit_notices_kind'),
            "kind IN ('reminder', 'instruction', 'questions', 'brief', 'link', 'ask_to_move')")
