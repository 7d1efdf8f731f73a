"""Backups that `careward run` makes by itself: in a process of their own, so that no patient waits for them."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from care import backups
from care.heart.clinic import Clinic
from ops.backup.create import there
from ops.backup.ledger import keep_ledger

logger = logging.getLogger("careward.ops")
LOOK_EVERY = 60.0  # seconds; a disk that is lost within them takes erasures with it that nothing remembers


@asynccontextmanager
async def kept_up(clinic: Clinic, config_file: Path) -> AsyncIterator[None]:
    """While this is open, a backup is made whenever the newest is older than backup.every_hours, and the ledger of erasures is
    kept. Without a key no backup is made."""
    making = asyncio.create_task(_keep_up(clinic, config_file))
    try:
        yield
    finally:
        making.cancel()
        with suppress(asyncio.CancelledError):
            await making


async def _keep_up(clinic: Clinic, config_file: Path) -> None:
    while True:
        try:
            await keep_ledger(clinic, folder_of(clinic, config_file))
            if is_due(clinic, config_file):
                await make(clinic, config_file)
        except Exception:
            logger.exception("the backup failed")
        await asyncio.sleep(LOOK_EVERY)


def is_due(clinic: Clinic, config_file: Path) -> bool:
    """Whether the newest backup in the folder is too old, or there is none. What the files say counts: they may be gone."""
    settings = clinic.settings.backup
    if not (settings.every_hours and settings.recipients):
        return False
    newest = next(iter(there(folder_of(clinic, config_file))), None)
    if newest is None:
        return True
    made_at = datetime.fromtimestamp(newest.stat().st_mtime, UTC)
    return datetime.now(UTC) - made_at >= timedelta(hours=settings.every_hours)


def folder_of(clinic: Clinic, config_file: Path) -> Path:
    """A relative folder counts from the settings file."""
    return config_file.resolve().parent / clinic.settings.backup.folder


async def make(clinic: Clinic, config_file: Path) -> bool:
    """Make one; put on record that it was made, or call somebody. Whoever waits for it no longer ends it, too."""
    making = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ops.cli", "backup", "create", "--config", str(config_file),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE)
    try:
        _, said = await making.communicate()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            making.terminate()
        raise
    if making.returncode == 0:
        await clinic.run("backup", backups.made)
        logger.info("a backup was made")
        return True
    logger.error("the backup failed with code %s", making.returncode)
    await clinic.run("backup", backups.failed, said.decode(errors="replace").strip())
    return False
