"""`careward audit verify`: whether the audit trail is as it was written."""

import asyncio
from pathlib import Path

from care import audit
from care.heart.settings import Settings
from ops.database import opened
from ops.stop import Stop
from scheduler import anchors


def verify(settings: Settings, more: list[Path]) -> int:
    """Say what is wrong with it. 0: nothing, 1: something."""
    files = [Path(settings.audit.anchor_file)] if settings.audit.anchor_file else []
    try:
        kept = [anchor for file in (*files, *more) for anchor in anchors.read(file)]
    except ValueError as error:
        raise Stop(f"An anchor file does not hold anchors: {error}") from None
    found = asyncio.run(looked_through(settings, kept))
    for line in found.broken:
        print(line)
    unsealed = f", {found.unsealed} newer than the last seal" if found.unsealed else ""
    if not found.broken:
        print(f"As it was written: {found.rows} rows under {found.seals} seals{unsealed}; {len(kept)} anchors fit.")
    if not kept:
        print("No anchor was looked at: that nothing was cut off at the end, this cannot say (audit.anchor_file).")
    return 1 if found.broken else 0


async def looked_through(settings: Settings, kept: list[audit.Anchor]) -> audit.Verified:
    async with opened(settings) as clinic:
        return await clinic.read(audit.verify, kept)
