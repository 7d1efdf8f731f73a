"""How to reach a patient by other ways"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0008'
down_revision = '0007'


def upgrade() -> None:
    op.create_table('patient_contacts',
    sa.Column('patient_id', Id, autoincrement=False, nullable=False),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('emergency_name', sa.Text(), nullable=True),
    sa.Column('emergency_relation', sa.Text(), nullable=True),
    sa.Column('emergency_phone', sa.Text(), nullable=True),
    sa.Column('emergency_may_call', sa.Boolean(), nullable=True),
    sa.Column('changed_at', Moment, nullable=False),
    sa.Column('changed_by', Id, nullable=True),
    sa.ForeignKeyConstraint(['changed_by'], ['staff.id'], name=op.f('fk_patient_contacts_changed_by')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_patient_contacts_patient_id')),
    sa.PrimaryKeyConstraint('patient_id', name=op.f('pk_patient_contacts'))
    )
