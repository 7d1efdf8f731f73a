"""The security sheet is whole and true: every requirement once, every test that it names there, the page as the sheet."""

from collections import Counter
from dataclasses import replace

from ops.safety import asvs


def test_every_requirement_of_both_levels_is_answered_once():
    found = asvs.requirements()
    assert Counter(one.level for one in found) == {1: 70, 2: 183}
    assert len({one.id for one in found}) == 253
    assert {one.chapter for one in found} == set(asvs.CHAPTERS)


def test_what_is_met_names_tests_that_are_there_and_the_rest_says_why():
    assert [wrong for one in asvs.requirements() for wrong in asvs.broken(one)] == []


def test_a_test_that_is_gone_is_noticed():
    one = next(one for one in asvs.requirements() if one.state == asvs.PASS)
    gone = replace(one, tests=("tests/ops/test_asvs.py::test_nothing",))
    assert list(asvs.broken(gone)) == [f"{one.id}: there is no test_nothing in tests/ops/test_asvs.py"]
    assert len(list(asvs.broken(replace(one, tests=())))) == 1


def test_the_page_is_as_the_sheet():
    assert asvs.PAGE.read_text(encoding="utf-8") == asvs.page(asvs.requirements()), "run python -m ops.safety.asvs"
