"""Readings as people type them: a table of typed words, and what must hold for any words at all."""

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from care.heart.language import in_language
from care.readings import (
    KINDS,
    Ask,
    Confirm,
    Pressure,
    Read,
    Reading,
    Unclear,
    read,
    read_date,
    read_number,
    read_time,
    units_of,
)
from care.readings.limits import limits
from care.readings.measure import MEASURES
from care.readings.vocabulary import even, vocabulary

TABLE = Path(__file__).with_name("typed_readings.tsv")
TODAY = date(2026, 11, 21)
LANGUAGES = ("en", "es", "fr", "de", "pt-BR", "ru")
UNITS = {"C": "°C", "-": None}


@dataclass(frozen=True)
class Typed:
    line: int
    language: str
    kind: str
    unit: str | None
    words: str
    expected: str


def typed() -> list[Typed]:
    rows = []
    for line, row in enumerate(TABLE.read_text(encoding="utf-8").splitlines(), 1):
        if not row.startswith("#"):
            language, kind, unit, words, expected = row.split("\t")
            words = words.replace("\\n", "\n").replace("\\t", "\t")
            rows.append(Typed(line, language, kind, UNITS.get(unit, unit), words, expected))
    return rows


def outcome_of(row: Typed):
    match row.kind.split():
        case ["number", low, high]:
            return read_number(row.words, float(low), float(high), example=5, language=row.language)
        case ["date"]:
            return read_date(row.words, row.language, TODAY)
        case ["time"]:
            return read_time(row.words, row.language)
    return read(row.kind, row.words, unit=row.unit, language=row.language)


def short(reading: Reading) -> str:
    """As the table has it."""
    match reading.canonical:
        case Pressure(systolic, diastolic, pulse):
            return f"{systolic}/{diastolic}" + (f" pulse {pulse}" if pulse else "")
        case date() as day:
            return day.isoformat()
        case time() as moment:
            return f"{moment:%H:%M}"
    shown = in_language(reading.shown, "en").removesuffix(" out of 10")
    return shown.replace("beats per minute", "bpm")


def as_expected(outcome) -> str:
    match outcome:
        case Read(reading):
            return short(reading)
        case Confirm(reading):
            return f"confirm {short(reading)}"
        case Ask(choices):
            return "ask " + " | ".join(sorted(map(short, choices)))
    assert isinstance(outcome, Unclear)
    return "unclear"


def in_order(expected: str) -> str:
    word, _, choices = expected.partition(" ")
    return f"ask {' | '.join(sorted(choices.split(' | ')))}" if word == "ask" else expected


@pytest.mark.parametrize("row", typed(), ids=lambda row: f"{row.line}:{row.language}:{row.words}")
def test_what_people_type_is_read_right_or_asked_about(row):
    assert as_expected(outcome_of(row)) == in_order(row.expected)


def test_the_table_is_long_and_covers_every_kind_and_language():
    rows = typed()
    assert len(rows) >= 700
    assert {row.language for row in rows} == set(LANGUAGES)
    assert {row.kind.split()[0] for row in rows} == {*KINDS, "number", "date", "time"}
    assert len({(row.language, row.kind, row.unit, row.words) for row in rows}) == len(rows)


WORDS = (
    "120", "80", "12", "8", "72,5", "38.5", "1.234", "0", "10", "999999999999", "l20", "12O", "½", "1/2", "kg", "lb", "st",
    "mmol/L", "mg/dl", "g", "°", "C", "F", "%", "/", "-", "x", "na", "на", "sobre", "over", "and a half", "point", "Komma",
    "am",
    "uhr", "7:30", "h", "pulse", "sys", "dia", "bp", "not", "my", "un", "seven", "siete", "нет", "HI", "spo2", "o2", ".", ",",
    ":", "'", "\n", "  ", "٧", "७", "７", "²", "①", "𝟕", "ﷺ", "℃", "❌", "👍", "\u200b")
EVERY_UNIT = [(kind, unit) for kind in KINDS for unit in ((None,) if kind == "blood_pressure" else (None, *units_of(kind)))]
typed_words = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=14).map("".join),
    st.text(max_size=200),
    st.text(alphabet="0123456789.,/ -:'lOokgxh°", max_size=30)).map(lambda words: words[:200])


def readings_in(outcome) -> tuple[Reading, ...]:
    assert isinstance(outcome, Read | Confirm | Ask | Unclear)
    return outcome.choices if isinstance(outcome, Ask) else () if isinstance(outcome, Unclear) else (outcome.reading,)


def said(outcome):
    match outcome:
        case Read():
            return outcome.echo
        case Ask():
            return outcome.question
    return outcome.say


