"""`python -m bench.sending`: what an audience costs to count and plan, and a message to send, beside other libraries."""

import argparse
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.audiences import WORDS, table
from bench.contest import ROOT, TOKEN, Simulator, ended
from bench.peers import environment
from tests.evidence import commit, written
from tests.temp_pg import Postgres, postgres

FIRST, WARM = 1, 200  # the first chat; messages that are not measured
PEERS = {"ptb": "python-telegram-bot's `Bot`", "aiogram": "aiogram's `Bot`"}
OURS = {"SQLite": "Careward's sender, SQLite, synchronous=FULL", "PostgreSQL": "Careward's sender, PostgreSQL"}


@contextmanager
def telegram(seed: int, people: int) -> Iterator[Simulator]:
    """A Telegram without a pace, in which so many people have opened the bot."""
    simulator = Simulator(seed, 0)
    with ended(simulator.process):
        for first in range(FIRST, FIRST + people, 5000):
            simulator.ask("people", {"ids": list(range(first, min(first + 5000, FIRST + people))), "started": True})
        yield simulator


def run(who: str, count: int, seed: int, server: Postgres, name: str) -> dict[str, float]:
    """One of them sends `count` messages; how much CPU it had. Raises RuntimeError unless each chat got just one."""
    with telegram(seed, WARM + count) as simulator, TemporaryDirectory() as folder:
        common = ["--api", simulator.address, "--token", TOKEN, "--warm", str(WARM), "--count", str(count)]
        if who in PEERS:
            command = [environment.python(), "bench/peers/send_many.py", who, "--text", WORDS["en"], "--first", str(FIRST)]
        else:
            url = f"sqlite:///{Path(folder) / 'bot.db'}" if who == "SQLite" else server.create_database(name)
            command = [sys.executable, "-m", "bench.send_many", "--database", url]
        done = subprocess.run([*command, *common], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        calls = simulator.ask("counters")["calls"]
        if calls.get("sendMessage") != WARM + count:
            raise RuntimeError(f"{who}: {calls.get('sendMessage')} messages, not {WARM + count}")
    found: dict[str, float] = json.loads(done.stdout)
    print(f"  {who}: {1000 * found['cpu'] / count:.3f} ms of CPU a message", flush=True)
    return found


def costs(rounds: int, count: int, seed: int) -> str:
    """A table: the median and the range of the rounds, each of which has everyone once, in an order of its own."""
    draw, found = random.Random(seed), {who: [] for who in (*OURS, *PEERS)}  # type: dict[str, list[dict[str, float]]]
    with postgres() as server:
        for number in range(rounds):
            for who in draw.sample([*found], len(found)):
                found[who].append(run(who, count, seed + number, server, f"sending{number}"))
    lines = ["| | CPU ms a message | in all rounds | of that, to plan it and put it into the outbox |", "|---|---|---|---|"]
    for who, said in {**OURS, **PEERS}.items():
        cpu = [1000 * one["cpu"] / count for one in found[who]]
        planned = [1000 * one["planned"] / count for one in found[who] if "planned" in one]
        whole = [sent + before for sent, before in zip(cpu, planned or [0.0] * len(cpu), strict=True)]
        lines.append(f"| {said} | {median(whole):.2f} | {min(whole):.2f} to {max(whole):.2f} "
                     f"| {f'{median(planned):.2f}' if planned else '-'} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=20261130)
    parser.add_argument("--report", type=Path)
    given = parser.parse_args()
    before = os.getloadavg()[0]
    sent, audiences = costs(given.rounds, given.messages, given.seed), table(given.sizes)
    page = f"""\
# What telling many costs

`make sendingbench`, commit {commit()}, seed {given.seed}. On {os.cpu_count()} cores, on which {before:.1f} processes wanted to
run when it began and {os.getloadavg()[0]:.1f} when it ended.

## A message

{given.rounds} rounds of {given.messages:,} messages to as many chats, everybody once a round in an order of its own, to a
simulated Telegram without a pace and without latency. CPU is the sending process's own. Careward finds each message in its
database, asks the gate, claims it, sends it, and writes down what became of it; the libraries send from a list in memory, 128
at once as Careward does, and know nothing afterwards.

{sent}

## An audience

Counting is what the page of a draft does; planning gives everybody their row, in turns of at most 300 patients, between which
all else goes on: the longest turn is for how long anybody may have waited for it. The last two are one turn of filling the
outbox and one look at how far a broadcast is, with everybody planned.

{audiences}

What this does not show: real disks and networks, a database on another machine (PostgreSQL ran beside it, without waiting for
its disk), and a machine of its own: times on the clock are longer the more others want to run.
"""
    if given.report:
        written(given.report, page)
    else:
        print(page)


if __name__ == "__main__":
    main()
