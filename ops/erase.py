"""`careward patient erase`: forget a patient, while the clinic is stopped (or beside it, on PostgreSQL)."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

from care import erasure
from care.heart.settings import Settings
from ops import database
from ops.backup.ledger import keep_ledger
from ops.backup.schedule import folder_of
from ops.settings_file import Loaded, checked
from ops.stop import Stop


def command(loaded: Loaded, patient_id: int, reason: str) -> str:
    """Erase; give the certificate. Raises Stop if there is no such patient."""
    settings = checked(loaded)
    with database.alone(settings.database.url):
        return json.dumps(asdict(asyncio.run(erased(settings, loaded.file, patient_id, reason))), indent=2, default=str)


async def erased(settings: Settings, config_file: Path, patient_id: int, reason: str) -> erasure.Certificate:
    async with database.opened(settings) as clinic:
        try:
            done = await clinic.run("ops", erasure.erase, patient_id, "ops", reason)
        except erasure.Unknown:
            raise Stop(f"There is no patient {patient_id}, or they were erased before.") from None
        await keep_ledger(clinic, folder_of(clinic, config_file))
        clinic.sweep()
        return done
