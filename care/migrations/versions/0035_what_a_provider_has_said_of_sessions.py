"""What a provider has said of sessions"""

import sqlalchemy as sa
from alembic import op

from care.tables import Moment

revision = '0035'
down_revision = '0034'


def upgrade() -> None:
    op.create_table('logout_tokens',
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('expires_at', Moment, nullable=False),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_logout_tokens'))
    )
    with op.batch_alter_table('staff_sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('provider', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('provider_session', sa.Text(), nullable=True))
