"""Dates of birth are sealed, and no number is given twice"""

import re

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0035'

FIVE_YEARS = "CAST(substr(date_of_birth, 1, 4) AS INTEGER) / 5 * 5"


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        with_other_words(bind)
    else:
        with_columns()


def with_columns() -> None:
    op.alter_column('patients', 'date_of_birth', type_=sa.Text(), existing_nullable=False,
                    postgresql_using="to_char(date_of_birth, 'YYYY-MM-DD')")
    op.add_column('patients', sa.Column('born_from', sa.SmallInteger(), nullable=True))
    op.execute(f"UPDATE patients SET born_from = {FIVE_YEARS}")  # noqa: S608 - our own words
    op.alter_column('patients', 'born_from', nullable=False)


def with_other_words(bind: sa.Connection) -> None:
    """Every table whose rows are numbered, and can go, counts on from now on (AUTOINCREMENT). Its rows stay as they are: SQLite
    keeps them alike, so it is told other words for them, in the way that its documentation gives for this ("Making other kinds
    of table schema changes"). To copy every table would need the whole clinic's space once more."""
    bind.exec_driver_sql("CREATE TABLE counting (id INTEGER PRIMARY KEY AUTOINCREMENT)")  # with it comes sqlite_sequence
    bind.exec_driver_sql("DROP TABLE counting")
    bind.exec_driver_sql("ALTER TABLE patients ADD COLUMN born_from SMALLINT DEFAULT 0 NOT NULL")
    bind.exec_driver_sql(f"UPDATE patients SET born_from = {FIVE_YEARS}")  # noqa: S608 - our own words
    tables = bind.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master AS one WHERE type = 'table' AND NOT EXISTS (SELECT 1 FROM sqlite_master AS other "
        "WHERE other.type = 'trigger' AND other.tbl_name = one.name)").all()  # those are append-only: nothing goes from them
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    for name, words in tables:
        said = re.sub(r',\s*(CONSTRAINT \S+ )?PRIMARY KEY \("?id"?\)', '', words)
        if said == words or 'id INTEGER NOT NULL' not in said:
            continue
        said = said.replace('id INTEGER NOT NULL', 'id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT', 1)
        if name == 'patients':
            said = said.replace('date_of_birth DATE NOT NULL', 'date_of_birth TEXT NOT NULL')
            said = said.replace('born_from SMALLINT DEFAULT 0 NOT NULL', 'born_from SMALLINT NOT NULL')
        bind.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (said, name))
        bind.exec_driver_sql(
            f'INSERT INTO sqlite_sequence (name, seq) SELECT ?, coalesce(max(id), 0) FROM "{name}"', (name,))  # noqa: S608
    # The numbers of whoever was forgotten are nobody else's, either.
    bind.exec_driver_sql(
        "UPDATE sqlite_sequence SET seq = max(seq, (SELECT coalesce(max(patient_id), 0) FROM erasures)) WHERE name = 'patients'")
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = RESET")
    if (wrong := bind.exec_driver_sql("PRAGMA quick_check").scalar_one()) != "ok":
        raise RuntimeError(f"after other words for its tables SQLite finds: {wrong}")
