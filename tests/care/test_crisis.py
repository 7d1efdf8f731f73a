"""The card for someone in danger: never empty, never an unconfirmed line, and safe to be read by anyone in the house."""

import re
from dataclasses import replace
from datetime import date

import pytest

from care import crisis, red_flags
from care.heart.language import Lines, in_language, shipped

PLACES = [*crisis.known_countries(), "ZZ", "", "gb", "../../etc/passwd"]
CATEGORIES = [*red_flags.rules().categories, "gentle_check", "never heard of"]


def read(country: str, category: str, confirmed: bool, language: str = "en") -> str:
    return in_language(Lines(tuple(crisis.card(country, category, confirmed).lines())), language)


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("confirmed", [True, False])
def test_every_card_of_every_country_says_what_to_do_and_whom_to_call(category, confirmed):
    for country in PLACES:
        card = crisis.card(country, category, confirmed)
        said = read(country, category, confirmed)
        assert len(card.lines()) >= 3
        assert in_language(card.emergency_number, "en") in said
        assert any(char.isdigit() for char in said)
        assert "care team" in said
        assert len(said) < 1000, "one message, read at a glance"


@pytest.mark.parametrize("language", shipped())
def test_every_card_of_every_country_reads_whole_in_every_language(language: str):
    english = {read(country, category, True) for country in PLACES for category in CATEGORIES}
    for country in PLACES:
        for category in CATEGORIES:
            said, number = read(country, category, True, language), crisis.card(country, category, True).emergency_number
            assert in_language(number, language) in said
            assert not re.search(r"[{}]|  |\.\.|:\.|\.:|,\.", said), said
            assert len(said) < 1000, "one message, read at a glance"
            assert (said in english) is (language == "en")


def test_violence_is_for_the_police_where_an_ambulance_has_a_number_of_its_own():
    assert "190" in read("BR", "harm_to_others", confirmed=False, language="pt-BR")
    assert "192" in read("BR", "chest_pain", confirmed=False, language="pt-BR")


def test_a_line_nobody_confirmed_is_not_shown():
    assert "988" not in read("US", "self_harm", confirmed=False)
    assert "988 Suicide & Crisis Lifeline: call 988 or text 988" in read("US", "self_harm", confirmed=True)
    assert "911" in read("US", "self_harm", confirmed=False)


@pytest.mark.parametrize("country", ["DE", "AU", "KE", "CN"])
def test_a_line_known_from_one_list_or_from_memory_waits_for_someone_to_dial_it(country):
    assert crisis.card(country, "self_harm", lines_confirmed=True).crisis_lines == ()
    line = crisis.in_country(country).lines[0]
    assert replace(line, verified_by="A. Nurse", verified_on="2026-11-21").may_be_shown
    assert not replace(line, verified_by="A. Nurse").may_be_shown


def test_nhs_111_from_memory_is_not_offered_as_a_crisis_line():
    assert [line.name for line in crisis.card("GB", "self_harm", lines_confirmed=True).crisis_lines] == ["Samaritans"]


def test_an_unknown_country_gets_words_for_its_number_and_112():
    assert "your local emergency number (often 112)" in read("ZZ", "chest_pain", confirmed=False)
    assert in_language(crisis.emergency_number("ZZ"), "en") == "your local emergency number (often 112)"
    assert crisis.emergency_number("fr ") == "112"


def test_what_the_abuser_may_read_says_nothing_of_abuse():
    for country in PLACES:
        said = read(country, "abuse", confirmed=True).lower()
        for word in ("abuse", "violen", "hurt", "safe", "danger", "police", "suicid", "partner", "crisis", "988", "samaritans"):
            assert word not in said
    assert crisis.card("US", "abuse", lines_confirmed=True).crisis_lines == ()


def test_the_card_blames_nobody_and_names_no_illness():
    for category in CATEGORIES:
        said = read("US", category, confirmed=True).lower()
        for word in ("stroke", "heart attack", "depress", "suicidal", "you should have", "why did", "diagnos", "fault"):
            assert word not in said.replace("988 suicide & crisis lifeline", "")


def test_the_card_uses_short_sentences_and_plain_words():
    """At most 22 words a sentence, and few long words: about a sixth-grade text."""
    for category in CATEGORIES:
        for paragraph in crisis.card("US", category, lines_confirmed=False).lines():
            for sentence in in_language(paragraph, "en").rstrip(".").split(". "):
                words = sentence.split()
                assert len(words) <= 22, sentence
                assert sum(len(word.strip(",.")) > 9 for word in words) <= 1, sentence


def test_violence_calls_the_police_where_they_have_a_number_of_their_own():
    assert "110" in read("CN", "harm_to_others", confirmed=False)
    assert "120" in read("CN", "breathing", confirmed=False)


def test_the_files_are_sound():
    assert crisis.check(date(2026, 11, 21)) == []
    assert set(crisis.known_countries()) >= {
        "US", "CA", "GB", "IE", "ES", "FR", "NL", "DE", "IN", "BR", "MX", "AU", "ZA", "KE", "RU", "CN"}
    assert crisis.not_dialled("US") == ["988 Suicide & Crisis Lifeline"]


def file_of(number='number = "112"', line=""):
    country = f'country = "XX"\nname = "Nowhere"\n[emergency]\n{number}\n'
    return country + (f'[[line]]\nname = "L"\nlanguages = []\nhours = ""\nsource = ""\n{line}\n' if line else "")


@pytest.mark.parametrize(("words", "problem"), [
    (file_of('number = ""'), "the emergency number '' cannot be dialled"),
    (file_of('number = "call us"'), "the emergency number 'call us' cannot be dialled"),
    (file_of("").replace("XX", "YY"), "cannot be read"),
    (file_of().replace("XX", "YY"), "the file is named XX but says country 'YY'"),
    ("country = ", "cannot be read"),
    (file_of(line='evidence = "memory"\nverified_by = "A"\nverified_on = ""'), "cannot be reached"),
    (file_of(line='call = "1"\nevidence = "memory"\nverified_by = "A"\nverified_on = ""'), "both who dialled it and when"),
    (file_of(line='call = "one"\nevidence = "memory"\nverified_by = ""\nverified_on = ""'), "a number that cannot be dialled"),
    (file_of(line='call = "1"\nevidence = "rumour"\nverified_by = ""\nverified_on = ""'), "has the evidence 'rumour'"),
    (file_of(line='call = "1"\nevidence = "memory"\nverified_by = "A"\nverified_on = "last week"'), "is not a date"),
    (file_of(line='call = "1"\nevidence = "memory"\nverified_by = "A"\nverified_on = "2026-01-01"'), "dial it again"),
    (file_of(line='call = "1"\nnickname = "x"'), "cannot be read"),
])
def test_a_file_with_a_fault_is_told_by_name(tmp_path, monkeypatch, words, problem):
    (tmp_path / "XX.toml").write_text(words)
    monkeypatch.setattr(crisis, "COUNTRIES", tmp_path)
    found = crisis.check(date(2026, 11, 21))
    assert any(problem in each for each in found), found
    assert any("_other.toml is missing" in each for each in found)
