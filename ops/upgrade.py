"""`careward db upgrade --check`: what an upgrade would do, and whether this is the moment. Changes nothing."""

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, table

from care.heart import schema
from care.heart.settings import Settings
from ops import database
from ops.doctor.finding import FAIL, PASS, Finding, failure, well
from ops.doctor.outside import backups

MEGABYTE = 1e6
PACE = 50_000  # rows a second: 800,000 rows took 15 s from 0009 to 0027 on SQLite, 3 s on PostgreSQL, beside other work


@dataclass(frozen=True)
class Plan:
    """What stands between this database and this program."""

    said: str
    steps: list[str]  # what each step does, in order
    findings: list[Finding]

    @property
    def may_go_on(self) -> bool:
        return not self.steps or all(one.state != FAIL for one in self.findings)


async def planned(settings: Settings, config_file: Path) -> Plan:
    """The steps to come, the time and the room they need, how old the newest backup is. Raises Stop if the database cannot be
    reached."""
    url = settings.database.url
    state, at = await database.standing(url)
    steps = steps_from(at) if state == database.BEHIND else []
    found = []
    if steps:
        found.append(await duration(url))
    if (file := database.sqlite_file(url)) is not None and steps:
        found.append(await asyncio.to_thread(room, file))
    if steps:
        backup = backups(settings, config_file)
        if backup.state != PASS:
            backup = failure("backups", backup.said, f"{backup.remedy} Or say --no-backup, if you can do without.")
        found.append(backup)
    return Plan(database.said(url, state, at), steps, found)


def steps_from(at: str | None) -> list[str]:
    """Each migration that this program has and the database has not, the oldest first."""
    script = ScriptDirectory.from_config(schema.configured())
    return [f"{step.revision}: {step.doc}" for step in reversed(list(script.iterate_revisions("head", at or "base")))]


async def duration(url: str) -> Finding:
    """How long the clinic will stand still, about: what there is to rewrite is the rows."""
    engine = schema._engine(url)
    try:
        async with engine.connect() as connection:
            rows = await connection.run_sync(counted)
    finally:
        await engine.dispose()
    return well("time", f"The database has {rows} rows: it may take {max(1, round(rows / PACE))} s, more on a slow disk.")


def counted(connection: Connection) -> int:
    """All rows, whichever tables there are at the old version."""
    names = inspect(connection).get_table_names()
    return sum(connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names)


def room(file: Path) -> Finding:
    """SQLite rebuilds a table to alter it, and keeps the old pages until the end: twice the file is enough."""
    size, free = file.stat().st_size, shutil.disk_usage(file.parent).free
    said = f"The file has {size / MEGABYTE:.0f} MB; {free / MEGABYTE:.0f} MB are free."
    return well("room", said) if free > 2 * size else failure("room", said, "Make room for twice the file.")
