"""A statement of the hot path, prepared once.

What SQLAlchemy does around a statement costs many times what SQLite does in it. So on SQLite its compiler is asked once,
and then the driver is called directly; types are converted as ever. On PostgreSQL the statement is executed as any other.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

Convert = Callable[[Any], Any]
Values = Mapping[str, Any]


class Prepared:
    def __init__(self, statement: Any, *columns: str) -> None:
        """`columns` are those that an INSERT or UPDATE sets from the values given, beside what the statement says itself."""
        self.statement, self._columns = statement, columns
        self._plan: Plan | None = None

    def rows(self, db: sa.Connection, values: Values) -> Sequence[Any]:
        """What a SELECT, or a RETURNING, finds; the columns by place or by name."""
        if not direct(db):
            return db.execute(self.statement, values).all()
        plan = self._planned(db)
        found = driver_of(db).execute(plan.sql, plan.bound(values)).fetchall()
        return [plan.row(*map(converted, plan.results, row)) for row in found]

    def change(self, db: sa.Connection, values: Values) -> int:
        """How many rows it changed."""
        if not direct(db):
            return db.execute(self.statement, values).rowcount
        plan = self._planned(db)
        return int(driver_of(db).execute(plan.sql, plan.bound(values)).rowcount)

    def change_each(self, db: sa.Connection, rows: Sequence[Values]) -> None:
        """The same for many rows, at least one."""
        if not direct(db):
            db.execute(self.statement, rows)
            return
        plan = self._planned(db)
        driver_of(db).executemany(plan.sql, [plan.bound(values) for values in rows])

    def insert(self, db: sa.Connection, values: Values) -> int:
        """The new row's id."""
        if not direct(db):
            key = db.execute(self.statement, values).inserted_primary_key
            assert key is not None
            return int(key[0])
        plan = self._planned(db)
        return int(driver_of(db).execute(plan.sql, plan.bound(values)).lastrowid)

    def _planned(self, db: sa.Connection) -> "Plan":
        if self._plan is None:
            self._plan = plan(self.statement, self._columns, db.dialect)
        return self._plan


class Plan(NamedTuple):
    """A statement in SQLite's words: its parameters in order, what some are if not given, how both ends are converted."""

    sql: str
    parameters: tuple[tuple[str, Convert | None], ...]
    defaults: Values
    results: tuple[Convert | None, ...]
    row: Any

    def bound(self, values: Values) -> list[Any]:
        given = {**self.defaults, **values}
        return [converted(convert, given[name]) for name, convert in self.parameters]


def plan(statement: Any, columns: Sequence[str], dialect: sa.Dialect) -> Plan:
    compiled = statement.compile(dialect=dialect, column_keys=list(columns) or None)
    defaults = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}
    for column in getattr(compiled, "insert_prefetch", ()):  # defaults that SQLAlchemy would fill in
        defaults[column.key] = column.default.arg
    parameters = tuple(
        (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in compiled.positiontup or ())
    wanted = statement.exported_columns if hasattr(statement, "exported_columns") else ()
    results = tuple(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in wanted)
    row = namedtuple("Row", [column.name for column in wanted], rename=True)  # type: ignore[misc]
    return Plan(str(compiled), parameters, defaults, results, row)


def converted(convert: Convert | None, value: Any) -> Any:
    return convert(value) if convert else value


def direct(db: sa.Connection) -> bool:
    """True where the driver can be called here and now."""
    return db.dialect.driver == "pysqlite"


def driver_of(db: sa.Connection) -> Any:
    return db.connection.driver_connection
