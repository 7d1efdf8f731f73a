"""When a dose is due: on the patient's wall, once, whatever the clock does."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest

from care.medicines import timing
from care.medicines.timing import AsNeeded, Cycle, Daily, Interval, Monthly, Step, Steps, Weekly
from tests.care.medicines.dose_campaign import ZONES, Tally, census, compare, compare_interval

EIGHT, NINE_AT_NIGHT = time(8), time(21)


def due(how, zone: str, day: str, days: int = 1, begins: str = "2026-01-01") -> list[str]:
    """What the wall shows, and the UTC hour, for each dose of these days."""
    first = date.fromisoformat(day)
    midnight = datetime.combine(first, time(), UTC)
    found = timing.between(how, date.fromisoformat(begins), None, zone, midnight - timedelta(days=1),
                           midnight + timedelta(days=days + 1))
    return [f"{one.local_date} {one.local_time:%H:%M} {one.due_at:%d %H:%M}" for one in found
            if first <= one.local_date < first + timedelta(days=days)]


def test_three_hundred_regimens_agree_with_other_ways_of_working_them_out():
    tally, random = Tally(), Random(2)
    for number in range(300):
        compare(random, tally, thrice=number < 30)
        if number % 5 == 0:
            compare_interval(random, tally)
    assert (tally.mismatches, tally.doubled) == ([], [])
    assert tally.occurrences > 3000
    assert tally.thrice == 30
    assert len(tally.regimens) == 6, "every kind came up"


def test_over_changes_of_the_clock_each_day_has_its_one_dose():
    tally = Tally()
    census([*ZONES[::45], "Africa/Casablanca", "America/Santiago", "Australia/Lord_Howe", "Asia/Beirut"], tally, every=3)
    assert tally.mismatches == []
    assert tally.windows > 500


def test_a_time_that_the_clock_skips_moves_forward():
    assert due(Daily((time(2, 30),)), "Europe/Berlin", "2026-03-29") == ["2026-03-29 02:30 29 01:30"]  # 03:30 on the wall


def test_a_time_that_the_clock_shows_twice_is_one_dose():
    assert due(Daily((time(2, 30),)), "Europe/Berlin", "2026-10-25") == ["2026-10-25 02:30 25 00:30"]


def test_two_times_pushed_onto_one_moment_are_one_dose():
    assert due(Daily((time(2, 30), time(3, 30))), "Europe/Berlin", "2026-03-29") == ["2026-03-29 03:30 29 01:30"]


def test_every_third_day_is_counted_from_the_first():
    assert due(Daily((EIGHT,), every=3), "UTC", "2026-01-01", 8) == [
        "2026-01-01 08:00 01 08:00", "2026-01-04 08:00 04 08:00", "2026-01-07 08:00 07 08:00"]


def test_weekdays_are_those_of_the_patients_calendar():
    assert due(Weekly((NINE_AT_NIGHT,), (0,)), "Pacific/Auckland", "2026-11-16", 14) == [
        "2026-11-16 21:00 16 08:00", "2026-11-23 21:00 23 08:00"]


def test_the_31st_is_the_last_day_of_a_shorter_month():
    days = [one[:10] for one in due(Monthly((EIGHT,), (15, 31)), "UTC", "2026-01-01", 100)]
    assert days == ["2026-01-15", "2026-01-31", "2026-02-15", "2026-02-28", "2026-03-15", "2026-03-31"]


def test_twenty_one_days_on_and_seven_off():
    days = [one[8:10] for one in due(Cycle((EIGHT,), 21, 7), "UTC", "2026-01-01", 31)]
    assert days == [f"{day:02}" for day in [*range(1, 22), *range(29, 32)]]


def test_each_step_of_a_taper_has_its_own_amount_and_a_rest_has_none():
    taper = Steps((Step(date(2026, 1, 1), (EIGHT,), "2 tablets"), Step(date(2026, 1, 3), (), ""),
                   Step(date(2026, 1, 4), (EIGHT,), "1 tablet")))
    found = timing.between(taper, date(2026, 1, 1), date(2026, 1, 5), "UTC", datetime(2026, 1, 1, tzinfo=UTC),
                           datetime(2026, 2, 1, tzinfo=UTC))
    assert [(one.local_date.day, one.amount) for one in found] == [
        (1, "2 tablets"), (2, "2 tablets"), (4, "1 tablet"), (5, "1 tablet")]


@pytest.mark.parametrize(("how", "hours"), [
    (Daily((EIGHT, NINE_AT_NIGHT)), 11), (Daily((EIGHT,)), 24), (Daily((time(1), time(23))), 2), (Interval(8, EIGHT), 8),
    (AsNeeded(4, 6), 6), (Steps((Step(date(2026, 1, 1), (), ""),)), 24)])
def test_the_spacing_is_the_shortest_time_between_two_doses(how, hours: int):
    assert timing.spacing(how) == timedelta(hours=hours)


@pytest.mark.parametrize(("data", "says"), [
    ({}, "kind must be one of"), ({"kind": "daily"}, "daily needs every, times"),
    ({"kind": "daily", "times": []}, "times must be"),
    ({"kind": "daily", "times": ["8"]}, "no time such as"), ({"kind": "daily", "times": ["08:00", "08:00"]}, "only once"),
    ({"kind": "daily", "times": ["08:00"], "every": 0}, "every must be a whole number from 1"),
    ({"kind": "daily", "times": ["08:00"], "hours": 3}, "knows no hours"),
    ({"kind": "weekly", "times": ["08:00"], "days": ["Mo"]}, "days must be some of"),
    ({"kind": "monthly", "times": ["08:00"], "days": [32]}, "from 1 to 31"),
    ({"kind": "interval", "hours": 8, "first": "08:00:30"}, "hours and minutes only"),
    ({"kind": "steps", "steps": [{"begins": "2026-01-02", "times": ["08:00"], "amount": ""}]}, "needs an amount"),
    ({"kind": "steps", "steps": [{"begins": "2026-01-02", "times": ["08:00"], "amount": "1"}] * 2}, "must begin after"),
    ({"kind": "as_needed", "most": True}, "most must be a whole number")])
def test_what_cannot_be_read_says_what_would_be_right(data: dict, says: str):
    with pytest.raises(ValueError, match=says):
        timing.read(data)
