"""Looking back in the chat: pictures that can be read on any phone, by any eye, and words for whoever wants words."""

import re
import struct
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

import bot.charts as charts
from bot.charts import drawing
from bot.charts.lettering import balanced, breadth, broken
from bot.charts.png import png
from bot.charts.scale import MOST_TICKS, day_ticks, number_ticks, round_steps
from care import patients
from care.heart import language as languages
from care.heart.language import in_language, shipped
from care.tables import outbox
from care.trends import KINDS, Series
from tests.care.test_trends import answered, seen, worst
from tests.ward import Phone, Ward

SOME = [
    seen("blood_pressure", *((ago, (136 + ago % 9, 82 + ago % 5)) for ago in range(27, -1, -1) if ago not in (9, 10, 11))),
    seen("weight", *((ago, 160 + ago % 3) for ago in range(9, -1, -1)), unit="st"),
    seen("glucose", *((ago, 4 + ago % 9) for ago in range(13, -1, -1)), unit="mmol/L"),
    seen("oxygen", (3, 95), (2, 92), (0, 94)),
    seen("pain", (6, 7), (5, 5), (2, 4), (0, 3)),
    seen("gad7", (28, 15), (14, 9), (0, 4)),
    seen("phq9", *((ago * 14, 19 - 2 * (6 - ago)) for ago in range(6, -1, -1))),
]
PAPER = (0xFB, 0xFA, 0xF7)


def name_of(series: Series) -> str:
    return series.kind.name


def drawn(series: Series, language: str = "en") -> str:
    return drawing.drawn(series, language)


def chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(picture):
        length, name = struct.unpack(">I4s", picture[at:at + 8])
        yield name, picture[at + 8:at + 8 + length]
        at += length + 12


def image(picture: bytes) -> Image.Image:
    """An 8-bit RGBA picture."""
    read = Image.open(BytesIO(picture))
    assert read.mode == "RGBA"
    return read


def colours(part: Image.Image) -> set[tuple[int, ...]]:
    return {colour[:3] for _count, colour in part.getcolors(part.width * part.height)}


# The picture


@pytest.mark.parametrize("series", SOME, ids=name_of)
def test_a_picture_is_of_a_phones_shape_light_and_says_nothing_beside_what_it_shows(series: Series):
    picture = png(drawn(series))
    parts = list(chunks(picture))
    assert struct.unpack(">II", parts[0][1][:8]) == (2 * 1080, 2 * 1350)
    assert len(picture) < 500_000
    assert {name for name, _part in parts} == {b"IHDR", b"IDAT", b"IEND"}


def test_the_same_readings_give_the_same_bytes():
    assert png(drawn(SOME[0])) == png(drawn(SOME[0]))


@pytest.mark.parametrize("language", shipped())
@pytest.mark.parametrize("series", [*SOME, *worst()], ids=name_of)
def test_letters_are_large_ticks_are_few_and_everything_is_words_of_ours(series: Series, language: str):
    texts = [node for node in ElementTree.fromstring(drawn(series, language)) if node.tag.endswith("text")]
    assert min(float(node.get("font-size")) for node in texts) >= 28
    along = [node.text for node in texts if node.get("text-anchor") == "middle" and node.get("fill") == drawing.FAINT]
    upright = [node.text for node in texts if node.get("text-anchor") == "end" and node.get("fill") == drawing.FAINT]
    assert 2 <= len(along) <= MOST_TICKS
    assert 2 <= len(upright) <= MOST_TICKS


@pytest.mark.parametrize("language", [*shipped(), "ar"])
@pytest.mark.parametrize("series", [*SOME, *worst()], ids=name_of)
def test_nothing_is_cut_off_at_the_edge_and_the_ground_is_opaque(series: Series, language: str):
    shown = image(png(drawn(series, language), 0.125))
    width, height = shown.size
    for edge in ((0, 0, width, 2), (0, height - 2, width, height), (0, 0, 3, height), (width - 3, 0, width, height)):
        assert colours(shown.crop(edge)) == {PAPER}
    assert shown.getchannel("A").getextrema() == (255, 255)


