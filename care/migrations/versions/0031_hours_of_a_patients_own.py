"""Hours of a patient's own"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'


def upgrade() -> None:
    with op.batch_alter_table('dose_settings', schema=None) as batch_op:
        for part in ('morning', 'noon', 'evening', 'night'):
            batch_op.add_column(sa.Column(part, sa.Time(), nullable=True))
