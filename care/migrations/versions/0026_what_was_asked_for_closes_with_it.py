"""What was asked for closes with it; the visits in the journal are found"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'

VISITS = (
    "kind IN ('AppointmentRequested', 'AppointmentBooked', 'AppointmentMoved', 'AppointmentRefused', 'AppointmentCancelled', "
    "'AppointmentConfirmed', 'AppointmentArrived', 'AppointmentFulfilled', 'AppointmentMissed')")


def upgrade() -> None:
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index('ix_events_of_visits', ['id'], unique=False, sqlite_where=sa.text(VISITS), postgresql_where=sa.text(VISITS))

    with op.batch_alter_table('escalations', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_escalations_closed_by_a_person'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_escalations_closed_by_a_person'),
            "resolved_at IS NULL OR resolved_by IS NOT NULL OR (outcome = 'settled' AND severity = 2)")
