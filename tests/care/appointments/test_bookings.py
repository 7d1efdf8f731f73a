"""A slice of `make bookings`; and what stands behind the code when the code does not look."""

from itertools import count
from typing import Any

import pytest
from sqlalchemy import event

from care.appointments import appointments, booking, finding, taken_slots
from care.appointments.errors import Taken
from care.appointments.free_slots import Free
from care.appointments.intervals import minute
from tests.care.appointments import booking_races, practice
from tests.care.appointments.practice import at

TUESDAY = at("2026-11-24", "10:00")


async def test_one_slot_is_booked_once_in_one_process(sqlite_url: str):
    tally = await booking_races.in_one_process(sqlite_url, rounds=4, at_once=12)
    assert (tally.wrong, tally.outcomes["won"]) == ([], 4)


async def test_one_slot_is_booked_once_by_several_processes(postgres_url: str):
    tally = await booking_races.in_processes(postgres_url, rounds=4, at_once=12, processes=2)
    assert (tally.wrong, tally.outcomes["won"]) == ([], 4)


async def test_when_the_code_does_not_look_the_database_still_stands(clinic, monkeypatch: pytest.MonkeyPatch):
    """Two visits over each other, with the look at the calendars taken out: the second takes nothing, on either calendar."""
    def blind(turn, kind, site_id, start, **_how):
        return Free(minute(start), tuple(need[0] for need in kind.needs))

    place = await clinic.run("test", practice.open_practice)
    first, second = [await clinic.run("test", practice.somebody, name) for name in ("Amina", "Omar")]
    monkeypatch.setattr(finding, "is_free", blind)
    await clinic.run("test", practice.booked, first, place.call, TUESDAY)
    with pytest.raises(Taken):
        await clinic.run("test", practice.booked, second, place.check, TUESDAY)
    free = await clinic.read(lambda turn: taken_slots.busy(turn, [place.room], 0, minute(TUESDAY) + 60))
    assert free == {place.room: []}, "not even the room, of which nobody had anything"


async def test_without_the_guard_rounds_go_wrong(postgres_url: str, monkeypatch: pytest.MonkeyPatch):
    """Each looks before it books, and sees nothing of the others: that alone is not enough."""
    honest, layers = taken_slots._take_whole, count()
    monkeypatch.setattr(taken_slots, "_free_layer", lambda *_: next(layers))  # each in a layer of its own
    monkeypatch.setattr(taken_slots, "_take_whole", lambda turn, kind, start, calendars, _overbook: honest(
        turn, kind, start, calendars, True))
    assert (await booking_races.in_one_process(postgres_url, rounds=3, at_once=20)).wrong


async def test_a_group_fills_up_and_no_further(clinic):
    place = await clinic.run("test", practice.open_practice, seats=3)
    people = [await clinic.run("test", practice.somebody, f"Patient {number}") for number in range(4)]
    for one in people[:3]:
        await clinic.run("test", practice.booked, one, place.check, TUESDAY)
    with pytest.raises(Taken):
        await clinic.run("test", practice.booked, people[3], place.check, TUESDAY)
    first = (await clinic.read(appointments.of_patient, people[1]))[0]
    await clinic.run("test", lambda turn: booking.cancel(turn, appointments.get(turn, first.id)))
    joined = await clinic.run("test", practice.booked, people[3], place.check, TUESDAY)
    assert (joined.slot_id, joined.seat) == (first.slot_id, 1)


async def test_buffers_keep_visits_apart(clinic):
    place = await clinic.run("test", practice.open_practice, after_minutes=10)
    first, second = [await clinic.run("test", practice.somebody, name) for name in ("Amina", "Omar")]
    await clinic.run("test", practice.booked, first, place.check, TUESDAY)
    with pytest.raises(Taken, match="Dr Ortiz has a visit from 10:00 to 10:20"):
        await clinic.run("test", practice.booked, second, place.check, at("2026-11-24", "10:20"))
    await clinic.run("test", practice.booked, second, place.check, at("2026-11-24", "10:40"))


async def test_a_move_may_overlap_its_own_old_time_and_one_that_fails_changes_nothing(clinic):
    place = await clinic.run("test", practice.open_practice, step_minutes=10)
    first, second = [await clinic.run("test", practice.somebody, name) for name in ("Amina", "Omar")]
    visit = await clinic.run("test", practice.booked, first, place.check, TUESDAY)
    await clinic.run("test", practice.booked, second, place.check, at("2026-11-24", "11:00"))

    def move(turn, clock):
        found, _patient = appointments.locked(turn, visit.id)
        try:
            return booking.move(turn, found, practice.kind(turn, place.check), place.site, at("2026-11-24", clock)).starts_at
        except Taken:
            return None

    assert await clinic.run("test", move, "10:50") is None
    assert await clinic.run("test", move, "10:10") == at("2026-11-24", "10:10")
    busy = await clinic.read(lambda turn: taken_slots.busy(turn, place.doctors, 0, 1 << 26))
    begin = minute(at("2026-11-24", "10:10"))
    assert sorted(busy[place.doctors[0]]) == [(begin, begin + 20), (begin + 50, begin + 70)]


async def test_what_is_over_needs_no_guard_and_is_forgotten(clinic, clock):
    place = await clinic.run("test", practice.open_practice)
    patient = await clinic.run("test", practice.somebody, "Amina")
    visit = await clinic.run("test", practice.booked, patient, place.check, TUESDAY)
    assert await clinic.run("test", taken_slots.forget) == 0
    clock.passes(days=10)
    assert await clinic.run("test", taken_slots.forget) == 8, "twenty minutes, on two calendars"
    assert (await clinic.read(appointments.get, visit.id)).state == "booked"


async def test_what_is_over_is_not_read_to_find_what_is_free(clinic):
    """However many visits there have been: the index of what is taken is used, on whichever database."""
    place = await clinic.run("test", practice.open_practice)
    asked: list[tuple[str, Any]] = []

    def plan(turn):
        sqlite = turn.db.dialect.name == "sqlite"
        if not sqlite:  # a table of few rows is read whole, unless that is forbidden
            turn.db.exec_driver_sql("SET LOCAL enable_seqscan = off")
        event.listen(turn.db, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
        taken_slots.busy(turn, [place.room], minute(TUESDAY), minute(TUESDAY) + 60)
        words, values = next(one for one in asked if "FROM slot_calendars" in one[0])
        explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        return " ".join(str(row) for row in turn.db.exec_driver_sql(explain + words, values))

    assert "ix_slot_calendars_busy" in await clinic.read(plan)
