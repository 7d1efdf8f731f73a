"""The report: what was measured, against what was promised."""

import platform
import pstats
import statistics
import subprocess
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.contest import ROOT
from bench.contestants import Contestant
from bench.goals import Goal, goals
from bench.plan import LATENCY_MS, Findings

MEASURES = (("rate", "updates/s", 0), ("cpu_ms", "CPU ms an update", 2), ("p50", "p50 ms", 0), ("p95", "p95 ms", 0),
            ("p99", "p99 ms", 0), ("rss_mb", "RSS MB", 0), ("simulator_ms", "simulator's CPU ms a call", 3))
OF_A_UNIT = (("rate", "units/s", 0), ("cpu_ms", "CPU ms a unit", 3), ("p50", "p50 ms", 1), ("p99", "p99 ms", 1))
PARTS = (
    ("busy", "As fast as it goes: no latency, 64 chats at once"),
    ("far", f"The Bot API {LATENCY_MS:.0f} ms away, 200 chats at once"),
    ("steady", f"100 updates a second, the Bot API {LATENCY_MS:.0f} ms away, 200 chats"),
    ("growth", "Patients in the database (no latency, 64 chats at once)"),
)
AREAS = (  # where a function lives -> what it is called here
    ("sqlite3", "SQLite itself"), ("/sqlalchemy/", "SQLAlchemy"), ("/telegram/", "python-telegram-bot"),
    ("/aiohttp/", "aiohttp"), ("/yarl/", "aiohttp"), ("/multidict/", "aiohttp"), ("/json/", "JSON"), ("_json", "JSON"),
    ("/care/", "the clinic: care/"), ("/bot/", "the bot: bot/"), ("/asyncio/", "the event loop and its sockets"),
    ("uvloop", "the event loop and its sockets"))
THE_REST = "Python itself, and the rest"
LIMITS = """\
- Absolute numbers are this machine's and this hour's; only ratios within a round are compared. The load average says how quiet
  it was.
- The Telegram is the simulator, on the same cores as the bot: there is no TLS and no real network, and what it costs is taken
  from the same cores (its CPU a call is in the tables). CPU ms an update is the bot's own process alone, by the kernel's clock.
- CPU ms an update falls as load rises, since turns then share a commit; a clinic with one message a second pays more for each.
- The peers are minimal: no journal, no outbox, no gate, no inbox. Those in memory lose every conversation in a crash. They are
  written as their documentation shows, and could be tuned; so could we. The product runs on uvloop, as in production; the
  peers on the loop they start by default.
- A latency is added before each answer of the Bot API, the same for all. What is called latency here runs from an update's
  delivery by getUpdates to the arrival of the request that shows the next question.
- SQLite only. Patients send nothing but taps; no doses, broadcasts or staff at work meanwhile; the staff's door is open and
  idle.
- A database of many patients has one finished conversation each, not years of history."""


def write(findings: Findings, contestants: Sequence[Contestant], profile: Path, command: str) -> str:
    return "\n\n".join([
        "# What an update costs", _how(findings, command), "## Against the goals", _goals(goals(findings)),
        *(text for part, title in PARTS for text in (f"## {title}", _table(findings, part, MEASURES))),
        "## A durable unit, 64 callers at once, without Telegram",
        "`clinic` is a turn of this product; `orm` the same rows by SQLAlchemy's AsyncSession on aiosqlite, a commit each.",
        _table(findings, "unit", OF_A_UNIT), "## Where one update goes", _profile(profile),
        "## Who takes part", "\n".join(f"- `{one.name}`: {one.does}" for one in contestants),
        "## What this does not show", LIMITS]) + "\n"


def _how(findings: Findings, command: str) -> str:
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    loads = ", ".join(f"{load:.1f}" for load in findings.load_average)
    few = " **So few rounds are a first impression and no evidence; the whole run has five.**" if findings.rounds < 5 else ""
    void = "none" if not findings.void else "\n  - ".join(["", *findings.void])
    return f"""\
- command: `{command}`
- commit `{commit}`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, seed {findings.seed}, {findings.rounds} rounds, each in an order
  drawn anew.{few}
- {platform.system()} {platform.machine()}, Python {platform.python_version()}; load average before each round: {loads}
- tables say min / **median** / max over the rounds
- a run counts only if every answer was kept once and in its chat's order; void runs: {void}"""


def _goals(found: Sequence[Goal]) -> str:
    rows = ["| goal | | min / median / max | must | | stretch | |", "|---|---|---|---|---|---|---|"]
    for goal in found:
        rows.append(f"| {goal.name} | {goal.what} | {_spread(goal.values, 2 if goal.unit == 'x' else 0)}{goal.unit} "
                    f"| {_mark(goal, goal.must)} | {_verdict(goal, goal.must)} "
                    f"| {_mark(goal, goal.stretch)} | {_verdict(goal, goal.stretch)} |")
    return "\n".join(rows)


def _mark(goal: Goal, mark: float | None) -> str:
    return "" if mark is None else f"{'≤' if goal.at_most else '≥'} {mark:g}{goal.unit}"


def _verdict(goal: Goal, mark: float | None) -> str:
    return {True: "reached", False: "**not reached**", None: ""}[goal.reached(mark)]


def _table(findings: Findings, part: str, measures: Sequence[tuple[str, str, int]]) -> str:
    rows = [f"| | {' | '.join(title for _, title, _ in measures)} | runs |", f"|---|{'---|' * (len(measures) + 1)}"]
    for (of, what), runs in sorted(findings.runs.items(), key=lambda item: (item[0][0], list(findings.runs).index(item[0]))):
        if of == part:
            good = [run for run in runs if run]
            cells = [_spread([run[name] for run in good], digits) for name, _, digits in measures]
            rows.append(f"| {what} | {' | '.join(cells)} | {len(good)} |")
    return "\n".join([*rows[:2], *sorted(rows[2:], key=_place)])


def _place(row: str) -> tuple[bool, float | str]:
    """The product first; sizes by size; the rest by name."""
    what = row.split("|")[1].strip()
    return what != "careward", float(what.split()[0].replace(",", "")) if what[0].isdigit() else what


def _spread(values: Sequence[float], digits: int) -> str:
    if not values:
        return "-"
    low, middle, high = (f"{value:,.{digits}f}" for value in (min(values), statistics.median(values), max(values)))
    return f"{low} / **{middle}** / {high}"


def _profile(path: Path) -> str:
    """CPU by the place of the code, and the functions that take most of it."""
    areas: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    for (file, _, function), (_, _, own, _, _) in pstats.Stats(str(path)).stats.items():  # type: ignore[attr-defined]
        area = next((name for part, name in AREAS if part in file or (file == "~" and part in function)), THE_REST)
        areas[area] += own
        functions[f"{area}: {function}" if file == "~" else f"{area}: `{Path(file).name}` {function}"] += own
    total = sum(areas.values())
    shares = [f"| {name} | {share / total:.0%} |" for name, share in areas.most_common()]
    dearest = [f"| {name} | {share / total:.1%} |" for name, share in functions.most_common(12)]
    return "\n".join([
        "One run under Python's profiler, by CPU time; it makes many small calls look dearer than they are.", "",
        "| part | share of the CPU |", "|---|---|", *shares, "", "| function, its own time | share |", "|---|---|", *dearest])
