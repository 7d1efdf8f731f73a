"""Totals, bands and changes are those of the published rules, and item 9 is never overlooked."""

from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import product

import pytest

from care import instruments
from care.escalations import Severity
from care.instrument_scores import Change, Score, attention, change, may_ask_again, safety, score, step_up
from care.instruments import Instrument, instrument

PHQ9, PHQ2, GAD7, PHQ8 = (instrument(name, "en") for name in ("phq9", "phq2", "gad7", "phq8"))
PHQ4, STEADI = (instrument(name, "en") for name in ("phq4", "steadi-stay-independent"))
EVERY = (PHQ9, PHQ2, GAD7, PHQ8, PHQ4, STEADI)


def answers(*values: int | None) -> dict[str, int | None]:
    return {f"q{number}": value for number, value in enumerate(values, 1)}


def of(total: int, which: Instrument = PHQ9, item9: int = 0) -> Score:
    """A score of that total, its last item being `item9`."""
    left, values = total - item9, []
    for _ in which.items[:-1]:
        values.append(min(3, left))
        left -= values[-1]
    return score(which, answers(*values, item9 + left))


# Every form that can be filled in, against the published rule


def published_phq9(total: int) -> str:
    """Kroenke, Spitzer and Williams 2001."""
    if total <= 4:
        return "none-minimal"
    if total <= 9:
        return "mild"
    if total <= 14:
        return "moderate"
    return "moderately severe" if total <= 19 else "severe"


def published_gad7(total: int) -> str:
    """Spitzer and others 2006."""
    return ["minimal", "mild", "moderate", "severe"][(total > 4) + (total > 9) + (total > 14)]


def ways(items: int) -> Counter[int]:
    """In how many ways 0-3 on so many items come to each total: the polynomial (1 + x + x² + x³) to that power."""
    powers = [1]
    for _ in range(items):
        powers = [sum(powers[at - step] for step in range(4) if 0 <= at - step < len(powers)) for at in range(len(powers) + 3)]
    return Counter(dict(enumerate(powers)))


@pytest.mark.parametrize(("which", "items", "published"), [
    (PHQ9, 9, published_phq9), (GAD7, 7, published_gad7), (PHQ8, 8, published_phq9)])
def test_every_form_that_can_be_filled_in_gets_the_published_total_and_band(which, items, published):
    seen: Counter[int] = Counter()
    keys = [f"q{number}" for number in range(1, items + 1)]
    for values in product(range(4), repeat=items):
        got, total = score(which, dict(zip(keys, values, strict=True))), sum(values)
        if (got.total, got.band, got.positive, got.complete) != (total, published(total), total >= 10, True):
            pytest.fail(f"{values}: {got}")
        seen[total] += 1
    assert seen == ways(items)
    assert seen.total() == 4 ** items


@pytest.mark.parametrize("language", instruments.languages("phq9"))
def test_a_score_does_not_depend_on_the_language(language):
    for name in ("phq9", "gad7", "phq2", "phq8"):
        english, theirs = instrument(name, "en"), instrument(name, language)
        for value in range(4):
            same = answers(*[value] * len(english.items))
            assert score(theirs, same) == score(english, same)


def test_every_phq2_and_every_phq4():
    for first, second in product(range(4), repeat=2):
        got = score(PHQ2, answers(first, second))
        assert (got.total, got.positive) == (first + second, first + second >= 3)
        assert got.band == ("at or above the cut-off" if first + second >= 3 else "below the cut-off")
    bands = ["normal"] * 3 + ["mild"] * 3 + ["moderate"] * 3 + ["severe"] * 4
    for a, b, c, d in product(range(4), repeat=4):
        got = score(PHQ4, answers(a, b, c, d))
        assert (got.total, got.band) == (a + b + c + d, bands[a + b + c + d])
        assert [(part.name, part.total, part.positive) for part in got.parts] == [
            ("anxiety", a + b, a + b >= 3), ("depression", c + d, c + d >= 3)]
        assert got.positive == (a + b >= 3 or c + d >= 3)


