"""A patient reads a result in plain words: never a diagnosis, never an all-clear, and what the team does is true."""

import re

import pytest

from care import readability
from care.heart.language import in_language
from care.instrument_results import left_out, result_words
from care.instrument_scores import Change, Score, attention, change, score
from care.instruments import Instrument
from tests.care.test_instrument_scores import EVERY, GAD7, PHQ2, PHQ4, PHQ8, PHQ9, STEADI, answers, compared, of


def words(which: Instrument, result: Score, against: Change | None = None) -> str:
    return in_language(result_words(which, result, against), "en")


def every_result() -> list[tuple[Instrument, Score, Change | None]]:
    """A result of every band, with every kind of change."""
    found: list[tuple[Instrument, Score, Change | None]] = []
    for which in (PHQ9, PHQ8, GAD7, PHQ4, PHQ2):
        for total in range(3 * (len(which.items) - 1) + 1):
            now = of(total, which)
            found.append((which, now, None))
            found += [(which, now, change(which, now, of(first, which), of(last, which)))
                      for first, last in ((0, 0), (0, 3), (3, 0), (5, 2), (6, 6)) if max(first, last) <= which.highest - 3]
    for first, last in ((20, 20), (20, 15), (24, 10), (10, 24)):
        found += [(PHQ9, of(total), compared(total, first, last)) for total in range(25)]
    found += [(PHQ9, of(12, item9=item9), None) for item9 in range(4)]
    found += [(STEADI, score(STEADI, answers(*[1] * yes, *[0] * (12 - yes))), None) for yes in range(13)]
    found += [(STEADI, score(STEADI, answers(0, 0, 0, 1, *[0] * 8)), None)]
    return found + [(which, score(which, {}), None) for which in EVERY]


def test_a_patient_reads_the_number_what_it_means_the_trend_and_what_comes_next():
    assert words(PHQ9, of(12), compared(12, 20, 17)) == """\
About your answers:

Your answers add up to 12 of 27. That is in the range called “moderate”.

A higher number means that these problems trouble you more often.

This is not a diagnosis. It helps your care team to see how you are.

Last time it was 17. It has gone down by 5. That is a real change for the better. When you began, it was 20.

I have told your care team. They will look at your answers."""


@pytest.mark.parametrize(("now", "first", "last", "said"), [
    (4, 4, 4, "Last time it was 4 too."), (6, 5, 5, "Last time it was 5."),
    (12, 5, 5, "Last time it was 5. It has gone up by 7. That is a real change."),
    (9, 20, 10, "Last time it was 10. When you began, it was 20. Now it is half of that, or less."),
    (4, 20, 9, "Last time it was 9. It has gone down by 5. That is a real change for the better. "
               "When you began, it was 20. Now it is in the lowest range.")])
def test_the_trend_is_told_as_it_is(now, first, last, said):
    assert said in words(PHQ9, of(now), compared(now, first, last)).split("\n\n")


def test_no_trend_is_told_where_there_is_none():
    assert "Last time" not in words(PHQ9, of(12), compared(12, None, None))


@pytest.mark.parametrize(("yes", "said"), [
    ((), "That is below 4, where a fall becomes more likely."),
    ((1,), "One of them alone can mean that a fall is more likely."),
    ((1, 2), "From 4 on, a fall is more likely."), ((4, 6), "That is below 4, where a fall becomes more likely.")])
def test_the_fall_check_speaks_of_falls(yes, said):
    result = score(STEADI, answers(*(int(number in yes) for number in range(1, 13))))
    assert said in words(STEADI, result)
    assert ("I have told your care team" in words(STEADI, result)) == bool(result.positive)


def test_no_result_names_an_illness_or_says_that_all_is_well():
    for which, result, against in every_result():
        said = words(which, result, against)
        assert not re.search(r"(?i)depress|anxi|you have (a|an|the)\b|suicid|disorder|all clear|you are (fine|safe)", said)
        assert ("This is not a diagnosis." in said) == result.complete


def test_the_first_line_gives_nothing_away_on_a_locked_screen():
    assert {words(*result).split("\n")[0] for result in every_result()} == {"About your answers:"}


def test_a_patient_is_told_that_the_team_knows_exactly_when_it_does():
    for which, result, against in every_result():
        said = words(which, result, against)
        assert ("I have told your care team." in said) == (attention(which, result, against) is not None)
        assert ("If you do not feel safe" in said) == bool(result.safety)


def test_a_form_with_gaps_shows_no_number():
    for which in EVERY:
        said = words(which, score(which, {}))
        assert "Not every question has an answer, so there is no total." in said
        assert not re.search(r"\d", said)


def test_every_result_can_be_read_after_six_years_of_school():
    for result in every_result():
        said = words(*result)
        assert readability.english_grade(said) <= 6, said
        assert "{" not in said
        assert len(said) < 700


def test_the_phq8_says_that_it_does_not_ask():
    assert left_out(PHQ9, "GB") is None
    said = in_language(left_out(PHQ8, "GB"), "en")
    assert said == ("This form does not ask about thoughts of death or self-harm. If you have any, call 999 or tell us here.")
    assert "112" in in_language(left_out(PHQ8, "ZZ"), "en")
