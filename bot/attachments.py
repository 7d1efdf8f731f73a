"""Files that go with a message: made when they are sent, from what they are of as it is then, and kept nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from care.appointments import calendar_files
from care.heart.clinic import Clinic


@dataclass(frozen=True)
class File:
    name: str
    content: bytes


async def file_of(clinic: Clinic, reference: Mapping[str, Any]) -> File | None:
    """The file that a reference names; None if it names none (but a picture, see charts)."""
    if "visit" not in reference:
        return None
    name, content = await clinic.read(calendar_files.named, reference["visit"], reference["language"])
    return File(name, content)
