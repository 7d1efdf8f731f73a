"""Who is on duty, who is away, and where nobody is on call. London; Monday 23 November 2026, nine in the morning."""

import asyncio
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from care import escalations, rota, staff, worklist
from care.escalations import Severity
from care.rota import Refused
from scheduler import jobs

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def url(sqlite_url: str) -> str:
    """What depends on the database is in the tests of the ladder."""
    return sqlite_url


@pytest.fixture
async def team(clinic) -> dict[str, int]:
    return {name: (await clinic.run("ops", staff.add, f"{name}@clinic.example", name.title(), "hash")).id
            for name in ("ann", "ben", "cleo")}


@pytest.fixture
def shift(clinic, team):
    async def shift(name: str, role: str, hours: str, **when) -> int:
        starts, ends = (time.fromisoformat(one) for one in hours.split("-"))
        return await clinic.run("staff", rota.add_shift, team[name], role, starts, ends, **when)

    return shift


async def on_duty(clinic, team, role: str, at: str) -> list[str]:
    moment = datetime.fromisoformat(at).replace(tzinfo=LONDON)
    found = await clinic.read(lambda turn: rota.read(turn).on_duty(role, moment))
    return [name for name, one in team.items() if one in found]


async def test_a_shift_comes_every_week_and_a_night_ends_the_next_morning(clinic, team, shift):
    await shift("ann", "on_call", "08:00-18:00", weekday=0)
    await shift("ben", "on_call", "18:00-08:00", weekday=0)
    for at, who in (("2026-11-23 08:00", ["ann"]), ("2026-11-23 18:00", ["ben"]), ("2026-11-24 07:59", ["ben"]),
                    ("2026-11-24 08:00", []), ("2026-11-30 12:00", ["ann"])):
        assert await on_duty(clinic, team, "on_call", at) == who, at
    assert await on_duty(clinic, team, "backup", "2026-11-23 12:00") == []


async def test_a_shift_on_a_date_comes_once_and_a_day_may_be_whole(clinic, team, shift):
    await shift("cleo", "lead", "00:00-00:00", on_date=date(2026, 11, 25))
    assert await on_duty(clinic, team, "lead", "2026-11-25 23:59") == ["cleo"]
    assert await on_duty(clinic, team, "lead", "2026-11-26 00:00") == []
    assert await on_duty(clinic, team, "lead", "2026-12-02 12:00") == []


async def test_a_night_on_which_the_clock_goes_back_is_an_hour_longer(clinic, team, shift):
    await shift("ann", "on_call", "22:00-06:00", weekday=5)  # 25 October 2026
    spans = await clinic.read(lambda turn: rota.read(turn).covered("on_call", date(2026, 10, 24), 1))
    assert [end - begin for begin, end in spans] == [timedelta(hours=9)]


async def test_who_is_away_or_gone_is_not_on_duty(clinic, team, shift):
    await shift("ann", "on_call", "00:00-00:00", weekday=0)
    await shift("ben", "on_call", "00:00-00:00", weekday=0)
    await clinic.run("staff", rota.add_absence, team["ann"], date(2026, 11, 23), date(2026, 11, 30))
    assert await on_duty(clinic, team, "on_call", "2026-11-23 12:00") == ["ben"]
    assert await on_duty(clinic, team, "on_call", "2026-12-07 12:00") == ["ann", "ben"]
    await clinic.run("ops", staff.deactivate, team["ben"])
    assert await on_duty(clinic, team, "on_call", "2026-12-07 12:00") == ["ann"]


async def test_i_am_away_two_weeks_moves_what_is_open_when_the_first_day_comes(clinic, clock, team):
    mine = [await clinic.run("x", escalations.open_, None, Severity.URGENT, f"k{n}", "Trouble", None, 5) for n in range(3)]
    for one in mine[:2]:
        await clinic.run("staff", escalations.acknowledge, one, team["ann"])
    gone = await clinic.run("staff", rota.add_absence, team["ann"], date(2026, 11, 25), date(2026, 12, 8), team["ben"])
    assert (await clinic.read(escalations.get, mine[0])).owner_id == team["ann"], "not yet"
    clock.passes(days=1, hours=15)
    await jobs.run_due(clinic)
    for one in mine[:2]:
        moved = await clinic.read(escalations.get, one)
        assert (moved.owner_id, moved.acknowledged_by) == (team["ben"], None), "Ben has still to take it on"
        told = await clinic.read(escalations.steps, one)
        assert [(step.kind, step.by, step.words) for step in told][-1] == ("handed_over", None, "Away until 8 Dec 2026")
    assert (await clinic.read(escalations.get, mine[2])).owner_id is None
    await clinic.run("staff", escalations.acknowledge, mine[0], team["ann"])
    await clinic.run("scheduler", rota.begin_absence, gone)
    assert (await clinic.read(escalations.get, mine[0])).acknowledged_by == team["ann"], "once is enough"


