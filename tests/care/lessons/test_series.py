"""Series are read from their files, and name lessons that there are."""

from pathlib import Path

import pytest

from care.heart.settings import LessonSettings, Settings
from care.lessons import library
from care.lessons.series import OURS, all_series
from ops.doctor import reviews
from tests.care.lessons.test_lint import TODAY
from tests.care.lessons.written import ENGLISH, write

GOOD = (OURS / "first_weeks.toml").read_text(encoding="utf-8")


def test_every_step_of_our_series_is_a_lesson_of_ours():
    known = library.kept(LessonSettings()).lessons
    assert {step.name for series in all_series().values() for step in series.steps} - set(known) == set()


@pytest.mark.parametrize(("old", "new", "wanted"), [
    ("day = 6", "day = -6", "their days in order"), ('programme = ""', 'programme = "sugar"', "there is no programme sugar"),
    ("version = 1\n", "", "version"), ("hour = 10:00:00", "hours = 10:00:00", "hours")])
def test_a_series_that_is_malformed_names_its_file(tmp_path: Path, old: str, new: str, wanted: str):
    (tmp_path / "first.toml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"first\.toml: .*" + wanted):
        all_series(tmp_path)


def test_the_doctor_says_what_is_shown_to_nobody(tmp_path: Path):
    write(tmp_path, "our_clinic", english=ENGLISH.replace("+++\nYour", "Your"))
    (found,) = reviews.lessons(Settings(lessons=LessonSettings(folder=str(tmp_path))), TODAY)
    assert (found.state, "our_clinic/en.md:33" in found.said) == ("fail", True)
    (found,) = reviews.lessons(Settings(lessons=LessonSettings(series=("made_up",))), TODAY)
    assert (found.state, found.said) == ("fail", "lessons.series has made_up, which is no series.")
    (found,) = reviews.lessons(Settings(), TODAY)
    assert found.state == "warn"
