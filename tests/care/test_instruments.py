"""The questionnaires are the authors' words, the same that were locked, in the patient's language or not at all."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from care import instruments
from care.instruments import NoSuchText, Tampered, instrument

SHIPPED = [(name, language) for name in instruments.names() for language in instruments.languages(name)]
SIX = ("de", "en", "es", "fr", "pt-BR", "ru")
FREQUENCY = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]
PHQ9 = ["44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8"]
GAD7 = ["69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"]


def codes(name: str, language: str) -> list[str | None]:
    return [item.code for item in instrument(name, language).items]


def luhn(code: str) -> bool:
    """Whether the last digit of a LOINC code is the check digit of the others."""
    number, check = code.split("-")
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(number))]
    return (10 - sum(digit // 10 + digit % 10 for digit in doubled) % 10) % 10 == int(check)


# What there is


def test_the_phq9_the_phq2_and_the_gad7_are_there_in_all_six_languages():
    assert {name: instruments.languages(name) for name in instruments.names()} == {
        "phq9": SIX, "phq2": SIX, "gad7": SIX, "phq4": ("en",), "steadi-stay-independent": ("en",),
        "phq8": tuple(sorted((*SIX, "nl")))}


@pytest.mark.parametrize("name", ["phq9", "gad7", "phq4"])
@pytest.mark.parametrize("language", ["it", "nl", "pt", "es-ES", "EN", "", "../phq9.en"])
def test_a_language_without_a_text_is_refused(name, language):
    with pytest.raises(NoSuchText):
        instrument(name, language)


@pytest.mark.parametrize("name", ["epds", "mmas8", "eq5d", "kccq", "cat", "act", "who5", "LOCK", "../red_flags/en"])
def test_an_instrument_that_we_may_not_ship_is_refused(name):
    assert instruments.languages(name) == ()
    with pytest.raises(NoSuchText):
        instrument(name, "en")


@pytest.mark.parametrize(("language", "locale"), [
    ("en", "en"), ("es", "es-US"), ("fr", "fr-FR"), ("de", "de"), ("pt-BR", "pt-BR"), ("ru", "ru")])
def test_a_patients_language_leads_to_the_text_of_one_country(language, locale):
    for name in ("phq9", "phq2", "gad7", "phq8"):
        assert instrument(name, language).locale == locale
        assert instrument(name, locale) is instrument(name, language)


@pytest.mark.parametrize(("name", "language"), SHIPPED)
def test_every_text_carries_its_copyright_its_recall_period_and_its_status(name, language):
    one = instrument(name, language)
    assert one.copyright.startswith(("Developed by Drs. Robert L. Spitzer", "U.S. Centers for Disease Control"))
    assert one.recall_days == (365 if name.startswith("steadi") else 14)
    assert one.status == "not yet compared with the official form by a person"
    assert one.compared is None
    assert one.stem
    assert one.title


# Words


@pytest.mark.parametrize(("language", "item9", "never"), [
    ("en", "Thoughts that you would be better off dead or of hurting yourself in some way", "Not at all"),
    ("es", "Pensamientos de que estaría mejor muerto(a) o de lastimarse de alguna manera", "Ningún día"),
    ("fr", "Penser qu’il vaudrait mieux mourir ou envisager de vous faire du mal d’une manière ou d’une autre", "Jamais"),
    ("de", "Gedanken, dass Sie lieber tot wären oder sich Leid zufügen möchten", "Überhaupt nicht"),
    ("pt-BR", "Pensar em se ferir de alguma maneira ou que seria melhor estar morto/a", "Nenhuma vez"),
    ("ru", "Вас посещали мысли о том, что Вам лучше было бы умереть, или о том, чтобы причинить себе какой-нибудь вред",
     "Ни разу")])
def test_item_9_is_asked_in_the_forms_own_words(language, item9, never):
    phq9 = instrument("phq9", language)
    assert phq9.safety_item is phq9.items[8]
    assert (phq9.items[8].text, phq9.items[8].options[0].label) == (item9, never)


def test_the_known_slips_of_public_copies_are_not_in_ours():
    assert instrument("gad7", "en").items[0].options[0].label == "Not at all", "not: Not at all sure"
    assert instrument("phq9", "fr").items[0].options[2].label == "Plus de la moitié du temps", "not: des jours"
    assert instrument("phq9", "ru").items[0].options[2].label == "Более недели"
    assert "freqüência" in instrument("phq9", "pt-BR").stem


@pytest.mark.parametrize(("name", "language"), SHIPPED)
def test_no_text_mixes_two_languages(name, language):
    """Nothing of a text is a text of another language, and Cyrillic letters are in Russian only, where all are Cyrillic."""
    one = instrument(name, language)
    words = {one.stem, *(item.text for item in one.items), *(option.label for item in one.items for option in item.options)}
    if one.functional:
        words |= {one.functional.text, *(option.label for option in one.functional.options)}
    for other in set(instruments.languages(name)) - {language}:
        elsewhere = instrument(name, other)
        assert not words & {item.text for item in elsewhere.items}
        assert elsewhere.stem not in words
        assert not words & {option.label for option in elsewhere.items[0].options}
    for said in words:
        letters = {"Ѐ" <= char <= "ӿ" for char in said if char.isalpha()}
        assert letters == {language == "ru"}, said


@pytest.mark.parametrize("name", ["phq9", "phq2", "phq8", "gad7"])
def test_every_language_asks_the_same_items_in_the_same_order_for_the_same_points(name):
    def shape(language):
        one = instrument(name, language)
        return ([(item.key, item.code, item.safety, [(o.value, o.code, o.score) for o in item.options]) for item in one.items],
                one.bands, one.cut_off, one.highest, one.total_code, one.panel_code)
    assert [language for language in instruments.languages(name) if shape(language) != shape("en")] == []


def test_the_phq2_is_the_first_two_items_of_the_phq9_in_every_language():
    for language in SIX:
        short, whole = instrument("phq2", language), instrument("phq9", language)
        assert short.items == whole.items[:2]
        assert short.stem == whole.stem


def test_the_phq8_is_the_phq9_without_item_9_and_says_so():
    for language in SIX:
        short, whole = instrument("phq8", language), instrument("phq9", language)
        assert short.items == whole.items[:8]
        assert (short.stem, short.copyright, short.fingerprint) == (whole.stem, whole.copyright, whole.fingerprint)
        assert "without item 9" in short.title
        assert (short.panel_code, short.total_code, short.functional) == (None, None, None)
    for language in instruments.languages("phq8"):
        short = instrument("phq8", language)
        assert short.leaves_out_safety
        assert short.safety_item is None
        assert [(band.least, band.most) for band in short.bands] == [(0, 4), (5, 9), (10, 14), (15, 19), (20, 24)]
    assert not any(instrument(name, "en").leaves_out_safety for name in instruments.names() if name != "phq8")


# Codes


def test_the_loinc_codes_are_those_of_the_panels():
    for language in SIX:
        phq9, gad7, phq2 = (instrument(name, language) for name in ("phq9", "gad7", "phq2"))
        assert codes("phq9", language) == PHQ9
        assert codes("gad7", language) == GAD7
        assert (phq9.panel_code, phq9.total_code) == ("44249-1", "44261-6")
        assert (gad7.panel_code, gad7.total_code) == ("69737-5", "70274-6")
        assert (phq2.panel_code, phq2.total_code) == ("55757-9", "55758-7")
        for item in (*phq9.items, *gad7.items):
            assert [(option.score, option.code) for option in item.options] == list(enumerate(FREQUENCY))
    assert codes("phq4", "en") == [GAD7[0], GAD7[1], PHQ9[0], PHQ9[1]]


def test_very_difficult_and_extremely_difficult_have_codes_out_of_order():
    for language in SIX:
        functional = instrument("phq9", language).functional
        assert functional.code == "69722-7"
        assert [option.code for option in functional.options] == ["LA6572-7", "LA6573-5", "LA6575-0", "LA6574-3"]


def test_every_code_has_its_right_check_digit():
    assert luhn("69689-8")
    assert not luhn("69689-6")
    found = {code for name, language in SHIPPED for code in codes(name, language) if code}
    found |= {code for name, language in SHIPPED for code in (
        instrument(name, language).panel_code, instrument(name, language).total_code) if code}
    assert len(found) >= 22
    assert [code for code in found if not luhn(code)] == []


def test_a_code_from_memory_does_not_leave_the_house():
    assert (instrument("phq4", "en").panel_code, instrument("phq4", "en").total_code) == (None, None)


# The functional item


def test_the_functional_item_is_asked_only_if_something_was_a_problem():
    phq9 = instrument("phq9", "en")
    nothing = {item.key: 0 for item in phq9.items}
    assert not phq9.asks_functional(nothing)
    assert not phq9.asks_functional({})
    for item in phq9.items:
        assert phq9.asks_functional({**nothing, item.key: 1})
    assert not instrument("gad7", "en").asks_functional({"q1": 3})
    assert phq9.functional.key not in phq9.points


# Typed answers


@pytest.mark.parametrize(("name", "language"), SHIPPED)
def test_every_label_can_be_typed(name, language):
    one = instrument(name, language)
    for item in (*one.items, *([one.functional] if one.functional else [])):
        for option in item.options:
            assert item.read(option.label) == option.value
            assert item.read(f"  {option.label.upper()}. ") == option.value
            assert item.read(str(option.score)) == option.value


@pytest.mark.parametrize(("language", "words", "value"), [
    ("en", "0", 0), ("en", "1", 1), ("en", "3", 3), ("en", "4", None), ("en", "", None), ("en", "often", None),
    ("en", "not", None), ("en", "٢", 2), ("en", "३", 3), ("en", "1.5", None), ("en", "-", None), ("es", "ningun dia", 0),
    ("es", "Not at all", None),
    ("es", "mas de la mitad de los dias", 2), ("de", "uberhaupt nicht", 0), ("fr", "presque tous les jours", 3)])
def test_a_typed_number_is_the_forms_number_and_never_the_place_of_a_button(language, words, value):
    assert instrument("phq9", language).items[8].read(words) == value


def test_brackets_for_many_need_not_be_typed():
    assert instrument("phq9", "fr").functional.read("tres difficile") == 2
    assert instrument("phq9", "fr").functional.read("Très difficile(s)") == 2


def test_a_yes_of_the_fall_check_is_read_as_it_is_printed():
    steadi = instrument("steadi-stay-independent", "en")
    assert [steadi.items[0].read(words) for words in ("yes", "No", "2", "0", "1")] == [1, 0, 1, 0, None]
    assert [steadi.items[4].read(words) for words in ("yes", "No", "2", "0", "1")] == [1, 0, None, 0, 1]


def test_a_value_that_was_never_offered_is_no_answer():
    with pytest.raises(ValueError, match="4 is not an answer to q9"):
        instrument("phq9", "en").items[8].option(4)


# The lock


def test_what_is_shipped_is_what_was_locked():
    lock = instruments._read_lock(instruments.FILES)
    files = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in instruments.FILES.glob("*.json")}
    assert lock == {name: instruments.fingerprint(text) for name, text in files.items()}
    assert len(lock) == 21
    assert instruments.check(date(2026, 11, 21)) == []
    assert sorted(instruments.not_compared()) == sorted(lock)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the files, to spoil."""
    copy = shutil.copytree(instruments.FILES, tmp_path / "instruments")
    monkeypatch.setattr(instruments, "FILES", copy)
    return copy


