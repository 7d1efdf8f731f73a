"""What is run: which bots under which load, how often, in which order."""

import json
import random
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench import contest, patients
from bench.contest import ROOT, WORK, Load
from bench.contestants import Contestant, peers, product

# Updates measured in a run: enough for seconds of CPU, whatever the bot's speed.
BUSY = {"careward": 3300, "ptb": 1100, "ptb-sqlalchemy": 550, "aiogram": 2200, "aiogram-sqlalchemy": 990, "grammy": 3300}
FAR = {"careward": 4400, "ptb": 110, "ptb-sqlalchemy": 110, "aiogram": 2200, "aiogram-sqlalchemy": 990, "grammy": 4400}
SYNCHRONOUS = ("FULL", "NORMAL")
LATENCY_MS = 50.0


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rounds: int
    share: float  # of the updates above
    patients: tuple[int, ...]
    durable_far: bool = True  # the durable peers far away too: slow, and no goal asks for it


FULL = Size(5, 1.0, (1_000, 100_000, 1_000_000))
QUICK = Size(1, 0.25, (1_000, 100_000), durable_far=False)


@dataclass
class Findings:
    """Every run of every round: (part, what) -> what was measured, in the order of the rounds; None for a void one."""

    seed: int
    rounds: int
    runs: dict[tuple[str, str], list[dict[str, Any] | None]] = field(default_factory=dict)
    void: list[str] = field(default_factory=list)
    load_average: list[float] = field(default_factory=list)

    def note(self, part: str, what: str, found: dict[str, Any]) -> None:
        wrong = found.get("wrong")
        if wrong:
            self.void.append(f"{part}, {what}: {wrong}")
        self.runs.setdefault((part, what), []).append(None if wrong else found)
        shown = ", ".join(f"{name} {found[name]:.3g}" for name in ("rate", "cpu_ms", "p50", "p99", "rss_mb") if name in found)
        print(f"  {part:8} {what:22} {shown}{'  VOID: ' + wrong if wrong else ''}", flush=True)


def run(size: Size, seed: int) -> Findings:
    """All parts, interleaved: each round does everything once, in an order of its own."""
    ours, others = product(), peers()
    databases = {count: _database(count) for count in size.patients}
    findings = Findings(seed, size.rounds)
    for number in range(1, size.rounds + 1):
        findings.load_average.append(float(Path("/proc/loadavg").read_text().split()[0]))
        print(f"round {number} of {size.rounds}", flush=True)
        draw = random.Random(seed * 1000 + number)
        runs = [*_contests(ours, others, size), *_growth(ours, size)]
        draw.shuffle(runs)
        for part, what, contestant, load in runs:
            result = contest.run(contestant, load, databases[load.patients], draw.randrange(2**31))
            findings.note(part, what, asdict(result) | {"rate": result.rate})
        for kind, synchronous in draw.sample([(kind, mode) for kind in ("clinic", "orm") for mode in SYNCHRONOUS], 4):
            findings.note("unit", f"{kind} {synchronous}", _unit(kind, synchronous, databases[size.patients[0]]))
    return findings


def _contests(ours: Contestant, others: list[Contestant], size: Size) -> list[tuple[str, str, Contestant, Load]]:
    def load(updates: int, **more: Any) -> Load:
        return Load(updates=max(110, round(updates * size.share)), patients=size.patients[0], **more)

    busy = [("busy", one.name, one, load(BUSY[one.name], at_once=64, warm=128)) for one in (ours, *others)]
    distant = [one for one in others if size.durable_far or not one.durable]
    far = [("far", one.name, one, load(FAR[one.name], at_once=200, warm=200, latency_ms=LATENCY_MS))
           for one in (ours, *distant)]
    steady = ("steady", ours.name, ours, load(2000, at_once=200, warm=300, latency_ms=LATENCY_MS, rate=100))
    return [*busy, *far, steady]


def _growth(ours: Contestant, size: Size) -> list[tuple[str, str, Contestant, Load]]:
    return [
        ("growth", f"{count:,} patients", ours, Load(64, round(BUSY["careward"] * size.share), 128, patients=count))
        for count in size.patients]


def _unit(kind: str, synchronous: str, template: Path) -> dict[str, Any]:
    with contest.folder() as place:
        database = contest.copied(template, place / "bot.db")
        done = subprocess.run([sys.executable, "-m", "bench.units", kind, synchronous, str(database)], cwd=ROOT, check=True,
                              stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _database(count: int) -> Path:
    """A database with so many patients; kept, for the next bench, as long as the schema is the same."""
    WORK.mkdir(parents=True, exist_ok=True)
    path = WORK / f"patients-{count}-{patients.version()}.db"
    if not path.is_file():
        print(f"Putting {count:,} patients into a database ...", flush=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        patients.fill(unfinished, count)
        unfinished.rename(path)
    return path


def profile(size: Size, seed: int) -> Path:
    """One more run of the product, with the profiler on."""
    path = WORK / "profile"
    contest.run(product(), Load(64, round(BUSY["careward"] * size.share), 128), _database(size.patients[0]), seed, path)
    return path
