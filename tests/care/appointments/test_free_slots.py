"""Free slots: a slice of `make slots`, and what the rules say, one by one."""

from datetime import date, time

import pytest

from care.appointments import free_slots, opening
from care.appointments.free_slots import Free, Shape, Times, free
from care.appointments.intervals import minus, minute, union
from care.appointments.opening import Calendar, Exception_, Hours
from tests.care.appointments.practice import at
from tests.care.appointments.slot_campaign import differing


def test_the_product_and_the_oracle_agree():
    found, seen = differing(seed=1, cases=25)
    assert found == []
    assert seen["cases with a free slot"] > 8


def test_an_oracle_finds_a_slot_too_many(monkeypatch: pytest.MonkeyPatch):
    """Without the buffers of the visit itself, or counting starts from midnight, cases differ."""
    honest = free_slots.starts_allowed
    monkeypatch.setattr(free_slots, "starts_allowed", lambda times, shape: honest(
        times, Shape(shape.length, shape.step, 0, 0)))
    found, _seen = differing(seed=1, cases=25)
    assert found


def doctor(*hours: Hours, exceptions: tuple[Exception_, ...] = (), zone: str = "Europe/London") -> Calendar:
    return Calendar(1, 1, "clinician", "Dr Ortiz", zone, "GB", hours, exceptions)


def starts(calendar: Calendar, day: date, length: int, **shape: int) -> list[str]:
    def closed(_calendar: Calendar, _day: date) -> bool:
        return False

    times = Times(1, opening.opened(calendar, day, day, closed), opening.open_(calendar, day, day, closed))
    found = free(Shape(length, **{"step": length, **shape}), [[times]], 0, 1 << 40)
    return [f"{(one.start - minute(at(day, '00:00', calendar.zone))) / 60:g}" for one in found]


def test_on_the_night_that_is_an_hour_longer_there_are_more_slots():
    nights = doctor(*(Hours(day, time(0), time(4)) for day in range(7)))
    assert len(starts(nights, date(2026, 10, 24), 60)) == 4
    assert len(starts(nights, date(2026, 10, 25), 60)) == 5
    assert len(starts(nights, date(2026, 3, 29), 60)) == 3


def test_leave_takes_out_what_it_touches_and_starts_are_still_counted_from_the_opening():
    day = date(2026, 11, 24)
    leave = Exception_(day, day, time(10, 5), time(10, 30))
    calendar = doctor(Hours(1, time(9), time(12)), exceptions=(leave,))
    assert starts(calendar, day, 30) == ["9", "9.5", "10.5", "11", "11.5"]


def test_what_is_closed_is_closed_whatever_opens():
    day = date(2026, 11, 24)
    both = (Exception_(day, day, time(9), time(11), opens=True), Exception_(day, day, time(10), time(12)))
    assert starts(doctor(exceptions=both), day, 60) == ["9"]


def test_a_visit_that_needs_two_takes_the_first_of_each_that_are_free_together():
    shape = Shape(30, 30)
    doctors = [Times(1, [(0, 60)], [(0, 60)], [(0, 30)]), Times(2, [(0, 60)], [(0, 60)])]
    rooms = [Times(3, [(0, 60)], [(0, 60)], [(30, 60)]), Times(4, [(30, 60)], [(30, 60)])]
    assert free(shape, [doctors, rooms], 0, 100) == [Free(0, (2, 3)), Free(30, (1, 4))]


def test_intervals_are_unions_and_differences():
    assert union([(5, 9), (1, 3), (3, 5), (20, 20), (8, 12)]) == [(1, 12)]
    assert minus([(0, 10), (20, 30)], [(2, 4), (8, 22), (29, 40)]) == [(0, 2), (4, 8), (22, 29)]
