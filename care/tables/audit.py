"""What makes the audit trail stay as it was written: the database refuses to change it, and seals show if it was changed."""

import sqlalchemy as sa

from care.tables.access import accesses
from care.tables.base import Id, Moment, metadata
from care.tables.heart import events

# A seal covers every row of a journal up to an id, from where the seal before it ended. See care/audit.py.
audit_seals = sa.Table(
    "audit_seals", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("journal", sa.Text, nullable=False),
    sa.Column("after_id", Id, nullable=False),
    sa.Column("last_id", Id, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("mac", sa.Text, nullable=False),
    sa.Index("ix_audit_seals_journal", "journal", "last_id"),
)

# Everything but `xid`, which is of the server and not of the record.
UNCHANGING = {
    events: "id, at, actor, kind, patient_id, facts, origin", accesses: "id, at, actor, operation, patient_id, why, origin",
    audit_seals: "id, journal, after_id, last_id, rows, at, mac"}
PG_REFUSES = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$"""


def append_only(name: str, columns: str, dialect: str) -> list[str]:
    """The triggers that refuse to change or remove what is in a table."""
    if dialect == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
        return [f"CREATE TRIGGER tr_{name}_update BEFORE UPDATE OF {columns} ON {name} {refuse}",
                f"CREATE TRIGGER tr_{name}_delete BEFORE DELETE ON {name} {refuse}"]
    refuse = "EXECUTE FUNCTION refuse_change()"
    quoted = ", ".join(f'"{column}"' for column in columns.split(", "))
    return [f"CREATE TRIGGER tr_{name}_update BEFORE UPDATE OF {quoted} ON {name} FOR EACH ROW {refuse}",
            f"CREATE TRIGGER tr_{name}_delete BEFORE DELETE OR TRUNCATE ON {name} FOR EACH STATEMENT {refuse}"]




def _said(statement: str, dialect: str) -> sa.ExecutableDDLElement:
    return sa.DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]


sa.event.listen(metadata, "before_create", _said(PG_REFUSES, "postgresql"))
for _table, _columns in UNCHANGING.items():
    for _dialect in ("sqlite", "postgresql"):
        for _statement in append_only(_table.name, _columns, _dialect):
            sa.event.listen(_table, "after_create", _said(_statement, _dialect))
