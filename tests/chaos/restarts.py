"""`python -m tests.chaos.restarts`: stop the bot as an upgrade does and start it again, while people write to it. Nothing may
be lost, and nothing may come twice: who is told to stop has the time to finish.
"""

import argparse
import sys
from pathlib import Path

from tests.chaos import checks
from tests.chaos.__main__ import play, say
from tests.chaos.campaign import Run
from tests.chaos.plan import LONGEST_LIFE, Plan
from tests.chaos.report import NAMES
from tests.evidence import ROOT, bound, commit, written

PAGE = ROOT / "docs" / "evidence" / "restarts.md"


def a_plan(seed: int, restarts: int, updates: int, talkers: int = 60, quiet: int = 60) -> Plan:
    """No call is spoilt: what comes twice, comes twice because of a restart."""
    return Plan(seed, restarts, updates, talkers, quiet, faults=0.0, gently=True)


def wrong_with(run: Run) -> list[str]:
    """What an end that was asked for must not do, beyond what no end may: leave anything half sent."""
    counted = checks.tally(run.record)
    return [
        *run.strange_ends, *checks.broken(run.record),
        *(f"{number} messages ({lane}) were in flight when a process had ended" for lane, number in counted.in_flight.items()),
        *(f"{number} messages ({lane}) came twice" for lane, number in counted.extra_by_kill.items()),
        *([f"{counted.unknown_by_kill} broadcasts of unknown outcome"] if counted.unknown_by_kill else []),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.chaos.restarts", description=__doc__)
    parser.add_argument("--seed", type=int, default=20261130)
    parser.add_argument("--restarts", type=int, default=100, help="on each database")
    parser.add_argument("--updates", type=int, default=2000, help="on each database, besides those delivered again")
    parser.add_argument("--page", type=Path, default=PAGE)
    args = parser.parse_args()
    plan, runs = a_plan(args.seed, args.restarts, args.updates), dict[str, Run]()
    for kind in NAMES:
        say(f"{kind}: {plan.kills} restarts over {plan.updates} updates")
        runs[kind] = play(kind, plan)
    written(args.page, page(plan, runs))
    return 1 if any(wrong_with(run) for run in runs.values()) else 0


def page(plan: Plan, runs: dict[str, Run]) -> str:
    rows = []
    for kind, run in runs.items():
        counted, wrong = checks.tally(run.record), wrong_with(run)
        rows.append(
            f"| {NAMES[kind]} | {run.kills.total()} | {counted.inbound} | {run.under_fire} | {counted.outbound.total()} "
            f"| {counted.in_flight.total()} | {counted.extra_by_kill.total()} | **{len(wrong)}** | {run.longest_stop:.1f} "
            f"| {bound(len(wrong), run.kills.total())} | {run.seconds / 60:.1f} |")
    return TEMPLATE.format(
        seed=plan.seed, restarts=plan.kills, updates=plan.updates, commit=commit(), talkers=plan.talkers, quiet=plan.quiet,
        longest=LONGEST_LIFE, rows="\n".join(rows))


TEMPLATE = """# Stopped and started a hundred times, under load: nothing lost, nothing twice

- command: `make restarts ARGS="--seed {seed} --restarts {restarts} --updates {updates}"`
- commit `{commit}`, seed {seed}
- The bot is a real process: the product's own intake, sender and scheduler's jobs. At a random moment of its first
  {longest:g} s it gets SIGTERM, as from systemd, a container engine or an upgrade; the next one starts when it has ended.
  Meanwhile {talkers} patients go through check-ins, tap, type and write of danger, and {quiet} more get an offer and two
  pieces of news each. A quarter of the updates is delivered again. At the end every update, answer, message and obligation is
  held against an independent model, as in [the campaign of kills](chaos.md).

| | restarts | updates | before the last | messages | in flight | twice | **wrong** | slowest stop, s | 95 % bound | minutes |
|---|---|---|---|---|---|---|---|---|---|---|
{rows}

*Wrong* counts what was lost, changed twice, out of order, or sent twice for no reason; a message that was still in flight
when its process had ended; a broadcast of which nobody knows whether it arrived; and a process that did not end by itself
within a minute.

What this does not show: two processes at once. By polling only one process may ask Telegram, so a restart is a stop and a
start; what patients write in between waits with Telegram, and the pause is the time that a start takes (some seconds; here it
is forked and takes milliseconds). With a webhook and PostgreSQL the new process may start first; that was not run here.
SIGKILL is [another page](chaos.md); Telegram's own faults are off here, so that every copy that came twice would be the
restart's.
"""


if __name__ == "__main__":
    sys.exit(main())
