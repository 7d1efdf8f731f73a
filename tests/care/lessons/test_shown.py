"""A lesson's picture and video: what the lint refuses, with what would be right, and what it lets through."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from care.lessons import lint, shown
from care.lessons.sheet import NOTE
from tests.care.lessons.test_lint import TODAY
from tests.care.lessons.written import ENGLISH, write

MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(64)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200" width="300" height="200"><circle r="9"/></svg>'


def png(width: int = 300, height: int = 200) -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (width, height), "#3b7d6b").save(drawn, "PNG")
    return drawn.getvalue()


def with_file(folder: Path, what: str, name: str, content: bytes, says: str | None = "An arm on a table.") -> Path:
    """A lesson that shows this file."""
    said = f'\n{what}_says = "{says}"' if says else ""
    place = write(folder, english=ENGLISH.replace("version = 1", f'version = 1\n{what} = "{name}"{said}'), french=None)
    (place / "low_sugar" / name).write_bytes(content)
    return place


def said(folder: Path) -> list[str]:
    return [problem.words for problem in lint.check(folder, ("en",), TODAY) if problem.level != NOTE]


@pytest.mark.parametrize(("what", "name", "content"), [
    ("picture", "arm.png", png()), ("picture", "arm.svg", SVG.encode()), ("video", "arm.mp4", MP4)])
def test_what_can_be_shown_is_not_wrong(tmp_path: Path, what: str, name: str, content: bytes):
    assert said(with_file(tmp_path, what, name, content)) == []


@pytest.mark.parametrize(("what", "name", "content", "wanted"), [
    ("picture", "arm.png", b"words", "it is no PNG picture, whatever its name says"),
    ("picture", "arm.jpg", png(), "it is no JPEG picture, whatever its name says"),
    ("picture", "arm.png", png(20, 20), "20 by 20 pixels: 200 to 4000 each way would be right"),
    ("picture", "arm.png", png() + bytes(shown.LARGEST_PICTURE), "2.0 MB: at most 2.0 MB would be right"),
    ("picture", "arm.svg", b"words", "it is no SVG drawing"),
    ("picture", "arm.svg", b"<!DOCTYPE svg>" + SVG.encode(), "a drawing without a DOCTYPE"),
    ("picture", "arm.svg", SVG.replace("<circle", '<image href="https://example.org/a.png"/><circle').encode(),
     "it holds <image>: lines, shapes and words alone would be right"),
    ("picture", "arm.gif", b"GIF89a", "a .png, .jpg or .svg file beside this one would be right"),
    ("video", "arm.mp4", b"words and more words", "it is no MP4 video, whatever its name says"),
    ("video", "arm.mov", MP4, "a .mp4 file beside this one would be right"),
    ("video", "../en.mp4", MP4, "a .mp4 file beside this one would be right"),
    ("video", "arm.mp4", MP4 + bytes(shown.LARGEST_VIDEO), "5.0 MB: at most 5.0 MB would be right"),
])
def test_what_cannot_be_shown_is_said_with_what_would_be_right(
    tmp_path: Path, what: str, name: str, content: bytes, wanted: str,
):
    found = said(with_file(tmp_path, what, name, content))
    assert any(wanted in one for one in found), found


@pytest.mark.parametrize("what", ["picture", "video"])
def test_without_the_same_in_words_it_is_not_shown(tmp_path: Path, what: str):
    name, content = {"picture": ("arm.png", png()), "video": ("arm.mp4", MP4)}[what]
    assert any(f"{what}_says is missing" in one for one in said(with_file(tmp_path, what, name, content, says=None)))
    long = said(with_file(tmp_path, what, name, content, says="An arm. " * 120))
    assert any("at most 900 would be right" in one for one in long), long
    assert "'you must' blames, orders or presumes: say it another way" in said(
        with_file(tmp_path, what, name, content, says="You must sit."))
