"""Files that go with a message: made when they are sent, from what they are of as it is then, and kept nowhere."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from care.appointments import calendar_files
from care.heart.clinic import Clinic
from care.lessons import library

VIDEO = ".mp4"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class File:
    name: str
    content: bytes
    plays: bool = False  # a video, shown where it stands


async def file_of(clinic: Clinic, reference: Mapping[str, Any]) -> File | None:
    """The file that a reference names; None if it names none (but a picture, see charts), or it is gone."""
    if str(reference.get("lesson", "")).endswith(VIDEO):
        return await _video(clinic, reference["lesson"])
    if "visit" not in reference:
        return None
    name, content = await clinic.read(calendar_files.named, reference["visit"], reference["language"])
    return File(name, content)


async def _video(clinic: Clinic, named: str) -> File | None:
    """A lesson's own video; None if it is there no more, and the words go alone."""
    file = await clinic.read(library.file_of, named)
    try:
        return File("video.mp4", await asyncio.to_thread(file.read_bytes), plays=True) if file else None
    except OSError as error:
        logger.error("could not read the video %s: %s", named, type(error).__name__)
        return None
