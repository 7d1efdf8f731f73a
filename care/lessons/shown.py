"""What is shown beside a lesson's words: a picture or a short video from a file, with the same in plain words for whoever
cannot see it, or whose phone does not load it."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Final

from PIL import Image

from care.lessons.sheet import Sheet
from care.media import BROKEN as UNREADABLE

PICTURES: Final = {".png": "PNG", ".jpg": "JPEG"}  # and .svg, which is drawn when it is sent
LARGEST_PICTURE, LARGEST_VIDEO = 2 * 1024 * 1024, 5 * 1024 * 1024  # bytes: a patient may pay for each, and it is sent in one go
SIDES: Final = (200, 4000)  # pixels, of each side
LONGEST_WORDS = 900  # characters: they go along with it, and Telegram takes 1024 there


def picture(page: Sheet, path: Path) -> Path | None:
    """The picture that a lesson's file names; what is wrong with it is put down on the sheet."""
    file = _beside(page, path, "picture", (*PICTURES, ".svg"))
    if file and (wrong := _wrong_picture(file)):
        page.wrong(page.line_of("picture"), f"picture = {file.name!r}: {wrong}")
        return None
    return file


def video(page: Sheet, path: Path) -> Path | None:
    """The video that a lesson's file names; what is wrong with it is put down on the sheet."""
    file = _beside(page, path, "video", (".mp4",))
    if file and (wrong := _wrong_video(file)):
        page.wrong(page.line_of("video"), f"video = {file.name!r}: {wrong}")
        return None
    return file


def in_words(page: Sheet, name: str) -> str:
    """The same in words, of the picture or the video."""
    words = page.words(f"{name}_says", needed=name in page.fields)
    if len(words) > LONGEST_WORDS:
        page.wrong(page.line_of(f"{name}_says"), f"{len(words)} characters: at most {LONGEST_WORDS} would be right")
    return words


def _beside(page: Sheet, path: Path, name: str, endings: tuple[str, ...]) -> Path | None:
    """The file of this name in the lesson's own folder."""
    called = page.words(name, needed=False)
    file = path.parent / called
    if not called:
        return None
    if "/" in called or "\\" in called or file.suffix not in endings or not file.is_file():
        page.wrong(page.line_of(name), f"{name} = {called!r}: a {_either(endings)} file beside this one would be right")
        return None
    return file


def _wrong_picture(file: Path) -> str | None:
    if (size := file.stat().st_size) > LARGEST_PICTURE:
        return f"{_megabytes(size)}: at most {_megabytes(LARGEST_PICTURE)} would be right, for patients pay to load it"
    if file.suffix == ".svg":
        return _wrong_drawing(file)
    try:
        with Image.open(file, formats=[PICTURES[file.suffix]]) as opened:
            sides = opened.size
            opened.load()
    except UNREADABLE:
        return f"it is no {PICTURES[file.suffix]} picture, whatever its name says"
    if not SIDES[0] <= min(sides) <= max(sides) <= SIDES[1]:
        return f"{sides[0]} by {sides[1]} pixels: {SIDES[0]} to {SIDES[1]} each way would be right"
    return None


def _wrong_drawing(file: Path) -> str | None:
    words = file.read_bytes()
    if b"<!DOCTYPE" in words or b"<!ENTITY" in words:
        return "a drawing without a DOCTYPE would be right"
    try:
        root = ElementTree.fromstring(words)  # noqa: S314 - without a DOCTYPE nothing in it unfolds
    except ElementTree.ParseError:
        return "it is no SVG drawing, whatever its name says"
    tags = {one.tag.rpartition("}")[2] for one in root.iter()}
    if root.tag.rpartition("}")[2] != "svg":
        return "it is no SVG drawing, whatever its name says"
    if fetched := sorted(tags & {"image", "script", "foreignObject"}):
        return f"it holds <{fetched[0]}>: lines, shapes and words alone would be right"
    return None


def _wrong_video(file: Path) -> str | None:
    if (size := file.stat().st_size) > LARGEST_VIDEO:
        return f"{_megabytes(size)}: at most {_megabytes(LARGEST_VIDEO)} would be right, for patients pay to load it"
    with file.open("rb") as opened:
        if opened.read(12)[4:8] != b"ftyp":
            return "it is no MP4 video, whatever its name says"
    return None


def _either(endings: tuple[str, ...]) -> str:
    *first, last = endings
    return f"{', '.join(first)} or {last}" if first else last


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"