async def test_an_absence_that_was_over_before_anybody_looked_takes_nothing_from_who_is_back(clinic, clock, team):
    gone = await clinic.run("staff", rota.add_absence, team["ann"], date(2026, 11, 24), date(2026, 11, 24), team["ben"])
    clock.passes(days=2)  # the clock's jobs stood still
    mine = await clinic.run("x", escalations.open_, None, Severity.URGENT, "k", "Trouble", None, 5)
    await clinic.run("staff", escalations.acknowledge, mine, team["ann"])
    await clinic.run("scheduler", rota.begin_absence, gone)
    assert (await clinic.read(escalations.get, mine)).acknowledged_by == team["ann"]


async def test_without_a_cover_or_with_one_who_has_left_it_is_the_whole_teams(clinic, team):
    mine = await clinic.run("x", escalations.open_, None, Severity.URGENT, "k", "Trouble", None, 5)
    await clinic.run("staff", escalations.acknowledge, mine, team["ann"])
    await clinic.run("staff", rota.add_absence, team["ann"], date(2026, 11, 23), date(2026, 11, 23))
    assert (await clinic.read(escalations.get, mine)).owner_id is None


async def test_what_belonged_to_somebody_who_leaves_the_staff_is_the_whole_teams(clinic, team):
    mine = await clinic.run("x", escalations.open_, None, Severity.EMERGENCY, "k", "Trouble", None, 5)
    await clinic.run("staff", escalations.acknowledge, mine, team["ann"])
    await clinic.run("ops", staff.deactivate, team["ann"])
    left = await clinic.read(escalations.get, mine)
    assert (left.owner_id, left.acknowledged_by, left.rung) == (None, None, 4), "and everyone who is there is called at once"


async def gaps(clinic) -> str:
    return await clinic.read(lambda turn: rota.in_words(turn, rota.gaps(turn)))


async def test_gaps_in_office_hours_are_seen_seven_days_ahead(clinic, clock, team, shift):
    assert await gaps(clinic) == "", "no rota: everyone is called"
    for day in range(5):
        await shift("ann", "on_call", "08:00-17:00" if day == 2 else "08:00-18:00", weekday=day)
    assert await gaps(clinic) == "Wed 25 Nov 17:00 to 18:00"
    await clinic.run("staff", rota.add_absence, team["ann"], date(2026, 11, 26), date(2026, 11, 26))
    assert await gaps(clinic) == "Wed 25 Nov 17:00 to 18:00; Thu 26 Nov 08:00 to 18:00"
    await shift("ben", "on_call", "07:00-19:00", on_date=date(2026, 11, 26))
    await shift("cleo", "backup", "00:00-00:00", weekday=2)
    assert await gaps(clinic) == "Wed 25 Nov 17:00 to 18:00", "a backup is not on call"
    clock.now = datetime(2026, 12, 23, 12, tzinfo=LONDON)
    await clinic.run("staff", rota.add_absence, team["ann"], date(2026, 12, 24), date(2027, 1, 3))
    assert await gaps(clinic) == (
        "Wed 23 Dec 17:00 to 18:00; Thu 24 Dec 08:00 to 18:00; Tue 29 Dec 08:00 to 18:00; Wed 30 Dec 08:00 to 12:00"
    ), "the office is closed from the 25th to the 28th"


async def test_a_gap_is_a_routine_matter_once_and_comes_back_only_when_another_day_is_first(clinic, clock, team, shift):
    await shift("ann", "on_call", "08:00-18:00", weekday=0)
    await jobs.run_due(clinic)
    [item] = await clinic.read(worklist.waiting)
    assert (item.severity, item.reason, item.value[:23]) == ("routine", "Nobody is on call", "Tue 24 Nov 08:00 to 18:")
    await jobs.run_due(clinic)
    await clinic.run("staff", escalations.resolve, item.escalation_id, team["ann"], "other", "I will find somebody")
    await jobs.run_due(clinic)
    assert not await clinic.read(worklist.waiting)
    clock.passes(days=2)
    await jobs.run_due(clinic)
    assert len(await clinic.read(worklist.waiting)) == 1


