"""Staff sign in with passkeys and single sign-on"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0030'
down_revision = '0029'


def upgrade() -> None:
    op.create_table('passkeys',
    sa.Column('id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('credential_id', sa.Text(), nullable=False),
    sa.Column('public_key', sa.Text(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('added_at', Moment, nullable=False),
    sa.Column('used_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_passkeys_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkeys')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkeys_credential_id'))
    )
    with op.batch_alter_table('passkeys', schema=None) as batch_op:
        batch_op.create_index('ix_passkeys_staff_id', ['staff_id'], unique=False)

    op.create_table('staff_identities',
    sa.Column('id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('issuer', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('linked_at', Moment, nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_identities_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_identities')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_staff_identities_issuer_subject'))
    )
    with op.batch_alter_table('staff_identities', schema=None) as batch_op:
        batch_op.create_index('ix_staff_identities_staff_id', ['staff_id'], unique=False)

    with op.batch_alter_table('staff_sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('challenge', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('challenged_at', Moment, nullable=True))
