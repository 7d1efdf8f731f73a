"""Rows as JSON and back, by the type of their column: a backup of one kind of database can be restored into the other."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from care.sealing import SealedDate
from care.tables import Moment

PIECE = 4 * 1024 * 1024  # bytes of rows that are held in memory at once
AT_ONCE = 500


def pieces(connection: sa.Connection, table: sa.Table) -> Iterator[tuple[int, bytes]]:
    """All rows of a table in pieces: how many rows, and their JSON lines after a line that names the columns."""
    first = json.dumps([column.name for column in table.columns]).encode() + b"\n"
    plain = [_plain(column.type) for column in table.columns]
    order = [*table.primary_key.columns] or [*table.columns]
    lines, size, rows = [first], 0, 0
    found = connection.execution_options(yield_per=AT_ONCE).execute(sa.select(table).order_by(*order))
    for row in found:
        line = json.dumps([turn(value) for turn, value in zip(plain, row, strict=True)], ensure_ascii=False).encode() + b"\n"
        lines.append(line)
        size, rows = size + len(line), rows + 1
        if size >= PIECE:
            yield rows, b"".join(lines)
            lines, size, rows = [first], 0, 0
    if rows:
        yield rows, b"".join(lines)


def put(connection: sa.Connection, table: sa.Table, piece: bytes) -> int:
    """Put a piece's rows into the table; returns how many. A column that the table does not have is an error."""
    header, *lines = piece.splitlines()
    columns = [table.c[name] for name in json.loads(header)]
    back = [_back(column.type) for column in columns]
    rows = [
        {column.name: turn(value) for column, turn, value in zip(columns, back, json.loads(line), strict=True)}
        for line in lines]
    for begin in range(0, len(rows), AT_ONCE):
        connection.execute(table.insert(), rows[begin:begin + AT_ONCE])
    return len(rows)


Change = Callable[[Any], Any]


def _plain(kind: sa.types.TypeEngine[Any]) -> Change:
    if isinstance(kind, Moment | sa.DateTime):
        return lambda value: value and _aware(value).isoformat()
    if isinstance(kind, sa.Date | sa.Time | SealedDate):
        return lambda value: None if value is None else value.isoformat()  # midnight is a time, too
    if isinstance(kind, sa.LargeBinary):
        return lambda value: None if value is None else value.hex()
    return lambda value: value


def _back(kind: sa.types.TypeEngine[Any]) -> Change:
    """For tables as the database itself describes them: an old schema has no description of ours."""
    if isinstance(kind, sa.DateTime):
        keeps_zone = bool(kind.timezone)  # SQLite does not: there it is UTC, and unsaid
        return lambda value: value and _moment(value, keeps_zone)
    for described, read in ((sa.Date, date.fromisoformat), (sa.Time, time.fromisoformat), (sa.LargeBinary, bytes.fromhex)):
        if isinstance(kind, described):
            return lambda value, read=read: None if value is None else read(value)
    if isinstance(kind, sa.Boolean):
        return lambda value: None if value is None else bool(value)
    return lambda value: value


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _moment(value: str, keeps_zone: bool) -> datetime:
    moment = datetime.fromisoformat(value).astimezone(UTC)
    return moment if keeps_zone else moment.replace(tzinfo=None)


def in_order(metadata: sa.MetaData) -> Sequence[sa.Table]:
    """Tables, those first that others point to."""
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]
