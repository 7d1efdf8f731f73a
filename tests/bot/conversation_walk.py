"""`python -m tests.bot.conversation_walk`: patients who do anything, in any order, in every flow, and a model that knows what
must come of it. After every step the database and the phone are held against the model."""

import argparse
import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from random import Random
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bot import talk
from bot.flows import FLOWS
from bot.flows.engine import Flow
from bot.flows.kinds import FreeText
from care import patients, questionnaires
from care.heart import schema
from care.heart.clinic import Clinic
from care.reactions import REACTIONS
from simulator.records import Message
from simulator.telegram import Telegram
from tests.bot.conversation_model import DOUBTFUL, Model, Run, totals, typed
from tests.bot.holding import EVERYTHING, flow_of
from tests.ward import SETTINGS, TOKEN, Clock, Phone, Ward

ROOT = Path(__file__).parents[2]
MEMORY = Path("/dev/shm")  # what is walked over need not outlive the walk: no disk is waited for
A_LIFE = 500  # steps of one patient; then another one begins, with an empty database
STEERING = {"back": ("zurück", "go back", "atrás"), "skip": ("skip", "omitir"), "pause": ("pausa", "pause"),
            "repeat": ("wiederholen",), "help": ("aide",), "human": ("hablar con una persona",),
            "go on": ("go on", "weitermachen")}
OFF = ("zzz", "hmm zzz")
WAYS = ("say", "back", "pause", "skip", "repeat", "go")


@dataclass
class Tally:
    """What was done, how often, and what it led to."""

    acts: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    begun: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    scores: int = 0

    def add(self, other: "Tally") -> None:
        self.acts += other.acts
        self.outcomes += other.outcomes
        self.begun += other.begun
        self.answers += other.answers
        self.scores += other.scores

    @property
    def steps(self) -> int:
        return self.acts.total()


