"""One run: a simulator and a bot in processes of their own, a crowd that taps, and what it cost the bot."""

import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bench.contestants import Contestant
from bench.flow import LABELS, QUESTIONS
from bench.patients import FIRST_CHAT

ROOT = Path(__file__).parents[1]
WORK = ROOT / "var" / "bench"  # on the disk of the checkout: a folder in memory would make every commit safe for nothing
TOKEN = "1234567:bench-token-of-nobody-at-all-1234567"
START = 60.0  # seconds for a bot to ask for updates
MOST_PEOPLE = 4000


@dataclass(frozen=True)
class Load:
    """`at_once` chats hold the conversation, `updates` in all beside `warm` ones that are not measured."""

    at_once: int
    updates: int
    warm: int
    latency_ms: float = 0
    rate: float | None = None  # updates a second; None: as fast as the bot answers
    patients: int = 1000


@dataclass(frozen=True)
class Result:
    contestant: str
    updates: int
    seconds: float
    cpu_ms: float  # of the bot's process, an update
    rss_mb: float
    p50: float
    p95: float
    p99: float
    simulator_ms: float  # CPU of the simulator's process, a call
    late: int
    wrong: str | None  # why the run is void

    @property
    def rate(self) -> float:
        return self.updates / self.seconds


class Simulator:
    """A Telegram in a process of its own."""

    def __init__(self, seed: int, latency_ms: float):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--token", TOKEN, "--seed", str(seed), "--no-pace", "--keep", "6",
             "--latency-ms", str(latency_ms)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()

    def ask(self, path: str, body: Any = None) -> Any:
        request = Request(f"{self.address}/control/{path}", json.dumps(body).encode() if body is not None else None,
                          {"Content-Type": "application/json"})
        with urlopen(request) as answer:
            return json.load(answer)

    def wait_for(self, moment: str, bot: "subprocess.Popen[Any]") -> Any:
        """Wait until the crowd is warm, or done."""
        while True:
            try:
                return self.ask(f"crowd/{moment}")
            except HTTPError as error:
                if error.code != 408 or bot.poll() is not None:
                    raise

    def calls(self) -> int:
        counted = self.ask("counters")
        return sum(counted["calls"].values()) + sum(counted["refusals"].values())


@contextmanager
def folder() -> Iterator[Path]:
    """A place for one run, gone afterwards."""
    WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK) as name:
        yield Path(name)


def copied(template: Path, target: Path) -> Path:
    shutil.copyfile(template, target)
    return target


@contextmanager
def ended(process: "subprocess.Popen[Any]", patience: float = 30) -> Iterator[None]:
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run(contestant: Contestant, load: Load, patients: Path, seed: int, profile: Path | None = None) -> Result:
    """`patients` is a database for the product to find; where its time goes is written to `profile`."""
    with folder() as place:
        if contestant.name == "careward":
            copied(patients, place / "bot.db")
        simulator = Simulator(seed, load.latency_ms)
        with ended(simulator.process):
            with (place / "log").open("w") as log:
                bot = subprocess.Popen(
                    [*contestant.command, "--api", simulator.address, "--token", TOKEN, "--database", str(place / "bot.db"),
                     "--answers", str(place / "answers.json"), *(("--profile", str(profile)) if profile else ())],
                    cwd=ROOT, stdout=log, stderr=log)
            with ended(bot):
                try:
                    measured, cpu, rss, simulator_ms = _drive(simulator, bot, contestant, load, seed, profile is not None)
                except Exception:
                    print((place / "log").read_text()[-4000:], file=sys.stderr)
                    raise
        taps = {int(chat): values for chat, values in measured["taps"].items()}
        wrong = compare(taps, contestant.answers(place))
    latency = measured["latency_ms"]
    return Result(contestant.name, measured["updates"], measured["seconds"], cpu * 1000 / measured["updates"], rss,
                  latency["p50"], latency["p95"], latency["p99"], simulator_ms, measured["late"], wrong)


def _drive(
    simulator: Simulator, bot: Any, contestant: Contestant, load: Load, seed: int, profiled: bool,
) -> tuple[Any, float, float, float]:
    """What the crowd saw; CPU seconds and MB of the bot; CPU ms a call of the simulator."""
    _wait_until_polling(simulator, bot)
    ids = [FIRST_CHAT + n for n in random.Random(seed).sample(range(1, load.patients + 1), min(load.patients, MOST_PEOPLE))]
    simulator.ask("people", {"ids": ids})
    simulator.ask("crowd", {
        "ids": ids, "begin": contestant.begin, "answers": QUESTIONS, "buttons": len(LABELS), "at_once": load.at_once,
        "updates": load.warm + load.updates, "warm": load.warm, "rate": load.rate, "seed": seed})
    simulator.wait_for("warm", bot)
    if profiled:
        bot.send_signal(signal.SIGUSR1)
    before, simulator_before, calls_before = cpu_of(bot.pid), cpu_of(simulator.process.pid), simulator.calls()
    measured = simulator.wait_for("done", bot)
    spent, simulator_spent = cpu_of(bot.pid) - before, cpu_of(simulator.process.pid) - simulator_before
    if profiled:
        bot.send_signal(signal.SIGUSR2)
    calls = simulator.calls() - calls_before
    return measured, spent, rss_of(bot.pid), simulator_spent * 1000 / calls


def _wait_until_polling(simulator: Simulator, bot: Any) -> None:
    until = time.monotonic() + START
    while not simulator.ask("counters")["calls"].get("getUpdates") and time.monotonic() < until:
        if bot.poll() is not None:
            raise RuntimeError("the bot ended before it asked for updates")
        time.sleep(0.05)


def cpu_of(pid: int) -> float:
    """Seconds of CPU a process and all its threads have had, by the kernel's scheduler clock."""
    return time.clock_gettime(~pid << 3 | 2)


def rss_of(pid: int) -> float:
    """MB in memory now."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def compare(tapped: dict[int, list[int]], kept: dict[int, list[int]]) -> str | None:
    """What is wrong with the answers kept; None if each is there once, and in order."""
    for chat_id in tapped.keys() | kept.keys():
        ours, theirs = tapped.get(chat_id, []), kept.get(chat_id, [])
        if ours != theirs:
            return f"chat {chat_id} tapped {ours}, kept {theirs}"
    return None
