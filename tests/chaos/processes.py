"""The two processes of a run: the phones', which lives throughout, and the bot's, from which every life is forked."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp

from tests.chaos.plan import Life

TOKEN = "1234567:token-of-a-bot-that-dies-all-day-long"
Bot = Callable[..., Awaitable[dict[str, Any]]]


class Phone:
    """The simulator's process, as a harness speaks with it."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self._http, self.address = http, address

    async def __call__(self, path: str, body: Any = None, verb: str | None = None) -> Any:
        verb = verb or ("POST" if body is not None else "GET")
        async with self._http.request(verb, self.address + path, json=body) as answer:
            said = await answer.json()
        if "error" in said:
            raise RuntimeError(said["error"])
        return said


@asynccontextmanager
async def phones(seed: int, folder: Path) -> AsyncIterator[Phone]:
    arguments = ["--token", TOKEN, "--journal", str(folder / "journal.jsonl"), "--seed", str(seed), "--no-pace",
                 "--latency-ms", "3", "--keep", "60"]
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "simulator", *arguments, stdin=DEVNULL, stdout=PIPE)
    assert process.stdout
    try:
        address = (await process.stdout.readline()).decode().strip()
        async with aiohttp.ClientSession() as http:
            yield Phone(http, address)
    finally:
        await ended(process)


@asynccontextmanager
async def lives(folder: Path) -> AsyncIterator[Callable[[str | None], Awaitable[Bot]]]:
    """What starts the bot's process. `bot(life)` begins a life; `bot()` returns how it ended."""
    started: list[Process] = []

    async def make(defect: str | None) -> Bot:
        with (folder / "bot.err").open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.chaos.bot_process", str(folder), *([defect] if defect else []),
                stdin=PIPE, stdout=PIPE, stderr=errors)
        started.append(process)

        async def bot(life: Life | None = None) -> dict[str, Any]:
            assert process.stdin
            assert process.stdout
            if life:
                process.stdin.write(json.dumps(asdict(life)).encode() + b"\n")
            line = await process.stdout.readline()
            if not line:
                raise RuntimeError(f"the bot's process is gone: {(folder / 'bot.err').read_text()}")
            said: dict[str, Any] = json.loads(line)
            return said

        await bot()  # it is ready
        return bot

    try:
        yield make
    finally:
        for process in started:
            await ended(process)


async def ended(process: Process) -> None:
    if process.stdin:
        process.stdin.close()
    if process.returncode is None:
        process.terminate()
    await process.wait()
