"""`python -m tests.chaos`: the whole campaign on SQLite and PostgreSQL, the seeded defects, and the report in docs/evidence."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from care.heart import schema
from tests.chaos import campaign, checks, report
from tests.chaos.campaign import Run
from tests.chaos.defects import DEFECTS
from tests.chaos.plan import Plan
from tests.temp_pg import postgres

SLOW = {"a claim that was lost can still settle"}  # defects that only show when answers come late


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.chaos", description="Kill the bot, restart it at once, count what was lost.")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--kills", type=int, default=500, help="on each database")
    parser.add_argument("--updates", type=int, default=5000, help="on each database, besides those delivered again")
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append", help="default: both")
    parser.add_argument("--no-defects", action="store_true", help="leave out the seeded defects")
    parser.add_argument("--report", type=Path, default=report.PATH)
    return parser.parse_args()


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """A migrated database without a row."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'clinic.db'}"
        asyncio.run(schema.upgrade(url))
        yield url
        return
    with postgres() as server:
        url = server.create_database("chaos")
        asyncio.run(schema.upgrade(url))
        yield url


def play(kind: str, plan: Plan, defect: str | None = None) -> Run:
    """One run; its journal and logs are kept only if they show something."""
    folder = Path(tempfile.mkdtemp(prefix=f"chaos-{kind}-"))
    with database(kind, folder) as url:
        run = asyncio.run(campaign.run(plan, folder, url, defect, say if defect is None else lambda _: None))
    broken = run.strange_ends + checks.broken(run.record)
    if broken and not defect:
        say(f"{len(broken)} promises broken; see {folder}")
        print(*broken[:20], sep="\n")
    else:
        shutil.rmtree(folder)
    return run


def say(words: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {words}", flush=True)


def main() -> int:
    args = arguments()
    plan = Plan(args.seed, args.kills, args.updates, talkers=200, quiet=500)
    found = report.Findings(plan)
    for kind in args.database or ("sqlite", "postgres"):
        say(f"{kind}: {plan.kills} kills over {plan.updates} updates")
        found.runs[kind] = play(kind, plan)
        report.write(found, args.report)
    if not args.no_defects:
        prove_the_checks(found)
        report.write(found, args.report)
    say(f"the report is in {args.report}")
    return 0 if found.good else 1


def prove_the_checks(found: report.Findings) -> None:
    """Short runs: without a defect nothing may be broken, with each of them something must be."""
    small = Plan(found.plan.seed + 1, kills=40, updates=400, talkers=25, quiet=60, rest=40.0)
    slow = replace(small, kills=3, lease=2.0, timeout=6.0, slow=0.15, rest=90.0)  # leases run out while their holder lives
    for name in ("none", "none, with slow answers"):
        run = play("sqlite", slow if "slow" in name else small)
        found.controls[name] = run.strange_ends + checks.broken(run.record)
        say(f"{name}: {len(found.controls[name])} promises broken")
    for name, defect in DEFECTS.items():
        run = play("sqlite", slow if name in SLOW else small, name)
        found.caught[name] = checks.by_promise(run.record)[defect.breaks]
        say(f"{name}: {' '.join([str(len(found.caught[name])), *found.caught[name][:1]])}")


if __name__ == "__main__":
    sys.exit(main())
