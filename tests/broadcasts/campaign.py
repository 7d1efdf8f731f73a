"""One run: Telegram in one process, the bot in others that are killed again and again, ten thousand patients between them."""

import asyncio
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from care import consent, patients, staff
from care.broadcasts import results, steering, texts
from care.broadcasts.steering import Draft
from care.heart.clinic import Clinic
from care.heart.time import local
from care.heart.turn import Turn
from care.reactions import REACTIONS
from care.tables import care_plans, outbox
from care.tables import events as journal
from tests.broadcasts.life import CAMPAIGN, Setting, live

TOKEN, FIRST_CHAT, WORDS = "1234567:token-of-a-bot-in-a-broadcast", 10_001, "The flu clinic is open on Friday."
FAULTS = {
    "429": 0.001, "500": 0.001, "timeout_before": 0.0005, "drop_before": 0.001, "timeout_after": 0.0005, "drop_after": 0.001}
ZONES = ("Europe/London", "Asia/Kolkata", "Asia/Tokyo", "Pacific/Auckland", "America/New_York", "America/Los_Angeles")
DANGER = "I want to die"


@dataclass(frozen=True)
class Plan:
    seed: int
    patients: int = 10_000
    crises: int = 200
    kills: int = 20
    stops: int = 100
    blocked: int = 100
    senders: int = 1
    cancel_at: float = 0.6
    patience: float = 900.0  # seconds


@dataclass
class Record:
    """What happened, to be checked: Telegram's journal, the clinic's rows, and when people did what."""

    accepted: list[dict[str, Any]] = field(default_factory=list)  # calls
    statuses: dict[str, int] = field(default_factory=dict)
    rows: list[Any] = field(default_factory=list)  # (chat, outcome) of every message of the broadcast
    nobody_there: list[datetime] = field(default_factory=list)  # when Telegram said so of a chat: that was a message too
    stopped: dict[int, datetime] = field(default_factory=dict)  # chat -> when the stop was on record
    cried: dict[int, float] = field(default_factory=dict)  # chat -> when its cry for help was sent
    cancelled_at: datetime | None = None
    down: list[tuple[float, float]] = field(default_factory=list)  # from when to when a process was killed and not yet back
    load: list[float] = field(default_factory=list)  # of the machine: processes that want to run, each second
    counters: dict[str, Any] = field(default_factory=dict)
    planned: int = 0


def ask(address: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


@contextmanager
def telegram(plan: Plan, folder: Path) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--token", TOKEN, "--journal", str(folder / "journal.jsonl"),
         "--seed", str(plan.seed), "--latency-ms", "20", "--keep", "20"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def run(plan: Plan, folder: Path, url: str, say: Callable[[str], None]) -> Record:
    """Play the plan on the migrated, empty database at `url`."""
    random, record = Random(plan.seed), Record()
    with telegram(plan, folder) as address:
        chats = list(range(FIRST_CHAT, FIRST_CHAT + plan.patients))
        blocked = set(random.sample(chats, plan.blocked))
        ask(address, "/control/people", {"ids": [chat for chat in chats if chat not in blocked], "started": True})
        ask(address, "/control/people", {"ids": sorted(blocked), "started": False})
        who, broadcast = asyncio.run(prepared(url, chats))
        methods = ["sendMessage", "editMessageText"]
        ask(address, "/control/faults", {"rates": FAULTS, "methods": methods, "retry_after": 2})
        setting = Setting(url, address, TOKEN, str(folder), broadcast)
        setting.save()
        lives = [born(setting, number == 0) for number in range(plan.senders)]
        reachable = [chat for chat in chats if chat not in blocked]
        people = random.sample(reachable, plan.crises + plan.stops)
        play(plan, folder, address, setting, lives, random, people, who, record, say)
        for life in lives:
            life.kill()
            life.join()
        record.counters = ask(address, "/control/counters")
    asyncio.run(read_back(url, broadcast, record))
    record.accepted = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]
    record.cancelled_at = datetime.fromisoformat((folder / "cancelled").read_text())
    return record


def born(setting: Setting, first: bool) -> Any:
    life = multiprocessing.get_context("fork").Process(target=live, args=(setting, first), daemon=True)
    life.start()
    return life