class Walk:
    """One patient's life of so many steps."""

    def __init__(self, ward: Ward, phone: Phone, database: Path, seed: int, flows: list[str], tally: Tally):
        self.ward, self.phone, self.flows, self.tally = ward, phone, flows, tally
        self.random, self.model = Random(seed), Model()
        self.scored: set[tuple[int, str, int]] = set()
        self.old: list[tuple[Message, str]] = []
        self.rows = sqlite3.connect(database)
        self.rows.row_factory = sqlite3.Row

    async def go(self, steps: int) -> None:
        for _ in range(steps):
            act = self.random.choices(list(ACTS), [ACTS[name] for name in ACTS])[0]
            if self.model.open is None and self.random.random() < 0.7:
                act = self.random.choices(("begins", "changes_an_answer_by_a_button_of_long_ago"), (5, 2))[0]
            elif self.model.open and self.model.open.paused and self.random.random() < 0.5:
                act = "taps_a_way"  # most go on
            self.tally.acts[act] += 1
            await getattr(self, act)()
            self.holds(act)
        self.tally.begun.update(run.flow.name for run in self.model.runs)
        self.tally.outcomes.update(run.outcome or "open" for run in self.model.runs)
        self.tally.scores += len(self.scored)
        self.tally.answers += sum(run.saved for run in self.model.runs)
        self.rows.close()

    # What a patient does

    async def begins(self) -> None:
        flow = self.random.choice(self.flows)

        def begin(turn: Any) -> None:
            talk.begin(turn, patients.in_chat(turn, self.phone.chat_id)[0], flow)

        await self.ward.run(begin)
        await self.ward.settle()
        self.model.begin(flow)

    async def taps_an_answer(self) -> None:
        await self._taps([(one, data) for one, data in self.live() if data.startswith("say:")])

    async def taps_a_way(self) -> None:
        await self._taps([(one, data) for one, data in self.live() if data.split(":")[0] in WAYS[1:]])

    async def taps_change(self) -> None:
        await self._taps([(one, data) for one, data in self.live() if data.startswith("change:")])

    async def taps_twice(self) -> None:
        await self._taps([(one, data) for one, data in self.live() if data.startswith("say:")], again=True)

    async def taps_an_old_button(self) -> None:
        """A keyboard that is gone, as a phone shows it that has not heard of it yet."""
        run = self.model.open
        here = f":{run.id}:{run.asked}" if run else "?"
        gone = [(one, data) for one, data in self.old if here not in data and data.split(":")[0] in ("say", "back", "skip")]
        if gone:
            message, data = self.random.choice(gone)
            self.phone.person.tap_data(data, message=message)
            await self.ward.settle()
            self.model.taps(data, self.ward.clock.now)

    async def types_an_answer(self) -> None:
        run = self.model.open
        if run is None or run.paused:
            return
        kind = run.ask(run.asked).kind
        words, value = self.random.choice(list(typed(
            kind, self.model.language, self.ward.clock.now.date().isoformat()).items()) or [("", None)])
        if words:
            await self.phone.says(words)
            self.model.answers(value, self.ward.clock.now)
        else:
            update = self.phone.person.sends_photo(b"jpeg")
            assert update
            await self.ward.settle()
            kept = self.rows.execute("SELECT max(id) FROM patient_messages").fetchone()[0]
            self.model.answers(kept, self.ward.clock.now)

    async def types_what_must_be_asked_about(self) -> None:
        run = self.model.open
        kind = run.ask(run.asked).kind if run and not run.paused else None
        if kind and kind.reading in DOUBTFUL:
            await self.phone.says(DOUBTFUL[kind.reading])

    async def types_no_answer(self) -> None:
        run = self.model.open
        if run is None or run.paused or not isinstance(run.ask(run.asked).kind, FreeText):
            await self.phone.says(self.random.choice(OFF))

    async def steers(self) -> None:
        run, meaning = self.model.open, self.random.choice(list(STEERING))
        await self.phone.says(self.random.choice(STEERING[meaning]))
        if run is None or (run.paused and meaning != "go on"):
            return
        match meaning:
            case "back":
                self.model.back()
            case "skip":
                self.model.skip(self.ward.clock.now)
            case "pause":
                run.paused = True
            case "go on":
                self.model.go_on()

    async def is_heard_twice(self) -> None:
        """Telegram delivers an update again."""
        found = [data for _one, data in self.live() if data.startswith(("say:", "back:", "pause:"))]
        if not found:
            return
        message, data = self.random.choice([(one, data) for one, data in self.live() if data in found])
        update = self.phone.person.tap_data(data, message=message)
        await self.ward.settle()
        self.model.taps(data, self.ward.clock.now)
        self.ward.telegram.the_bot().updates.redeliver(update)
        await self.ward.settle()

    async def waits(self) -> None:
        self.ward.clock.passes(minutes=self.random.choice((1, 5, 20, 45)))

    async def changes_an_answer_late(self) -> None:
        self.ward.clock.passes(minutes=31)
        await self.taps_change()

    async def changes_an_answer_by_a_button_of_long_ago(self) -> None:
        """Also of what was finished, and where no such button was ever shown."""
        given = [f"change:{run.id}:{key}" for run in self.model.runs[-2:] for key in run.answers]
        if given:
            data = self.random.choice(given)
            self.phone.person.tap_data(data)
            await self.ward.settle()
            self.model.taps(data, self.ward.clock.now)

    async def falls_silent(self) -> None:
        await self.ward.time_passes(hours=25)
        self.model.end("expired")

    async def the_bot_restarts(self) -> None:
        await self.ward.restart()

    async def changes_language(self) -> None:
        language = self.random.choice(self.ward.clinic.settings.clinic.languages)
        await self.phone.says("/language")
        message = self.phone.person.last
        self.phone.person.tap_data(f"lang:{language}", message=message)
        await self.ward.settle()
        changed, self.model.language = self.model.language != language, language
        if changed and self.model.open and questionnaires.is_one(self.model.open.flow.name):
            self.model.end("put aside")

    async def _taps(self, offered: list[tuple[Message, str]], again: bool = False) -> None:
        if not offered:
            return
        message, data = self.random.choice(offered)
        for _ in range(1 + again):
            self.phone.person.tap_data(data, message=message)
            self.model.taps(data, self.ward.clock.now)
        await self.ward.settle()

    # What must hold

    def live(self) -> list[tuple[Message, str]]:
        """Every button on the phone."""
        found = [(message, button["callback_data"]) for message in self.phone.person.chat.newest_first()
                 for row in message.buttons for button in row if "callback_data" in button]
        self.old = [*self.old, *found[:20]][-200:]
        return found

    def holds(self, act: str) -> None:
        for run in self.model.runs[-3:]:
            self._stands(run, act)
        run = self.model.open
        buttons = [(id(message), data) for message, data in self.live()]
        keyboards = {one for one, data in buttons if data.split(":")[0] in WAYS}
        assert len(keyboards) == bool(run), f"{act}: {len(keyboards)} keyboards\n{self.phone.transcript[-3000:]}"
        if run:
            wanted = "go" if run.paused or run.amending else "pause"
            assert any(data.startswith(f"{wanted}:{run.id}:") for _one, data in buttons), f"{act}: no way on"
        assert all(query.answered for query in self.ward.telegram.the_bot().queries.values()), act

    def _stands(self, run: Run, act: str) -> None:
        row = self.rows.execute("SELECT * FROM conversations WHERE id = ?", (run.id,)).fetchone()
        found = {key: json.loads(value) for key, value in self.rows.execute(
            "SELECT key, CAST(value AS TEXT) FROM answers WHERE conversation_id = ? AND superseded_at IS NULL", (run.id,))}
        saved = self.rows.execute("SELECT count(*) FROM answers WHERE conversation_id = ?", (run.id,)).fetchone()[0]
        assert found == run.answers, f"{act}: {run.flow.name}\n{self.phone.transcript[-3000:]}"
        assert saved == run.saved, act
        assert row["outcome"] == run.outcome, f"{act}: {row['outcome']}, not {run.outcome}"
        if run.outcome is None:
            stands = row["asked"], row["paused_at"] is not None
            assert stands == (run.asked, run.paused), f"{act}: {stands}, not {run.asked}\n{self.phone.transcript[-3000:]}"
        else:
            scored, wanted = [tuple(row) for row in self.rows.execute(SCORED, (run.id,))], totals(run)
            assert len(scored) == len(wanted), f"{act}: {run.flow.name}: {scored}, not {wanted}"
            assert dict(scored) == wanted, f"{act}: {run.flow.name}: {scored}, not {wanted}"
            self.scored |= {(run.id, name, total) for name, total in scored if total is not None}