@settings(max_examples=600, deadline=None)
@given(typed_words, st.sampled_from(EVERY_UNIT), st.sampled_from(LANGUAGES), st.sampled_from((None, 20, 72.5, 200)))
def test_whatever_is_typed_has_an_outcome_with_words_in_every_language(words, asked, language, last):
    kind, unit = asked
    outcomes = [
        read(kind, words, unit=unit, language=language, last=last),
        read_date(words, language, TODAY),
        read_time(words, language),
        read_number(words, 0, 10000, example=5, language=language)]
    for outcome in outcomes:
        assert all(in_language(said(outcome), each) for each in LANGUAGES)
        assert not isinstance(outcome, Ask) or outcome.choices
        assert all(reading.original == words and in_language(reading.shown, language) for reading in readings_in(outcome))


def again(reading: Reading, language: str):
    """What comes of typing a reading as it was shown."""
    words = in_language(reading.shown, language)
    match reading.kind:
        case "number":
            return read_number(words, 0, 10000, example=5, language=language)
        case "date":
            return read_date(words, language, TODAY)
        case "time":
            return read_time(words, language)
    return read(reading.kind, words, language=language)


def decimals(low: int, high: int, places: int):
    return st.integers(low * 10**places, high * 10**places).map(lambda digits: f"{digits / 10**places:.{places}f}")


RANGES = (
    ("weight", "kg", 20, 350), ("weight", "lb", 45, 770), ("glucose", "mmol/L", 1, 55), ("glucose", "mg/dL", 10, 1000),
    ("temperature", "°C", 30, 43), ("temperature", "°F", 86, 109), ("oxygen", "%", 50, 100), ("pulse", "bpm", 20, 250),
    ("peak_flow", "L/min", 30, 900), ("pain", "/10", 0, 10))
measures = st.sampled_from(RANGES).flatmap(lambda kind: st.integers(0, 3).flatmap(lambda places: st.tuples(
    st.just(kind[0]), decimals(kind[2], kind[3], places).map(lambda number: f"{number} {kind[1]}"))))
stones = st.tuples(st.integers(4, 54), decimals(0, 13, 1)).map(lambda two: ("weight", f"{two[0]} st {two[1]} lb"))
pressures = st.tuples(st.integers(30, 310), st.integers(10, 210), st.just("") | st.integers(10, 260)).map(
    lambda three: ("blood_pressure", f"{three[0]}/{three[1]} {three[2]}"))


@settings(max_examples=600, deadline=None)
@given(measures | stones | pressures, st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
def test_a_reading_as_it_was_shown_reads_back_the_same_in_any_language(what, language, shown_in):
    kind, words = what
    for reading in readings_in(read(kind, words, language=language)):
        outcome = again(reading, shown_in)
        assert isinstance(outcome, Read | Confirm), (reading, outcome)
        assert (outcome.reading.canonical, outcome.reading.unit) == (reading.canonical, reading.unit)


@settings(max_examples=300, deadline=None)
@given(decimals(0, 10000, 0) | decimals(0, 10000, 2), st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.times(),
       st.sampled_from(LANGUAGES))
def test_plain_numbers_dates_and_times_read_back_the_same_in_any_language(number, day, moment, language):
    outcomes = (
        read_number(number, 0, 10000, example=5), read_date(day.isoformat(), "en", TODAY), read_time(f"{moment:%H:%M}", "en"))
    for outcome in outcomes:
        for reading in readings_in(outcome):
            assert again(reading, language).reading.canonical == reading.canonical


@settings(max_examples=600, deadline=None)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzñéабвг", min_size=1, max_size=9), st.booleans(), st.sampled_from(EVERY_UNIT),
       st.sampled_from(LANGUAGES))
def test_a_number_beside_a_word_that_we_do_not_know_is_never_believed_without_asking(word, first, asked, language):
    kind, unit = asked
    number = "131/82" if kind == "blood_pressure" else "83"
    known = vocabulary(kind, language, MEASURES[kind].units if kind in MEASURES else ("mmHg", "cmHg"))
    assume(known.at([even(word)], 0) is None)
    outcome = read(kind, f"{word} {number}" if first else f"{number} {word}", unit=unit, language=language)
    assert isinstance(outcome, Ask | Unclear)


@pytest.mark.parametrize(("language", "words"), [
    ("en", "not never no without goal target yesterday gained lost over under above below almost less more than if "
     "supposed should"),
    ("es", "no nunca sin meta ayer gané perdí sobre bajo casi menos más de si debería subí bajé anoche"),
    ("fr", "ne pas jamais sans objectif hier plus moins presque si devrait pris perdu"),
    ("de", "nicht kein nie ohne ziel gestern über unter fast mehr weniger wenn sollte zugenommen abgenommen"),
    ("pt-BR", "não nunca sem meta ontem ganhei perdi quase menos mais se deveria engordei emagreci"),
    ("ru", "не нет никогда без цель вчера больше меньше почти если должно"),
])
def test_no_word_that_turns_a_number_into_another_thing_is_passed_over(language, words):
    harmless = {"de", "pris"}  # "una presión de 120/80", "j'ai pris ma tension"
    fillers = vocabulary("weight", language, ()).fillers
    assert not ({even(word) for word in words.split()} - harmless) & fillers


