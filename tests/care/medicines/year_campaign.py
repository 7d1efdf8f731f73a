"""`python -m tests.care.medicines.year_campaign`: a year of patients, ward by ward, in which everything goes wrong that can."""

import argparse
import asyncio
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from care.heart import schema
from tests.care.medicines.year import Record, Year
from tests.care.medicines.year_checks import Findings, look
from tests.evidence import ROOT, bound, commit, written
from tests.in_line import memory

PAGE = ROOT / "docs" / "evidence" / "dose-year.md"
A_WARD = 20  # patients on one database, with one run of mishaps


@dataclass
class Total:
    patients: int = 0
    prompts: int = 0
    days: float = 0
    record: Record = field(default_factory=Record)
    findings: Findings = field(default_factory=Findings)


async def ward(folder: Path, seed: int, people: int, days: float, trouble: float = 1.0) -> tuple[Record, Findings]:
    """One ward's year, and what was wrong with it."""
    empty = folder / "empty.db"
    if not empty.exists():
        await schema.upgrade(f"sqlite:///{empty}")
    year = Year(folder, empty, seed, people, trouble)
    await year.goes_by(days)
    found = look(year)
    year.rows.close()
    for file in folder.glob(f"year-{seed}.db*"):
        file.unlink()
    return year.record, found


def report(total: Total, seed: int, seconds: float, cpu: float) -> str:
    found, record, doses = total.findings, total.record, total.findings.doses
    n = doses.total()
    acts = "\n".join(f"| {name.replace('_', ' ')} | {count:,} |" for name, count in record.acts.most_common())
    ends = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in doses.most_common())
    wards = -(-total.patients // A_WARD)
    return f"""\
# A year of doses, and everything that goes wrong in it

Written by `make doseyear` at commit {commit()}. Invented patients in ten time zones, with what prescribers order for them; the
real clinic, jobs and sender; a Telegram that loses some of it. We are down for minutes to 72 hours, restart, are killed while
sending; our clock is an hour or a day off, ten years back, or frozen, and orders, answers and journeys happen meanwhile.

- **{total.patients:,} patients, {total.days:,.0f} days each**, {wards} wards of {A_WARD} (seeds from {seed} on): {n:,} doses,
  {total.prompts:,} messages that asked, {record.sent:,} sent in all; down {record.down.days:,} days of
  {wards * total.days:,.0f}, with a wrong clock {record.wrong.days:,}
- doses due without exactly one final state, or changed later but by the patient's word: **{len(found.not_ended)}**
- asked before the time or after the window, by the clinic's clock: **{len(found.after_window)}**
- asked by more than one message, but for the nudge that was ordered and the Later that the patient chose:
  **{len(found.asked_twice)}**
- asked about, though the medicine was stopped: **{len(found.stopped)}**
- ordered for a time, and never on record ({found.compared:,} occurrences worked out a second way): **{len(found.missing)}**
- two doses of one regimen at one instant: **{len(found.doubled)}**
- bound, per dose, at 95 %: {bound(len(found.wrong), n)}
- {cpu / 60:,.0f} minutes of processor time, {seconds / 60:,.0f} on the clock, SQLite in memory

What became of the doses: {ends}. "Missed by us" counts what fell into our own downtime.

What it does not show: a wrong clock cannot be known from inside, so a dose is in its window by the clinic's clock, not by the
true time, while it is wrong; an order written while it is a day ahead plans nothing for that day. Each run is one process on
SQLite; several, and PostgreSQL, are in `make chaos`. Taps enter at the clinic's door, not through Telegram's updates (`make
dosewalk` goes that way).

| what happened | times |
| --- | --- |
{acts}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=200)
    parser.add_argument("--days", type=float, default=365)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    total, began, cpu = Total(days=args.days), perf_counter(), process_time()
    with TemporaryDirectory(dir=memory()) as folder:
        for seed in range(args.seed, args.seed - (-args.patients // A_WARD)):
            people = min(A_WARD, args.patients - total.patients)
            record, found = asyncio.run(ward(Path(folder), seed, people, args.days))
            total.patients, total.prompts = total.patients + people, total.prompts + len(record.asked)
            total.record.add(record)
            total.findings.add(found)
            print(f"ward {seed}: {found.doses.total():,} doses", *found.wrong[:20], sep="\n", file=sys.stderr, flush=True)
            written(PAGE, report(total, args.seed, perf_counter() - began, process_time() - cpu))
    return 1 if total.findings.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