SCORED = "SELECT instrument, total FROM instrument_scores WHERE conversation_id = ? AND superseded_at IS NULL"
ACTS = {
    "taps_an_answer": 26, "types_an_answer": 26, "taps_a_way": 8, "taps_change": 5, "taps_twice": 4, "taps_an_old_button": 5,
    "types_what_must_be_asked_about": 4, "types_no_answer": 3, "steers": 6, "is_heard_twice": 4, "waits": 4,
    "changes_an_answer_late": 1, "changes_an_answer_by_a_button_of_long_ago": 4,
    "falls_silent": 0.3, "the_bot_restarts": 1, "changes_language": 1.5, "begins": 1}


def flows_walked() -> dict[str, Flow]:
    """Every flow there is, and one of our own with a question of every kind."""
    everything = flow_of(EVERYTHING)
    return {**FLOWS, everything.name: everything}


async def live(database: Path, seed: int, steps: int) -> Tally:
    """One life in an empty clinic."""
    clock, tally = Clock(), Tally()
    clinic = Clinic(f"sqlite:///{database}", SETTINGS, REACTIONS, clock)
    telegram = Telegram(clock, seed=seed, pace=False)
    telegram.add_bot(TOKEN, "riverside_bot", "Riverside")
    try:
        ward = await Ward(clinic, telegram, clock).open()
        await Walk(ward, await ward.enrolled(), database, seed, list(flows_walked()), tally).go(steps)
    except AssertionError as broken:
        raise AssertionError(f"seed {seed}, step {tally.steps}: {broken}") from broken
    finally:
        await clinic.close()
    return tally


