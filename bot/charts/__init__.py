"""Pictures of what a patient's readings came to: drawn when they are sent, from the readings themselves, and kept nowhere."""

import asyncio
import logging
import sys
from datetime import date, datetime
from pathlib import Path

from bot.charts import dose_picture
from bot.charts.drawing import drawn
from care import patients, trends
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.lessons import library
from care.medicines import looking_back
from care.trends import Reference, Series

logger = logging.getLogger(__name__)
PAINTER = str(Path(__file__).with_name("png.py"))
PATIENCE = 15.0  # seconds; well under the time for which a message is held for its sender


async def picture_of(clinic: Clinic, reference: Reference) -> bytes | None:
    """The picture that a reference names, as a PNG; None if there is none to be had, for then the words alone will do."""
    try:
        if "lesson" in reference:
            return await _of_lesson(clinic, reference["lesson"])
        if "doses" in reference:
            doses = await clinic.read(_doses, reference)
            return await painted(dose_picture.drawn(doses, reference["language"])) if doses.rows else None
        seen = await clinic.read(_seen, reference)
        return await painted(drawn(seen, reference["language"])) if seen.enough else None
    except Exception as error:  # whatever it is, it must not keep the words back
        what = reference.get("trend") or reference.get("lesson") or "doses"
        logger.error("could not draw a picture of %s: %s", what, type(error).__name__)
        return None


async def _of_lesson(clinic: Clinic, named: str) -> bytes | None:
    """A lesson's own picture, from its file."""
    file = await clinic.read(library.file_of, named)
    if file is None:
        return None
    return await painted(file.read_text(encoding="utf-8")) if file.suffix == ".svg" else file.read_bytes()


def _seen(turn: Turn, reference: Reference) -> Series:
    patient = patients.get(turn, reference["patient"])
    assert patient
    return trends.series(turn, patient, trends.KINDS[reference["trend"]], datetime.fromisoformat(reference["until"]))


def _doses(turn: Turn, reference: Reference) -> looking_back.Seen:
    patient = patients.get(turn, reference["doses"])
    assert patient
    return looking_back.seen(turn, patient, date.fromisoformat(reference["until"]))


async def painted(svg: str) -> bytes:
    """The PNG of a drawing, made by a process of its own: see png.py."""
    painter = await asyncio.create_subprocess_exec(
        sys.executable, "-I", PAINTER, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL)  # it might quote what it was to draw
    try:
        picture, _nothing = await asyncio.wait_for(painter.communicate(svg.encode()), PATIENCE)
    except BaseException:
        if painter.returncode is None:
            painter.kill()
            await painter.wait()
        raise
    if painter.returncode:
        raise RuntimeError(f"the painter ended with {painter.returncode}")
    return picture
