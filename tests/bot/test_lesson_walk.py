"""Lessons show whole on the phone. Here two in each language; `make lessons` reads every one in all of them."""

import pytest

from care.heart.language import shipped
from care.heart.settings import LessonSettings
from care.lessons import library
from tests.bot.lesson_walk import Walked, unsent, walk
from tests.ward import Ward

LANGUAGES = shipped()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_lessons_are_read_to_the_end_without_a_refusal(quick_ward: Ward, language: str):
    names = list(library.kept(LessonSettings()).lessons)[LANGUAGES.index(language)::3 * len(LANGUAGES)]
    phone, walked = await quick_ward.enrolled("Sam Reader", language), Walked()
    await walk(phone, names, walked)
    assert (walked.wrong, walked.lessons) == ([], len(names))
    assert await quick_ward.clinic.read(unsent) == []
