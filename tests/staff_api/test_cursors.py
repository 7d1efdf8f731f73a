"""Marks of a place in a list: nobody but us can make one, and an old one is not followed."""

from datetime import UTC, datetime, timedelta

import pytest

from staff_api import cursors
from staff_api.problems import Problem

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECRET = "s" * 32


def test_a_cursor_leads_back_to_its_place():
    cursor = cursors.issue(SECRET, "patients", ["Óscar", 7], NOW)
    assert cursors.place_of(SECRET, "patients", cursor, NOW + timedelta(hours=23)) == ["Óscar", 7]


def test_any_change_to_a_cursor_makes_it_worthless():
    cursor = cursors.issue(SECRET, "patients", ["Ana", 7], NOW)
    for at in range(len(cursor)):
        forged = cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :]
        with pytest.raises(Problem, match="invalid_cursor"):
            cursors.place_of(SECRET, "patients", forged, NOW)


@pytest.mark.parametrize("nonsense", ["", "x", "é", "!!!!", "AAAA" * 20, "\0"])
def test_nonsense_is_no_cursor(nonsense):
    with pytest.raises(Problem, match="invalid_cursor"):
        cursors.place_of(SECRET, "patients", nonsense, NOW)


def test_a_cursor_is_good_for_its_own_list_its_own_clinic_and_a_day():
    cursor = cursors.issue(SECRET, "thread 1", "m:3", NOW)
    later = NOW + timedelta(days=2)
    for secret, of, now in ((SECRET, "thread 2", NOW), ("t" * 32, "thread 1", NOW), (SECRET, "thread 1", later)):
        with pytest.raises(Problem, match="invalid_cursor"):
            cursors.place_of(secret, of, cursor, now)
