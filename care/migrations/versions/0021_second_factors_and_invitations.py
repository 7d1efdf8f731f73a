"""Second factors, and invitations of colleagues"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0021'
down_revision = '0020'


def upgrade() -> None:
    op.create_table('recovery_codes',
    sa.Column('id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('code_hash', sa.Text(), nullable=False),
    sa.Column('used_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_recovery_codes_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_codes'))
    )
    with op.batch_alter_table('recovery_codes', schema=None) as batch_op:
        batch_op.create_index('ix_recovery_codes_staff_id', ['staff_id'], unique=False)

    op.create_table('staff_factors',
    sa.Column('staff_id', Id, autoincrement=False, nullable=False),
    sa.Column('secret', sa.Text(), nullable=False),
    sa.Column('last_step', sa.BigInteger(), nullable=False),
    sa.Column('offered_at', Moment, nullable=False),
    sa.Column('confirmed_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_factors_staff_id')),
    sa.PrimaryKeyConstraint('staff_id', name=op.f('pk_staff_factors'))
    )
    with op.batch_alter_table('setup_links', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('role', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('reach', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('invited_by', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('staff_id', Id, nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_setup_links_staff_id'), 'staff', ['staff_id'], ['id'])

    op.execute('DELETE FROM staff_sessions')  # whoever is signed in signs in again
    with op.batch_alter_table('staff_sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('proved_at', Moment, nullable=False))
        batch_op.add_column(sa.Column('code_needed', sa.Boolean(), nullable=False))
