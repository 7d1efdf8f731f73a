"""`careward backup verify` and `careward backup restore`: read a backup to its end; put it into an empty database."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from care import erasure, restoring
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.settings import Settings
from care.heart.turn import Turn
from care.reactions import REACTIONS
from ops import database
from ops.backup import rows
from ops.backup.archive import ABOUT, FORMAT, MANIFEST, Piece, opened
from ops.backup.create import About
from ops.stop import Stop

GAP = 1_000_000  # numbers: more rows of a table than come between two backups


@dataclass(frozen=True)
class Checked:
    """A backup that was read to its end and is whole."""

    about: About
    rows: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def verify(file: Path, identity: Path | None) -> Checked:
    """Read the whole backup. Raises Stop if anything in it is not as its manifest says, or if the manifest is not there."""
    with opened(file, identity) as pieces:
        about = about_of(pieces, file)
        return Checked(about, checked(pieces, lambda piece: piece.content.count(b"\n") - 1, file))


def about_of(pieces: Iterator[Piece], file: Path) -> About:
    first = next(pieces, None)
    if first is None or first.name != ABOUT:
        raise Stop(f"{file.name} is not a backup of Careward.")
    facts = first.json()
    if facts.get("format") != FORMAT:
        raise Stop(f"{file.name} has the format {facts.get('format')}; this program reads {FORMAT}: install a newer careward.")
    return About(**facts)


def checked(pieces: Iterator[Piece], take: Any, file: Path) -> dict[str, int]:
    """Hand every piece of a table to `take`, which says how many rows it had; hold all of it against the manifest."""
    counts, digests = Counter[str](), dict[str, str]()
    for piece in pieces:
        if piece.name == MANIFEST:
            manifest = piece.json()
            stated = {name: digest for name, digest in manifest["sha256"].items() if name != ABOUT}
            wrong = [name for name in stated.keys() | digests.keys() if stated.get(name) != digests.get(name)]
            wrong += [name for name, count in manifest["rows"].items() if counts[name] != count]
            if wrong:
                raise Stop(f"The backup {file.name} is damaged: {', '.join(sorted(wrong)[:5])} is not as the manifest says.")
            return dict(manifest["rows"])
        digests[piece.name] = piece.digest
        if piece.name.startswith("tables/"):
            counts[piece.name.split("/")[1]] += take(piece)
    raise Stop(f"The backup {file.name} is cut short: it has no manifest.")


@dataclass(frozen=True)
class Restored:
    checked: Checked
    settled: restoring.Settled


async def restore(
    settings: Settings, file: Path, identity: Path | None, clock: Any, erased_since: Sequence[dict[str, Any]] = (),
) -> Restored:
    """Put a backup into the database of the settings, which must be empty; bring it up to date; settle what was under way when
    it was taken, so that nothing stale is sent. Whoever stands in `erased_since`, the ledger of erasures, is erased again.
    Raises Stop, and leaves the database empty, if that cannot be done."""
    url = settings.database.url
    state, _ = await database.standing(url)
    if state != database.EMPTY:
        raise Stop("database.url: a backup is restored into an empty database, and this one is not. Name another, or move the "
                   "old one away: nothing is ever restored over data.", 2)
    whole = await asyncio.to_thread(verify, file, identity)  # before anything is touched
    check_schema(whole.about)
    if (path := database.sqlite_file(url)) is not None:
        database.create_for_owner_only(path)
    try:
        await schema.upgrade(url, whole.about.schema)
        await filled(url, file, identity)
        await asyncio.to_thread(put_media, file, identity, Path(settings.media.folder))
        await schema.upgrade(url)
    except BaseException:
        await emptied(url)
        raise
    clinic = Clinic(url, settings, REACTIONS, clock)
    try:
        for line in erased_since:
            await clinic.run("restore", erasure.again, line)
        await clinic.run("restore", count_on_from_the_forgotten)
        await clinic.run("restore", leave_a_gap)
        settled = await settle(clinic, whole.about)
    finally:
        await clinic.close()
    return Restored(whole, settled)


def check_schema(about: About) -> None:
    from alembic.script import ScriptDirectory

    ours = {revision.revision for revision in ScriptDirectory.from_config(schema.configured()).walk_revisions()}
    if about.schema not in ours:
        raise Stop(f"The backup was taken by {about.program} with schema {about.schema}, which is newer than this program: "
                   "install a newer careward.")


async def filled(url: str, file: Path, identity: Path | None) -> None:
    """All rows of the backup, in one transaction."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        engine = sa.create_engine(parts.set(drivername="sqlite"), poolclass=NullPool, hide_parameters=True)

        def fill_file() -> None:
            with engine.begin() as connection:
                fill(connection, file, identity)

        await asyncio.to_thread(fill_file)
        return
    server = create_async_engine(parts.set(drivername="postgresql+asyncpg"), poolclass=NullPool, hide_parameters=True)
    try:
        async with server.begin() as connection:
            await connection.run_sync(fill, file, identity)
    finally:
        await server.dispose()


