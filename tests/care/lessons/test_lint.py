"""Whoever writes a lesson hears all that is wrong with it, where it stands, and what would be right."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from care.heart.language import shipped
from care.lessons import lint
from care.lessons.library import OURS, opened, read_folder
from care.lessons.sheet import NOTE
from ops.cli import app
from tests.care.lessons.written import ENGLISH, FRENCH, write

TODAY = date(2026, 11, 30)


def said(folder: Path, *languages: str) -> list[str]:
    return [str(problem) for problem in lint.check(folder, languages or ("en", "fr"), TODAY) if problem.level != NOTE]


def test_a_lesson_that_is_right_has_nothing_wrong(tmp_path: Path):
    assert said(write(tmp_path)) == []


def test_our_own_lessons_have_nothing_wrong():
    assert said(OURS, *shipped()) == []


def test_what_no_clinician_has_read_is_said_and_stops_nothing(tmp_path: Path):
    notes = [problem for problem in lint.check(write(tmp_path), ("en", "fr"), TODAY) if problem.level == NOTE]
    assert [problem.file for problem in notes] == ["low_sugar/en.md", "low_sugar/fr.md"]
    assert list(read_folder(tmp_path).lessons) == ["low_sugar"]


@pytest.mark.parametrize(("old", "new", "wanted"), [
    ('title = "When your sugar is low"\n', "", 'en.md:1: title is missing: write title = "..." into the front matter'),
    ('"conditions"', '"illness"', "en.md:3: there is no topic illness: the topics are how_it_works, medicines"),
    ('["diabetes"]', '["sugar"]', "conditions: there is no programme sugar; there are asthma"),
    ('["diabetes.low", ', '["diabetes.lo", ', "nothing is judged as diabetes.lo; there are diabetes.acid"),
    ("author = ", "authr = ", "en.md:8: there is no field authr: author would be right"),
    ("version = 1", 'version = "one"', "en.md:9: version: a whole number would be right, such as version = 1"),
    ("review_by = 2027-11-30\n", "", "review_by is missing: write a day such as review_by = 2027-11-30"),
    ("2027-11-30", "2026-01-01", "it was to be reviewed by 2026-01-01: have it reviewed"),
    ("review_by = 2027-11-30", 'review_by = "soon"', "en.md:12: review_by = 'soon': a day such as 2027-11-30 would be right"),
    ("[[source]]\ntitle = \"Low blood sugar\"\nurl = \"https://www.cdc.gov/diabetes\"\ncited = 2026-11-30\n", "",
     "a source is missing: write [[source]]"),
    ("https://www.cdc.gov/diabetes", "www.cdc.gov", "en.md:15: url = 'www.cdc.gov': an address that begins with https://"),
    ('keywords = ["low sugar", "hypo", "shaky hands"]', "keywords = []", "en.md:13: keywords is missing"),
    ('["A glass of juice", "A long walk", "To wait an hour"]', '["A glass of juice"]', "en.md:20: 1 answers: two to four"),
    ("right = 0", "right = 3", "en.md:20: right = 3: the answers are counted from 0 to 2"),
    ('"A long walk"', '"A glass of juice"', "en.md:20: two answers that read the same"),
    ('"A long walk"', '"A walk that goes on for longer than you would like"', "at most 40 fit on a button"),
    ("Your sugar can", "# Sugar\n\nIt can", "en.md:27: a heading: put the words between ** and ** instead"),
    ("- sit down", "1. sit down", 'a numbered list: write "- " before each line instead'),
    ("_odd_", "<b>odd</b>", "en.md:27: HTML: leave out the <...>"),
    ("_odd_", "`odd`", "en.md:27: code: leave out the `"),
    ("_odd_", "[odd](http://example.org)", "a link to 'http://example.org': an https address"),
    ("_odd_", "[odd](https://10)", "a link to 'https://10': an https address"),
    ("_odd_", "[odd](sugr)", "en.md:27: a link to 'sugr': there is no lesson of that name"),
    ("_odd_", "odd. " + "You may shake. " * 50, "en.md:27: a card of"),
    ("Then test again.", "Then test again.\n---\n\n---\nOnce more.", "en.md:36: an empty card"),
    ("---\nThen test again. If it is still low, drink one more glass.\n", "", "en.md:27: 2 cards: 3 to 7"),
    ("You may shake", "You must wait", "en.md:27: 'you must' blames, orders or presumes"),
    ("You may shake, sweat or feel _odd_.", "Hypoglycaemia necessitates administration of carbohydrates. " * 5,
     "en.md:1: hard to read, grade"),
    ("+++\nYour", "Your", "en.md:33: the front matter does not end"),
    ('title = "When your sugar is low"', "title = When", "en.md:2: this is no TOML"),
    ('version = 1', 'version = 1\npicture = "arm.svg"\npicture_says = "An arm"', "a .png, .jpg or .svg file beside"),
])
def test_every_slip_is_said_with_its_place_and_what_would_be_right(tmp_path: Path, old: str, new: str, wanted: str):
    assert old in ENGLISH
    found = said(write(tmp_path, english=ENGLISH.replace(old, new, 1)))
    assert any(wanted in one for one in found), found
    assert all(one.startswith("low_sugar/") for one in found)


@pytest.mark.parametrize(("old", "new", "wanted"), [
    ("translates = 1", "translates = 0", "fr.md:"),
    ("title =", "topic = \"visits\"\ntitle =", "topic belongs into en.md alone"),
    ("right = 0", "right = 1", "the questions differ from the English ones"),
    ("---\nMesurez", "Mesurez", "2 cards, but 3 in English")])
def test_a_translation_follows_the_english(tmp_path: Path, old: str, new: str, wanted: str):
    assert any(wanted in one for one in said(write(tmp_path, french=FRENCH.replace(old, new, 1))))


def test_a_translation_that_is_missing_or_behind_is_named(tmp_path: Path):
    write(tmp_path, english=ENGLISH.replace("version = 1", "version = 2"))
    assert said(tmp_path, "en", "fr", "de") == [
        "low_sugar/de.md:1: this translation is missing: it would begin with translates = 2",
        "low_sugar/fr.md:1: translates = 1, but in English it is version 2: bring it up to date, then this number"]


def test_a_folder_that_was_copied_and_not_written_anew_is_named(tmp_path: Path):
    write(tmp_path)
    assert said(write(tmp_path, "slow_bowels", french=FRENCH.replace("Quand le sucre est bas", "Le ventre lent")))[-1] == (
        "slow_bowels/fr.md:24: a card reads just as in low_sugar/fr.md: write it anew, or link to that lesson")
    assert any(one.startswith("slow_bowels/en.md:1: the title reads just as in low_sugar/en.md") for one in said(tmp_path))


def test_a_lesson_without_its_english_says_so(tmp_path: Path):
    write(tmp_path)
    (tmp_path / "low_sugar" / "en.md").unlink()
    assert "low_sugar/en.md:1: this file is missing" in said(tmp_path)[0]


def test_what_is_broken_is_shown_to_nobody_and_the_rest_is(tmp_path: Path):
    write(tmp_path, french=FRENCH.replace("right = 0", "right = 9"))
    write(tmp_path, "other", english=ENGLISH.replace("+++\nYour", "Your"))
    assert {name: list(lesson.texts) for name, lesson in read_folder(tmp_path).lessons.items()} == {"low_sugar": ["en"]}


def test_a_clinics_own_lessons_add_to_ours_and_take_their_place(tmp_path: Path):
    ours, own = write(write(tmp_path / "ours"), "foot_care"), write(write(tmp_path / "own", french=None), "our_clinic")
    both = opened(ours, own)
    assert {name: (lesson.own, len(lesson.texts)) for name, lesson in both.lessons.items()} == {
        "foot_care": (False, 2), "low_sugar": (True, 1), "our_clinic": (True, 2)}
    assert list(opened(ours, own, ("low_sugar", "foot_care")).lessons) == ["our_clinic"]


def test_the_command_ends_with_one_if_anything_is_wrong_and_shows_a_lesson_as_it_reads(tmp_path: Path):
    write(tmp_path)
    run = CliRunner().invoke
    fine = run(app, ["lessons", "check", str(tmp_path), "--language", "en", "--language", "fr"])
    assert (fine.exit_code, fine.output.splitlines()[0]) == (0, "Lessons: 1, in en, fr. Nothing is wrong.")
    short = run(app, ["lessons", "check", str(tmp_path), "--report", str(tmp_path / "page.md")])
    assert (short.exit_code, short.output.splitlines()[0][:42]) == (1, "low_sugar/de.md:1: this translation is mis")
    assert "| low_sugar | " in (tmp_path / "page.md").read_text(encoding="utf-8")
    shown = run(app, ["lessons", "show", "low_sugar", "--language", "fr", "--folder", str(tmp_path)])
    assert "Le sucre peut être trop bas." in shown.output
    assert "Not yet reviewed by a clinician." in shown.output
