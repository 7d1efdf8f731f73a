"""`careward patient export`: everything about one patient in one file, for the patient: to read, and for another program."""

import asyncio
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

from care import export_fhir, record_pdf
from care.heart.settings import Settings
from care.heart.turn import Turn
from ops import database
from ops.settings_file import Loaded, checked
from ops.stop import Stop

README = """Everything that the clinic keeps about you in Careward.

record.pdf  to read: your readings as pictures, your medicines and visits, and what was said, in order
fhir.json   your measurements, questionnaires and messages in FHIR R4, which other health programs read
record.json every row of every table that is about you, as it is kept
"""


def command(loaded: Loaded, patient_id: int, to: Path) -> str:
    """Write the file, for its owner only. Raises Stop if there is no such patient, or if the file is there."""
    settings = checked(loaded)
    content = asyncio.run(exported(settings, patient_id))
    try:
        with os.fdopen(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.write(content)
    except FileExistsError:
        raise Stop(f"{to} is there already.", 2) from None
    return f"{to}: {len(content) / 1e6:.1f} MB. Hand it to the patient alone; whoever has it reads everything."


async def exported(settings: Settings, patient_id: int) -> bytes:
    async with database.opened(settings) as clinic:
        found = await clinic.read(look, patient_id)
    if found is None:
        raise Stop(f"There is no patient {patient_id}.")
    record, bundle = found
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        archive.writestr("record.pdf", record_pdf.page(record))
        archive.writestr("fhir.json", json.dumps(bundle, ensure_ascii=False, indent=1))
        archive.writestr("record.json", json.dumps(record.rows, ensure_ascii=False, indent=1))
    return packed.getvalue()


def look(turn: Turn, patient_id: int) -> tuple[record_pdf.Record, dict[str, Any]] | None:
    record = record_pdf.look(turn, patient_id)
    return (record, export_fhir.bundle(turn, patient_id)) if record else None
