"""`careward demo`: everything at once on this machine, and nothing left behind."""

import asyncio
import logging
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.pace import Pace
from care import clinical_words
from care.heart.clinic import Clinic
from care.heart.settings import WrongSetting
from care.heart.time import next_local
from care.heart.turn import Turn
from care.lessons import library
from care.reactions import REACTIONS
from care.tables import staff_sessions
from ops import logs, run, words
from ops.demo import history, kept
from ops.demo.playing import RunningClock, step
from ops.doors import Doors, bot_open, scheduler_open, staff_open, until_stopped
from ops.settings_file import load
from ops.stop import Stop
from simulator import server, snapshot
from simulator.telegram import Telegram

HOST = "127.0.0.1"
BANNER = "Demo: these people are invented"
MORNING = datetime.min.time().replace(hour=9, minute=5)  # just after the first check-ins are offered
LONGEST_STEP = timedelta(minutes=20)  # so that time can be seen passing


def demo(port: int, keep: bool, questions_in: str) -> None:
    """Open the demo, and clear everything away at the end. `questions_in` is as `checks.questions_in` of the settings."""
    if questions_in not in ("chat", "page"):
        raise Stop(f"--questions {questions_in}: give chat or page.", 2)
    refuse_a_real_token()
    logs.set_up(level=logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix="careward-demo-"))
    try:
        run.in_loop(perform(folder, port, questions_in))
    finally:
        if keep:
            print(f"Kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def refuse_a_real_token() -> None:
    """The people here are invented; no real phone must ever hear from them."""
    try:
        configured = load().settings.telegram.token
    except WrongSetting:
        configured = os.environ.get("CAREWARD_TELEGRAM__TOKEN") or os.environ.get("CAREWARD_TELEGRAM__TOKEN_FILE")
    if configured:
        raise Stop("telegram.token is set: the demo runs on invented people and takes no real bot's token. "
                   "Unset it, or start the demo in another folder.", 2)


async def perform(folder: Path, port: int, questions_in: str) -> None:
    stopped = run.on_signals()
    async with AsyncExitStack() as stack:
        playing = asyncio.create_task(opened(stack, folder, port, questions_in))
        stopping = asyncio.create_task(stopped.wait())
        await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stopping.done():  # before it was even ready
            playing.cancel()
            await asyncio.wait({playing})
            return
        doors = playing.result()
        await until_stopped(doors, stopping)
        print("\nThe demo is over.", flush=True)


async def opened(stack: AsyncExitStack, folder: Path, port: int, questions_in: str) -> Doors:
    found = await kept.at_hand(folder, lambda: print("Building the demo's history, once ...", flush=True))
    clock = RunningClock(history.OPENS)
    telegram = Telegram(clock, history.SEED + 1)
    snapshot.load(telegram, found.phones)
    console_port, phone_port = free_ports(port)
    demo = Demo(telegram, clock)
    phones = server.build(telegram, demo.advance, BANNER, history.ZONE)
    phone_address = await stack.enter_async_context(served(phones, phone_port))
    told = history.settings(found.database)
    console = f"http://{HOST}:{console_port}"
    told = replace(
        told, telegram=replace(told.telegram, api_base=phone_address), checks=replace(told.checks, questions_in=questions_in),
        staff=replace(told.staff, host=HOST, port=console_port, public_url=console))
    library.kept(told.lessons)  # read now: nobody must wait for it
    clinic = Clinic(told.database.url, told, REACTIONS, clock)
    stack.push_async_callback(clinic.close)
    await clinic.run("ops", clinical_words.take_stock, tuple(words.flows()))
    demo.doors = doors = Doors(clinic)
    await stack.enter_async_context(bot_open(doors, Pace()))
    await stack.enter_async_context(scheduler_open(doors))
    await stack.enter_async_context(staff_open(doors, lambda token: f"{phone_address}/phone?start={token}"))
    print(f"The patients' phones   {phone_address}/phone\n"
          f"The nurse's console    {console}/\n"
          f"The API's docs         {console}/api/docs\n"
          "Ctrl-C ends it. Everyone in it is invented.", flush=True)
    return doors


class Demo:
    """Moves the clock of the phones and of the clinic, which are one."""

    def __init__(self, telegram: Telegram, clock: RunningClock) -> None:
        self.doors: Doors | None = None
        self._telegram, self._clock = telegram, clock
        self._moving = asyncio.Lock()

    async def advance(self, span: str) -> None:
        """Play time forward by "90m", "1h", or to the "next_morning"."""
        assert self.doors
        async with self._moving:
            until = self._until(span)
            began = self._clock()
            async with self.doors.sending_by_hand() as sender:
                while self._clock() < until:
                    await step(self.doors.clinic, self._clock, until, sender.send_waiting, LONGEST_STEP)
                    await asyncio.sleep(0)  # the phones and the console want to see it
                await self.doors.clinic.run("demo", still_at_the_desk, self._clock() - began)

    def _until(self, span: str) -> datetime:
        now = self._clock()
        if span == "next_morning":
            return next_local(now, MORNING, history.ZONE)
        return now + timedelta(**{"h": {"hours": int(span[:-1])}, "m": {"minutes": int(span[:-1])}}[span[-1]])


def still_at_the_desk(turn: Turn, span: timedelta) -> None:
    """Time that was only played does not sign anyone out."""
    for row in turn.db.execute(staff_sessions.select().where(staff_sessions.c.ended_at.is_(None))).all():
        turn.db.execute(staff_sessions.update().where(staff_sessions.c.token_hash == row.token_hash).values(
            seen_at=row.seen_at + span, expires_at=row.expires_at + span))


@asynccontextmanager
async def served(app: server.web.Application, port: int) -> AsyncIterator[str]:
    runner, address = await server.start(app, HOST, port)
    try:
        yield address
    finally:
        await runner.cleanup()


def free_ports(first: int) -> tuple[int, int]:
    """The port that was asked for and the next; where one is taken, a free one, and a word about it."""
    chosen = []
    for port in (first, first + 1):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((HOST, port))
            except OSError:
                tried.bind((HOST, 0))
                print(f"Port {port} is taken; using {tried.getsockname()[1]}.", file=sys.stderr)
            chosen.append(tried.getsockname()[1])
    return chosen[0], chosen[1]