@given(st.integers(10, 1000), st.sampled_from(LANGUAGES))
def test_a_glucose_without_a_unit_is_never_taken_for_the_other_unit(number, language):
    for unit in ("mg/dL", "mmol/L"):
        outcome = read("glucose", str(number), unit=unit, language=language)
        assert isinstance(outcome, Ask | Unclear) or outcome.reading.unit == unit


@given(decimals(1, 800, 1), st.sampled_from(("kg", "lb")))
def test_a_weight_without_a_unit_is_never_taken_for_the_other_unit(number, unit):
    outcome = read("weight", number, unit=unit)
    assert isinstance(outcome, Ask | Unclear) or outcome.reading.unit == unit


def test_a_novel_is_no_reading_and_costs_nothing():
    for kind in KINDS:
        assert isinstance(read(kind, "120/80 " * 100_000), Unclear)
    assert isinstance(read_date("1/1/2026 " * 100_000, "en", TODAY), Unclear)


def test_a_weight_far_from_the_last_one_is_measured_again_or_was_in_the_other_unit():
    assert isinstance(read("weight", "80", unit="kg", last=72.5), Confirm)
    assert isinstance(read("weight", "74", unit="kg", last=72.5), Read)
    assert [short(choice) for choice in read("weight", "160", unit="kg", last=72.5).choices] == ["160 kg", "160 lb"]


def test_a_weight_in_pounds_is_kept_in_kilograms_with_what_was_typed():
    reading = read("weight", "160 lbs", unit="kg").reading
    assert (reading.canonical, reading.unit, reading.original) == (72.575, "lb", "160 lbs")


def test_a_hypo_of_32_never_becomes_576():
    for language in LANGUAGES:
        outcome = read("glucose", "32", unit="mg/dL", language=language)
        assert {choice.canonical for choice in outcome.choices} == {32, 576.5}
        assert read("glucose", "32 mg/dL", unit="mmol/L", language=language).reading.canonical == 32


def test_a_meter_that_shows_hi_or_lo_is_no_unclear_answer_like_others():
    assert read("glucose", "HI", unit="mg/dL").off_the_meter == "high"
    assert read("glucose", "lo", unit="mg/dL").off_the_meter == "low"
    assert read("glucose", "hello", unit="mg/dL").off_the_meter == ""


def test_both_numbers_are_shown_to_a_patient_who_typed_the_lower_one_first():
    assert in_language(read("blood_pressure", "80/120").question, "en") == (
        "The first number is always the higher one. You typed 80 and 120. Did you mean 120 over 80 mmHg?")
    assert "You typed 100 and 100" in in_language(read("blood_pressure", "100/100").say, "en")


def test_the_echo_has_the_unit_and_the_decimal_sign_of_the_language():
    reading = read("weight", "72.25", unit="kg").reading
    assert [in_language(reading.shown, language) for language in LANGUAGES] == [
        "72.25 kg", "72,25 kg", "72,25 kg", "72,25 kg", "72,25 kg", "72,25 кг"]


def test_the_example_is_in_the_patients_own_unit_and_format():
    assert in_language(read("weight", "?", unit="lb").say, "en").endswith("160 lb")
    assert in_language(read("weight", "?", unit="kg").say, "de").endswith("72,5 kg")
    assert in_language(read("glucose", "?", unit="mg/dL").say, "en").endswith("140 mg/dL")


def test_every_limit_says_where_it_is_from_and_leaves_room_for_the_sick():
    for kind in ("systolic", "diastolic", *KINDS[1:]):
        found = limits(kind)
        assert found.evidence in ("two sources", "source read", "one repository", "memory")
        assert found.source
        assert found.possible.low <= found.usual.low < found.usual.high <= found.possible.high
    for kind, words in (
            ("blood_pressure", "230/130"), ("glucose", "54 mg/dL"), ("oxygen", "82"), ("temperature", "41"), ("pulse", "150")):
        assert isinstance(read(kind, words), Read | Confirm)


def test_words_around_a_number_never_break_the_reading_of_a_date():
    for words in ("birthday 5", "1/1/99999999999", "5/5/999999999999999999999"):
        assert isinstance(read_date(words, "en", TODAY), Unclear)


def test_a_unit_that_the_kind_does_not_know_is_a_mistake_of_ours():
    with pytest.raises(ValueError):
        read("weight", "72", unit="mmol/L")
