"""`python -m tests.broadcasts`: the whole campaign on SQLite, and on PostgreSQL with several senders; its page of evidence."""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from care.heart import schema
from tests.broadcasts import checks
from tests.broadcasts.campaign import Plan, Record, run
from tests.evidence import ROOT, bound, commit, written
from tests.temp_pg import postgres

PAGE = ROOT / "docs" / "evidence" / "broadcasts.md"


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "SQLite":
        url = f"sqlite:///{folder / 'clinic.db'}"
        asyncio.run(schema.upgrade(url))
        yield url
        return
    with postgres() as server:
        url = server.create_database("broadcasts")
        asyncio.run(schema.upgrade(url))
        yield url


def say(words: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {words}", flush=True)


def play(kind: str, plan: Plan) -> Record:
    folder = Path(tempfile.mkdtemp(prefix=f"broadcasts-{kind}-"))
    with database(kind, folder) as url:
        record = run(plan, folder, url, say)
    if found := checks.broken(plan, record):
        say(f"{len(found)} promises broken; see {folder}")
        print(*found[:20], sep="\n")
    else:
        shutil.rmtree(folder)
    return record


def line(kind: str, plan: Plan, record: Record) -> str:
    calm, near = checks.waits(record)
    fast, seconds, most = checks.pace(record)
    soon = f"{checks.share(calm, 0.5):.2f}, {checks.share(calm, 0.99):.2f} s (n = {len(calm)})"
    late = f"{checks.share(near, 0.5):.2f}, {max(near, default=0):.2f} s (n = {len(near)})"
    injected = record.counters.get("faults", {})
    refused = record.counters.get("refusals", {})
    said = {name: number for name, number in record.statuses.items() if number}
    return f"""\
## {kind}, {plan.senders} sender{"s" if plan.senders > 1 else ""}{"" if plan.kills else ", nothing killed"}

| | |
|---|---|
| Patients, kills, cries for help | {plan.patients:,}, {len(record.down)}, {len(record.cried)} |
| Stops, blocked chats | {len(record.stopped)}, {plan.blocked} |
| Messages that Telegram took before the cancel | {len(checks.sent(record)):,} |
| Promises broken | {len(checks.broken(plan, record))} (per message {bound(0, len(checks.sent(record)))}) |
| Results by person | {said} |
| Pace, every process at work: mean of {seconds} s | {fast:.1f} a second |
| Most in any second | {most} |
| Faults injected | {injected} |
| Refusals by Telegram, of which for pace beyond the injected | {refused} |
| Card after a cry, every process at work: p50, p99 | {soon} |
| ... one of them dead or beginning: p50, longest | {late} |
| Processes that wanted to run, on {os.cpu_count()} cores: median, most | {median(record.load):.1f}, {max(record.load):.1f} |
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=20261130)
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--database", choices=("SQLite", "PostgreSQL"), action="append")
    given = parser.parse_args()
    few = max(1, given.patients // 50)
    plan = Plan(given.seed, given.patients, crises=few, kills=given.kills, stops=few // 2 or 1, blocked=few // 2 or 1)
    parts, good = [], True
    for kind in given.database or ("SQLite", "PostgreSQL"):
        this = plan if kind == "SQLite" else replace(plan, senders=3)
        # Twenty kills leave hardly a second in which nothing begins anew: the pace is measured where nothing dies.
        calm = replace(this, patients=max(500, plan.patients // 5), crises=max(20, few), kills=0)
        for one in (this, calm):
            record = play(kind, one)
            good = good and not checks.broken(one, record)
            parts.append(line(kind, one, record))
    written(PAGE, f"""\
# A broadcast under fire

`make broadcasts`, commit {commit()}, seed {given.seed}. The simulator keeps Telegram's pace and answers after 20 ms. Real
processes are killed with SIGKILL and begun again; at 60 % the broadcast is cancelled. The pace, and how soon cards come, are
those of the seconds in which every process is at work, with a run of its own in which nothing is killed. A message to a chat
where nobody is counts for the pace: it takes its turn as well. Nobody may get it twice, nor more than
{checks.IN_THE_AIR} s after the cancel or their own stop was safe on disk; what became of each person's must add up; every cry
for help must have its card.

{chr(10).join(parts)}
What this does not show: Telegram itself, whose limits are not published. A message whose answer was lost counts as perhaps
sent, and is not sent again; a kill between Telegram's acceptance and our knowing does the same.
""")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
