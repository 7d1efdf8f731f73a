"""`careward backup create`: everything, as it stood at one moment, while the clinic goes on working."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from care import tables
from care.heart.settings import Settings
from care.sealing import RING
from ops import database
from ops.backup import rows
from ops.backup.archive import ABOUT, FORMAT, MANIFEST, SUFFIX, Packer, written
from ops.stop import Stop


@dataclass(frozen=True)
class About:
    """What a backup is of."""

    format: int
    program: str
    schema: str
    database: str  # sqlite, postgresql
    clinic: str
    taken_at: str  # UTC

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)


@dataclass(frozen=True)
class Made:
    file: Path
    rows: int
    bytes: int
    encrypted: bool


async def create(settings: Settings, folder: Path, now: datetime, in_the_clear: bool = False) -> Made:
    """Write a backup into the folder. Raises Stop if the database is not up to date, or if nobody holds a key to the backup."""
    recipients = settings.backup.recipients
    if not recipients and not in_the_clear:
        raise Stop("backup.recipients is empty: `careward backup key` makes a key. --in-the-clear writes it unencrypted.", 2)
    RING.use(settings.at_rest.keys)  # a backup has its own key: it can be opened without this one
    url = settings.database.url
    state, at = await database.standing(url)
    if state != database.READY:
        raise Stop(database.said(url, state, at))
    file = for_owner_only(folder) / f"{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}{SUFFIX}"
    about = About(FORMAT, program(), at or "", make_url(url).get_backend_name(), settings.clinic.name, now.isoformat())
    media, keys = Path(settings.media.folder), () if in_the_clear else recipients
    total = await as_it_stands(url, lambda connection: write(connection, file, about, keys, media))
    return Made(file, total, file.stat().st_size, not in_the_clear)


def for_owner_only(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


async def as_it_stands(url: str, look: Any) -> Any:
    """Do this with the database as it stands at one moment, whatever is written meanwhile. Nothing in it is changed."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":  # a reader in WAL mode keeps the page it began on
        engine = sa.create_engine(parts.set(drivername="sqlite"), poolclass=NullPool, hide_parameters=True)

        def looked() -> Any:
            with engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                driver.isolation_level = None
                connection.exec_driver_sql("PRAGMA query_only=ON")
                connection.exec_driver_sql("BEGIN")
                return look(connection)

        return await asyncio.to_thread(looked)
    server = create_async_engine(
        parts.set(drivername="postgresql+asyncpg"), poolclass=NullPool, hide_parameters=True,
        isolation_level="REPEATABLE READ")
    try:
        async with server.connect() as connection:
            reading: AsyncConnection = await connection.execution_options(postgresql_readonly=True)
            return await reading.run_sync(look)
    finally:
        await server.dispose()


def write(connection: sa.Connection, file: Path, about: About, recipients: Sequence[str], media: Path) -> int:
    counts: dict[str, int] = {}
    with written(file, tuple(recipients)) as packer:
        packer.add(ABOUT, as_json(asdict(about)))
        for table in rows.in_order(tables.metadata):
            counts[table.name] = pack(packer, connection, table)
        for one in sorted(media.glob("??/*")):  # a file is written before the row that names it: none can be missing
            if one.is_file() and not one.suffix:
                packer.add(f"media/{one.parent.name}/{one.name}", one.read_bytes())
        packer.add(MANIFEST, as_json({"rows": counts, "sha256": packer.digests}))
    return sum(counts.values())


def pack(packer: Packer, connection: sa.Connection, table: sa.Table) -> int:
    total = 0
    for number, (count, piece) in enumerate(rows.pieces(connection, table), start=1):
        packer.add(f"tables/{table.name}/{number:04}.jsonl", piece)
        total += count
    return total


def as_json(facts: Any) -> bytes:
    return json.dumps(facts, indent=1, ensure_ascii=False).encode()


def program() -> str:
    try:
        return version("careward")
    except PackageNotFoundError:
        return "a checkout"


def there(folder: Path) -> list[Path]:
    """The backups in a folder, the newest first."""
    return sorted(folder.glob(f"*{SUFFIX}"), reverse=True)


def thin_out(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest `keep`; returns what went."""
    gone = there(folder)[keep:] if keep else []
    for file in gone:
        file.unlink()
    return gone


