"""Roles, reach and the record of who looked"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0013'
down_revision = '0012'


def upgrade() -> None:
    op.create_table('accesses',
    sa.Column('id', Id, nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('operation', sa.Text(), nullable=False),
    sa.Column('patient_id', Id, nullable=True),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('origin', sa.Text(), nullable=True),
    sa.Column('xid', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accesses'))
    )
    with op.batch_alter_table('accesses', schema=None) as batch_op:
        batch_op.create_index('ix_accesses_patient_id', ['patient_id', 'id'], unique=False)

    op.create_table('sites',
    sa.Column('id', Id, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('created_at', Moment, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sites')),
    sa.UniqueConstraint('name', name=op.f('uq_sites_name'))
    )
    op.create_table('staff_sites',
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('site_id', Id, nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_staff_sites_site_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_sites_staff_id')),
    sa.PrimaryKeyConstraint('staff_id', 'site_id', name=op.f('pk_staff_sites'))
    )
    op.create_table('caseloads',
    sa.Column('id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('since', Moment, nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('ended_at', Moment, nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_caseloads_patient_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_caseloads_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_caseloads'))
    )
    with op.batch_alter_table('caseloads', schema=None) as batch_op:
        batch_op.create_index('ix_caseloads_patient_id', ['patient_id', 'id'], unique=False)
        batch_op.create_index('uq_caseloads_open', ['staff_id', 'patient_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('emergency_accesses',
    sa.Column('id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('patient_id', Id, nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('opened_at', Moment, nullable=False),
    sa.Column('until', Moment, nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_emergency_accesses_patient_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_emergency_accesses_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_emergency_accesses'))
    )
    with op.batch_alter_table('emergency_accesses', schema=None) as batch_op:
        batch_op.create_index('ix_emergency_accesses_staff_id', ['staff_id', 'until'], unique=False)

    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.add_column(sa.Column('origin', sa.Text(), nullable=True))

    with op.batch_alter_table('patients', schema=None) as batch_op:
        batch_op.add_column(sa.Column('site_id', Id, nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_patients_site_id'), 'sites', ['site_id'], ['id'])

    # Whoever is on staff could do everything, and saw everyone: so they do still, until somebody decides otherwise.
    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.add_column(sa.Column('role', sa.Text(), nullable=False, server_default='administrator'))
        batch_op.add_column(sa.Column('reach', sa.Text(), nullable=False, server_default='clinic'))
    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.alter_column('role', server_default=None)
        batch_op.alter_column('reach', server_default=None)
        batch_op.create_check_constraint('reach', "reach IN ('clinic', 'sites', 'caseload')")