def test_every_fall_check():
    for yes in product((0, 1), repeat=12):
        got, total = score(STEADI, answers(*yes)), 2 * (yes[0] + yes[1]) + sum(yes[2:])
        assert (got.total, got.band) == (total, "at risk" if total >= 4 else "below the cut-off")
        assert got.positive == (total >= 4 or 1 in (yes[0], yes[2], yes[4])), "a fall, unsteadiness or fear is enough"


# Not everything answered


@pytest.mark.parametrize("which", EVERY, ids=lambda one: one.name)
def test_a_form_with_a_gap_has_no_total(which):
    full = {item.key: item.options[0].value for item in which.items}
    for item in which.items:
        for gap in ({key: value for key, value in full.items() if key != item.key}, {**full, item.key: None}):
            got = score(which, gap)
            assert got == Score(which.name, None, None, False, (item.key,), None, gap.get("q9") if which is PHQ9 else None)
    assert score(which, {}).items_missing == tuple(item.key for item in which.items)


def test_item_9_counts_as_a_warning_even_in_a_form_that_was_left():
    left = score(PHQ9, {"q9": 2, "q1": None})
    assert (left.total, left.safety) == (None, 2)
    assert attention(PHQ9, left) is Severity.EMERGENCY


def test_the_functional_item_and_other_questions_are_not_added_up():
    plain = answers(*[1] * 9)
    assert score(PHQ9, {**plain, "difficulty": 3, "q10": 3, "pain": 9}) == score(PHQ9, plain)


@pytest.mark.parametrize("value", [4, -1, "2", 1.5])
def test_what_is_no_answer_is_not_added_up(value):
    with pytest.raises(ValueError, match="is not an answer to q3 of phq9"):
        score(PHQ9, {**answers(*[0] * 9), "q3": value})


# Item 9


@pytest.mark.parametrize("language", instruments.languages("phq9"))
@pytest.mark.parametrize(("value", "severity"), [
    (0, None), (1, Severity.URGENT), (2, Severity.EMERGENCY), (3, Severity.EMERGENCY)])
def test_item_9_calls_a_person_at_each_of_its_values(language, value, severity):
    phq9 = instrument("phq9", language)
    assert safety(phq9, "q9", value) is severity
    for others in (0, 3):
        got = score(phq9, answers(*[others] * 8, value))
        assert got.safety == value
        if severity is not None:
            assert attention(phq9, got) is severity
            assert attention(phq9, got, change(phq9, got, got, got)) is severity


@pytest.mark.parametrize("which", EVERY, ids=lambda one: one.name)
def test_no_other_answer_calls_for_the_support_card(which):
    for item in (*which.items, *([which.functional] if which.functional else [])):
        for option in item.options:
            assert (safety(which, item.key, option.value) is None) == (not item.safety or option.value == 0)


def test_a_mistyped_item_or_value_is_not_taken_for_safe():
    for key, value in (("q10", 1), ("", 0), ("q9", 4), ("q9", -1)):
        with pytest.raises(ValueError):
            safety(PHQ9, key, value)


# From two items to nine


def test_a_positive_phq2_goes_on_as_a_phq9_and_asks_nothing_twice():
    for first, second in product(range(4), repeat=2):
        carried = step_up(PHQ2, answers(first, second))
        assert carried == ({"q1": first, "q2": second} if first + second >= 3 else None)
        if carried:
            assert score(PHQ9, carried).items_missing == tuple(f"q{number}" for number in range(3, 10))
            assert score(PHQ9, {**answers(*[0] * 9), **carried}).total == first + second


def test_an_unfinished_phq2_leads_nowhere_and_nothing_else_steps_up():
    assert step_up(PHQ2, answers(3)) is None
    with pytest.raises(ValueError):
        step_up(PHQ9, answers(*[3] * 9))


# Change


@cache
def compared(now: int, first: int | None, last: int | None) -> Change:
    return change(PHQ9, of(now), None if first is None else of(first), None if last is None else of(last))


