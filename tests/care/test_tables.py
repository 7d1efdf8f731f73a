"""What is promised of every table."""

import sqlalchemy as sa

from care.tables import metadata
from care.tables.audit import UNCHANGING


def test_sqlite_gives_no_number_twice_where_rows_can_go():
    made = {table.name: str(sa.schema.CreateTable(table).compile(dialect=sa.create_engine("sqlite://").dialect))
            for table in metadata.sorted_tables if "id" in table.primary_key.columns}
    assert {name for name, sql in made.items() if "AUTOINCREMENT" not in sql} == {table.name for table in UNCHANGING}
