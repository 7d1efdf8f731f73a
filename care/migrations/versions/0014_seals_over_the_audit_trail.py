"""Seals over the audit trail"""

import sqlalchemy as sa
from alembic import op

from care.tables import Id, Moment

revision = '0014'
down_revision = '0013'


def upgrade() -> None:
    op.create_table('audit_seals',
    sa.Column('id', Id, nullable=False),
    sa.Column('journal', sa.Text(), nullable=False),
    sa.Column('after_id', Id, nullable=False),
    sa.Column('last_id', Id, nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('at', Moment, nullable=False),
    sa.Column('mac', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_seals'))
    )
    with op.batch_alter_table('audit_seals', schema=None) as batch_op:
        batch_op.create_index('ix_audit_seals_journal', ['journal', 'last_id'], unique=False)

    if op.get_bind().dialect.name == 'postgresql':
        op.execute("""CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""")
    for name, columns in (
        ('events', 'id, at, actor, kind, patient_id, facts, origin'),
        ('accesses', 'id, at, actor, operation, patient_id, why, origin'),
        ('audit_seals', 'id, journal, after_id, last_id, rows, at, mac'),
    ):
        if op.get_bind().dialect.name == 'sqlite':
            refuse = f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            op.execute(f'CREATE TRIGGER tr_{name}_update BEFORE UPDATE OF {columns} ON {name} {refuse}')
            op.execute(f'CREATE TRIGGER tr_{name}_delete BEFORE DELETE ON {name} {refuse}')
        else:
            refuse = 'EXECUTE FUNCTION refuse_change()'
            quoted = ', '.join(f'"{column}"' for column in columns.split(', '))
            op.execute(f'CREATE TRIGGER tr_{name}_update BEFORE UPDATE OF {quoted} ON {name} FOR EACH ROW {refuse}')
            op.execute(f'CREATE TRIGGER tr_{name}_delete BEFORE DELETE OR TRUNCATE ON {name} FOR EACH STATEMENT {refuse}')
