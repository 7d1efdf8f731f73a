"""`python -m tests.care.ladder_campaign`: obligations while each rung of the ladder fails in turn, and the clock's process is
killed at each step of its work.

A world is a clinic with one rung that fails in one way. Patients report trouble, the clock looks every ten seconds, people take
some of it on, answer, put off and close. After every look each open obligation must have an action to come, whatever was
killed; nothing may be closed by itself; and the next rung must be called within its step and half a minute.
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select

from care import alerts, escalations, ladder, patients, pools, rota, staff
from care.escalations import Severity
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.settings import AlertSettings
from care.heart.turn import Turn
from care.reactions import REACTIONS
from care.tables import alerts as alerts_table
from care.tables import escalation_steps
from care.tables import escalations as table
from tests.evidence import bound, commit, written
from tests.ward import BORN, SETTINGS, Clock

PAGE = Path(__file__).parents[2] / "docs" / "evidence" / "ladder.md"
LOOK, LATE = timedelta(seconds=10), timedelta(seconds=30)
LASTS = timedelta(minutes=40)
RUNGS = ("on_call", "backup", "lead", "everyone", "channels", "pool")
WAYS = ("blocked", "timeout", "off shift", "deleted", "no rota")
WORLDS = [(rung, way) for rung in RUNGS for way in WAYS]
STATEMENTS = 40  # more than any turn here makes


class Killed(BaseException):
    """The process died here."""


class Dying:
    """A connection on which the process dies before its nth statement."""

    def __init__(self, db: Any, after: int):
        self._db, self.left = db, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._db, name)
        if name not in ("execute", "executemany", "scalar", "scalars", "driver_connection", "connection"):
            return found
        if name in ("driver_connection", "connection"):
            inner = Dying(found, 0)
            inner.spend = self.spend  # type: ignore[method-assign]
            return inner

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.spend()
            return found(*args, **kwargs)

        return counted

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed


@dataclass
class Tally:
    reported: int = 0
    kills: Counter[int] = field(default_factory=Counter)  # by the statement before which the process died
    survived: int = 0  # turns that were over before it could
    calls: int = 0
    longest: timedelta = timedelta(0)  # from one rung to the next, beyond the step
    late: list[str] = field(default_factory=list)
    without_action: list[str] = field(default_factory=list)
    overdue: list[str] = field(default_factory=list)
    closed_by_nobody: int = 0
    by_world: Counter[tuple[str, str]] = field(default_factory=Counter)
    left_open: int = 0
    closed: int = 0


class World:
    def __init__(self, clinic: Clinic, clock: Clock, random: Random, rung: str, way: str, tally: Tally):
        self.clinic, self.clock, self.random, self.rung, self.way, self.tally = clinic, clock, random, rung, way, tally
        self.killed_before: set[int] = set()

    async def people_come(self) -> None:
        self.team = [(await self.clinic.run("ops", staff.add, f"{name}@clinic.example", name, "-")).id
                     for name in ("ann", "ben", "cleo", "dov", "eve")]
        eve = self.team[4]
        nobody = self.rung == "pool" and self.way == "no rota"
        await self.clinic.run("ops", pools.keep, "Nurses", ("danger",), not nobody, () if nobody else (eve,))
        if self.rung == "pool" and self.way == "off shift":
            today = self.clock.now.date()
            await self.clinic.run("ops", rota.add_absence, eve, today, today)
        for member, role in zip(self.team, rota.ROLES, strict=False):
            if role == self.rung and self.way == "no rota":
                continue
            on_another_day = role == self.rung and self.way == "off shift"
            for day in (5,) if on_another_day else range(7):
                await self.clinic.run("ops", rota.add_shift, member, role, time(0), time(0), day)
        if self.way == "deleted":
            gone = RUNGS.index(self.rung) if self.rung in RUNGS[:3] else 4 if self.rung == "pool" else 3
            self.leaves_at, self.leaver = self.clock.now + timedelta(minutes=self.random.randrange(12)), self.team[gone]
        else:
            self.leaves_at, self.leaver = None, 0

    async def lives(self, reports: int) -> None:
        await self.people_come()
        begun = self.clock.now
        due = sorted(begun + timedelta(seconds=self.random.randrange(900)) for _ in range(reports))
        plans: dict[datetime, list[Callable[[Turn], object]]] = {}
        while self.clock.now < begun + LASTS:
            while due and due[0] <= self.clock.now:
                due.pop(0)
                await self._somebody_reports(plans)
            if self.leaves_at and self.leaves_at <= self.clock.now:
                await self.clinic.run("ops", staff.deactivate, self.leaver)
                self.leaves_at = None
            for moment in [moment for moment in plans if moment <= self.clock.now]:
                for act in plans.pop(moment):
                    await self._do_or_die("staff", act)
            await self._the_clock_looks(await self.clinic.read(escalations.to_act_on))
            await self._alerts_leave()
            next_at = await self.clinic.read(self._hold_to_it)
            # Looks at which nothing can be due are left out.
            coming = min((moment for moment in (next_at, *due[:1], *plans, self.leaves_at) if moment), default=begun + LASTS)
            looks = 1 if self.killed_before else max(1, -(-(coming - self.clock.now) // LOOK))
            self.clock.passes(seconds=looks * LOOK.total_seconds())
        await self.clinic.read(self._reckon)

    async def _do_or_die(self, actor: str, act: Callable[[Turn], Any], sure: bool = True) -> Any:
        """Perhaps the process dies in the middle of it; then, if it is `sure` to come again, it is done anew."""
        if self.random.random() < 0.35:
            at = self.random.randrange(STATEMENTS)

            def dying(turn: Turn) -> None:
                act(replace(turn, db=Dying(turn.db, at)))  # type: ignore[arg-type]
                raise RuntimeError("it was over before that")

            try:
                await self.clinic.run(actor, dying)
            except Killed:
                self.tally.kills[at] += 1
            except RuntimeError:
                self.tally.survived += 1
            if not sure:
                return None
        return await self.clinic.run(actor, act)

    async def _somebody_reports(self, plans: dict[datetime, list[Callable[[Turn], object]]]) -> None:
        self.tally.reported += 1
        self.tally.by_world[self.rung, self.way] += 1
        patient = (await self.clinic.run("ops", patients.add, f"Patient {self.tally.reported}", BORN, "en")).id
        severity = self.random.choice((Severity.EMERGENCY, Severity.EMERGENCY, Severity.URGENT, Severity.ROUTINE))
        this = await self._do_or_die("chat", lambda turn: escalations.open_(turn, patient, severity, "red_flag:x", "Trouble"))
        now, random = self.clock.now, self.random
        who = random.choice([one for one in self.team if one != self.leaver])

        def then(minutes: int, act: Callable[[Turn], object]) -> None:
            plans.setdefault(now + timedelta(minutes=minutes), []).append(act)

        if random.random() < 0.3:
            then(random.randrange(30), lambda turn: escalations.acknowledge(turn, this, who))
        if random.random() < 0.15:
            then(random.randrange(30), lambda turn: escalations.answered(turn, patient))
        if random.random() < 0.15:
            then(random.randrange(30), lambda turn: escalations.open_(turn, patient, severity, "red_flag:x", "Again"))
        if random.random() < 0.1:
            then(random.randrange(30), lambda turn: escalations.get(turn, this).resolved_at or escalations.hand_over(  # type: ignore[union-attr]
                turn, this, who, random.choice([one for one in self.team[3:] if one != self.leaver]), "home time"))
        if random.random() < 0.25:
            then(random.randrange(35), lambda turn: escalations.resolve(turn, this, who, "reached"))

    async def _the_clock_looks(self, found: list[int]) -> None:
        """As the scheduler's job does. Whoever was killed once is left alone the next time, or nothing would be measured."""
        for one in found:
            if one in self.killed_before:
                self.killed_before.discard(one)
                await self.clinic.run("scheduler", ladder.climb, one)
            else:
                before = sum(self.tally.kills.values())
                await self._do_or_die("scheduler", lambda turn, this=one: ladder.climb(turn, this), sure=False)  # type: ignore[misc]
                if sum(self.tally.kills.values()) > before:
                    self.killed_before.add(one)
                elif await self.clinic.read(lambda turn, this=one: escalations.get(turn, this).next_action_at <= turn.now):  # type: ignore[misc]
                    await self.clinic.run("scheduler", ladder.climb, one)

    async def _alerts_leave(self) -> None:
        for alert in await self.clinic.run("scheduler", alerts.claim):
            fails = alert.rung == self.rung
            if fails and self.way == "timeout":
                continue  # nobody answered, and whoever sent it is gone: its lease runs out
            if fails and self.way == "blocked":
                await self.clinic.run("scheduler", alerts.not_sent, alert, "refused", False)
            else:
                await self.clinic.run("scheduler", alerts.sent, alert)

    def _hold_to_it(self, turn: Turn) -> datetime | None:
        """Every open obligation has an action to come; returns when the first of them is, or an alert may leave."""
        where = f"{self.rung} {self.way} at {turn.now:%H:%M:%S}"
        for row in turn.db.execute(select(table).where(table.c.resolved_at.is_(None))):
            if row.next_action_at is None:
                self.tally.without_action.append(f"{where}: {row.id}")
            elif row.next_action_at <= turn.now and row.id not in self.killed_before:
                self.tally.overdue.append(f"{where}: {row.id}")
        self.tally.closed_by_nobody += len(turn.db.execute(
            select(table.c.id).where(table.c.resolved_at.is_not(None), table.c.resolved_by.is_(None))).all())
        return min(filter(None, (
            turn.db.scalar(select(func.min(table.c.next_action_at)).where(table.c.resolved_at.is_(None))),
            turn.db.scalar(select(func.min(alerts_table.c.claimed_at)).where(alerts_table.c.outcome.is_(None))))), default=None)

    def _reckon(self, turn: Turn) -> None:
        """From one rung to the next: no more than the step, and half a minute."""
        for row in turn.db.execute(select(table)):
            self.tally.left_open += row.resolved_at is None
            self.tally.closed += row.resolved_at is not None
            severity = Severity(row.severity)
            step = timedelta(minutes=turn.settings.obligations.minutes(severity.word, "step"))
            repeat = timedelta(minutes=turn.settings.obligations.minutes(severity.word, "repeat"))
            before, waits = None, step
            for one in turn.db.execute(select(escalation_steps).where(
                    escalation_steps.c.escalation_id == row.id).order_by(escalation_steps.c.id)):
                if one.kind == "exhausted":
                    waits = repeat
                elif one.kind == "called":
                    self.tally.calls += 1
                    if before and severity is not Severity.ROUTINE and one.at > before:
                        beyond = one.at - before - waits
                        self.tally.longest = max(self.tally.longest, beyond)
                        if beyond > LATE:
                            self.tally.late.append(f"{self.rung} {self.way}: {row.id} at {one.at:%H:%M:%S}")
                    before = one.at
                else:
                    before, waits = None, step  # somebody had a hand in it: it begins anew


