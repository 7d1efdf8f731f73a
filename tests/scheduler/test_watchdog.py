"""Whatever falls silent is noticed within two minutes: each part, what waits for too long, Telegram out of reach."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy.exc import OperationalError

from bot.intake import Intake
from bot.reach import Reach
from care import escalations, notices, patients, system, telegram_away, worklist
from care.escalations import Severity
from care.heart.screen import Screen
from care.heart.settings import AlertSettings
from care.heart.turn import Lane
from care.tables import escalations as escalations_table
from scheduler import jobs
from staff_api.app import build
from tests.ward import BORN, SETTINGS, Ward

EVERYTHING = ("scheduler", "sender", "intake", "telegram", "loop")


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


@pytest.fixture
async def readiness(clinic):
    async with TestClient(TestServer(build(clinic))) as client:
        async def ask() -> tuple[int, list[str]]:
            async with client.get("/readyz") as answer:
                told = await answer.json()
                return answer.status, [name for name, check in told["checks"].items() if not check["ok"]]

        yield ask


async def at_work(clinic, *names: str) -> None:
    for name in names:
        await clinic.run("test", system.beat, name)


@pytest.mark.parametrize("silent", EVERYTHING)
async def test_whichever_part_falls_silent_is_named_within_two_minutes(clinic, clock, readiness, silent: str):
    await at_work(clinic, *EVERYTHING)
    assert await readiness() == (200, [])
    begun = clock.now
    for _ in range(40):
        clock.passes(seconds=15)
        await at_work(clinic, *(name for name in EVERYTHING if name != silent))
        if (told := await readiness())[0] == 503:
            break
    assert told == (503, [silent])
    assert (clock.now - begun).total_seconds() <= 135, "two minutes after it was last heard of, and the next look"
    await at_work(clinic, silent)
    assert await readiness() == (200, [])


async def test_a_database_that_does_not_answer_is_noticed_at_once(clinic, readiness, monkeypatch):
    await at_work(clinic, *EVERYTHING)

    async def gone(*args):
        raise OperationalError("SELECT", {}, OSError("gone"))

    monkeypatch.setattr(clinic, "read", gone)
    assert await readiness() == (503, ["database"])


async def test_before_anything_has_been_heard_of_nothing_is_ready(readiness):
    assert await readiness() == (503, list(EVERYTHING))


async def test_a_dose_that_waits_and_a_call_that_nobody_makes_are_noticed(clinic, clock, readiness):
    def wait(turn) -> None:
        patient = patients.add(turn, "Amina", BORN, "en")
        patients.link(turn, patient.id, 7, "self")
        turn.tell(patients.get(turn, patient.id), Screen("08:00"), Lane.DOSE)
        raised = escalations.open_(turn, patient.id, Severity.EMERGENCY, "pain", "Pain")
        turn.db.execute(escalations_table.update().values(next_action_at=turn.now).where(escalations_table.c.id == raised))

    await clinic.run("test", wait)
    clock.passes(seconds=121)
    await at_work(clinic, *EVERYTHING)
    assert await readiness() == (503, ["doses", "escalations"])


async def test_the_clocks_work_says_that_it_and_the_loop_are_alive_unless_the_loop_lags(clinic, monkeypatch):
    await jobs.beat(clinic)
    assert set((await clinic.read(system.health)).pulses) == {"scheduler", "loop"}

    async def slow() -> float:
        return 1.5

    monkeypatch.setattr(jobs, "lag", slow)
    before = (await clinic.read(system.health)).pulses["loop"]
    await jobs.beat(clinic)
    assert (await clinic.read(system.health)).pulses["loop"] == before


async def test_the_lag_is_what_others_have_to_wait():
    async def hog() -> None:
        for _ in range(3):
            until = asyncio.get_running_loop().time() + 0.05
            while asyncio.get_running_loop().time() < until:
                pass
            await asyncio.sleep(0)

    hogging = asyncio.create_task(hog())
    assert await jobs.lag() >= 0.05
    await hogging


async def test_intake_is_at_work_also_while_telegram_is_away(quick_ward: Ward, monkeypatch):
    intake, tried = Intake(quick_ward.clinic, quick_ward.app, pause=0), []

    async def nothing(wait: int = 0) -> int:
        tried.append(wait)
        if len(tried) == 3:
            await intake.stop()
        raise OSError("no route")

    monkeypatch.setattr(intake, "fetch", nothing)
    await intake.poll()
    assert "intake" in (await quick_ward.clinic.read(system.health)).pulses


async def test_telegram_is_there_whatever_it_answers_and_away_when_nothing_comes(quick_ward: Ward):
    reach = Reach(quick_ward.clinic, quick_ward.app.bot)
    assert await reach.look()
    seen = await quick_ward.clinic.read(system.health)
    assert seen.pulses["telegram"] == quick_ward.clock.now
    quick_ward.telegram.faults.next("429", "getMe")
    assert await reach.look(), "a refusal is an answer"
    begun = quick_ward.clock.now
    for _ in range(2):
        quick_ward.telegram.faults.next("502", "getMe")
        assert not await reach.look()
        quick_ward.clock.passes(minutes=1)
    assert await quick_ward.clinic.read(system.away_since) == begun
    assert await reach.look()
    assert await quick_ward.clinic.read(system.away_since) is None


async def gone(ward: Ward, **span: float) -> None:
    """Telegram is away, and time passes."""
    await ward.run(system.telegram_is_away)
    ward.clock.passes(**span)
    await jobs.watch_telegram(ward.clinic)


async def test_ten_minutes_without_telegram_are_an_obligation_that_names_whom_to_call(quick_ward: Ward):
    amina, ben = await quick_ward.enrolled("Amina Yusuf"), await quick_ward.enrolled("Ben Ode")

    def wait(turn) -> None:
        turn.tell(patients.get(turn, amina.patient_id), Screen("08:00"), Lane.DOSE)
        turn.tell(patients.get(turn, ben.patient_id), Screen("Hello"), Lane.REPLY)

    await gone(quick_ward, minutes=9)
    assert not await quick_ward.clinic.read(worklist.waiting)
    await gone(quick_ward, minutes=1)
    [item] = await quick_ward.clinic.read(worklist.waiting)
    assert (item.severity, item.patient_id, item.value) == ("urgent", None, "Nobody waits for something critical.")
    assert item.reason == "Telegram is out of reach since 09:00: call whoever waits"
    await quick_ward.run(wait)
    await gone(quick_ward, minutes=1)
    [item] = await quick_ward.clinic.read(worklist.waiting)
    assert (item.severity, item.value) == ("emergency", "Patients who wait: 1 (a dose)")
    await quick_ward.run(escalations.open_, ben.patient_id, Severity.EMERGENCY, "pain", "Pain")
    await gone(quick_ward, minutes=1)
    assert [(one.name, one.what) for one in await quick_ward.clinic.read(telegram_away.waiting)] == [
        ("Ben Ode", "an open emergency"), ("Amina Yusuf", "a dose")]
    own = await quick_ward.clinic.read(escalations.own, telegram_away.KIND)
    assert (own.value, own.reports) == ("Patients who wait: 1 (an open emergency); 1 (a dose)", 2)
    assert "Telegram is out of reach since 09:00" in (await quick_ward.clinic.read(notices.standing))[0].words
    await quick_ward.run(system.telegram_answers)
    await jobs.watch_telegram(quick_ward.clinic)
    own = await quick_ward.clinic.read(escalations.own, telegram_away.KIND)
    assert (own.value, own.resolved_at) == (telegram_away.BACK, None), "a person closes it"


class TestTheServiceOutside:
    """It is told each minute that all is well, and hears nothing as soon as it is not."""

    @pytest.fixture
    async def outside(self):
        heard = []

        async def take(request: web.Request) -> web.Response:
            heard.append(request.path)
            return web.Response()

        app = web.Application()
        app.router.add_get("/{name}", take)
        async with TestServer(app) as server:
            server.heard = heard
            yield server

    @pytest.fixture
    def settings(self, outside):
        return replace(SETTINGS, alerts=AlertSettings(alive_url=str(outside.make_url("/alive"))))

    async def test_hears_of_us_only_while_all_is_well(self, clinic, clock, outside):
        await jobs.say_alive(clinic)
        assert outside.heard == []
        await at_work(clinic, *EVERYTHING)
        await jobs.say_alive(clinic)
        assert outside.heard == ["/alive"]
        clock.passes(minutes=3)
        await at_work(clinic, "scheduler", "sender", "intake", "loop")
        await jobs.say_alive(clinic)
        assert outside.heard == ["/alive"]


async def test_a_clock_that_stands_still_stands_in_red_in_the_console(clinic, clock):
    await at_work(clinic, "scheduler")
    assert await clinic.read(notices.standing) == []
    clock.passes(minutes=3)
    [notice] = await clinic.read(notices.standing)
    assert (notice.level, notice.words) == (
        "emergency", "Nobody is called at present: the clock's work stands still since 09:00.")
