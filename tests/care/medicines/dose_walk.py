"""`python -m tests.care.medicines.dose_walk`: patients, staff, travel, downtime and odd clocks in any order, for as many steps
as asked. After every step the database and the phone are held against what must be true of doses whatever happens."""

import argparse
import asyncio
import json
import re
import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from care import events, patients, stopping
from care.heart import schema
from care.medicines import orders, regimens, timing
from care.medicines.orders import NewMedicine, NotAllowed, Stale
from scheduler import jobs
from simulator.records import Message
from simulator.telegram import Telegram
from tests.care.medicines import pharmacy
from tests.care.medicines.pharmacy import DANA, OMAR, an_order, daily, every
from tests.evidence import ROOT, bound, commit
from tests.in_line import InLine, memory
from tests.ward import TOKEN, Clock, Phone, Ward

PAGE = ROOT / "docs" / "evidence" / "dose-walk.md"
JOBS = (jobs.plan_doses, jobs.attend_to_doses, jobs.ask_about_refills)  # of the clock's, those that know of medicines
A_LIFE = 400  # steps of one patient; then another one begins, with an empty database
MOST_MEDICINES = 4
ZONES = ("Europe/London", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Honolulu")
ANSWERS = r"dose:(show|all|choose|later|skip|why|one|in):"
BY_HAND = ("taps", "taps_an_old_button", "everything_at_once")
FINAL = ("taken", "skipped", "no_answer", "missed_by_us", "cancelled")


@dataclass
class Tally:
    """What was done, and what became of the doses."""

    acts: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    prompts: int = 0

    @property
    def steps(self) -> int:
        return self.acts.total()


class DoseWard(Ward):
    """A ward whose clock looks after medicines, and nothing else."""

    async def time_passes(self, **span: float) -> None:
        self.clock.passes(**span)
        await self.jobs_run()
        await self.settle()

    async def jobs_run(self) -> None:
        for job in JOBS:
            await job(self.clinic)


class Walk:
    """One patient's life of so many steps."""

    def __init__(self, ward: DoseWard, phone: Phone, database: Path, seed: int, tally: Tally):
        self.ward, self.phone, self.tally, self.random = ward, phone, tally, Random(seed)
        self.ended: dict[int, str] = {}
        self.old: list[tuple[Message, str]] = []
        self.rows = sqlite3.connect(database)
        self.rows.row_factory = sqlite3.Row

    async def go(self, steps: int) -> None:
        for _ in range(steps):
            act = self.random.choices(list(ACTS), list(ACTS.values()))[0]
            self.tally.acts[act] += 1
            await getattr(self, act)()
            self.holds(act)
        await self.all_ends()
        self.tally.states.update(row["state"] for row in self.doses())
        self.tally.prompts += self.rows.execute("SELECT count(*) FROM dose_prompts").fetchone()[0]
        self.rows.close()

    # Staff

    def some_timing(self) -> dict[str, Any]:
        hours = sorted(self.random.sample(range(24), self.random.randint(1, 3)))
        return self.random.choice((
            daily(*(f"{hour:02}:{self.random.choice((0, 30)):02}" for hour in hours)), daily("08:00", "20:00"), daily("08:00"),
            every(self.random.choice((4, 8, 12))), {"kind": "weekly", "days": ["Mon", "Wed", "Sat"], "times": ["02:30"]},
            {"kind": "as_needed", "most": 2}))

    async def prescribes(self) -> None:
        if len(await self.ward.clinic.read(regimens.of_patient, self.phone.patient_id)) < MOST_MEDICINES:
            critical = self.random.random() < 0.2
            order = an_order(self.some_timing(), nudges=self.random.randint(0, 2), begins_on=self.ward.clock.now.date())
            new = NewMedicine("A", critical=critical)
            done = await self.ward.run(orders.prescribe, self.phone.patient_id, new, order, DANA)
            if critical:
                await self.ward.run(orders.decide, done.id, OMAR, self.random.random() < 0.8)
            await self.ward.settle()

    async def changes(self) -> None:
        found = await self.ward.clinic.read(regimens.of_patient, self.phone.patient_id)
        if found:
            one = self.random.choice(found)
            order = an_order(self.some_timing(), begins_on=one.begins_on)
            if isinstance(one.timing, timing.AsNeeded) != (order.timing == timing.AsNeeded(2)):
                return
            try:
                done = await self.ward.run(orders.change, one.id, one.version, order, DANA, "as agreed")
                await self.ward.run(orders.decide, done.id, OMAR, True)
            except (Stale, NotAllowed):
                pass
            await self.ward.settle()

    async def stops(self) -> None:
        found = await self.ward.clinic.read(regimens.of_patient, self.phone.patient_id)
        if found:
            await self.ward.run(orders.stop, self.random.choice(found).id, DANA, "no more needed")
            await self.ward.settle()

    # The patient

    def live(self) -> list[tuple[Message, str]]:
        """Every button about medicines on the phone."""
        return [(message, button["callback_data"]) for message in self.phone.person.chat.newest_first()
                for row in message.buttons for button in row if button.get("callback_data", "").startswith(("dose:", "meds:"))]

    async def taps(self) -> None:
        live = self.live()
        if live:
            message, data = self.random.choice(live)
            self.old = [*self.old, (message, data)][-100:]
            for _ in range(self.random.choice((1, 1, 1, 3))):
                self.phone.person.tap_data(data, message=message)
            await self.ward.settle()

    async def taps_an_old_button(self) -> None:
        """A keyboard that is gone, as a phone shows it that has not heard of it yet."""
        if self.old:
            message, data = self.random.choice(self.old)
            self.phone.person.tap_data(data, message=message)
            await self.ward.settle()

    async def looks_at_the_list(self) -> None:
        await self.phone.says("/meds")

    async def travels(self) -> None:
        zone = self.random.choice(ZONES)

        def move(turn: Any) -> None:
            patients.change(turn, self.phone.patient_id, time_zone=zone)
            turn.happened(events.ZoneChanged(self.phone.patient_id, zone))

        await self.ward.run(move)
        await self.ward.settle()

    async def pauses_or_goes_on(self) -> None:
        def act(turn: Any) -> None:
            patient = patients.in_chat(turn, self.phone.chat_id)[0]
            (stopping.resume if patient.paused_until else stopping.pause)(turn, patient)

        await self.ward.run(act)
        await self.ward.settle()

    async def blocks_and_comes_back(self) -> None:
        await self.phone.does("blocks")
        await self.time_goes_by()
        await self.phone.does("unblocks")

    # Time, and we

    async def time_goes_by(self) -> None:
        await self.ward.time_passes(minutes=self.random.choice((1, 5, 10, 20, 30, 45)))

    async def hours_go_by(self) -> None:
        for _ in range(self.random.randint(2, 12)):
            await self.ward.time_passes(minutes=30)

    async def we_are_down(self) -> None:
        await self.ward.time_passes(minutes=self.random.choice((30, 90, 300, 1500, 72 * 60)))

    async def nobody_sends(self) -> None:
        """The clock's jobs run, the sender does not; then it does."""
        for _ in range(self.random.randint(1, 6)):
            self.ward.clock.passes(minutes=20)
            await self.ward.jobs_run()
        await self.ward.settle()

    async def the_clock_is_odd(self) -> None:
        """It shows another time for a while, and is put right."""
        wrong = timedelta(**self.random.choice(({"hours": -1}, {"days": -1}, {"days": -3650}, {"hours": 0})))
        self.ward.clock.now += wrong
        for _ in range(2):
            await self.ward.jobs_run()
            await self.ward.settle()
        self.ward.clock.now -= wrong

    async def everything_at_once(self) -> None:
        """The clock's jobs, the sender and a tap, each in the middle of the others."""
        self.ward.clock.passes(minutes=self.random.choice((0, 10, 30)))
        if live := self.live():
            message, data = self.random.choice(live)
            self.phone.person.tap_data(data, message=message)
        parts = [self.ward.jobs_run(), self.ward.sender.send_waiting(), self.ward.intake.fetch()]
        self.random.shuffle(parts)
        await asyncio.gather(*parts)
        await self.ward.settle()

    async def we_restart(self) -> None:
        await self.ward.restart()

    async def telegram_stumbles(self) -> None:
        self.ward.telegram.faults.next(self.random.choice(("500", "timeout_after", "drop_before")), "sendMessage")
        await self.time_goes_by()

    # What must hold

    def doses(self) -> list[sqlite3.Row]:
        return self.rows.execute(
            "SELECT d.*, r.state AS regimen_state, r.timing FROM doses d JOIN regimens r ON r.id = d.regimen_id").fetchall()

    def holds(self, act: str) -> None:
        found = self.doses()
        self._end_once(found, act)
        self._are_not_doubled(found, act)
        self._are_asked_in_time(act)
        self._have_one_keyboard({row["id"]: row for row in found}, act)
        assert all(query.answered for query in self.ward.telegram.the_bot().queries.values()), act

    def _end_once(self, found: list[sqlite3.Row], act: str) -> None:
        """A final state is changed by the patient only; or a dose that was called off is wanted again: an order, or travel."""
        for row in found:
            before, now = self.ended.get(row["id"]), row["state"]
            if before and now != before:
                by_hand = act in BY_HAND and now in ("taken", "skipped", "cancelled")
                again = before == "cancelled" and act in ("changes", "travels", "pauses_or_goes_on")
                assert by_hand or again, f"{act}: dose {row['id']} was {before}, is {now}"
            assert row["state"] in FINAL or row["regimen_state"] == "active", f"{act}: dose {row['id']} of a stopped regimen"
        self.ended = {row["id"]: row["state"] for row in found if row["state"] in FINAL}

    def _are_not_doubled(self, found: list[sqlite3.Row], act: str) -> None:
        """No two of one regimen are due at once, unless it is taken as needed."""
        due = Counter((row["regimen_id"], row["due_at"]) for row in found
                      if row["state"] != "cancelled" and json.loads(row["timing"])["kind"] != "as_needed"
                      and row["closes_at"] > row["due_at"])
        assert not [key for key, times in due.items() if times > 1], f"{act}: {due.most_common(1)}"

    def _are_asked_in_time(self, act: str) -> None:
        late = self.rows.execute(
            "SELECT o.id FROM outbox o JOIN dose_prompts p ON p.screen = o.id JOIN json_each(p.doses) j"
            " JOIN doses d ON d.id = j.value WHERE o.outcome = 'sent' AND d.prompt_id = p.id"
            " AND o.settled_at >= d.ask_until").fetchall()
        assert not late, f"{act}: sent after its window: {[row['id'] for row in late]}"

    def _have_one_keyboard(self, found: dict[int, sqlite3.Row], act: str) -> None:
        """Whatever is asked can be answered in exactly one message; no live question is about a dose that has ended."""
        asked_in: Counter[int] = Counter()
        for prompt in {int(data.split(":")[2]) for _one, data in self.live() if re.match(ANSWERS, data)}:
            row = self.rows.execute("SELECT doses FROM dose_prompts WHERE id = ?", (prompt,)).fetchone()
            asked_in.update(dose for dose in json.loads(row["doses"])
                            if found[dose]["prompt_id"] == prompt and found[dose]["state"] == "asked")
        sent = {row["screen"] for row in self.rows.execute(
            "SELECT p.screen FROM dose_prompts p JOIN outbox o ON o.id = p.screen WHERE o.outcome = 'sent'")}
        for row in found.values():
            if row["state"] == "asked" and self._screen(row["prompt_id"]) in sent:
                assert asked_in[row["id"]] == 1, f"{act}: dose {row['id']} has {asked_in[row['id']]} keyboards"

    def _screen(self, prompt_id: int) -> int | None:
        return self.rows.execute("SELECT screen FROM dose_prompts WHERE id = ?", (prompt_id,)).fetchone()["screen"]

    async def all_ends(self) -> None:
        """Left alone, every dose that is due comes to its one end."""
        for _ in range(60):
            await self.ward.time_passes(minutes=30)
        now = self.ward.clock.now
        for row in self.doses():
            if datetime.fromisoformat(row["closes_at"]).replace(tzinfo=now.tzinfo) < now:
                assert row["state"] in FINAL, f"dose {row['id']} is {row['state']} still"


ACTS = {
    "taps": 30, "time_goes_by": 22, "hours_go_by": 8, "taps_an_old_button": 6, "prescribes": 5, "changes": 4, "stops": 1.5,
    "looks_at_the_list": 3, "travels": 2, "pauses_or_goes_on": 1, "blocks_and_comes_back": 0.7, "we_are_down": 2,
    "nobody_sends": 2, "everything_at_once": 4, "the_clock_is_odd": 1.5, "we_restart": 1, "telegram_stumbles": 2}


async def live(database: Path, seed: int, steps: int, tally: Tally) -> None:
    """One life in an empty clinic."""
    clock = Clock()
    clinic = InLine(database, clock)
    telegram = Telegram(clock, seed=seed, pace=False)
    telegram.add_bot(TOKEN, "riverside_bot", "Riverside")
    try:
        ward = await DoseWard(clinic, telegram, clock).open()
        phone = ward.phone("Amina")
        await phone.opens("")
        phone.patient_id = await pharmacy.a_patient(clinic, chat_id=phone.chat_id)
        await Walk(ward, phone, database, seed, tally).go(steps)
    finally:
        await clinic.close()


async def walk(steps: int, seed: int, folder: Path, tally: Tally, each_life: Callable[[], None] | None = None) -> None:
    empty = folder / "empty.db"
    await schema.upgrade(f"sqlite:///{empty}")
    while tally.steps < steps:
        database = Path(shutil.copy(empty, folder / f"{seed}.db"))
        try:
            await live(database, seed, min(A_LIFE, steps - tally.steps), tally)
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}, step {tally.steps}: {broken}") from broken
        for file in folder.glob(f"{seed}.db*"):
            file.unlink()
        print(f"seed {seed}: {tally.steps:,} steps", file=sys.stderr)
        if each_life:
            each_life()
        seed += 1


