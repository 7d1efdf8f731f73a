"""`python -m tests.chaos.outages`: stop PostgreSQL again and again under the bot, while people write to it. No turn may be done
in part, nothing may be lost, and the bot must be at work again soon by itself: its process is never touched.
"""

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from care.heart import schema
from tests.chaos import checks, server
from tests.chaos.__main__ import say
from tests.chaos.campaign import A_LIFE, Run, Say, bad_luck, play, prepared, recorded, until_at_rest
from tests.chaos.people import Crowd
from tests.chaos.plan import Life, Plan
from tests.chaos.processes import Phone, lives, phones
from tests.chaos.record import Record
from tests.chaos.server import WAYS, Server
from tests.evidence import ROOT, bound, commit, written

PAGE = ROOT / "docs" / "evidence" / "outages.md"
APART, DOWN = (5.0, 40.0), (0.0, 2.0)  # seconds between two outages, and how long each lasts at least
SENDING = ("sendMessage", "editMessageText")
WITHIN = 60.0  # seconds, in which the bot must send again once the server is back
A_LOOK = 0.05


@dataclass(frozen=True)
class Outages:
    """How often the server is stopped, and how long it is left alone in between."""

    count: int
    apart: tuple[float, float] = APART

    @property
    def seconds(self) -> float:
        """How long the run is likely to last."""
        return self.count * (sum(self.apart) + sum(DOWN)) / 2


@dataclass
class Found:
    """What a run came to. In seconds: how long each outage lasted, and from the server's return to the next message."""

    run: Run
    down: list[float] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    never_back: int = 0


def a_plan(seed: int, outages: Outages, updates: int, talkers: int = 60, quiet: int = 60) -> Plan:
    """Calls are not spoilt, and leases are the product's own: whatever goes wrong is the database's."""
    return Plan(seed, max(1, round(outages.seconds / A_LIFE)), updates, talkers, quiet, faults=0.0, lease=30.0, timeout=10.0)


async def run(plan: Plan, outages: Outages, folder: Path, pg: Server, url: str, tell: Say = lambda _: None) -> Found:
    """Play `plan` on the migrated, empty database at `url` of the server `pg`."""
    began = time.time()
    async with phones(plan.seed, folder) as phone, lives(folder) as make:
        setting, crowd = await prepared(plan, folder, url, phone, began)
        bot = await make(None)
        playing = asyncio.create_task(play(crowd, phone, folder / "journal.jsonl"))
        life = await bot(Life(0, "", 0, 0, plan.news))
        found = Found(Run(Record([], [], {}, set(), set(), {}, [], 0, {}), plan=plan))
        writing = asyncio.create_task(written_by_and_by(crowd, plan.updates, outages.seconds))
        await interrupted(found, outages, Random(plan.seed), pg, phone, tell)
        found.run.under_fire = len(crowd.sent)
        writing.cancel()
        await bad_luck(phone, plan, {})
        crowd.allowed = plan.updates
        try:
            await until_at_rest(plan, setting, crowd, phone, playing)
        finally:
            playing.cancel()
            counters = await phone("/control/counters")
            os.kill(life["began"], signal.SIGTERM)
        if code := (await bot())["ended"]:
            found.run.strange_ends.append(f"the bot ended with {code}")
        found.run.record = await recorded(plan, folder, setting, crowd, counters)
    found.run.seconds = time.time() - began
    return found


async def written_by_and_by(crowd: Crowd, updates: int, seconds: float) -> None:
    """People write all the time, so that every outage meets something under way."""
    begun = time.monotonic()
    while crowd.allowed < updates:
        crowd.allowed = min(updates, 1 + int(updates * (time.monotonic() - begun) / seconds))
        await asyncio.sleep(A_LOOK)


async def interrupted(found: Found, outages: Outages, random: Random, pg: Server, phone: Phone, tell: Say) -> None:
    for number in range(outages.count):
        await asyncio.sleep(random.uniform(*outages.apart))
        how, stopped = random.choice(WAYS), time.monotonic()
        await asyncio.to_thread(pg.stop, how)
        await asyncio.sleep(random.uniform(*DOWN))
        before = await sent(phone)
        await asyncio.to_thread(pg.start)
        started = time.monotonic()
        while await sent(phone) == before and time.monotonic() < started + WITHIN:
            await asyncio.sleep(A_LOOK)
        took = time.monotonic() - started
        found.never_back += took >= WITHIN
        found.down.append(started - stopped)
        found.back.append(took)
        tell(f"outage {number + 1} ({how}): away {found.down[-1]:.1f} s, sending again after {took:.1f} s")