def test_every_pair_of_totals_is_judged_by_five_points_and_by_bands():
    for last, now in product(range(25), repeat=2):  # 25 to 27 need item 9
        got = compared(now, last, last)
        assert got.since_last == got.since_first == now - last
        assert got.meaningful == ("worse" if now - last >= 5 else "better" if last - now >= 5 else None)
        order = ["none-minimal", "mild", "moderate", "moderately severe", "severe"]
        up = order.index(published_phq9(now)) > order.index(published_phq9(last))
        assert bool(got.review) == (now - last >= 5 or up)


def test_response_is_half_or_less_and_remission_below_five_both_from_ten():
    for first, now in product(range(25), repeat=2):
        got = compared(now, first, first)
        assert got.response == (first >= 10 and now / first <= 0.5)
        assert got.remission == (first >= 10 and now < 5)
    assert compared(10, 20, 12).response
    assert not compared(11, 21, 12).response, "11 of 21 is more than half"
    assert compared(4, 20, 12).remission
    assert not compared(5, 20, 12).remission


def test_the_first_time_there_is_nothing_to_compare():
    assert compared(12, None, None) == Change(None, None, None, None)
    assert attention(PHQ9, of(12), compared(12, None, None)) is Severity.ROUTINE


def test_any_rise_of_item_9_is_a_reason_to_look():
    for last, now in product(range(4), repeat=2):
        got = change(PHQ9, of(8, item9=now), of(8), of(8, item9=last))
        assert got.review == ((f"Item 9 rose from {last} to {now}",) if now > last else ())
    left = score(PHQ9, {"q9": 1})
    assert change(PHQ9, left, of(8), of(8)).review == ("Item 9 rose from 0 to 1",), "in a form that was left too"


def test_a_slow_rise_is_told_once_when_it_has_come_to_five_points():
    assert compared(23, 20, 20).review == ()
    assert compared(24, 19, 23).review == ("5 points above the first time",)
    assert change(PHQ9, of(26, item9=3), of(20), of(25, item9=3)).review == ()
    assert compared(20, 4, 4).review == ("16 points above last time", "Band up: none-minimal to severe")


def test_a_score_with_a_gap_is_compared_with_nothing():
    gap = score(PHQ9, {})
    for got in (change(PHQ9, gap, of(12), of(12)), change(PHQ9, of(12), gap, gap)):
        assert (got.since_last, got.since_first, got.meaningful, got.response, got.remission, got.review) == (
            None, None, None, False, False, ())


def test_other_instruments_get_a_difference_but_no_verdict():
    got = change(GAD7, of(20, GAD7), of(2, GAD7), of(4, GAD7))
    assert got == Change(last=4, first=2, since_last=16, since_first=18)


def test_scores_of_two_instruments_are_never_compared():
    for now, first, last in ((of(5), of(5, GAD7), None), (of(5), None, of(5, GAD7)), (of(5, GAD7), None, None)):
        with pytest.raises(ValueError):
            change(PHQ9, now, first, last)


# Who looks, and when it is asked again


@pytest.mark.parametrize(("which", "total", "severity"), [
    (PHQ9, 9, None), (PHQ9, 10, Severity.ROUTINE), (PHQ9, 19, Severity.ROUTINE), (PHQ9, 20, Severity.URGENT),
    (GAD7, 9, None), (GAD7, 10, Severity.ROUTINE), (GAD7, 15, Severity.URGENT), (PHQ8, 20, Severity.URGENT),
    (PHQ4, 12, Severity.ROUTINE), (PHQ2, 3, Severity.ROUTINE), (PHQ2, 2, None)])
def test_a_high_result_is_looked_at_even_the_first_time(which, total, severity):
    assert attention(which, of(total, which)) is severity


def test_a_result_that_got_worse_is_looked_at_the_same_day():
    assert attention(PHQ9, of(9), compared(9, 4, 4)) is Severity.URGENT
    assert attention(PHQ9, of(9), compared(9, 8, 8)) is None


def test_a_form_is_not_asked_again_before_the_time_it_asks_about_has_passed():
    today = date(2026, 11, 23)
    for which, days in ((PHQ9, 14), (GAD7, 14), (STEADI, 365)):
        assert may_ask_again(which, None, today)
        assert may_ask_again(which, today - timedelta(days), today)
        assert not may_ask_again(which, today - timedelta(days - 1), today)
        assert not may_ask_again(which, today, today)
