"""What the audit trail costs: the row that says somebody looked, and sealing, beside the turns that are sealed.

`python -m bench.audit_trail [turns]`, on a new SQLite file. Times are of this process's CPU; compare them within one run.
"""

import asyncio
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from care import access, audit, patients
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.reactions import REACTIONS
from tests.ward import SETTINGS


async def measured(url: str, turns: int) -> dict[str, float]:
    """CPU microseconds: of one turn of a usual kind, of putting one look on record, of sealing one row."""
    await schema.upgrade(url)
    clinic = Clinic(url, SETTINGS, REACTIONS)
    patient = await clinic.run("bench", patients.add, "Amina", date(1960, 1, 1), "en")

    def move(turn: Turn, number: int) -> None:
        patients.lock(turn, patient.id)
        patients.move_to(turn, patient.id, "Europe/Madrid" if number % 2 else "Europe/London")

    begun = time.process_time()
    for number in range(turns):
        await clinic.run("staff:1", move, number)
    moved = time.process_time() - begun
    begun = time.process_time()
    for _ in range(turns):
        await clinic.run("staff:1", access.looked, "GET /patients/{patient_id}", access.Seen(patient.id, "whole clinic"))
    looked = time.process_time() - begun
    begun, longest = time.process_time(), 0.0
    while True:
        before = time.process_time()
        if not await clinic.run("scheduler", audit.seal):
            break
        longest = max(longest, time.process_time() - before)
    sealed = time.process_time() - begun
    whole = await clinic.read(audit.verify)
    await clinic.close()
    assert not whole.broken
    return {"turn": moved / turns * 1e6, "look": looked / turns * 1e6, "seal_row": sealed / whole.rows * 1e6,
            "longest_seal_ms": longest * 1e3}


def main() -> None:
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measured(f"sqlite:///{Path(folder) / 'clinic.db'}", turns))
    for name, value in found.items():
        print(f"{name:16} {value:8.1f}")
    print(f"sealing adds {found['seal_row'] / found['turn']:.1%} to a turn that writes one row of the journal")


if __name__ == "__main__":
    main()
