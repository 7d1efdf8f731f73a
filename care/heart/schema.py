"""The schema's versions: where a database stands, where it should stand, and the way from one to the other."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).parents[1] / "migrations"


class BrokenReferences(Exception):
    """A migration would have left rows that point nowhere; it was not kept."""


async def upgrade(url: str, target: str = "head") -> None:
    """Bring the database at `url` to the newest schema (or to `target`), wholly or not at all."""
    engine = _engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_migrate, target)
    finally:
        await engine.dispose()


async def current(url: str) -> str | None:
    """The version that the database at `url` is at; None if it is empty."""
    engine = _engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(stands_at)
    finally:
        await engine.dispose()


def stands_at(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The version that this code needs."""
    found = ScriptDirectory.from_config(configured()).get_current_head()
    assert found
    return found


def configured(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _engine(url: str) -> AsyncEngine:
    """Without `foreign_keys=ON`: SQLite rebuilds a table to alter it, and would empty its children on the way. Its driver
    begins no transaction for what changes tables, so it is begun here: a power cut in the middle leaves what was there."""
    sqlite = make_url(url).get_backend_name() == "sqlite"
    engine = create_async_engine(
        make_url(url).set(drivername="sqlite+aiosqlite" if sqlite else "postgresql+asyncpg"), poolclass=NullPool)
    if sqlite:
        event.listen(engine.sync_engine, "connect", _begins_nothing)
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _begins_nothing(connection: Any, _record: Any) -> None:
    connection.isolation_level = None


def _migrate(connection: Connection, target: str) -> None:
    command.upgrade(configured(connection), target)
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise BrokenReferences(target)
