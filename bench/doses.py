"""`python -m bench.doses`: what planning and reminding cost, however many regimens there are, beside APScheduler with a cron
job for each. The same number is due whatever the size; so what grows with the size is what is paid for those that are not due.

--sizes 1000 100000 1000000; --databases sqlite postgresql; --report writes the page.
"""

import argparse
import asyncio
import gc
import json
import platform
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import text

from bench.product import settings
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.time import RULES
from care.medicines import planning, prompts, supplies
from care.reactions import REACTIONS
from scheduler import jobs

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DUE = 100  # regimens to plan on, and doses to ask about, whatever the size
LOOKS = 40
MOST_CRON = 100_000  # cron jobs that APScheduler is given
NUMBERS = {"sqlite": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n) AS n",
           "postgresql": "generate_series(1, {count}) AS n(i)"}
TIMING = json.dumps({"kind": "daily", "times": ["09:00"], "every": 1})
ROWS = (
    """INSERT INTO patients (id, name, date_of_birth, born_from, language, country, time_zone, state, consented, reachable,
                             reminders, created_at)
       SELECT i, 'Patient', '1950-01-01', 1950, 'en', 'GB', 'Europe/London', 'active', TRUE, TRUE, TRUE, {long_ago}
       FROM {numbers}""",
    """INSERT INTO chat_links (id, chat_id, patient_id, role, linked_at)
       SELECT i, 10000000 + i, i, 'self', {long_ago} FROM {numbers}""",
    """INSERT INTO medicines (id, patient_id, name, critical, created_at)
       SELECT i, i, 'Amlodipine 5 mg', FALSE, {long_ago} FROM {numbers}""",
    """INSERT INTO regimens (id, medicine_id, patient_id, timing, amount, begins_on, window_minutes, nudges, nudge_minutes,
                             prescriber, state, version, zone, tzdata, planned_to, plan_at)
       SELECT i, i, i, '{timing}', '1 tablet', '2026-11-01', 60, 1, 30, 'Dr Ortiz', 'active', 1, 'Europe/London', '{rules}',
              CASE WHEN i <= {due} THEN {now} ELSE {later} END, CASE WHEN i <= {due} THEN {now} ELSE {later} END
       FROM {numbers}""",
    """INSERT INTO doses (id, regimen_id, patient_id, local_date, slot, local_time, zone, due_at, ask_until, closes_at, amount,
                          state, next_action_at, nudged, late)
       SELECT i, i, i, '2026-11-23', 0, '09:00:00', 'Europe/London', CASE WHEN i <= {due} THEN {now} ELSE {later} END,
              CASE WHEN i <= {due} THEN {soon} ELSE {later} END, CASE WHEN i <= {due} THEN {soon} ELSE {later} END,
              '1 tablet', 'planned', CASE WHEN i <= {due} THEN {now} ELSE {later} END, 0, FALSE FROM {numbers}""")


@dataclass
class Found:
    """CPU of this process, in milliseconds; a server's is its own."""

    looking: float  # at what is due, where nothing is: one tick
    planning: float  # a regimen that is due for it
    asking: float  # a dose that is due
    wall: float  # of the tick with all that is due, on the clock


@dataclass
class Findings:
    ours: dict[tuple[str, int], Found] = field(default_factory=dict)
    cron: dict[int, tuple[float, float, float]] = field(default_factory=dict)  # adding one, a tick, MB
    load: list[float] = field(default_factory=list)


def kept(moment: datetime, kind: str) -> str:
    """As a literal of SQL."""
    return f"timestamptz '{moment:%Y-%m-%d %H:%M:%S.%f}+00'" if kind == "postgresql" else f"'{moment:%Y-%m-%d %H:%M:%S.%f}'"


async def fill(clinic: Clinic, kind: str, count: int) -> None:
    moments = {"long_ago": NOW - timedelta(days=90), "now": NOW - timedelta(seconds=1), "soon": NOW + timedelta(hours=1),
               "later": NOW + timedelta(days=2)}
    values = {name: kept(at, kind) for name, at in moments.items()} | {
        "due": DUE, "timing": TIMING, "rules": RULES, "numbers": NUMBERS[kind].format(count=count)}
    for statement in ROWS:
        await clinic.run("bench", lambda turn, said=statement: turn.db.execute(  # type: ignore[misc]
            text(said.format(**values).replace(":", r"\:"))))
    if kind == "postgresql":
        await clinic.run("bench", lambda turn: turn.db.execute(text("ANALYZE")))


