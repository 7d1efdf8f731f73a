"""The ledger of erasures, beside the backups: an older backup still knows whom the clinic has forgotten since. It holds numbers
only, and a restore follows it."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from care import erasure
from care.heart.clinic import Clinic
from ops.stop import Stop

LEDGER = "erasures.jsonl"


async def keep_ledger(clinic: Clinic, folder: Path) -> None:
    """Write the ledger anew if somebody was erased since it was written. Whoever stands in it stays, whatever the database
    says: it may be older."""
    erased = await clinic.read(erasure.ledger)
    there = {line["patient_id"]: line for line in read_ledger(folder)}
    lines = there | {one.patient_id: json.loads(json.dumps(asdict(one), default=str)) for one in erased}
    if lines != there:
        _write(folder, list(lines.values()))


def read_ledger(folder: Path) -> list[dict[str, Any]]:
    """Who was erased, as far as the ledger knows. Raises Stop if it cannot be read."""
    file = folder / LEDGER
    try:
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    except (OSError, ValueError) as error:
        raise Stop(f"{file}, the ledger of erasures, cannot be read ({type(error).__name__}): restoring without it would bring "
                   "back people who were forgotten.") from None


def _write(folder: Path, lines: list[dict[str, Any]]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    begun = folder / f".{LEDGER}.unfinished"
    with os.fdopen(os.open(begun, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
        out.writelines(json.dumps(line) + "\n" for line in lines)
        out.flush()
        os.fsync(out.fileno())
    begun.replace(folder / LEDGER)
