"""Where canaries are looked for: every file that a clinic leaves, and every table as PostgreSQL tells it."""

import subprocess
from collections import Counter
from pathlib import Path

from ops.backup import archive
from tests.canaries.filling import PATTERN
from tests.temp_pg import _programs

Found = Counter[int]  # how many canaries, by whose they are


def in_bytes(content: bytes) -> Found:
    return Counter(int(owner) for owner in PATTERN.findall(content))


def in_folder(folder: Path) -> Found:
    return sum((in_bytes(file.read_bytes()) for file in folder.rglob("*") if file.is_file()), Counter())


def in_file(file: Path) -> Found:
    return in_bytes(file.read_bytes()) if file.exists() else Counter()


def in_backup(file: Path, key: Path) -> Found:
    """In what the backup holds, taken out of its envelope; in the envelope nothing could be seen."""
    with archive.opened(file, key) as pieces:
        return sum((in_bytes(piece.name.encode() + piece.content) for piece in pieces), Counter())


def in_dump(url: str) -> Found:
    """In everything that `pg_dump` tells."""
    done = subprocess.run([_programs() / "pg_dump", "--dbname", url], capture_output=True, check=True, cwd="/")
    return in_bytes(done.stdout)
