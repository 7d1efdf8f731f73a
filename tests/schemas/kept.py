"""Fixtures of schemas: a clinic's rows as a file, written from a SQLite database and laid into a database of either kind."""

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from care.heart import schema
from ops.backup import restore, rows

FOLDER = Path(__file__).parent / "kept"


def every() -> list[Path]:
    """The fixtures, one for each schema of which one is kept, the oldest first."""
    return sorted(FOLDER.glob("*.json"))


def written(database: Path) -> Path:
    """Keep what this SQLite database holds as the fixture of the schema it is at; its tables are read as they are, whatever
    the code of today calls them."""
    engine = sa.create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        described = restore.as_it_is(connection)
        at = schema.stands_at(connection)
        found = {table.name: lines for table in rows.in_order(described) if (lines := _lines(connection, table))}
    engine.dispose()
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{at}.json"
    tables = ",\n".join(f' {json.dumps(name)}: [\n  ' + ",\n  ".join(lines) + "]" for name, lines in found.items())
    file.write_text(f"{{\n{tables}\n}}\n", encoding="utf-8")
    return file


def _lines(connection: sa.Connection, table: sa.Table) -> list[str]:
    """The columns' names, then the rows; nothing of an empty table."""
    found = [piece.decode().splitlines() for _count, piece in rows.pieces(connection, table)]
    return found[0][:1] + [line for piece in found for line in piece[1:]] if found else []


async def laid(url: str, fixture: Path) -> None:
    """A database at the fixture's schema with its rows in it."""
    await schema.upgrade(url, fixture.stem)
    engine = schema._engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(_put, json.loads(fixture.read_text(encoding="utf-8")))
    await engine.dispose()


def _put(connection: sa.Connection, kept: dict[str, list[Any]]) -> None:
    described = restore.as_it_is(connection)
    for name, lines in kept.items():
        rows.put(connection, described.tables[name], b"\n".join(json.dumps(line).encode() for line in lines))
    restore.made_at_home(connection, described)
