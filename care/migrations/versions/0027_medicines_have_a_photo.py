"""Medicines have a photo"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id

revision = '0027'
down_revision = '0026'


def upgrade() -> None:
    with op.batch_alter_table('medicines', schema=None) as batch_op:
        batch_op.add_column(sa.Column('photo', Id, nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_medicines_photo'), 'files', ['photo'], ['id'])