def play(
    plan: Plan, folder: Path, address: str, setting: Setting, lives: list[Any], random: Random, people: list[int],
    who: dict[int, int], record: Record, say: Callable[[str], None],
) -> None:
    """Kill, cry for help, stop and block, spread over the run; cancel when enough has gone; wait until all is at rest."""
    acts: list[tuple[float, str, int]] = [(random.random(), "cry", chat) for chat in people[:plan.crises]]
    acts += [(random.random(), "stop", chat) for chat in people[plan.crises:]]
    acts += [(random.random(), "kill", random.randrange(plan.senders)) for _ in range(plan.kills)]
    acts.sort()
    began, goal = time.time(), plan.patients * plan.cancel_at
    killed: list[tuple[float, int]] = []  # when, and the process that takes its place
    while time.time() - began < plan.patience:
        gone = went(folder)
        if len(record.load) < time.time() - began:
            record.load.append(os.getloadavg()[0])
        if dead := [life.exitcode for life in lives if not life.is_alive()]:
            raise RuntimeError(f"a life ended by itself: {dead}")
        while acts and acts[0][0] <= gone / goal:
            _, what, which = acts.pop(0)
            if what == "kill":
                killed.append((time.time(), kill(lives, which, setting)))
                say(f"{len(killed)} kills, {gone} sent")
            elif what == "cry":
                record.cried[which] = time.time()
                ask(address, "/control/updates", [{"chat_id": which, "text": DANGER}])
            else:
                ask(address, "/control/updates", [{"chat_id": which, "data": f"stop:reminders:{who[which]}"}])
        if gone >= goal and not acts:
            (folder / "cancel").touch()
            if (folder / "cancelled").exists():
                break
        time.sleep(0.05)
    say(f"cancelled after {time.time() - began:.0f} s; waiting for what may still come")
    time.sleep(45)  # longer than a lease
    record.down = [(at, back(folder, successor)) for at, successor in killed]


def kill(lives: list[Any], which: int, setting: Setting) -> int:
    """Kill one of them, and begin another in its place; returns its id."""
    os.kill(lives[which].pid, signal.SIGKILL)
    lives[which].join()
    lives[which] = born(setting, which == 0)
    return int(lives[which].pid)


def back(folder: Path, pid: int) -> float:
    """When a process began to work; for ever from now, if it was killed before it did."""
    up = folder / f"up.{pid}"
    return float(up.read_text()) if up.exists() else time.time()


def went(folder: Path) -> int:
    with (folder / "journal.jsonl").open("rb") as lines:
        return sum(WORDS.encode() in line for line in lines)


async def prepared(url: str, chats: list[int]) -> tuple[dict[int, int], int]:
    """Everybody on the list, and the broadcast sent off."""
    clinic = Clinic(url, CAMPAIGN, REACTIONS)
    zone = next(zone for zone in ZONES if 9 <= local(datetime.now(UTC), zone).hour < 19)

    def enrol(turn: Turn, some: list[int]) -> dict[int, int]:
        made = {}
        for chat_id in some:
            patient = patients.add(turn, f"Patient {chat_id}", date(1968, 5, 23), "en", None, zone)
            patients.link(turn, patient.id, chat_id, "self")
            linked = patients.get(turn, patient.id)
            assert linked
            consent.give(turn, linked, consent.VERSION)
            made[chat_id] = patient.id
        turn.db.execute(care_plans.update().values(next_at=None))
        return made

    who: dict[int, int] = {}
    for first in range(0, len(chats), 250):
        who |= await clinic.run("ops", enrol, chats[first:first + 250])
    author = (await clinic.run("ops", staff.add, "dana@example.org", "Dana", "-")).id
    draft = Draft("Flu", {"en": WORDS}, openly=True)
    broadcast = (await clinic.run(f"staff:{author}", steering.write, draft, author)).id
    await clinic.run(f"staff:{author}", steering.send, broadcast, author)
    await clinic.close()
    return who, broadcast


async def read_back(url: str, broadcast: int, record: Record) -> None:
    clinic = Clinic(url, CAMPAIGN, REACTIONS)

    def look(turn: Turn) -> None:
        found = texts.get(turn, broadcast)
        assert found
        progress = results.progress(turn, found)
        record.statuses, record.planned = progress.statuses, progress.planned
        record.rows = [(row.chat_id, row.outcome) for row in turn.db.execute(outbox.select().where(
            outbox.c.broadcast_id == broadcast))]
        record.nobody_there = list(turn.db.scalars(select(outbox.c.settled_at).where(
            outbox.c.broadcast_id == broadcast, outbox.c.outcome == "failed")))
        own = {patient.id: patient.chat_id for patient in (patients.get(turn, row.patient_id) for row in turn.db.execute(
            journal.select().where(journal.c.kind == "RemindersStopped"))) if patient}
        record.stopped = {own[row.patient_id]: row.at for row in turn.db.execute(
            journal.select().where(journal.c.kind == "RemindersStopped")) if own.get(row.patient_id)}

    await clinic.read(look)
    await clinic.close()
