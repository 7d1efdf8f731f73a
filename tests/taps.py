"""`python -m tests.taps`: fifty taps on one dose at once, again and again, through the real inbox, handlers and worker.

On PostgreSQL two processes share the database and each gets some of the taps, as behind a webhook with two workers. Most taps
say taken; in some trials others say why not, at the same time. One of them is on record, and no other changes it.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from bot.intake import Intake
from care import patients
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.time import local
from care.reactions import REACTIONS
from care.tables import doses as doses_table
from care.tables import events
from care.tables import inbox as inbox_table
from scheduler import jobs
from simulator.telegram import Telegram
from tests.care.medicines.pharmacy import daily, prescribed
from tests.evidence import ROOT, bound, commit, written
from tests.in_line import memory
from tests.ward import BORN, SETTINGS, TOKEN, Clock, Phone, Ward

PAGE = ROOT / "docs" / "evidence" / "taps.md"
TAPS = 50
A_ROUND = 100  # trials on one database; then another one begins, and the page is written as far as it goes
TAKEN, SKIPPED = "dose:all:{prompt}", "dose:why:{prompt}:0:forgot"


@dataclass
class Tally:
    trials: int = 0
    taps: int = 0
    contested: int = 0  # trials in which some said taken and some not
    states: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        for name in ("trials", "taps", "contested", "states", "answered"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.wrong += other.wrong


class Taps:
    def __init__(self, wards: list[Ward], seed: int):
        self.wards, self.random, self.tally = wards, Random(seed), Tally()
        self.ward = wards[0]

    async def trial(self, number: int) -> None:
        phone, dose, prompt = await self._asked(number)
        contested = self.random.random() < 0.3
        for _ in range(TAPS):
            data = self.random.choice((TAKEN, SKIPPED)) if contested else TAKEN
            phone.person.tap_data(data.format(prompt=prompt))
        updates = self.ward.telegram.the_bot().updates
        raw = [update for _at, update in updates.pending.values()]
        updates.pending.clear()
        self.random.shuffle(raw)
        intakes = [ward.intake for ward in self.wards]
        await asyncio.gather(*(self._arrives(self.random.choice(intakes), one) for one in raw))
        for intake in intakes:
            await intake.idle()
        await self.ward.settle()
        self.tally.trials, self.tally.taps = self.tally.trials + 1, self.tally.taps + len(raw)
        self.tally.contested += contested
        await self._look(number, dose)

    async def _arrives(self, intake: Intake, raw: Any) -> None:
        for _ in range(self.random.randrange(3)):
            await asyncio.sleep(0)
        await intake._save([raw])

    async def _asked(self, number: int) -> tuple[Phone, int, int]:
        """A patient who has just been asked about one dose."""
        ward = self.ward
        phone = Phone(ward, ward.telegram.person(f"Person {number}"))
        await phone.opens("")

        def add(turn: Any) -> int:
            patient = patients.add(turn, f"Patient {number}", BORN, "en")
            patients.link(turn, patient.id, phone.chat_id, "self")
            patients.change(turn, patient.id, state="active", consented=True)
            return patient.id

        phone.patient_id = await ward.run(add)
        here = local(ward.clock.now, SETTINGS.clinic.time_zone)  # the trials go on through changes of the clock
        await prescribed(ward.clinic, phone.patient_id, daily(f"{here:%H:%M}"), begins_on=here.date(), ends_on=here.date())
        await jobs.attend_to_doses(ward.clinic)
        await ward.settle()

        def found(turn: Any) -> Any:
            return turn.db.execute(select(doses_table.c.id, doses_table.c.prompt_id).where(
                doses_table.c.patient_id == phone.patient_id, doses_table.c.state == "asked")).one()

        row = await ward.clinic.read(found)
        return phone, row.id, row.prompt_id

    async def _look(self, number: int, dose: int) -> None:
        """One record, told of once, and every tap answered."""
        def look(turn: Any) -> tuple[Any, list[Any], int]:
            ended = [facts for facts in turn.db.scalars(select(events.c.facts).where(events.c.kind == "DoseEnded"))
                     if facts["dose_id"] == dose]
            waiting = turn.db.scalars(select(inbox_table.c.update_id).where(inbox_table.c.outcome.is_(None))).all()
            rows = turn.db.execute(select(doses_table.c.state).where(doses_table.c.id == dose)).all()
            return rows, ended, len(waiting)

        rows, ended, waiting = await self.ward.clinic.read(look)
        self.tally.states.update(row.state for row in rows)
        queries = self.ward.telegram.the_bot().queries
        self.tally.answered += sum(query.answered for query in queries.values())
        unanswered = sum(not query.answered for query in queries.values())
        queries.clear()
        if [row.state for row in rows] not in (["taken"], ["skipped"]) or len(ended) != 1 or waiting or unanswered:
            self.tally.wrong.append(f"trial {number}: {[row.state for row in rows]}, told of {json.dumps(ended)}, "
                                    f"{waiting} taps waiting, {unanswered} without an answer")


async def run(url: str, seed: int, trials: int) -> Tally:
    await schema.upgrade(url)
    clock = Clock()
    telegram = Telegram(clock, seed=seed, pace=False)
    telegram.add_bot(TOKEN, "riverside_bot", "Riverside")
    processes = 1 if url.startswith("sqlite") else 2  # one process writes to a SQLite file
    clinics = [Clinic(url, SETTINGS, REACTIONS, clock) for _ in range(processes)]
    try:
        taps = Taps([await Ward(clinic, telegram, clock).open() for clinic in clinics], seed)
        for number in range(trials):
            await taps.trial(number)
            clock.passes(hours=6)
    finally:
        for clinic in clinics:
            await clinic.close()
    return taps.tally


def report(tallies: dict[str, Tally], seed: int) -> str:
    rows = "\n".join(
        f"| {name} | {tally.trials:,} | {tally.taps:,} | {tally.contested:,} | {tally.states['taken']:,} "
        f"| {tally.states['skipped']:,} | {len(tally.wrong)} | {bound(len(tally.wrong), tally.trials)} |"
        for name, tally in tallies.items())
    return f"""\