async def test_what_makes_no_sense_is_refused(clinic, team, shift):
    for wrong, why in (({}, "either"), ({"weekday": 1, "on_date": date(2026, 12, 1)}, "either")):
        with pytest.raises(Refused, match=why):
            await shift("ann", "on_call", "08:00-18:00", **wrong)
    with pytest.raises(Refused, match="role"):
        await shift("ann", "king", "08:00-18:00", weekday=1)
    today = date(2026, 11, 23)
    for first, last, cover, why in ((today, today - timedelta(days=1), None, "last day"), (today, today, 99, "not on staff"),
                                    (today, today, team["ann"], "themselves"),
                                    (date(2026, 1, 1), date(2026, 1, 2), None, "come")):
        with pytest.raises(Refused, match=why):
            await clinic.run("staff", rota.add_absence, team["ann"], first, last, cover)
    assert not await clinic.run("staff", rota.remove_shift, 99)
    assert not await clinic.run("staff", rota.cancel_absence, 99)


async def test_who_has_just_taken_it_over_keeps_it_when_its_owner_goes(open_clinic, postgres_url):
    """Between the list of what is Ann's and the moving of it, Ben has taken one over, and another was closed."""
    clinic = await open_clinic(postgres_url)
    ann, ben = [(await clinic.run("ops", staff.add, f"{name}@clinic.example", name, "hash")).id for name in ("Ann", "Ben")]
    taken, closed, left = [await clinic.run("x", escalations.open_, None, Severity.URGENT, f"k{n}", "Trouble", None, 5)
                           for n in range(3)]
    for one in (taken, closed, left):
        await clinic.run("staff", escalations.acknowledge, one, ann)
    engine = create_async_engine(make_url(postgres_url).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as other, engine.connect() as looking:
        await other.execute(text("UPDATE escalations SET owner_id = :ben, acknowledged_by = :ben WHERE id = :id"),
                            {"ben": ben, "id": taken})
        await other.execute(text("UPDATE escalations SET resolved_by = :ann, resolved_at = now(), outcome = 'reached', "
                                 "next_action_at = NULL WHERE id = :id"), {"ann": ann, "id": closed})
        goes = asyncio.create_task(clinic.run("ops", staff.deactivate, ann))
        while not await looking.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            await asyncio.sleep(0.01)
        await other.commit()
        await goes
    await engine.dispose()
    found = [await clinic.read(escalations.get, one) for one in (taken, closed, left)]
    assert [(one.owner_id, one.acknowledged_by) for one in found] == [(ben, ben), (ann, ann), (None, None)]


async def test_who_is_let_go_while_they_take_it_on_has_it_not(open_clinic, postgres_url):
    """Ann says that she has it, and Ben gives her another, while she is being let go: both stay the team's."""
    clinic = await open_clinic(postgres_url)
    ann, ben = [(await clinic.run("ops", staff.add, f"{name}@clinic.example", name, "hash")).id for name in ("Ann", "Ben")]
    one, other = [await clinic.run("x", escalations.open_, None, Severity.URGENT, f"k{n}", "Trouble", None, 5)
                  for n in range(2)]
    engine = create_async_engine(make_url(postgres_url).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as leaving, engine.connect() as looking:
        await leaving.execute(text("UPDATE staff SET active = false WHERE id = :ann"), {"ann": ann})
        late = [asyncio.create_task(clinic.run("staff", escalations.acknowledge, one, ann)),
                asyncio.create_task(clinic.run("staff", escalations.hand_over, other, ben, ann, "yours"))]
        while await looking.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")) < 2 and not all(
                task.done() for task in late):
            await asyncio.sleep(0.01)
        await leaving.commit()
        refused = await asyncio.gather(*late, return_exceptions=True)
    await engine.dispose()
    assert [str(why) for why in refused] == ["This person is not on staff."] * 2
    assert [(await clinic.read(escalations.get, which)).owner_id for which in (one, other)] == [None, None]
