"""One life of the bot: the product's own intake, sender and jobs on one clinic, until it is killed."""

import asyncio
import json
import logging
import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvloop
from sqlalchemy import Engine, event, func, select
from telegram.request import RequestData

import bot.screens
import bot.sender
from bot import app as bot_app
from bot.intake import Intake
from bot.sender import Sender
from bot.transport import AiohttpRequest
from care import crisis, patients, red_flags
from care.heart import outbox
from care.heart.clinic import Clinic
from care.heart.screen import Screen
from care.heart.turn import Lane, Turn
from care.reactions import REACTIONS
from care.tables import outbox as outbox_table
from scheduler import jobs
from tests.chaos.plan import OPENS, POINTS, Life
from tests.ward import SETTINGS

BEFORE_COMMIT, AFTER_COMMIT, BEFORE_CALL, AFTER_ANSWER, FETCHED = POINTS
A_TICK = 0.1  # seconds between two looks at the clock's jobs
AT_ONCE = 3  # pieces of news in one turn
SENDING = ("sendMessage", "editMessageText")
as_call = bot.screens.as_call


@dataclass(frozen=True)
class Setting:
    """What all lives of a run share. `began` is when the run began, in the machine's time."""

    url: str
    api_base: str
    token: str
    began: float
    lease: float
    timeout: float
    pause: float
    quiet: list[int]  # patients
    folder: str = ""


def warm() -> None:
    """Read what is read once, so that a life that lasts half a second need not."""
    red_flags.rules()
    crisis.known_countries()


def live(setting: Setting, life: Life) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work(setting, life))


@dataclass
class Fate:
    """Counts how often a process passes the point at which it has to die."""

    point: str
    nth: int
    passed: int = field(default=0, init=False)

    def passes(self, point: str) -> None:
        if point == self.point:
            self.passed += 1
            if self.passed == self.nth:
                os.kill(os.getpid(), signal.SIGKILL)


class FatefulRequest(AiohttpRequest):
    """The product's transport; some calls are the last thing that a process does."""

    def __init__(self, fate: Fate, setting: Setting) -> None:
        super().__init__(setting.timeout)
        self._fate, self._unanswered = fate, Path(setting.folder) / "unanswered"

    async def do_request(self, url: str, method: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        called = url.partition("?")[0].rpartition("/")[2]
        if called in SENDING:
            return await self._send(args[0] if args else kwargs["request_data"], url, method, *args, **kwargs)
        answer = await super().do_request(url, method, *args, **kwargs)
        if called == "getUpdates" and b"update_id" in answer[1]:
            self._fate.passes(FETCHED)
        return answer

    async def _send(self, data: RequestData, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Put on record the claims whose call was not answered properly: the message may have arrived all the same."""
        self._fate.passes(BEFORE_CALL)
        code = 0
        try:
            code, body = await super().do_request(*args, **kwargs)
        finally:
            if code not in (200, 400, 429):
                with self._unanswered.open("a") as file:
                    file.write(f"{data.parameters['claim']}\n")
        self._fate.passes(AFTER_ANSWER)
        return code, body


def watch_commits(clinic: Clinic, fate: Fate) -> None:
    """Both sides of every commit: before the database hears of it, and when it is safe but nobody here knows."""
    engine: Engine = clinic._writer._engine if clinic._writer else clinic._engine.sync_engine
    do_commit = engine.dialect.do_commit

    def commit(connection: Any) -> None:
        if not clinic._writer:
            fate.passes(BEFORE_COMMIT)
        do_commit(connection)
        fate.passes(AFTER_COMMIT)

    if clinic._writer:  # SQLite's COMMIT is said by a listener: be heard before it
        event.listen(engine, "commit", lambda _: fate.passes(BEFORE_COMMIT), insert=True)
    engine.dialect.do_commit = commit  # type: ignore[method-assign]


def naming_its_claim(message: outbox.Claimed) -> tuple[str, dict[str, Any]]:
    """Every call carries the claim it was made for, in a field that Telegram does not read and the journal keeps."""
    method, parameters = as_call(message)
    return method, {**parameters, "claim": f"{message.id}.{message.fence}"}


async def work(setting: Setting, life: Life) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    fate = Fate(life.point, life.nth)
    began = datetime.fromtimestamp(setting.began, UTC)
    clinic = Clinic(setting.url, SETTINGS, REACTIONS, lambda: OPENS + (datetime.now(UTC) - began))
    outbox.LEASE, outbox.LONGEST_PAUSE = timedelta(seconds=setting.lease), timedelta(seconds=setting.pause)
    bot.screens.as_call = bot.sender.as_call = naming_its_claim
    await write_in_flight(clinic, setting, life)
    watch_commits(clinic, fate)
    app = bot_app.build(clinic, setting.token, setting.api_base, FatefulRequest(fate, setting))
    await app.initialize()
    intake, sender = Intake(clinic, app, pause=0.05), Sender(clinic, app.bot)
    running = [asyncio.create_task(one) for one in (
        sender.run(), intake.poll(), run_jobs(clinic, setting, life))]
    await asyncio.wait([*running, asyncio.create_task(stopping.wait())], return_when=asyncio.FIRST_COMPLETED)
    running[2].cancel()
    await intake.stop()
    await sender.stop()
    running[1].cancel()
    for task in running:
        with suppress(asyncio.CancelledError):
            await task
    await app.shutdown()
    await clinic.close()


async def write_in_flight(clinic: Clinic, setting: Setting, life: Life) -> None:
    """Put on record what the last life had in flight when it died: claimed, and not settled."""
    claimed = select(outbox_table.c.id, outbox_table.c.attempts, outbox_table.c.lane).where(
        outbox_table.c.outcome.is_(None), outbox_table.c.claimed_at.is_not(None))
    found = await clinic.read(lambda turn: [list(row) for row in turn.db.execute(claimed)])
    with (Path(setting.folder) / "in_flight.jsonl").open("a") as file:
        file.write(json.dumps({"life": life.number, "claims": found}) + "\n")


async def run_jobs(clinic: Clinic, setting: Setting, life: Life) -> None:
    """The scheduler's jobs, at a pace that lets a life of a few hundred milliseconds see them."""
    while True:
        try:
            await jobs.run_due(clinic)
            await clinic.run("scheduler", write_news, setting.quiet, life.news)
        except Exception:  # as the scheduler does: a job that failed runs again
            logging.getLogger(__name__).exception("a job failed")
        await asyncio.sleep(A_TICK)


def write_news(turn: Turn, quiet: list[int], up_to: int) -> None:
    """What nobody asked for, up to this many in all; each once, however often this is begun."""
    written = turn.db.scalar(select(func.count()).where(outbox_table.c.topic == "news")) or 0
    for number in range(written, min(up_to, written + AT_ONCE)):
        patient = patients.get(turn, quiet[number % len(quiet)])
        assert patient
        turn.tell(patient, Screen(f"News {number // len(quiet)} from the clinic."), Lane.BROADCAST, topic="news",
                  once=f"news:{patient.id}:{number // len(quiet)}")