def fill(connection: sa.Connection, file: Path, identity: Path | None) -> None:
    described = as_it_is(connection)
    with opened(file, identity) as pieces:
        about_of(pieces, file)
        checked(pieces, lambda piece: rows.put(connection, described.tables[piece.name.split("/")[1]], piece.content), file)
    made_at_home(connection, described)
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise Stop(f"The backup {file.name} has rows that point nowhere.")


def made_at_home(connection: sa.Connection, described: sa.MetaData) -> None:
    """Let rows that another database numbered be at home in this one."""
    if connection.dialect.name != "postgresql":
        return
    for table in described.sorted_tables:
        count_on(connection, table)
    for journal in {"events", "accesses"} & described.tables.keys():
        connection.execute(sa.update(described.tables[journal]).values(xid=None))  # of another server


def put_media(file: Path, identity: Path | None, folder: Path) -> None:
    """Bring back the files that patients and staff sent each other. One that is there already stays as it is."""
    with opened(file, identity) as pieces:
        for piece in pieces:
            kind, *place = piece.name.split("/")
            if kind != "media" or len(place) != 2 or not all(part.isalnum() for part in place):
                continue
            target = folder / place[0] / place[1]
            if not target.exists():
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                target.touch(0o600)
                target.write_bytes(piece.content)


def as_it_is(connection: sa.Connection) -> sa.MetaData:
    """The tables as the database describes them: at the schema of the backup, which may be older than this program's."""
    found = sa.MetaData()

    @sa.event.listens_for(found, "column_reflect")
    def nothing_is_nothing(inspector: Any, table: sa.Table, column: Any) -> None:
        if isinstance(column["type"], sa.JSON) and column["nullable"]:
            column["type"] = sa.JSON(none_as_null=True)

    found.reflect(connection)
    return found


def count_on(connection: sa.Connection, table: sa.Table) -> None:
    """New rows get numbers after those that are there."""
    if "id" not in table.c:
        return
    sequence = connection.scalar(sa.text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name})
    if sequence:
        highest = connection.scalar(sa.select(sa.func.max(table.c.id)))
        if highest is not None:
            connection.execute(sa.text("SELECT setval(:sequence, :highest)"), {"sequence": sequence, "highest": highest})


def count_on_from_the_forgotten(turn: Turn) -> None:
    """Nobody gets the number of whoever was forgotten: PostgreSQL counts on behind it, SQLite by patients.add."""
    if turn.db.dialect.name == "postgresql":
        turn.db.execute(sa.text(
            "SELECT setval(pg_get_serial_sequence('patients', 'id'), "
            "greatest((SELECT max(patient_id) FROM erasures), (SELECT max(id) FROM patients)))"))


def leave_a_gap(turn: Turn) -> None:
    """What happened since the backup is lost, but not the messages with buttons that are in patients' chats, nor what other
    programs were told: a number that they may remember is not given to another row."""
    for table in erasure.of_patients():
        highest = sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0) + GAP).scalar_subquery()
        if turn.db.dialect.name == "postgresql":
            turn.db.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, "id"), highest)))
        else:
            counted = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
            turn.db.execute(counted.delete().where(counted.c.name == table.name))
            turn.db.execute(counted.insert().values(name=table.name, seq=highest))


async def emptied(url: str) -> None:
    """A restore that failed leaves nothing behind that could be taken for a clinic."""
    file = database.sqlite_file(url)
    if file is not None:
        for left in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
            left.unlink(missing_ok=True)
        return
    server = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    try:
        async with server.begin() as connection:
            await connection.run_sync(lambda here: as_it_is(here).drop_all(here))
    finally:
        await server.dispose()


async def settle(clinic: Clinic, about: About) -> restoring.Settled:
    """In turns of a few hundred rows, until nothing is left that was under way."""
    messages = doses = 0
    while done := await clinic.run("restore", restoring.settle_messages):
        messages += done
    while done := await clinic.run("restore", restoring.settle_doses):
        doses += done
    return await clinic.run("restore", restoring.wake, about.moment, messages, doses)