def spoil(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.mark.parametrize(("before", "after"), [
    ("nervous, anxious", "nervous and anxious"), ("Not at all", "Not at all sure"), ("69689-8", "69689-6"),
    ('"score": 3', '"score": 4'), ('"max": 4', '"max": 5'), ("last 2 weeks", "last 4 weeks"), ("Developed by", "Made by")])
def test_a_text_that_was_touched_is_refused_and_named(folder, before, after):
    spoil(folder / "gad7.en.json", before, after)
    with pytest.raises(Tampered, match=r"gad7\.en\.json is not the text"):
        instrument("gad7", "en")
    assert instruments.check() == ["content/instruments/gad7.en.json is not the text that LOCK.toml locks."]
    assert instrument("gad7", "es").locale == "es-US", "the others can still be used"


def test_spacing_and_ends_of_lines_are_not_the_text(folder):
    file = folder / "phq9.en.json"
    file.write_bytes(json.dumps(json.loads(file.read_bytes()), indent=4).replace("\n", "\r\n").encode())
    assert instrument("phq9", "en").items[0].text == "Little interest or pleasure in doing things"


def test_a_file_that_is_gone_broken_or_not_locked_is_named(folder):
    (folder / "phq9.ru.json").unlink()
    (folder / "phq9.de.json").write_text("{")
    shutil.copy(folder / "phq9.en.json", folder / "phq9.it.json")
    assert [problem.split()[0] for problem in instruments.check()] == [
        f"content/instruments/phq9.{locale}.json" for locale in ("de", "ru", "it")]
    with pytest.raises(Tampered):
        instrument("phq9", "ru")
    with pytest.raises(Tampered):
        instrument("phq8", "de")
    with pytest.raises(NoSuchText):
        instrument("phq9", "it")


def test_a_locked_text_under_another_name_is_not_taken_for_it(folder):
    shutil.copy(folder / "phq9.fr-FR.json", folder / "phq9.it.json")
    with (folder / "LOCK.toml").open("a") as lock:
        lock.write(f'"phq9.it.json" = "{instrument("phq9", "fr").fingerprint}"\n')
    assert any("phq9.it.json cannot be used" in problem for problem in instruments.check())


def test_without_a_lock_nothing_is_sent(folder):
    (folder / "LOCK.toml").unlink()
    assert "No questionnaire can be sent" in instruments.check()[0]
    with pytest.raises(FileNotFoundError):
        instrument("phq9", "en")


# A person's tick


def tick(folder: Path, file: str, **changed: str) -> None:
    said = {"compared_by": "A. Nurse", "compared_on": "2026-11-20", "official_form": "PHQ-9, Spanish for the USA",
            "sha256": instruments._read_lock(folder)[file]} | changed
    lines = (f'{key} = "{value}"\n' for key, value in said.items() if value != "-")
    (folder / file.replace(".json", ".compared.toml")).write_text("".join(lines))


def test_a_person_who_compared_a_file_is_named(folder):
    tick(folder, "phq9.es-US.json")
    assert instrument("phq9", "es").status == "compared with the official form by A. Nurse on 2026-11-20"
    assert instrument("phq8", "es").compared == instrument("phq9", "es").compared
    assert instrument("phq9", "en").compared is None
    assert instruments.check(date(2026, 11, 21)) == []
    assert "phq9.es-US.json" not in instruments.not_compared()
    assert len(instruments.not_compared()) == 20


@pytest.mark.parametrize(("changed", "problem"), [
    ({"compared_by": " "}, "does not count"), ({"compared_on": "last week"}, "does not count"),
    ({"official_form": "-"}, "does not count"), ({"sha256": "0" * 64}, "is for another text")])
def test_a_tick_that_says_too_little_or_is_for_another_text_does_not_count(folder, changed, problem):
    tick(folder, "phq9.es-US.json", **changed)
    assert instrument("phq9", "es").compared is None, "but the text itself is sound"
    assert [problem in each for each in instruments.check(date(2026, 11, 21))] == [True]


def test_a_tick_from_the_future_or_for_no_file_is_named(folder):
    tick(folder, "phq9.es-US.json", compared_on="2027-01-01")
    (folder / "phq9.compared.toml").write_text("")
    future, stray = instruments.check(date(2026, 11, 21))
    assert "yet to come" in future
    assert "belongs to no locked file" in stray