# Fifty taps on one dose at once

`make taps`, commit {commit()}, a seed for each {A_ROUND} trials, from {seed} on. In each trial a patient is asked about one
dose, and {TAPS} taps on it arrive at once, in any order, through the real inbox and handlers; on PostgreSQL at two processes.
In the contested trials half of them say taken and half say why not. Right is one record, one
event, no tap left in the inbox, every tap answered.

| Database | Trials | Taps | Contested | Ended as taken | as skipped | Wrong | 95 % bound per trial |
|---|---|---|---|---|---|---|---|
{rows}

What this does not show: the two processes share one event loop and one machine; kills half-way are in `make chaos`.
"""


async def campaign(seed: int, trials: int) -> dict[str, Tally]:
    from tests.temp_pg import postgres

    tallies = {"SQLite": Tally(), "PostgreSQL": Tally()}
    with TemporaryDirectory(dir=memory()) as folder, postgres() as server:
        for number, begun in enumerate(range(0, trials, A_ROUND)):
            for name, url in (("SQLite", f"sqlite:///{Path(folder) / str(number)}.db"),
                              ("PostgreSQL", server.create_database(f"taps{number}"))):
                tallies[name].add(await run(url, seed + number, min(A_ROUND, trials - begun)))
            written(PAGE, report(tallies, seed))
    return tallies


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1000, help="on each database")
    parser.add_argument("--seed", type=int, default=50)
    given = parser.parse_args()
    tallies = asyncio.run(campaign(given.seed, given.trials))
    wrong = [f"{name}, {line}" for name, tally in tallies.items() for line in tally.wrong]
    print("\n".join(wrong[:20]) or "one record each")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
