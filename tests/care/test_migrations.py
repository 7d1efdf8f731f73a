"""The migrations make exactly the tables that the code names, on both databases, checks and indexes included."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from care.heart import schema
from care.tables import metadata

PG_SHAPE = """
SELECT 'column', table_name, column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
  FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
UNION ALL SELECT 'index', tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""


def shape_on_sqlite(path: Path) -> set[str]:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'").scalars().all()
    engine.dispose()
    return {part for sql in found for part in _parts(sql)}


def _parts(sql: str) -> list[str]:
    """A table's columns and constraints are a set, in whatever order a migration wrote them."""
    head, _, body = sql.replace('"', "").partition("(")
    if not head.strip().startswith("CREATE TABLE"):
        return [" ".join(sql.split())]
    name = head.split()[-1]
    added = re.sub(r", (\w+ (?:TEXT|DATETIME|DATE|INTEGER|BOOLEAN|JSON|SMALLINT|TIME)\b)", r",\n\1", body)  # ADD COLUMN's way
    lines = [" ".join(line.split()).rstrip(",") for line in added.strip().removesuffix(")").splitlines()]
    return [f"{name}: {line}" for line in lines if line.strip()]


def test_migrated_equals_declared_on_sqlite(tmp_path: Path, empty_sqlite: Path):
    declared = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    metadata.create_all(declared)
    declared.dispose()
    assert shape_on_sqlite(empty_sqlite) == shape_on_sqlite(tmp_path / "declared.db")


async def test_migrated_equals_declared_on_postgresql(postgres_server):
    async def shape(url: str, make: bool) -> set[tuple]:
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.begin() as connection:
            if make:
                await connection.run_sync(metadata.create_all)
            found = {tuple(row) for row in await connection.exec_driver_sql(PG_SHAPE)}
        await engine.dispose()
        return found

    migrated = postgres_server.create_database("migrated", template="empty")
    declared = postgres_server.create_database("declared")
    assert await shape(migrated, False) == await shape(declared, True)
    for name in ("migrated", "declared"):
        postgres_server.drop_database(name)


async def test_a_database_knows_where_it_stands(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert await schema.current(url) is None
    await schema.upgrade(url)
    assert await schema.current(url) == schema.head()
    await schema.upgrade(url)  # again changes nothing


async def test_a_migration_that_breaks_references_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    url = f"sqlite:///{tmp_path / 'new.db'}"

    def careless(config, target):
        connection: Connection = config.attributes["connection"]
        connection.exec_driver_sql("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE children (parent INTEGER REFERENCES parents (id))")
        connection.exec_driver_sql("INSERT INTO children VALUES (1)")

    monkeypatch.setattr(schema.command, "upgrade", careless)
    with pytest.raises(schema.BrokenReferences):
        await schema.upgrade(url)
    assert shape_on_sqlite(tmp_path / "new.db") == set()




@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_whoever_had_a_daily_check_is_in_the_general_programme_at_the_same_hour(backend: str, tmp_path: Path, request):
    server = request.getfixturevalue("postgres_server") if backend == "postgresql" else None
    url = server.create_database("before_plans") if server else f"sqlite:///{tmp_path / 'before.db'}"
    await schema.upgrade(url, "0004")
    engine = schema._engine(url)
    values = ("'Amina', '1968-05-23', 'en', 'GB', 'Europe/London', {}, {}, true, true, '07:30:00.000000', {}, "
              "'2026-11-01 10:00:00+00:00'")
    async with engine.begin() as connection:
        for state, agreed, due in (("'active'", "true", "'2026-11-24 07:30:00.000000'"), ("'invited'", "false", "NULL")):
            await connection.exec_driver_sql(
                "INSERT INTO patients (name, date_of_birth, language, country, time_zone, state, consented, reachable, "
                f"reminders, check_time, next_check_at, created_at) VALUES ({values.format(state, agreed, due)})")
    await schema.upgrade(url)
    async with engine.connect() as connection:
        moved = (await connection.exec_driver_sql(
            "SELECT patient_id, programme, hour, day_0, next_at, ended_at FROM care_plans")).all()
    await engine.dispose()
    if server:
        server.drop_database("before_plans")
    assert [(row[0], row[1], str(row[2])[:5], str(row[3]), str(row[4])[:16], row[5]) for row in moved] == [
        (1, "general", "07:30", "2026-11-01", "2026-11-24 07:30", None)]
