"""Canaries in every column that can hold a person's words: which those are follows from the tables, as erasure does."""

import re
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any

import sqlalchemy as sa

from care import erasure
from care.heart.turn import Turn
from care.sealing import SealedDate
from care.tables import Moment, metadata

PATTERN = re.compile(rb"cnry(\d{4})x[0-9a-f]{8}")
FIRST_CHAT = 0x2AFE_F00D_0000  # the chat of patient n is this plus n: a number that nothing else has
# Lists of what may stand in a column, and codes that the program looks up: they can hold nobody's words.
CODES = {"time_zone", "country", "language"}
CHECKED = {
    (table.name, column.name) for table in metadata.sorted_tables for constraint in table.constraints
    if isinstance(constraint, sa.CheckConstraint) for column in table.c
    if re.search(rf"\b{column.name}\b", str(constraint.sqltext))}
A_DAY, A_MOMENT = date(2026, 11, 1), datetime(2026, 11, 1, tzinfo=UTC)


def canary(owner: int, random: Random) -> str:
    return f"cnry{owner:04}x{random.getrandbits(32):08x}"


def unsealed(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    """What the column holds for whoever may read it."""
    if isinstance(column.type, SealedDate):
        return sa.Date()
    return column.type.impl_instance if isinstance(column.type, sa.TypeDecorator) else column.type


def columns_of_words(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.c
            if isinstance(unsealed(column), sa.Text | sa.JSON) and not column.foreign_keys and column.name not in CODES
            and (table.name, column.name) not in CHECKED]


def theirs(table: sa.Table) -> bool:
    return table.name in erasure.holding_patients()


def fill(turn: Turn, patient_id: int, chat_id: int, random: Random) -> dict[str, str]:
    """A row of this patient in every table that can have one, and in each column of words a canary. Returns the canaries by
    table and column."""
    lay_no_checks(turn)
    put: dict[str, str] = {}
    for table in metadata.sorted_tables:
        if not theirs(table):
            continue
        which = of(table, patient_id, chat_id)
        if turn.db.execute(sa.select(*table.primary_key.columns).where(which)).first() is None:
            turn.db.execute(sa.insert(table), row(turn, table, patient_id, chat_id, random))
        key = turn.db.execute(sa.select(*table.primary_key.columns).where(which)).first()
        assert key, table.name
        one = sa.and_(*(column == value for column, value in zip(table.primary_key.columns, key, strict=True)))
        for column in columns_of_words(table):
            if column.primary_key:
                continue
            words = canary(patient_id, random)
            put[f"{table.name}.{column.name}"] = words
            value: Any = {"said": words} if isinstance(unsealed(column), sa.JSON) else words
            turn.db.execute(sa.update(table).where(one).values({column: value}))
    return put


def lay_no_checks(turn: Turn) -> None:
    """Rows are laid here that the program would never write: what they say does not matter, only that they go."""
    if turn.db.dialect.name == "sqlite":
        turn.db.exec_driver_sql("PRAGMA ignore_check_constraints = ON")


def of(table: sa.Table, patient_id: int, chat_id: int) -> Any:
    by_chat = erasure.BY_CHAT[table.name] == chat_id if table.name in erasure.BY_CHAT else None
    return sa.or_(*(one for one in (erasure.rows_of(table, patient_id), by_chat) if one is not None))


def row(turn: Turn, table: sa.Table, patient_id: int, chat_id: int, random: Random) -> dict[str, Any]:
    """As little as the table takes, of this patient wherever it points."""
    made: dict[str, Any] = {}
    for column in table.c:
        if column.foreign_keys:
            value = pointing(turn, column, patient_id, chat_id, random)
            if value is not None or not column.nullable:
                made[column.name] = value
        elif column.name == "chat_id":
            made[column.name] = chat_id
        elif not column.nullable and not is_numbered(table, column):
            made[column.name] = something(column, patient_id, random)
    return made


def is_numbered(table: sa.Table, column: sa.Column[Any]) -> bool:
    return column.primary_key and len(table.primary_key.columns) == 1 and isinstance(column.type, sa.Integer)


def pointing(turn: Turn, column: sa.Column[Any], patient_id: int, chat_id: int, random: Random) -> Any:
    """The patient, or a row of theirs; of what is nobody's, any row, made if there is none."""
    parent = next(iter(column.foreign_keys)).column
    if parent.table is column.table:
        return None
    which = of(parent.table, patient_id, chat_id) if theirs(parent.table) else sa.true()
    found = turn.db.scalar(sa.select(parent).where(which).limit(1))
    if found is None and (not column.nullable or theirs(parent.table)):
        turn.db.execute(sa.insert(parent.table), row(turn, parent.table, patient_id, chat_id, random))
        found = turn.db.scalar(sa.select(parent).where(which).limit(1))
    return found


def something(column: sa.Column[Any], patient_id: int, random: Random) -> Any:
    """A value of the column's type, its own wherever it must be."""
    kind, number = unsealed(column), random.randrange(1 << 30)
    if isinstance(column.type, Moment):
        return A_MOMENT
    if isinstance(kind, sa.JSON):
        return {}
    for of_type, value in ((sa.Boolean, False), (sa.SmallInteger, number % 1000), (sa.Integer, number), (sa.Date, A_DAY),
                           (sa.Time, time(8)), (sa.Float, 1.0)):
        if isinstance(kind, of_type):
            return value
    return f"{column.name}-{patient_id}-{number}"