async def sent(phone: Phone) -> int:
    """How many messages have reached phones."""
    calls = (await phone("/control/counters"))["calls"]
    return sum(calls.get(method, 0) for method in SENDING)


def wrong_with(found: Found) -> list[str]:
    late = [f"{found.never_back} times nothing was sent within {WITHIN:g} s of the server's return"] if found.never_back else []
    return [*found.run.strange_ends, *late, *checks.broken(found.run.record)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.chaos.outages", description=__doc__)
    parser.add_argument("--seed", type=int, default=20261130)
    parser.add_argument("--outages", type=int, default=25)
    parser.add_argument("--updates", type=int, default=4000, help="of which somewhat more messages come")
    parser.add_argument("--page", type=Path, default=PAGE)
    args = parser.parse_args()
    outages, folder = Outages(args.outages), Path(tempfile.mkdtemp(prefix="outages-"))
    plan = a_plan(args.seed, outages, args.updates)
    with server.server() as pg:
        url = pg.create_database("outages")
        asyncio.run(schema.upgrade(url))
        found = asyncio.run(run(plan, outages, folder, pg, url, say))
    written(args.page, page(plan, outages, found))
    if wrong := wrong_with(found):
        print(f"see {folder}", *wrong[:20], sep="\n")
    else:
        shutil.rmtree(folder)
    return 1 if wrong else 0


def page(plan: Plan, outages: Outages, found: Found) -> str:
    counted, wrong, back = checks.tally(found.run.record), wrong_with(found), sorted(found.back)
    partial = list(checks.state_is_what_the_updates_lead_to(found.run.record))
    return TEMPLATE.format(
        seed=plan.seed, outages=outages.count, updates=plan.updates, commit=commit(), talkers=plan.talkers, quiet=plan.quiet,
        apart=f"{APART[0]:g} to {APART[1]:g}", down=f"{min(found.down):.1f} to {max(found.down):.1f}",
        inbound=counted.inbound, under_fire=found.run.under_fire, outbound=counted.outbound.total(),
        copies=counted.copies.total(), partial=len(partial), wrong=len(wrong), bound=bound(len(wrong), outages.count),
        extra=counted.extra_by_kill.total() + counted.extra_by_lost_answer.total(),
  unknown=counted.unknown_by_kill + counted.unknown_by_fault, median=f"{back[len(back) // 2]:.1f}", worst=f"{back[-1]:.1f}",
  minutes=f"{found.run.seconds / 60:.1f}")


TEMPLATE = """# PostgreSQL stopped again and again, under load

- command: `make outages ARGS="--seed {seed} --outages {outages} --updates {updates}"`
- commit `{commit}`, seed {seed}, {minutes} minutes
- The bot is a real process with the product's own intake, sender and scheduler's jobs; it is never touched. The server is
  stopped every {apart} s, half the time as if killed (`immediate`), half in order (`fast`), and was away for {down} s. All
  the while {talkers} patients go through check-ins, tap, type and write of danger; {quiet} more get an offer and two pieces
  of news each. At the end everything is held against an independent model, as in [the campaign of kills](chaos.md).

| | |
|---|---|
| outages | {outages} |
| updates, each confirmed and done once | {inbound}, of them {under_fire} before the last outage was over |
| messages written | {outbound} |
| messages that reached phones | {copies} |
| **turns done in part** | **{partial}** |
| **broken** (lost, changed twice, out of order, a copy without a reason, not sending within 60 s) | **{wrong}** |
| copies that came twice with a reason / broadcasts of unknown outcome | {extra} / {unknown} |
| from the server's return to the next message on a phone, s: median / worst | {median} / {worst} |
| chance of harm an outage, 95 % | {bound} |

A turn done in part would be an answer without its journal line, a safety card without its obligation, an update marked as
done of which nothing came: what the model says must have come of the updates is compared with what is there, row by row.

What this does not show: loss of power, or a disk that lies: PostgreSQL ran with `fsync=off` (but `synchronous_commit=on`), so
what it had said was written stayed with the operating system. A server that hangs without breaking its connections, or a
network that swallows packets: those need the operating system's own time-outs. Several bots at once on the server.
"""


if __name__ == "__main__":
    sys.exit(main())