def report(tally: Tally, seed: int, seconds: float, cpu: float) -> str:
    rows = "\n".join(f"| {name.replace('_', ' ')} | {count:,} |" for name, count in tally.acts.most_common())
    ends = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in tally.states.most_common())
    lives = -(-tally.steps // A_LIFE)
    return f"""\
# Doses, walked at random

Written by `make dosewalk` at commit {commit()}. Staff order, change and stop; the patient taps, travels, pauses and blocks; we
are down, restart, do not send, or have a wrong clock; Telegram stumbles; jobs, sender and taps run into one another: in any
order, over the real bot. After every step: no dose has ended twice (but by its patient's word), no two of one regimen are due
at once, nothing was sent after its window, no dose of a stopped regimen is open, and whatever is asked can be answered in
exactly one message. At the end of each life every dose that was due has ended.

- steps: **{tally.steps:,}**, in {lives:,} lives of {A_LIFE}, each from an empty clinic and a seed of its own (from {seed} on)
- failures: **0**; so at 95 % {bound(0, tally.steps)} of steps fail, were steps independent; of lives {bound(0, lives)}
- prompts: {tally.prompts:,}; doses: {ends}
- {cpu / 60:,.1f} minutes of processor time, {seconds / 60:,.1f} on the clock, SQLite in memory

What it does not show: PostgreSQL (tests/bot/test_doses.py runs on both), several processes at once, a kill half-way (`make
chaos`), or a patient with more than {MOST_MEDICINES} medicines.

| act | steps |
| --- | --- |
{rows}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    tally, began, cpu = Tally(), perf_counter(), process_time()
    with TemporaryDirectory(dir=memory()) as folder:
        asyncio.run(walk(args.steps, args.seed, Path(folder), tally, lambda: PAGE.write_text(
            report(tally, args.seed, perf_counter() - began, process_time() - cpu), encoding="utf-8")))
    print(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
