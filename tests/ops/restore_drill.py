"""`python -m tests.ops.restore_drill`: back up a clinic of many patients, lose its database, restore it into either kind of
database, and look whether everything is there and nothing stale leaves.

Times are told as ratios within the run too: how long a row takes on its way out and back.
"""

import argparse
import asyncio
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import func, select

from bench.patients import fill
from bot.sender import Sender
from care import integrity, patients, tables
from care.heart import outbox
from care.heart.clinic import Clinic
from care.heart.screen import Screen
from care.heart.settings import BackupSettings, DatabaseSettings
from care.heart.turn import Lane, Turn
from care.reactions import REACTIONS
from ops.backup import archive
from ops.backup.create import create
from ops.backup.restore import restore, verify
from simulator.telegram import Telegram
from simulator.transport import InProcess
from tests.evidence import commit, written
from tests.temp_pg import postgres
from tests.ward import SETTINGS, TOKEN

PAGE = Path(__file__).parents[2] / "docs" / "evidence" / "restore.md"
WAITING = 500  # messages that were about to leave when the backup was taken


@dataclass
class Drill:
    """What one restore came to."""

    into: str
    rows: int
    megabytes: float
    backup_s: float
    verify_s: float
    restore_s: float
    held: int
    stale: int
    missing: int
    wrong: int


async def drill(settings, url: str, into: str, folder: Path, key: Path) -> Drill:
    before = await looked(url, counts)
    begun = perf_counter()
    made = await create(replace(settings, database=DatabaseSettings(url=url)), folder / "kept", datetime.now(UTC))
    backed_up = perf_counter()
    verify(made.file, key)
    verified = perf_counter()
    done = await restore(replace(settings, database=DatabaseSettings(url=into)), made.file, key, lambda: datetime.now(UTC))
    restored = perf_counter()
    after = await looked(into, counts)
    missing = sum(max(0, count - after.get(name, 0)) for name, count in before.items() if name != "staff_sessions")
    made.file.unlink()
    return Drill(
        into.split(":")[0], made.rows, made.bytes / 1e6, backed_up - begun, verified - backed_up, restored - verified,
        done.settled.messages, await stale_sends(into), missing, len(await looked(into, integrity.check)))


def counts(turn: Turn) -> dict[str, int]:
    return {table.name: turn.db.scalar(select(func.count()).select_from(table)) or 0 for table in tables.metadata.sorted_tables}


async def looked(url: str, look):
    clinic = Clinic(url, SETTINGS, REACTIONS)
    try:
        return await clinic.read(look)
    finally:
        await clinic.close()


async def stale_sends(url: str) -> int:
    """Let the sender send whatever it would; none of it may be what waited in the backup."""
    clinic = Clinic(url, SETTINGS, REACTIONS)
    telegram = Telegram(lambda: datetime.now(UTC), seed=1, pace=False)
    telegram.add_bot(TOKEN, "riverside_bot", "Riverside")
    from bot import app as bot_app

    app = bot_app.build(clinic, TOKEN, transport=InProcess(telegram))
    await app.initialize()
    try:
        sender = Sender(clinic, app.bot)
        while await sender.send_waiting():
            pass
        return await clinic.read(lambda turn: turn.db.scalar(select(func.count()).select_from(tables.outbox).where(
            tables.outbox.c.text.like("waits %"), tables.outbox.c.outcome == "sent")))
    finally:
        await app.shutdown()
        await clinic.close()


async def busy(url: str) -> None:
    """Messages that are about to leave."""
    clinic = Clinic(url, SETTINGS, REACTIONS)

    def write(turn: Turn) -> None:
        for patient_id in range(1, WAITING + 1):
            patient = patients.get(turn, patient_id)
            assert patient
            turn.tell(patient, Screen(f"waits {patient_id}"), Lane.REPLY)

    await clinic.run("drill", write)
    assert await clinic.read(outbox.waiting) == WAITING
    await clinic.close()


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as place, postgres() as server:
        folder = Path(place)
        public, secret = archive.new_identity()
        (folder / "key").write_text(secret)
        settings = replace(SETTINGS, backup=BackupSettings(recipients=(public,)))
        url = f"sqlite:///{folder / 'clinic.db'}"
        await asyncio.to_thread(fill, folder / "clinic.db", count)
        await busy(url)
        into_pg = server.create_database("restored")
        found = [await drill(settings, url, f"sqlite:///{folder / 'again.db'}", folder, folder / "key"),
                 await drill(settings, url, into_pg, folder, folder / "key")]
        from_pg = replace(settings, database=DatabaseSettings(url=into_pg))
        found.append(await drill(from_pg, into_pg, f"sqlite:///{folder / 'back.db'}", folder, folder / "key"))
    written(PAGE, page(count, found))


def page(count: int, found: list[Drill]) -> str:
    slowest = max(found, key=lambda one: one.restore_s / one.rows)
    rows = "\n".join(
        f"| {one.into} | {one.rows} | {one.megabytes:.1f} | {one.backup_s:.1f} | {one.verify_s:.1f} | {one.restore_s:.1f} "
        f"| {one.missing} | {one.held} | {one.stale} | {one.wrong} |" for one in found)
    return TEMPLATE.format(
        count=count, commit=commit(), all=found[0].rows, waiting=WAITING, rows=rows,
        ratio=f"{slowest.restore_s / slowest.backup_s:.1f}",
        million=timedelta(seconds=round(slowest.restore_s / slowest.rows * 1e6)))


TEMPLATE = """# A clinic that loses its database

- command: `python -m tests.ops.restore_drill --patients {count}`
- commit `{commit}`
- {count} patients with one conversation each, {all} rows; {waiting} messages about to leave at the time of the
  backup. It is backed up, encrypted, verified, and restored into an empty database; then the sender sends whatever it
  would.

| into | rows | file, MB | backup, s | verify, s | restore, s | rows missing | held back | stale sends | broken |
|---|---|---|---|---|---|---|---|---|---|
{rows}

The third row goes back from PostgreSQL, with what the first restore put on record. Restoring a row took {ratio} times
as long as backing it up; at this pace a clinic of a million rows is back after {million}, on this machine, with other
work beside it.

**How much is lost** (RPO): what happened since the last backup, at most `backup.every_hours` (24 by default) and the
minutes that one takes; patients' messages of that time were taken from Telegram and are gone. Run it more often, or
use PostgreSQL with its own archiving, to lose less. **How long it takes** (RTO): the restore above, and the time to
fetch the key.

What this does not show: a disk that fails while the backup is written (the file appears only when it is whole); years
of real data; a restore by somebody who has never done it.
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=20_000)
    asyncio.run(main(parser.parse_args().patients))