def settings_of(rung: str, way: str) -> Any:
    own = () if rung == "channels" and way in ("no rota", "off shift") else ("duty@clinic.example",)
    return replace(SETTINGS, alerts=AlertSettings(
        smtp_host="127.0.0.1", smtp_port=9, smtp_security="none", email_from="careward@clinic.example", email_to=own,
        from_severity="routine"))


async def run(folder: Path, seed: int, trials: int, worlds: Sequence[tuple[str, str]] = WORLDS) -> Tally:
    tally, random = Tally(), Random(seed)
    empty = folder / "empty.db"
    await schema.upgrade(f"sqlite:///{empty}")
    each = max(1, -(-trials // len(worlds)))
    for number, (rung, way) in enumerate(worlds):
        if tally.reported >= trials:
            break
        file = folder / f"world{number}.db"
        file.write_bytes(empty.read_bytes())
        clock = Clock()
        clinic = Clinic(f"sqlite:///{file}", settings_of(rung, way), REACTIONS, clock)
        try:
            await World(clinic, clock, random, rung, way, tally).lives(min(each, trials - tally.reported))
        finally:
            await clinic.close()
        file.unlink()
    return tally


def page(tally: Tally, seed: int) -> str:
    kills, reported, rungs = sum(tally.kills.values()), tally.reported, " | ".join(WAYS)
    rows = "\n".join(f"| {rung} | " + " | ".join(str(tally.by_world[rung, way]) for way in WAYS) + " |" for rung in RUNGS)
    found = "\n".join(f"| {what} | {number} | {of:,} {whom} | {bound(number, of)} |" for what, number, of, whom in (
        ("open without a next action", len(tally.without_action), reported, "obligations"),
        ("open with an action that the clock passed over", len(tally.overdue), reported, "obligations"),
        ("closed without a person", tally.closed_by_nobody, tally.closed, "closed"),
        ("next rung later than its step and 30 s", len(tally.late), tally.calls, "calls")))
    return f"""# The ladder, with each rung failing in turn

`make ladder`, commit {commit()}, seed {seed}. {reported:,} obligations, half of them emergencies, in {len(WORLDS)} clinics: in
each one rung fails in one way. All of them belong to a pool of one, which is called first, or in an emergency together with
whoever is on call. The clock looks every ten seconds for forty minutes; people take some on, answer, hand over, close.

| Obligations by failing rung | {rungs} |
|---|{"---|" * len(WAYS)}
{rows}

The process was killed {kills:,} times in the middle of a turn (of the clock, of a report, of a person), before its
{min(tally.kills) + 1}. to {max(tally.kills) + 1}. statement; {tally.survived:,} times just after its last, before the commit.

| What must not be | Found | Of | 95 % bound |
|---|---|---|---|
{found}

The longest wait for a next rung was its step and {tally.longest.total_seconds():.0f} s; a kill costs one look of ten seconds.
{tally.left_open:,} were open at the end, each with an action to come.

That an open obligation has a next action, and that what is closed was closed by a person with evidence, are constraints of
both databases too (`tests/care/test_escalations.py`). Kills are exceptions in the middle of a turn on SQLite, which undo it as
a dead process would; real processes are killed in [chaos](chaos.md).

What this does not show: a process that is killed at every look for minutes on end (the watchdog's affair), whether a person
who is called looks at their phone, and PostgreSQL with several schedulers.
"""


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--seed", type=int, default=4)
    wanted.add_argument("--trials", type=int, default=2000)
    asked = wanted.parse_args()
    with TemporaryDirectory() as folder:
        tally = asyncio.run(run(Path(folder), asked.seed, asked.trials))
    written(PAGE, page(tally, asked.seed))
    bad = [*tally.without_action, *tally.overdue, *tally.late]
    print("\n".join(bad[:20]))
    return 1 if bad or tally.closed_by_nobody else 0


if __name__ == "__main__":
    sys.exit(main())
