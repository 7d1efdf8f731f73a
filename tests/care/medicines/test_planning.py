"""Every dose has its row before it is due, and stays the same dose whatever moves it."""

import re
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.event import listen
from sqlalchemy.exc import IntegrityError

from care import events, patients, situations
from care.heart.clinic import Clinic
from care.medicines import doses, orders, planning, prompts, regimens, supplies
from care.tables import doses as doses_table
from care.tables import regimens as regimens_table
from scheduler import jobs
from tests.care.medicines.pharmacy import DANA, TODAY, a_patient, all_doses, changed, daily, every, lines, prescribed
from tests.ward import Clock


async def plan(clinic: Clinic) -> None:
    for patient_id in await clinic.read(planning.due):
        await clinic.run("scheduler", planning.plan, patient_id)


async def moves_to(clinic: Clinic, patient_id: int, zone: str) -> None:
    def move(turn) -> None:
        patients.change(turn, patient_id, time_zone=zone)
        turn.happened(events.ZoneChanged(patient_id, zone))

    await clinic.run("chat:7", move)


async def take(clinic: Clinic, dose_id: int) -> None:
    def act(turn) -> None:
        dose = doses.get(turn, dose_id)
        assert doses.taken(turn, dose, regimens.get(turn, dose.regimen_id))

    await clinic.run("chat:7", act)


async def test_a_dose_has_its_row_two_days_ahead_and_only_once(clinic: Clinic, clock: Clock):
    await prescribed(clinic, await a_patient(clinic), daily("08:00", "20:00"))
    assert (await lines(clinic))[:4] == ["23 20:00 planned", "24 08:00 planned", "24 20:00 planned", "25 08:00 planned"]
    for _ in range(10):
        clock.passes(hours=12)
        await plan(clinic)
        await plan(clinic)
        ahead = [one.due_at for one in await all_doses(clinic)]
        assert max(ahead) >= clock.now + timedelta(hours=36)
        assert len(set(ahead)) == len(ahead)


async def test_planning_looks_only_at_what_is_due(clinic: Clinic, clock: Clock):
    patient_id = await a_patient(clinic)
    for _ in range(3):
        await prescribed(clinic, patient_id, {"kind": "monthly", "days": [1], "times": ["08:00"]})
    assert await clinic.read(planning.due) == []
    clock.now = datetime(2026, 11, 29, 8, 1, tzinfo=UTC)
    assert await clinic.read(planning.due) == [patient_id]
    await plan(clinic)
    assert await lines(clinic) == ["01 08:00 planned"] * 3
    assert await clinic.read(planning.due) == []


async def test_while_nobody_planned_no_dose_is_lost(clinic: Clinic, clock: Clock):
    await prescribed(clinic, await a_patient(clinic), daily("08:00"))
    clock.passes(days=9)
    await plan(clinic)
    days = [one[:2] for one in await lines(clinic)]
    assert days[:9] == ["24", "25", "26", "27", "28", "29", "30", "01", "02"]


async def test_in_another_zone_the_same_doses_come_by_the_new_wall(clinic: Clinic, clock: Clock):
    patient_id = await a_patient(clinic)
    await prescribed(clinic, patient_id, daily("08:00", "20:00"))
    clock.passes(hours=6)  # 15:00 in London, 10:00 in New York
    before = {one.id for one in await all_doses(clinic)}
    await moves_to(clinic, patient_id, "America/New_York")
    after = await all_doses(clinic)
    assert before <= {one.id for one in after}
    assert [one.due_at for one in after][:2] == [
        datetime(2026, 11, 24, 1, tzinfo=UTC), datetime(2026, 11, 24, 13, tzinfo=UTC)]
    assert not await lines(clinic, "cancelled")


async def test_flying_east_past_a_doses_hour_leaves_that_one_where_it_was(clinic: Clinic, clock: Clock):
    patient_id = await a_patient(clinic)
    await prescribed(clinic, patient_id, daily("12:00"))
    await moves_to(clinic, patient_id, "Asia/Tokyo")  # 18:00 there by now
    found = await all_doses(clinic)
    assert [one.due_at for one in found][:2] == [datetime(2026, 11, 23, 12, tzinfo=UTC), datetime(2026, 11, 24, 3, tzinfo=UTC)]


