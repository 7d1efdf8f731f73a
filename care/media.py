"""Files that people send: what they are is judged by their content, what they tell beyond it is taken out, and they lie in a
folder under names that say nothing."""

import os
import secrets
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from care import pdf

LARGEST = 10 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000  # a small file can unfold into a picture that fills the memory
LONGEST_SIDE = 2560  # pixels; larger pictures are made smaller
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
BROKEN = (
    UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, ValueError, SyntaxError)
NAMED = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf", "audio/ogg": "ogg"}


class NotAllowed(ValueError):
    """The file cannot be taken. The message says why, and what would be right."""


class Clean(NamedTuple):
    """A file as we keep it."""

    media_type: str
    content: bytes


def clean(content: bytes) -> Clean:
    """The file without what its maker never meant to tell (where a photo was taken, by which phone; who wrote a document, with
    what). Pictures are drawn anew, PDF documents written anew; recordings are kept as they are. Raises NotAllowed."""
    if len(content) > LARGEST:
        raise NotAllowed(f"the file is larger than {LARGEST // 1024 // 1024} MB")
    if content.startswith(b"%PDF-"):
        return Clean("application/pdf", _written_anew(content))
    if content.startswith(b"OggS"):
        return Clean("audio/ogg", content)
    return _drawn_anew(content)


def _written_anew(content: bytes) -> bytes:
    try:
        written = pdf.clean(content)
    except pdf.Unreadable as error:
        raise NotAllowed(str(error)) from error
    if len(written) > LARGEST:
        raise NotAllowed(f"the file is larger than {LARGEST // 1024 // 1024} MB")
    return written


def _drawn_anew(content: bytes) -> Clean:
    try:
        with Image.open(BytesIO(content), formats=tuple(PICTURES)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NotAllowed("the picture has too many pixels")
            transparent = opened.format == "PNG"
            upright = ImageOps.exif_transpose(opened)  # as it was held: the mark that says so is about to go
            picture = upright.convert("RGBA" if transparent and "A" in upright.getbands() else "RGB")
    except NotAllowed:
        raise
    except BROKEN as error:
        raise NotAllowed("only photos (JPEG, PNG, WebP), PDF documents and voice messages can be taken") from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture.info.clear()
    drawn = BytesIO()
    if transparent:
        picture.save(drawn, "PNG", optimize=True)
        return Clean("image/png", drawn.getvalue())
    picture.save(drawn, "JPEG", quality=88)
    return Clean("image/jpeg", drawn.getvalue())


def put(folder: str, content: bytes) -> str:
    """Put a file into the folder, whole or not at all; returns its name there."""
    name = secrets.token_hex(16)
    place = Path(folder) / name[:2]
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = place / f"{name}.new"
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    new.rename(place / name)
    return name


def get(folder: str, name: str) -> bytes:
    """Raises FileNotFoundError if it is gone."""
    if len(name) != 32 or not name.isalnum():
        raise FileNotFoundError(name)
    return (Path(folder) / name[:2] / name).read_bytes()


def names(folder: str) -> list[str]:
    """Everything that lies in the folder."""
    return [path.name for path in Path(folder).glob("??/*") if path.is_file()]


def remove(folder: str, name: str) -> None:
    (Path(folder) / name[:2] / name).unlink(missing_ok=True)