async def measure(url: str, kind: str, count: int) -> Found:
    await schema.upgrade(url)
    clock = [NOW]
    clinic = Clinic(url, settings("", "1:bench", ""), REACTIONS, lambda: clock[0])
    try:
        await fill(clinic, kind, count)
        found = await clinic.read(prompts.due)
        assert len(found) == DUE, f"{len(found)} due"
        planned = await _cpu(lambda: jobs.plan_doses(clinic))
        began = asyncio.get_running_loop().time()
        asked = await _cpu(lambda: jobs.attend_to_doses(clinic))
        wall = asyncio.get_running_loop().time() - began
        looks = []
        for _ in range(LOOKS):
            looks.append(await _cpu(lambda: _look(clinic)))
        return Found(statistics.median(looks) * 1000, planned * 1000 / DUE, asked * 1000 / DUE, wall * 1000)
    finally:
        await clinic.close()


async def _look(clinic: Clinic) -> None:
    for due in (planning.due, prompts.due, supplies.due):
        assert not await clinic.read(due)


async def _cpu(work: Callable[[], Any]) -> float:
    gc.collect()
    began = process_time()
    await work()
    return process_time() - began


def cron(count: int) -> tuple[float, float, float]:
    """APScheduler with a cron job for each regimen, in memory: CPU ms to add one, CPU ms of a tick with as many due, MB."""
    before, began = _memory(), process_time()
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.start(paused=True)
    for number in range(count):
        minute = number % 1440
        scheduler.add_job(_nothing, CronTrigger(hour=minute // 60, minute=minute % 60, timezone="UTC"), id=str(number))
    adding = (process_time() - began) * 1000 / count
    store, ticks = scheduler._jobstores["default"], []
    now = datetime.now(UTC)
    for _ in range(5):
        began = process_time()
        due = store.get_due_jobs(now)
        for job in (due or store.get_all_jobs())[:DUE]:  # as a tick does: find the next time of each, put it in order
            job._modify(next_run_time=job.trigger.get_next_fire_time(job.next_run_time, now))
            store.update_job(job)
        ticks.append((process_time() - began) * 1000)
    scheduler.shutdown(wait=False)
    return adding, statistics.median(ticks), _memory() - before


def _nothing() -> None: ...


def _memory() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


async def run(sizes: list[int], kinds: list[str]) -> Findings:
    from tests.temp_pg import postgres

    findings = Findings()
    with TemporaryDirectory() as folder, postgres() as server:
        for count in sizes:
            findings.load.append(float(Path("/proc/loadavg").read_text().split()[0]))
            for kind in kinds:
                url = f"sqlite:///{folder}/{count}.db" if kind == "sqlite" else server.create_database(f"doses{count}")
                findings.ours[kind, count] = await measure(url, kind, count)
                print(kind, f"{count:,}", findings.ours[kind, count], file=sys.stderr, flush=True)
            if count <= MOST_CRON:
                findings.cron[count] = cron(count)
                print("apscheduler", f"{count:,}", findings.cron[count], file=sys.stderr, flush=True)
    return findings


def report(findings: Findings, command: str) -> str:
    from tests.evidence import commit

    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    first = {kind: found for (kind, _count), found in reversed(findings.ours.items())}
    rows = "\n".join(
        f"| {names[kind]} | {count:,} | {one.looking:.2f} ({one.looking / first[kind].looking:.2f}x) | "
        f"{one.planning:.2f} ({one.planning / first[kind].planning:.2f}x) | {one.asking:.2f} "
        f"({one.asking / first[kind].asking:.2f}x) |" for (kind, count), one in findings.ours.items())
    least = min(findings.cron, default=0)
    others = "\n".join(
        f"| {count:,} | {adding:.2f} ({adding / findings.cron[least][0]:.1f}x) | {tick:.1f} "
        f"({tick / findings.cron[least][1]:.1f}x) | {memory:.0f} |" for count, (adding, tick, memory) in findings.cron.items())
    return f"""\
# What a regimen costs that is not due

`{command}`, commit {commit()}, {platform.machine()}, Python {platform.python_version()}; load average
{", ".join(f"{one:.1f}" for one in findings.load)}. However many regimens there are, {DUE} are due to be planned on and
{DUE} doses to be asked about. CPU of our own process, in milliseconds; in brackets the ratio to the smallest size.

| Database | Regimens | A look where nothing is due | Planning a regimen | Asking about a dose |
|---|---|---|---|---|
{rows}

APScheduler, in memory (which a restart forgets), with a cron job for each; a tick in which {DUE} are due:

| Jobs | Adding one | A tick | MB |
|---|---|---|---|
{others}

What this does not show: the server's own CPU on PostgreSQL; one run, on a busy machine: only ratios within it mean something.
Our doses are on disk and survive a restart, and are asked about with a message; APScheduler's jobs do nothing.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--report", type=Path)
    args = parser.parse_args()
    written = report(asyncio.run(run(args.sizes, args.databases)), " ".join(["python -m bench.doses", *sys.argv[1:]]))
    if args.report:
        args.report.write_text(written, encoding="utf-8")
    print(written)


if __name__ == "__main__":
    main()