async def test_of_two_doses_that_travel_pushes_together_one_is_called_off(clinic: Clinic, clock: Clock):
    patient_id = await a_patient(clinic)
    await prescribed(clinic, patient_id, daily("12:00", "23:00"))
    await moves_to(clinic, patient_id, "Asia/Tokyo")  # 18:00 there by now: 23:00 comes two hours after noon in London
    assert (await lines(clinic, "planned"))[0] == "23 23:00 planned"
    assert await lines(clinic, "cancelled") == ["23 12:00 cancelled"]


async def test_a_day_that_is_lived_twice_has_its_doses_twice(clinic: Clinic, clock: Clock):
    clock.now = datetime(2026, 11, 23, 20, tzinfo=UTC)  # 24 November, 09:00 in Auckland
    patient_id = await a_patient(clinic, "Pacific/Auckland")
    await prescribed(clinic, patient_id, daily("10:00"))
    clock.passes(hours=1)
    await take(clinic, (await all_doses(clinic))[0].id)
    clock.passes(hours=9)
    await moves_to(clinic, patient_id, "Pacific/Honolulu")  # 23 November, 20:00: tomorrow is the 24th again
    assert (await lines(clinic))[:3] == ["24 10:00 taken", "24 10:00 planned", "25 10:00 planned"]
    assert len({one.due_at for one in await all_doses(clinic)}) == len(await all_doses(clinic))


async def test_new_rules_of_clock_changes_plan_anew(clinic: Clinic):
    await prescribed(clinic, await a_patient(clinic), daily("08:00"))
    assert await clinic.read(planning.due) == []

    def as_by_old_rules(turn) -> None:
        turn.db.execute(update(regimens_table).values(tzdata="2019.1"))
        turn.db.execute(update(doses_table).values(due_at=doses_table.c.due_at))
        first = turn.db.scalar(select(doses_table.c.id).order_by(doses_table.c.due_at).limit(1))
        turn.db.execute(update(doses_table).where(doses_table.c.id == first).values(
            due_at=datetime(2026, 11, 24, 7, tzinfo=UTC)))

    await clinic.run("test", as_by_old_rules)
    before = {one.id for one in await all_doses(clinic)}
    await plan(clinic)
    assert {one.id for one in await all_doses(clinic)} == before
    assert (await lines(clinic))[0] == "24 08:00 planned"
    assert await clinic.read(planning.due) == []


async def test_a_changed_hour_moves_the_dose_and_makes_no_second_one(clinic: Clinic, clock: Clock):
    ordered = await prescribed(clinic, await a_patient(clinic), daily("20:00"))
    before = await all_doses(clinic)
    await changed(clinic, ordered.regimen_id, daily("21:00"))
    after = await all_doses(clinic)
    assert [one.id for one in after] == [one.id for one in before]
    assert {one[3:] for one in await lines(clinic)} == {"21:00 planned"}


async def test_a_dose_taken_today_is_not_asked_for_again_at_a_later_hour(clinic: Clinic, clock: Clock):
    ordered = await prescribed(clinic, await a_patient(clinic), daily("10:00"))
    clock.passes(hours=1)
    await take(clinic, (await all_doses(clinic))[0].id)
    await changed(clinic, ordered.regimen_id, daily("20:00"))
    assert (await lines(clinic))[:2] == ["23 10:00 taken", "24 20:00 planned"]


async def test_a_third_time_of_day_put_between_two_doubles_nothing(clinic: Clinic, clock: Clock):
    ordered = await prescribed(clinic, await a_patient(clinic), daily("10:00", "20:00"))
    clock.passes(hours=6)  # 15:00
    await changed(clinic, ordered.regimen_id, daily("10:00", "14:00", "20:00"))
    open_today = [one for one in await lines(clinic, "planned") if one.startswith("23")]
    assert open_today.count("23 20:00 planned") == 1


async def test_a_stopped_regimen_has_no_open_dose_from_that_moment(clinic: Clinic):
    ordered = await prescribed(clinic, await a_patient(clinic), daily("08:00"))
    await clinic.run(DANA, orders.stop, ordered.regimen_id, DANA, "swelling")
    assert {one.state for one in await all_doses(clinic)} == {"cancelled"}
    await plan(clinic)
    assert not await lines(clinic, "planned")