def lives(seeds: range, steps: int) -> Tally:
    """Several lives, each from a seed of its own, one after the other."""
    FLOWS.update(flows_walked())
    tally = Tally()
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        empty = Path(folder) / "empty.db"
        asyncio.run(schema.upgrade(f"sqlite:///{empty}"))
        for seed in seeds:
            database = Path(shutil.copy(empty, Path(folder) / f"{seed}.db"))
            tally.add(asyncio.run(live(database, seed, min(A_LIFE, steps - tally.steps))))
            for file in Path(folder).glob(f"{seed}.db*"):
                file.unlink()
            print(f"seed {seed}: {tally.steps:,} steps", file=sys.stderr)
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    args = parser.parse_args()
    began, each = perf_counter(), -(-args.steps // args.jobs)
    starts = [args.seed + job * 1_000_000 for job in range(args.jobs)]
    seeds = [range(start, start - (-each // A_LIFE)) for start in starts]
    tally = Tally()
    with ProcessPoolExecutor(args.jobs, mp_context=get_context("spawn")) as pool:
        for one in pool.map(lives, seeds, [each] * args.jobs):
            tally.add(one)
    spent = sum(map(sum, ((used.ru_utime, used.ru_stime) for used in (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)))))
    written = report(tally, starts, perf_counter() - began, spent)
    (ROOT / "docs" / "evidence" / "conversations.md").write_text(written, encoding="utf-8")
    print(written)


def report(tally: Tally, seeds: list[int], seconds: float, spent: float) -> str:
    """Evidence in Markdown. With no failure in n steps, a failure in more than 3/n of them is ruled out at 95 %."""
    rows = "\n".join(f"| {name.replace('_', ' ')} | {count:,} |" for name, count in tally.acts.most_common())
    begun = "\n".join(f"| {name} | {count:,} |" for name, count in tally.begun.most_common())
    from_ = ", ".join(f"from {seed:,} on" for seed in seeds)
    ends = ", ".join(f"{count:,} {name}" for name, count in tally.outcomes.most_common())
    return f"""\
# Conversations, walked at random

Written by `make conversations` at commit {commit()}. Invented patients do anything in any order, in every flow and in one that
has a question of every kind. After every step, against a model written apart from the engine: the answers that stand, how many
were ever kept, the question asked, the pause, the end; on the phone exactly one live keyboard and a way on; every button
answered; of every questionnaire that has ended, which forms are on record and what each comes to.

- steps: **{tally.steps:,}**, in lives of {A_LIFE}, each from an empty clinic and a seed of its own ({from_})
- failures: **0**; so at 95 % fewer than {3 / tally.steps:.4%} of steps fail (rule of three, were steps independent; within one
  life they are not, and there were {-(-tally.steps // A_LIFE):,} lives)
- answers kept: {tally.answers:,}; totals recomputed: {tally.scores:,}
- conversations: {ends}
- {spent / 60:,.1f} minutes of processor time, {seconds / 60:,.1f} on the clock, SQLite in memory

What it does not show: two processes at once on one database, a kill half-way (that is `make chaos`), PostgreSQL, carers, real
people's words beyond the few kinds that are typed here, or that the words are good: for that, read tests/transcripts.

| flow | begun |
| --- | --- |
{begun}

| act | steps |
| --- | --- |
{rows}
"""


def commit() -> str:
    """What was walked: the commit, and whether anything stood beside it."""
    asked = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
