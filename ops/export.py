"""`careward patient export`: everything about one patient in one file, for the patient: to read, and for another program."""

import asyncio
import io
import json
import os
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from fpdf import FPDF

from care import export, export_fhir, patients
from care.heart.settings import Settings
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient
from care.threads import Entry
from ops import database
from ops.settings_file import Loaded, checked
from ops.stop import Stop

FONT = Path(__file__).parents[1] / "content" / "fonts" / "DejaVuSans.ttf"
WHO = {"patient": "You", "answer": "You answered", "staff": "Your care team", "bot": "Careward"}
README = """Everything that the clinic keeps about you in Careward.

record.pdf  to read: what you wrote and answered, and what you were told, in order
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
    patient, record, bundle, story = found
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        archive.writestr("record.pdf", page(settings.clinic.name, patient, record, story))
        archive.writestr("fhir.json", json.dumps(bundle, ensure_ascii=False, indent=1))
        archive.writestr("record.json", json.dumps(record, ensure_ascii=False, indent=1))
    return packed.getvalue()


Found = tuple[Patient, dict[str, list[dict[str, Any]]], dict[str, Any], list[Entry]]


def look(turn: Turn, patient_id: int) -> Found | None:
    patient = patients.get(turn, patient_id)
    if patient is None:
        return None
    return (patient, export.record(turn, patient_id), export_fhir.bundle(turn, patient_id), export.story(turn, patient_id))


def page(clinic: str, patient: Patient, record: dict[str, list[dict[str, Any]]], story: list[Entry]) -> bytes:
    """The record to read, as a PDF: who, which medicines, and the whole conversation, on the patient's own clock."""
    pdf = FPDF(format="A4")
    pdf.set_creation_date(datetime.fromisoformat(record["patients"][0]["created_at"]))
    pdf.add_font("DejaVu", fname=FONT)
    pdf.set_auto_page_break(True, margin=18)
    pdf.add_page()
    heading(pdf, f"{patient.name}: what {clinic} keeps about you", 15)
    line(pdf, f"Date of birth {patient.date_of_birth}, language {patient.language}, time zone {patient.time_zone}.")
    if medicines := record.get("medicines"):
        heading(pdf, "Medicines", 12)
        for one in medicines:
            line(pdf, f"{one['name']}" + (f": {one['purpose']}" if one["purpose"] else ""))
    if scores := record.get("instrument_scores"):
        heading(pdf, "Questionnaires", 12)
        for one in scores:
            total = "not complete" if one["total"] is None else f"{one['total']}"
            band = f" ({one['band']})" if one["band"] else ""
            line(pdf, f"{one['completed_at'][:10]}  {one['instrument']}: {total}{band}")
    heading(pdf, "What was said", 12)
    for entry in story:
        at = local(entry.at, patient.time_zone)
        question = f"{entry.question}\n" if entry.question else ""
        line(pdf, f"{at:%Y-%m-%d %H:%M}  {entry.author or WHO[entry.kind]}:\n{question}{entry.text}")
    return bytes(pdf.output())


def heading(pdf: FPDF, words: str, size: int) -> None:
    pdf.ln(3)
    pdf.set_font("DejaVu", size=size)
    pdf.multi_cell(0, size * 0.55, words, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(1)


def line(pdf: FPDF, words: str) -> None:
    pdf.set_font("DejaVu", size=9)
    pdf.multi_cell(0, 4.6, words, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(1.2)