async def test_nothing_is_planned_before_the_patient_agrees_nor_after_leaving(clinic: Clinic, clock: Clock):
    patient_id = await a_patient(clinic, agreed=False)
    await prescribed(clinic, patient_id, daily("08:00"))
    clock.passes(hours=1)
    await plan(clinic)
    assert await lines(clinic) == []

    def becomes(turn, state: str, consented: bool, event: events.Event) -> None:
        patients.change(turn, patient_id, state=state, consented=consented)
        turn.happened(event)

    await clinic.run("chat:7", becomes, "active", True, events.ConsentGiven(patient_id, "1", "en"))
    assert (await lines(clinic))[0] == "24 08:00 planned"
    await clinic.run("chat:7", becomes, "left", False, events.PatientLeft(patient_id))
    assert {one.state for one in await all_doses(clinic)} == {"cancelled"}


async def test_an_interval_runs_in_real_hours_from_when_the_last_was_taken(clinic: Clinic, clock: Clock):
    clock.now = datetime(2026, 3, 28, 19, tzinfo=UTC)
    await prescribed(clinic, await a_patient(clinic), every(8, "20:00"), begins_on=clock.now.date())
    clock.passes(hours=1, minutes=20)
    await take(clinic, (await all_doses(clinic))[0].id)
    assert await lines(clinic, "planned") == ["29 05:20 planned"]  # London put its clocks forward at 01:00
    due = [one.due_at for one in await all_doses(clinic)]
    assert due[1] == clock.now + timedelta(hours=8)


async def test_travel_does_not_move_an_interval(clinic: Clinic):
    patient_id = await a_patient(clinic)
    await prescribed(clinic, patient_id, every(12))
    before = [one.due_at for one in await all_doses(clinic)]
    await moves_to(clinic, patient_id, "Asia/Tokyo")
    assert [one.due_at for one in await all_doses(clinic)] == before


async def test_a_longer_interval_moves_the_next_dose(clinic: Clinic, clock: Clock):
    ordered = await prescribed(clinic, await a_patient(clinic), every(8))
    clock.passes(hours=1)
    await take(clinic, (await all_doses(clinic))[0].id)
    await changed(clinic, ordered.regimen_id, every(12))
    assert await lines(clinic, "planned") == ["23 22:00 planned"]


async def test_fixed_times_that_become_an_interval_begin_anew_and_nothing_is_left_of_them(clinic: Clinic, clock: Clock):
    ordered = await prescribed(clinic, await a_patient(clinic), daily("10:00", "20:00"))
    clock.passes(hours=1)
    await take(clinic, (await all_doses(clinic))[0].id)
    await changed(clinic, ordered.regimen_id, every(6, "16:00"))
    assert await lines(clinic, "planned") == ["23 16:00 planned"]
    for _ in range(3):
        due = (await clinic.read(doses.open_of, ordered.regimen_id))[0]
        clock.now = due.due_at
        await take(clinic, due.id)
    assert await lines(clinic, "planned") == ["24 10:00 planned"]
    await changed(clinic, ordered.regimen_id, daily("21:00"))
    assert (await lines(clinic, "planned"))[0] == "24 21:00 planned"


async def test_an_order_that_ends_plans_nothing_beyond(clinic: Clinic, clock: Clock):
    await prescribed(clinic, await a_patient(clinic), daily("12:00"), ends_on=TODAY + timedelta(days=1))
    for _ in range(5):
        clock.passes(days=1)
        await plan(clinic)
    assert [one[:2] for one in await lines(clinic)] == ["23", "24"]


@pytest.mark.parametrize("change", [
    "state = 'taken'", "state = 'skipped', next_action_at = NULL, ended_at = due_at", "state = 'lost'", "next_action_at = NULL",
    "reason = 'forgot'", "state = 'no_answer', next_action_at = NULL"])
async def test_the_database_itself_knows_no_half_ended_dose(clinic: Clinic, change: str):
    await prescribed(clinic, await a_patient(clinic), daily("12:00"))
    with pytest.raises(IntegrityError):
        await clinic.run("test", lambda turn: turn.db.execute(text(f"UPDATE doses SET {change}")))


async def test_of_two_who_end_a_dose_one_does(clinic: Clinic, clock: Clock):
    await prescribed(clinic, await a_patient(clinic), daily("10:00"))
    dose = (await all_doses(clinic))[0]
    clock.passes(hours=1)
    await take(clinic, dose.id)
    assert not await clinic.run("chat:7", doses.skipped, dose, "forgot")
    assert not await clinic.run("scheduler", doses.no_answer, dose)
    assert (await lines(clinic))[0] == "23 10:00 taken"


