"""The demo's history, built once for each version of the code and kept in the user's cache."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ops.demo import history
from simulator import snapshot

ROOT = Path(__file__).parents[2]
DATABASE, PHONES = "clinic.db", "telegram.json"
# What the weeks depend on: the code that is played, and the words that it says.
SOURCES = ("care/**/*.py", "bot/**/*.py", "scheduler/**/*.py", "simulator/*.py", "simulator/methods/*.py", "ops/demo/*.py",
           "content/**/*.toml", "content/**/*.po")


class Kept(NamedTuple):
    database: Path
    phones: dict[str, Any]


async def at_hand(folder: Path, building: Callable[[], None]) -> Kept:
    """The history, copied into `folder`, to be gone on with. `building` is called first if it must be built."""
    kept = cache() / version()
    if not (kept / PHONES).is_file():
        building()
        kept = await build(kept)
    database = folder / DATABASE
    shutil.copyfile(kept / DATABASE, database)
    database.chmod(0o600)
    return Kept(database, json.loads((kept / PHONES).read_text(encoding="utf-8")))


async def build(kept: Path) -> Path:
    """Play it, in memory where that can be; then move it to its place in one go, and forget those of older code."""
    shared_memory = Path("/dev/shm")  # noqa: S108 - a private folder is made in it
    quick = shared_memory if os.access(shared_memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=quick) as working:
        telegram = await history.build(Path(working) / DATABASE)
        (Path(working) / PHONES).write_text(json.dumps(snapshot.dump(telegram)), encoding="utf-8")
        put_by(Path(working), kept)
    return kept


def put_by(made: Path, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in kept.parent.glob("*"):
        shutil.rmtree(old, ignore_errors=True)
    beside = Path(tempfile.mkdtemp(dir=kept.parent))
    for name in (DATABASE, PHONES):
        shutil.copyfile(made / name, beside / name)
    beside.rename(kept)


def version() -> str:
    """Changes whenever the history would."""
    told = hashlib.sha256(f"{history.SEED} {history.OPENS}".encode())
    for pattern in SOURCES:
        for file in sorted(ROOT.glob(pattern)):
            told.update(file.read_bytes())
    return told.hexdigest()[:16]


def cache() -> Path:
    """Where it is kept: as the XDG rules say, or for this run only where that cannot be written."""
    chosen = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "careward" / "demo"
    try:
        chosen.mkdir(parents=True, exist_ok=True)
        return chosen
    except OSError:
        return Path(tempfile.gettempdir()) / f"careward-demo-{os.getuid()}"
