"""What our own lessons say is what the check-ins act on; series lead to lessons that are there; nothing says he or she."""

import re
from functools import cache

import pytest

from care import zone_rules
from care.heart.language import shipped
from care.lessons.library import OURS, Library, read_folder
from care.lessons.series import all_series
from care.programmes import programmes

# Lessons that name the number from which the team wants to hear, or an emergency begins, by the rules that hold the number.
NUMBERS = {
    "asthma": ["asthma.peak_flow_low"], "measure_peak_flow": ["asthma.peak_flow_low", "asthma.peak_flow_very_low"],
    "measure_oxygen": ["copd.oxygen", "copd.oxygen_drop"],
    "diabetes": ["diabetes.high", "diabetes.high_twice", "diabetes.ketones_high"],
    "low_sugar": ["diabetes.low", "diabetes.very_low"], "measure_glucose": ["diabetes.low", "diabetes.high"],
    "heart_failure": ["heart_failure.gain_day", "heart_failure.gain_week"],
    "measure_weight": ["heart_failure.gain_day", "heart_failure.gain_week", "heart_failure.loss"],
    "hypertension": ["hypertension.systolic", "hypertension.diastolic"],
    "measure_blood_pressure": ["hypertension.systolic", "hypertension.diastolic", "pregnancy.systolic", "pregnancy.diastolic",
                               "pregnancy.systolic_severe", "pregnancy.diastolic_severe"],
    "pregnancy": ["pregnancy.systolic", "pregnancy.diastolic", "pregnancy.systolic_severe", "pregnancy.diastolic_severe"],
    "pain": ["pain.pain"], "after_surgery": ["post_surgery.pain", "post_surgery.fever_twice"],
}
# Words that would make the reader a man or a woman, where the language has a way around them.
HE_OR_SHE = {
    "es": r"esté (?:listo|seguro|sentado|quieto|tranquilo|atento)|bienvenid[oa]|cansad[oa]\b",
    "fr": r"\bsoyez (?:prêt|sûr|assis|patient)e?\b|vous êtes (?:seul|fatigué|assis|inquiet|prêt)e?\b|restez assise?\b",
    "pt-BR": r"obrigad[oa]|sozinh[oa]|bem-vind[oa]|descalç[oa]|você está (?:cansad|preocupad|sentad|pront)[oa]",
    "ru": r"(?:^|\W)вы (?:сам|должен|должна|готов|готова|уверен\w?)(?:\W|$)",
}


@cache
def ours() -> Library:
    return read_folder(OURS)


def words(lesson: str, language: str) -> str:
    text = ours().lessons[lesson].texts[language]
    asked = [part for one in text.questions for part in (one.ask, *one.answers, one.well_done, one.again)]
    return "\n".join([text.title, *(card.text.words for card in text.cards), *asked])


def test_there_are_thirty_lessons_and_more():
    assert len(ours().lessons) >= 30


@pytest.mark.parametrize("language", shipped())
def test_numbers_are_those_that_the_check_ins_act_on(language: str):
    rules = {rule.id: rule for check_in in zone_rules.check_ins().values() for rule in check_in.rules}
    missing = []
    for lesson, wanted in NUMBERS.items():
        for rule in (rules[name] for name in wanted):
            number = f"{rule.number:g}".replace(".", "." if language == "en" else ",")
            if not re.search(rf"(?<![\d,.]){re.escape(number)}(?![\d,.]\d)", words(lesson, language)):
                missing.append((lesson, rule.id, number))
    assert missing == []


@pytest.mark.parametrize("language", HE_OR_SHE)
def test_no_lesson_takes_the_reader_for_a_man_or_a_woman(language: str):
    found = {lesson: told.group() for lesson in ours().lessons
             if (told := re.search(HE_OR_SHE[language], words(lesson, language).casefold()))}
    assert found == {}


@pytest.mark.parametrize("language", shipped())
def test_the_signs_that_end_in_a_call_name_nobodys_number(language: str):
    """The bot knows the number of the patient's country; a lesson says that there is one."""
    found = {lesson: told.group() for lesson in ours().lessons
             if (told := re.search(r"(?<![\d/,.])(?:112|911|999|192|103)(?![\d/,.])", words(lesson, language)))}
    assert found == {}


def test_every_series_leads_to_lessons_that_are_there():
    steps = [(series.name, step.name) for series in all_series().values() for step in series.steps]
    assert steps
    assert [step for step in steps if step[1] not in ours().lessons] == []


def test_nothing_of_a_pregnancy_comes_to_whoever_has_none():
    expecting = {name for name, programme in programmes().items() if programme.pregnancy}
    for series in all_series().values():
        if series.programme not in expecting:
            told = [ours().lessons[step.name] for step in series.steps]
            assert [one.name for one in told if one.topic == "pregnancy" or expecting & set(one.conditions)] == []
