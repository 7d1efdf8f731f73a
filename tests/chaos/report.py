"""The report of a campaign, as kept in docs/evidence."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos import checks
from tests.chaos.campaign import Run
from tests.chaos.plan import Plan

PATH = Path("docs/evidence/chaos.md")
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}

HEAD = """# Kill -9 at any moment: what was lost, what came twice

The bot runs as a real process: its own intake, sender and scheduler's jobs on one database. It is killed with SIGKILL and
restarted at once, again and again, while patients tap and type. The patients' phones are a Telegram simulator in another
process, which is never killed; it journals every message it accepts before anything can go wrong with the answer. At the end
every update, answer, message and escalation is compared: what the phones sent, what the database holds, what the phones got,
and what an independent model says must have come of it.

    make chaos ARGS="--seed {seed} --kills {kills} --updates {updates}"

Commit {commit}. The same seed gives the same kills and the same people; what meets in time differs from run to run.
"""

HOW = """
## How it was done

- A process dies at a moment drawn from the seed: at any moment by the clock, or by its own hand right before or after its n-th
  commit, before its n-th call to Telegram (claimed, not sent), after its n-th answer (sent, not written down), or with updates
  fetched and not saved. A life that does not reach its point is killed by the clock.
- {talkers} patients go through the symptom check again and again: buttons, typed answers, Back, Pause, double taps, old and
  foreign buttons, messages to people, and words that mean danger, so that all lanes are in use. {quiet} more get an offer of
  the check from the scheduler and two pieces of news each. A quarter of the updates is delivered again, most of them late and
  out of order; deliveries that die with a process are why it is more than a fifth.
- {faults:.0%} of the calls are spoilt besides: 429, 500, 502, HTML, time-outs and broken connections, before and after
  Telegram accepted the message. Copies and unknown outcomes that come of these are counted apart.
- In flight at a kill is what the next process finds claimed and not settled. Every message names its claim in a field that
  Telegram does not read, so each copy on a phone is traced to one claim: extra copies are explained one by one, not in sum.
- Leases ({lease:g} s), time-outs ({timeout:g} s) and pauses between tries are shorter than in production, in about the same
  proportion. There is no pace, and Telegram answers after 3 ms. A new process is forked from one that has imported the code
  and opened nothing.
"""

NOT_SHOWN = """
## What this does not show

- Loss of power, a full or broken disk, or a PostgreSQL server that dies: only the bot's process is killed, and the operating
  system keeps what was written. PostgreSQL ran with `fsync=off`, as in all tests.
- Telegram itself. The simulator follows its documentation; that a message accepted is a message delivered is assumed.
- Two bots at work at once. The processes follow each other; leases that run out while their holder lives are shown in the short
  run with slow answers, and in the tests of the outbox.
- Webhooks: updates came by polling. Their inbox is the same.
- A button whose process died after its commit may stay unanswered: the answer to a tap is not kept in the outbox.
- The dose lane, which nothing writes to yet.
"""


FOUND = """
## What it has found so far

On PostgreSQL, turns were left to the connection pool, which lets whoever comes back at once get ahead of those who wait. After
kills had left a backlog, answers of Telegram waited for a connection until their leases were over: 235 extra copies, 34
broadcasts of unknown outcome that had arrived, and four updates counted as failed, in 500 kills. Turns now take their turn
(4818463). On SQLite nothing was found.
"""


@dataclass
class Findings:
    plan: Plan
    runs: dict[str, Run] = field(default_factory=dict)
    controls: dict[str, list[str]] = field(default_factory=dict)  # short runs without a defect: what was broken all the same
    caught: dict[str, list[str]] = field(default_factory=dict)  # by defect: how the promise that it breaks was broken
    commit: str = field(default_factory=lambda: commit())

    @property
    def good(self) -> bool:
        sound = all(not run.strange_ends and not checks.broken(run.record) for run in self.runs.values())
        return sound and not any(self.controls.values()) and all(self.caught.values())


def write(found: Findings, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(text(found)) + "\n", encoding="utf-8")


def text(found: Findings) -> Iterator[str]:
    plan = vars(found.plan)
    yield HEAD.format(commit=found.commit, **plan)
    yield from table(found.runs)
    yield HOW.format(**plan)
    if found.caught:
        yield from proof(found)
    yield FOUND.rstrip()
    yield NOT_SHOWN.rstrip()


def table(runs: dict[str, Run]) -> Iterator[str]:
    yield "| | " + " | ".join(NAMES[kind] for kind in runs) + " |"
    yield "|---|" + "---|" * len(runs)
    columns = [dict(numbers(run)) for run in runs.values()]
    for name in columns[0]:
        yield f"| {name} | " + " | ".join(column[name] for column in columns) + " |"


def numbers(run: Run) -> Iterator[tuple[str, str]]:
    counted, kills = checks.tally(run.record), run.kills.total()
    broken = run.strange_ends + checks.broken(run.record)
    yield "**promises broken** (0 lost, 0 changed twice, order kept, no copy without a reason)", f"**{len(broken)}**"
    yield "SIGKILLs", str(kills)
    yield "updates sent, each confirmed and done once", str(counted.inbound)
    yield "... of them sent before the last kill", str(run.under_fire)
    yield "updates delivered again on purpose", str(run.record.counters["redelivered"])
    yield "messages written: safety / reply / broadcast", lanes(counted.outbound)
    yield "conversations / answers / messages to people / escalations, as the model says", (
        f"{counted.conversations} / {counted.answers} / {counted.messages} / {counted.escalations}")
    yield "in flight at a kill: safety / reply / broadcast", lanes(counted.in_flight)
    yield "extra copies because of a kill: safety / reply / broadcast", lanes(counted.extra_by_kill)
    yield "extra copies because an answer was lost: safety / reply / broadcast", lanes(counted.extra_by_lost_answer)
    unknown = f"{counted.unknown_by_kill} / {counted.unknown_by_fault}"
    yield "broadcasts of unknown outcome: by a kill / by a lost answer", unknown
    yield "calls spoilt on purpose", str(sum(run.record.counters["faults"].values()))
    bound = f"{3 / kills:.2%} / {3 / counted.inbound:.3%}"
    yield "chance of a loss or a double change, 95 % bound: per kill / per update", bound
    for point, number in sorted(run.kills.items()):
        yield f"kills: {point}", str(number)
    yield "minutes", f"{run.seconds / 60:.1f}"


def lanes(counted: Counter[str]) -> str:
    return " / ".join(str(counted[lane]) for lane in ("safety", "reply", "broadcast"))


def proof(found: Findings) -> Iterator[str]:
    seen = sum(bool(broken) for broken in found.caught.values())
    yield f"\n## Would we have noticed? {seen} of {len(found.caught)} seeded defects were\n"
    yield "Each is a change to a line or two of the product, played for 40 kills on SQLite; the lost claim for few kills, but"
    yield "with answers that come when the lease is over. It counts as noticed only if the very promise that it breaks was"
    yield "found broken; how often, and one example. A short run may miss what needs a kill within a millisecond: that updates"
    yield "are confirmed too early was missed once until the defect was given a tenth of a second between the two.\n"
    yield "| defect | times | for example |"
    yield "|---|---|---|"
    for name, broken in (found.controls | found.caught).items():
        yield f"| {name} | {len(broken)} | {broken[0].replace('|', '/')[:150] if broken else ''} |"


def commit() -> str:
    asked = ("git", "describe", "--always", "--dirty")
    return subprocess.run(asked, capture_output=True, text=True).stdout.strip() or "unknown"
