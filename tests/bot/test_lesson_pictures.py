"""A lesson's picture and video on the phone: a tap shows them with the same in words; else the words come alone."""

from pathlib import Path

import pytest

from care.lessons import library
from tests.bot.test_lessons import stocked
from tests.care.lessons.test_shown import MP4, png, with_file
from tests.ward import Phone, Ward


async def reading(ward: Ward, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> Phone:
    """A patient who has opened the lesson of this shelf."""
    stocked(ward.clinic, shelf, monkeypatch)
    phone = await ward.enrolled()
    await phone.says("/learn shaky hands")
    await phone.taps("When your sugar is low")
    phone.news()
    return phone


async def test_a_picture_and_a_video_are_shown_with_the_same_in_words(
    quick_ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
):
    with_file(tmp_path, "picture", "arm.png", png())
    page = tmp_path / "low_sugar" / "en.md"
    page.write_text(page.read_text().replace(
        "version = 1", 'version = 1\nvideo = "arm.mp4"\nvideo_says = "Somebody sits down and breathes."'))
    (tmp_path / "low_sugar" / "arm.mp4").write_bytes(MP4)
    phone = await reading(quick_ward, tmp_path, monkeypatch)
    await phone.taps("Show the picture")
    await phone.taps("Show the video")
    assert phone.news() == """\
patient: [Show the picture]
bot: <photo> An arm on a table.
patient: [Show the video]
bot: <video> Somebody sits down and breathes."""
    await phone.taps("Next")
    assert "2 of 3" in phone.transcript, "the lesson itself stays where it was"


@pytest.mark.parametrize(("what", "name", "content"), [("picture", "arm.png", png()), ("video", "arm.mp4", MP4)])
async def test_where_the_file_is_gone_the_words_come_alone(
    quick_ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, name: str, content: bytes,
):
    shelf = with_file(tmp_path, what, name, content)
    phone = await reading(quick_ward, shelf, monkeypatch)
    (shelf / "low_sugar" / name).unlink()
    await phone.taps(f"Show the {what}")
    assert phone.news() == f"patient: [Show the {what}]\nbot: An arm on a table."


async def test_our_own_pictures_are_drawn_as_telegram_takes_them(quick_ward: Ward):
    shelf = library.kept(quick_ward.clinic.settings.lessons)
    shows = [lesson.name for lesson in shelf.lessons.values() if lesson.english.picture]
    assert shows == ["low_sugar", "measure_blood_pressure"]
    assert all(text.picture and text.picture_says for name in shows for text in shelf.lessons[name].texts.values())
    phone = await quick_ward.enrolled("Ana Ruiz", "es")
    await phone.says("/learn manguito")
    await phone.taps("Cómo medir su presión")
    phone.news()
    await phone.taps("Ver la imagen")
    assert phone.news().startswith("patient: [Ver la imagen]\nbot: <photo> Una persona está sentada en una silla.")
