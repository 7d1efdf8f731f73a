"""The anchor of the audit trail: its last seal, kept where whoever has the database does not write.

`<file>.head` is the last seal of all; `<file>` gets a line an hour, for whoever copies it to where nothing is changed any more;
`audit.anchor_url` is told each hour.
"""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import aiohttp

from care.audit import Anchor

HOURLY = timedelta(hours=1)
TOLD_WITHIN = aiohttp.ClientTimeout(total=10)


def head_of(file: Path) -> Path:
    return file.with_name(file.name + ".head")


def write(file: Path, anchor: Anchor) -> bool:
    """Write down the last seal, so that it is there after a crash. True once an hour, when the file has got a line."""
    whole = head_of(file).with_suffix(".new")
    with whole.open("w", encoding="utf-8") as out:
        out.write(anchor.line() + "\n")
        out.flush()
        os.fsync(out.fileno())
    whole.replace(head_of(file))
    before = last_line(file)
    if before and anchor.at - before.at < HOURLY:
        return False
    with file.open("a", encoding="utf-8") as out:
        out.write(anchor.line() + "\n")
    return True


def last_line(file: Path) -> Anchor | None:
    """The newest of the hourly ones, without reading them all."""
    if not file.exists() or not (size := file.stat().st_size):
        return None
    with file.open("rb") as kept:
        kept.seek(max(0, size - 1024))
        return Anchor.read(kept.read().decode().strip().splitlines()[-1])


def read(file: Path) -> list[Anchor]:
    """All that was anchored in this file. Raises ValueError if something in it is no anchor."""
    return [Anchor.read(line) for one in (file, head_of(file)) if one.exists()
            for line in one.read_text(encoding="utf-8").splitlines() if line.strip()]


async def tell(url: str, anchor: Anchor) -> None:
    """Raises aiohttp.ClientError if nobody takes it."""
    headers = {"Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession(timeout=TOLD_WITHIN, trust_env=True, headers=headers) as session,
        session.post(url, data=anchor.line()) as answer,
    ):
        answer.raise_for_status()


async def keep(file: str, url: str, anchor: Anchor) -> None:
    """Keep it wherever the clinic has said."""
    fresh = await asyncio.to_thread(write, Path(file), anchor) if file else anchor.at.minute == 0
    if url and fresh:
        await tell(url, anchor)
