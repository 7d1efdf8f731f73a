"""On a journey a medicine keeps the clock of home"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'


def upgrade() -> None:
    with op.batch_alter_table('regimens', schema=None) as batch_op:
        batch_op.add_column(sa.Column('keeps_zone', sa.Text(), nullable=True))
