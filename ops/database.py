"""The clinic's database, from outside: whether it is there and up to date, who may open it, and opening it."""

import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, make_url

from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.settings import Settings
from care.reactions import REACTIONS
from ops.stop import Stop

EMPTY, READY, BEHIND, AHEAD, FOREIGN = "empty", "ready", "behind", "ahead", "foreign"


DAMAGED = ("file is not a database", "disk image is malformed")  # SQLite's own words


def sqlite_file(url: str) -> Path | None:
    """The file that this address names; None if it is a server."""
    parts = make_url(url)
    return Path(parts.database or "") if parts.get_backend_name() == "sqlite" else None


async def standing(url: str) -> tuple[str, str | None]:
    """How the database stands, and at which version. Raises Stop if it cannot be reached. Changes nothing."""
    file = sqlite_file(url)
    if file is not None and (not file.exists() or file.stat().st_size == 0):
        return EMPTY, None
    engine = schema._engine(url)
    try:
        async with engine.connect() as connection:
            at, tables = await connection.run_sync(look)
    except Exception as error:
        if any(words in str(error) for words in DAMAGED):
            raise Stop(f"database.url: {file} is damaged ({named(error)}). Move it away and restore the newest backup: "
                       "docs/for-it.md, Restore.") from error
        raise Stop(f"database.url: the database cannot be reached ({named(error)}).") from error
    finally:
        await engine.dispose()
    if at is None:
        return (FOREIGN if tables else EMPTY), None
    if at == schema.head():
        return READY, at
    ours = {revision.revision for revision in ScriptDirectory.from_config(schema.configured()).walk_revisions()}
    return (BEHIND if at in ours else AHEAD), at


def look(connection: Connection) -> tuple[str | None, list[str]]:
    return schema.stands_at(connection), inspect(connection).get_table_names()


def named(error: Exception) -> str:
    """What went wrong, without the address: it may hold a password."""
    cause = getattr(error, "orig", None) or error
    return f"{type(cause).__name__}: {cause}".splitlines()[0][:200]


def said(url: str, state: str, at: str | None) -> str:
    """How the database stands, in a sentence that says what to do."""
    return {
        READY: f"The database is at version {at}, as this program needs.",
        EMPTY: "The database is empty: `careward db upgrade` lays it out.",
        BEHIND: f"The database is at version {at} and this program needs {schema.head()}: run `careward db upgrade`.",
        AHEAD: f"The database is at version {at}, which is newer than this program: run a newer careward.",
        FOREIGN: "database.url: this database holds something else: name an empty one.",
    }[state]


async def made_ready(url: str, *, upgrade: bool) -> None:
    """Lay out an empty database; bring one that is behind up to date if asked to. Raises Stop if it cannot be used as it is."""
    state, at = await standing(url)
    if state == READY:
        return
    if state not in (EMPTY, BEHIND) or (state == BEHIND and not upgrade):
        raise Stop(said(url, state, at), 2)
    if (file := sqlite_file(url)) is not None:
        create_for_owner_only(file)
    await schema.upgrade(url)


def create_for_owner_only(file: Path) -> None:
    """What SQLite puts beside the file takes its mode from it."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise Stop(f"database.url: {file} cannot be written ({error.strerror}).", 2) from None


@contextmanager
def alone(url: str) -> Iterator[None]:
    """On SQLite one process runs the clinic: hold the lock that says so. Raises Stop if another one holds it."""
    file = sqlite_file(url)
    if file is None:
        yield
        return
    lock = file.with_name(f"{file.name}.lock")
    try:
        held = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise Stop(f"database.url: {lock} cannot be written ({error.strerror}).", 2) from None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Stop(f"Another careward runs on {file}. With SQLite there is one; several need PostgreSQL.") from None
    finally:
        os.close(held)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Clinic]:
    """The clinic, for a command that does one thing. Raises Stop if the database is not up to date."""
    state, at = await standing(settings.database.url)
    if state != READY:
        raise Stop(said(settings.database.url, state, at), 2)
    clinic = Clinic(settings.database.url, settings, REACTIONS)
    try:
        yield clinic
    finally:
        await clinic.close()