def test_a_questionnaire_has_its_whole_scale_and_five_named_greys():
    svg = drawn(SOME[-1])
    fills = re.findall(r'<rect [^>]*fill="(#\w+)"', svg)[1:]
    assert len(set(fills)) == 5
    for fill in fills:
        parts = [int(fill[at:at + 2], 16) for at in (1, 3, 5)]
        assert max(parts) - min(parts) < 10, "a colour would judge"
    for band in KINDS["phq9"].bands:
        assert f">{in_language(band.name, 'en')}</text>" in svg
    assert [f">{mark}</text>" in svg for mark in (0, 5, 10, 15, 20, 27)] == [True] * 6
    assert "diagnos" not in svg
    assert "depress" not in svg


def test_every_total_stands_at_its_dot():
    svg = drawn(SOME[-1])
    assert [total for total in range(7, 20, 2) if f">{total}</text>" not in svg] == []


def test_two_lines_differ_in_colour_and_in_shape_and_a_gap_stays_a_gap():
    svg = drawn(SOME[0])
    assert svg.count("<circle") == 25 + 1, "and one in the legend"
    assert len(re.findall(r'<rect [^>]*fill="#8a5414"', svg)) == 25 + 1
    assert len(re.findall(r'<path [^>]*fill="none"', svg)) == 4, "two stretches of two lines"


@pytest.mark.parametrize(("script", "sample"), [
    ("Arabic", "ضغط الدم أعلى من الهدف المعتاد ١٢٣"), ("Cyrillic", "Среднее давление выше цели, ёъщ"),
    ("Devanagari", "रक्तचाप लक्ष्य से ऊपर है १२३"), ("Spanish", "¿Años más mínimos? ü"), ("Portuguese", "pressão não é alta")])
def test_every_letter_of_a_script_has_a_shape(script: str, sample: str):
    def shape(letter: str) -> bytes:
        return png(f'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60" font-family="DejaVu Sans">'
                   f'<text x="10" y="45" font-size="40">{letter}</text></svg>', 1)

    unknown = {shape(letter) for letter in ("\ue123", "\U000fabcd", " ")}
    assert [letter for letter in set(sample) - {" "} if shape(letter) in unknown] == []


def ink(text: str, anchor: str = "start") -> list[bytes]:
    """The columns of a line of text, drawn from one side."""
    words = drawing.words(text, 10 if anchor == "start" else 390, 60, 40, "#000000", anchor)
    line = image(png('<svg xmlns="http://www.w3.org/2000/svg" width="400" height="100" font-family="DejaVu Sans">'
                     f'<rect width="400" height="100" fill="#fff"/>{words}</svg>', 1))
    return [line.crop((x, 0, x + 1, line.height)).tobytes() for x in range(line.width)]


def test_scripts_can_stand_beside_each_other():
    alone, beside = ink("रक्तचाप"), ink("रक्तचाप, mmHg")
    assert alone[:90] == beside[:90]
    assert alone != beside


def test_what_is_read_from_the_right_ends_on_the_left():
    alone, with_colon = ink("متوسط 14", "end"), ink("متوسط 14:", "end")
    assert alone[-90:] == with_colon[-90:]
    assert alone != with_colon
    day = ink("9 نوفمبر", "end")
    assert day[-25:] == ink("\u200f9", "end")[-25:], "a day comes before its month"


TITLES = {
    "ar": "{average}: أعلى من الهدف المعتاد", "hi": "{average}: सामान्य लक्ष्य से ऊपर", "ru": "{average}: выше обычной цели"}


