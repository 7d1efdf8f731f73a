"""On which days a schedule asks, and how it is written."""

from datetime import date, timedelta

import pytest

from care.programmes import programmes
from care.schedules import Schedule

DAY_0 = date(2026, 11, 23)  # a Monday


def days(words: str, count: int = 60) -> list[int]:
    schedule = Schedule.read(words)
    return [n for n in range(count) if schedule.falls_on(DAY_0 + timedelta(days=n), DAY_0)]


def test_a_schedule_is_written_in_a_few_words():
    assert days("daily", 4) == [0, 1, 2, 3]
    assert days("Mon Wed Fri", 8) == [0, 2, 4, 7]
    assert days("Sat-Mon", 8) == [0, 5, 6, 7]
    assert days("weekly", 20) == [0, 7, 14]
    assert days("every 3 days", 10) == [0, 3, 6, 9]


def test_after_a_discharge_it_tapers_and_ends():
    tapers = "from day 1 daily to day 7, every 2 days to day 14, weekly to day 30"
    assert days(tapers) == [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 15, 22, 29]
    assert Schedule.read(tapers).last_day(DAY_0) == DAY_0 + timedelta(days=30)


def test_a_due_date_to_come_counts_backwards():
    assert days("from day -14 weekly to day 20, every 14 days", 60) == [0, 7, 14, 21, 35, 49]
    assert Schedule.read("from day -14 weekly").next_day(DAY_0 - timedelta(days=300), DAY_0) == DAY_0 - timedelta(days=14)


@pytest.mark.parametrize("words", [
    "daily", "Mon Wed Fri", "Mon-Fri", "weekly", "every 17 days", "from day 1 daily to day 7, weekly to day 30",
    "from day -200 weekly to day 365"])
def test_the_next_day_is_the_next_day_on_which_it_falls(words: str):
    schedule, day = Schedule.read(words), DAY_0 - timedelta(days=20)
    while following := schedule.next_day(day, DAY_0):
        assert schedule.falls_on(following, DAY_0)
        assert not any(schedule.falls_on(day + timedelta(days=n), DAY_0) for n in range(1, (following - day).days))
        if (day := following) > DAY_0 + timedelta(days=100):
            break
    else:
        assert schedule.last_day(DAY_0) is not None


@pytest.mark.parametrize("words", [
    "", "sometimes", "every 0 days", "every -1 days", "mon", "Mon,Tue", "Mon-", "daily, weekly",
    "daily to day 7, from day 9 weekly", "from day 7 daily to day 1", "every 9999 days", "from day 1", "Mon  Tue"])
def test_what_is_no_schedule_is_refused(words: str):
    with pytest.raises(ValueError, match=r"schedule|ends before"):
        Schedule.read(words)


def test_every_programme_can_be_read_and_says_where_it_comes_from():
    for programme in programmes().values():
        assert programme.days.next_day(DAY_0 - timedelta(days=1), DAY_0), programme.name
        assert programme.source, programme.name
        assert programme.for_whom, programme.name
        assert programme.reviewed_by == "", "say who, and when, in the file itself"
