"""Where canaries are looked for: every file that a clinic leaves, and every table as PostgreSQL tells it."""

import re
import subprocess
from collections import Counter
from pathlib import Path

from ops.backup import archive
from tests.canaries.filling import FIRST_CHAT, PATTERN
from tests.temp_pg import _programs

Found = Counter[int]  # how many canaries, by whose they are


IN_FIGURES = re.compile(rb"(?<!\d)\d{%d}(?!\d)" % len(str(FIRST_CHAT)))
IN_SQLITE = re.compile(re.escape(FIRST_CHAT.to_bytes(6, "big")[:4]) + rb"(..)", re.DOTALL)  # six bytes, the largest first


def in_bytes(content: bytes) -> Found:
    """Canaries, and the numbers of chats, in figures or as SQLite keeps them."""
    owners = [int(owner) for owner in PATTERN.findall(content)]
    owners += [int(number) - FIRST_CHAT for number in IN_FIGURES.findall(content) if 0 < int(number) - FIRST_CHAT < 10_000]
    owners += [int.from_bytes(last, "big") for last in IN_SQLITE.findall(content)]
    return Counter(owners)


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