@pytest.fixture
def unshipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Catalogues of three languages that we do not ship, with a title each."""
    for language, title in TITLES.items():
        file = tmp_path / language / "LC_MESSAGES" / "careward.po"
        file.parent.mkdir(parents=True)
        file.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
                        f'msgid "{{average}}: above the usual goal"\nmsgstr "{title}"\n', encoding="utf-8")
    monkeypatch.setattr(languages, "CATALOGUES", tmp_path)
    languages.catalogue_of.cache_clear()
    yield
    languages.catalogue_of.cache_clear()


@pytest.mark.usefixtures("unshipped")
@pytest.mark.parametrize("language", TITLES)
def test_a_picture_reads_from_the_side_where_its_language_does(language: str):
    svg = drawn(SOME[0], language)
    assert TITLES[language].split(": ")[1].split()[-1] in svg
    first = next(node for node in ElementTree.fromstring(svg) if node.tag.endswith("text"))
    assert first.get("text-anchor") == ("end" if language == "ar" else "start")
    dots = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', svg)]
    assert dots[1:] == sorted(dots[1:]), "time goes on to the right in every language"
    picture = image(png(svg, 0.125))
    for side in (0, picture.width - 1):
        assert colours(picture.crop((side, 0, side + 1, picture.height))) == {PAPER}


@given(st.decimals(0, 400, places=1), st.decimals(1, 400, places=1))
def test_an_axis_has_few_round_marks_that_hold_the_readings(low: Decimal, more: Decimal):
    marks = number_ticks(low, low + more, round_steps())
    assert 2 <= len(marks) <= MOST_TICKS
    assert marks[0] <= low
    assert marks[-1] >= low + more


@given(st.integers(1, 400), st.integers(2, 6))
def test_today_is_on_the_axis(days: int, most: int):
    today = date(2026, 11, 23)
    ticks = day_ticks(today - timedelta(days=days), today, most)
    assert ticks[-1] == today
    assert 1 <= len(ticks) <= max(most, days // 84 + 1)
    assert ticks[0] >= today - timedelta(days=days)


def test_lines_are_broken_between_words_and_evenly():
    assert balanced("Down 2 points since last time: 7 of 27", 66, 944) == ["Down 2 points since", "last time: 7 of 27"]
    assert broken("Wort", 62, 10) == ["Wort"]
    assert breadth("हँ", 10) < breadth("हह", 10), "a mark above a letter takes no room"


# In the chat


async def with_pain(ward: Ward, name: str = "Amina Yusuf", language: str = "en", days: int = 5) -> Phone:
    """Five days of pain: 6, 5, 4, 3, 2."""
    phone = await ward.enrolled(name, language)
    for n in range(days):
        await answered(phone, "pain", 6 - n)
        ward.clock.passes(days=1)
    phone.news()
    return phone


def pictures(ward: Ward, phone: Phone) -> list[Any]:
    return ward.telegram.journal.of("sendPhoto", phone.chat_id)


async def test_a_patient_sees_a_picture_with_words_that_say_everything(ward: Ward):
    phone = await with_pain(ward)
    await phone.says("/trends")
    assert phone.news() == "patient: /trends\nbot: What would you like to see? [Pain] [Send as words]"
    await phone.taps("Pain")
    [sent] = pictures(ward, phone)
    assert sent.params["protect_content"]
    assert sent.params["photo"]["file_name"] == "picture.png"
    assert "Amina" not in str(sent.params)
    assert phone.news().startswith("patient: [Pain]\nbot: <photo> Pain, 23 November to 28 November: 5 readings.\n14-day ")
    stored = phone.person.last.file
    assert stored.content[:8] == b"\x89PNG\r\n\x1a\n"
    await phone.taps("Pain", message=[one for one in phone.person.chat.messages.values() if one.buttons][-1])
    assert phone.person.last.file.content == stored.content


async def test_no_reading_is_kept_twice(ward: Ward):
    phone = await with_pain(ward)
    await phone.says("/trends")
    await phone.taps("Pain")
    kept = await ward.clinic.read(lambda turn: turn.db.scalars(select(outbox.c.picture)).all())
    named = [one for one in kept if one is not None]
    assert named == [{
        "trend": "pain", "patient": phone.patient_id, "until": "2026-11-28T09:00:00+00:00", "language": "en"}]


async def test_whoever_wants_words_gets_words(quick_ward: Ward):
    phone = await with_pain(quick_ward)
    await phone.says("/trends")
    await phone.taps("Send as words")
    assert "What would you like to read? [Pain] [Send as pictures]" in phone.transcript
    await phone.taps("Pain")
    assert phone.lines[-6].startswith("bot: Pain, 23 November to 28 November: 5 readings.")
    assert pictures(quick_ward, phone) == []
    await phone.taps("Send as pictures")
    await phone.taps("Pain")
    assert len(pictures(quick_ward, phone)) == 1


async def test_two_readings_are_a_sentence(quick_ward: Ward):
    phone = await with_pain(quick_ward, days=2)
    await phone.says("/trends")
    await phone.taps("Pain")
    assert pictures(quick_ward, phone) == []
    assert phone.lines[-1] == "From three on, I can draw a picture."


async def test_without_readings_there_is_nothing_to_choose(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("/trends")
    assert phone.lines[-1] == "bot: There is nothing to look back on just now. It grows with your check-ins."


async def test_a_carer_of_several_says_whose(quick_ward: Ward):
    dana = quick_ward.phone("Dana")
    for name in ("Amina Yusuf", "Omar Said"):
        dana.patient_id, token = await quick_ward.invited(name, role="carer")
        await dana.opens(token)
        if name == "Amina Yusuf":
            await dana.taps("English")
        await dana.says("1968-05-23")
        await dana.taps("Yes")
        await dana.taps("I agree")
    for n in range(3):
        await answered(dana, "pain", n)  # Omar's
        quick_ward.clock.passes(days=1)
    await dana.says("/trends")
    assert dana.lines[-1] == "bot: Who is this for? [Amina Yusuf] [Omar Said]"
    await dana.taps("Omar Said")
    await dana.taps("Pain")
    [sent] = pictures(quick_ward, dana)
    assert sent.text.startswith("Omar Said: Pain, "), "which of the two stands in the caption, never in the picture"


async def test_nobody_looks_at_another_patients_readings(quick_ward: Ward):
    amina, omar = await with_pain(quick_ward), await quick_ward.enrolled("Omar Said")
    for data in (f"trend:drawn:pain:{amina.patient_id}", f"trends:drawn:{amina.patient_id}", "trend:drawn:nothing:1"):
        await omar.does("tap_data", data)
        assert omar.lines[-1] == "toast: This button does not work any more."
    stranger = quick_ward.phone("Sam")
    await stranger.says("/trends")
    assert "ask the clinic for an invitation" in stranger.transcript


async def test_without_consent_there_is_nothing_to_see(quick_ward: Ward):
    phone = await with_pain(quick_ward)
    await quick_ward.run(lambda turn: patients.change(turn, phone.patient_id, consented=False))
    await phone.says("/trends")
    assert "[I agree]" in phone.lines[-1]


async def test_a_picture_that_cannot_be_drawn_does_not_keep_the_words_back(
        quick_ward: Ward, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    phone = await with_pain(quick_ward)
    await phone.says("/trends")
    monkeypatch.setattr(charts, "PAINTER", "/nowhere/at/all.py")
    await phone.taps("Pain")
    assert pictures(quick_ward, phone) == []
    assert "bot: Pain, 23 November to 28 November: 5 readings." in phone.transcript
    assert "could not draw a picture of pain: RuntimeError" in caplog.text


async def test_a_painter_that_does_not_come_back_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "slow.py").write_text("import time; time.sleep(60)")
    monkeypatch.setattr(charts, "PAINTER", str(tmp_path / "slow.py"))
    monkeypatch.setattr(charts, "PATIENCE", 0.2)
    with pytest.raises(TimeoutError):
        await charts.painted("<svg/>")


@pytest.mark.parametrize(("fault", "copies"), [("timeout_before", 1), ("500", 1), ("timeout_after", 2), ("429", 1)])
async def test_a_picture_is_sent_again_as_any_reply_is(quick_ward: Ward, fault: str, copies: int):
    phone = await with_pain(quick_ward)
    await phone.says("/trends")
    quick_ward.telegram.faults.next(fault, "sendPhoto")
    await phone.taps("Pain")
    await quick_ward.time_passes(minutes=1)
    assert phone.transcript.count("<photo>") == copies


async def test_the_child_draws_what_we_would():
    svg = drawn(SOME[3])
    assert await charts.painted(svg) == png(svg)