async def test_what_was_called_off_and_is_wanted_after_all_is_asked_about_after_all(clinic: Clinic):
    ordered = await prescribed(clinic, await a_patient(clinic), daily("08:00", "20:00"))
    await changed(clinic, ordered.regimen_id, daily("08:00"))
    assert "23 20:00 cancelled" in await lines(clinic)
    await changed(clinic, ordered.regimen_id, daily("08:00", "20:00"))
    assert (await lines(clinic))[:3] == ["23 20:00 planned", "24 08:00 planned", "24 20:00 planned"]


@pytest.mark.parametrize("over", ["ended", "undone"])
async def test_in_hospital_no_dose_is_planned_and_at_home_again_all_are(clinic: Clinic, clock: Clock, over: str):
    patient_id = await a_patient(clinic)
    await prescribed(clinic, patient_id, daily("08:00", "20:00"))
    before = await lines(clinic)
    stay = await clinic.run("staff:1", situations.begin, patient_id, "in_hospital")
    assert {line.split()[-1] for line in await lines(clinic)} == {"cancelled"}
    clock.passes(hours=1)
    if over == "ended":
        await clinic.run("staff:1", situations.end, patient_id)
    else:
        await clinic.run("staff:1", situations.undo, stay.id)
    assert (await lines(clinic))[:len(before)] == before


@pytest.mark.parametrize(("looks", "index"), [
    (planning.due, "ix_regimens_plan_at"), (prompts.due, "ix_doses_next_action_at"), (supplies.due, "ix_medicines_refill_at")])
async def test_looking_for_what_is_due_reads_an_index_and_no_table(sqlite_url: str, open_clinic, looks, index: str):
    asked: list[str] = []

    def look(turn) -> None:
        listen(turn.db, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
        looks(turn)

    await (await open_clinic(sqlite_url)).read(look)
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        search = next(statement for statement in asked if statement.startswith("SELECT"))
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {search}", ["9999"] * search.count("?"))]
    connection.close()
    assert any(index in step for step in plan), plan
    assert not [step for step in plan if re.search(r"SCAN (regimens|doses|medicines)\b(?!.*INDEX)", step)], plan


async def test_home_from_hospital_an_interval_begins_anew_and_the_stay_is_nobodys_miss(clinic, clock):
    patient_id = await a_patient(clinic)
    await prescribed(clinic, patient_id, every(8))
    await clinic.run("test", situations.begin, patient_id, "in_hospital")
    clock.passes(days=30)
    await clinic.run("test", situations.end, patient_id)
    await jobs.run_due(clinic)
    assert await lines(clinic) == ["23 10:00 cancelled", "23 09:00 asked"]


async def test_what_was_planned_is_not_lost_to_a_clock_that_was_set_back_while_the_patient_travelled(clinic, clock):
    patient_id = await a_patient(clinic)
    await prescribed(clinic, patient_id, daily("10:00"))
    for wrong in (timedelta(days=-1), timedelta(days=-3652)):
        clock.now += wrong
        for zone in ("Europe/Paris", "Europe/London"):
            await clinic.run("test", patients.move_to, patient_id, zone)
        clock.now -= wrong
    assert await lines(clinic) == ["23 10:00 planned", "24 10:00 planned", "25 10:00 planned"]


async def test_an_interval_does_not_begin_from_a_time_at_which_the_dose_could_not_have_been_taken(clinic, clock):
    patient_id = await a_patient(clinic)
    await prescribed(clinic, patient_id, every(8))
    clock.passes(days=-3652)
    await take(clinic, (await all_doses(clinic))[0].id)
    clock.passes(days=3652)
    await jobs.run_due(clinic)
    assert await lines(clinic) == ["23 10:00 taken", "23 18:00 planned"]


async def test_an_interval_that_we_were_away_from_for_a_year_is_not_gone_through_dose_by_dose(clinic, clock):
    patient_id = await a_patient(clinic)
    await prescribed(clinic, patient_id, every(8))
    clock.passes(days=365)
    await jobs.run_due(clinic)
    found = await lines(clinic)
    assert 20 < len(found) < 25
    assert found[-1].endswith(("asked", "planned"))
