"""`python -m tests.care.appointments.booking_races`: 200 bookings of one slot at once, round after round; one succeeds.

Half of them are patients who hold a time and confirm it, half are staff who book; in every fourth round the visit needs
approval, and two people on staff decide at once. On SQLite all of it in one process; on PostgreSQL in several.
"""

import argparse
import asyncio
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from care import access, patients
from care.appointments import appointments, booking, calendars, visit_types
from care.appointments.errors import Refused
from care.appointments.opening import Hours
from care.appointments.visit_types import NewVisitType, VisitType
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.reactions import REACTIONS
from care.tables import appointments as table
from care.tables import taken_times
from tests.care.appointments import practice
from tests.evidence import bound, commit, written
from tests.ward import SETTINGS, Clock

PAGE = Path(__file__).parents[3] / "docs" / "evidence" / "bookings.md"
AT_ONCE, PROCESSES, APPROVED_EVERY = 200, 4, 4
FIRST = practice.at("2026-11-25", "00:00")
STANDS = ("pending", "booked")
DECIDED = "requests decided by two at once"


@dataclass
class Tally:
    rounds: int = 0
    attempts: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def prepared(turn: Turn, people: int) -> tuple[int, int, int]:
    """A clinician who is always there, a type that staff and patients book, one that needs approval; patients 1 and on."""
    site = calendars.site(turn, access.add_site(turn, "Riverside").id)
    always = [Hours(day, time(0), time(0)) for day in range(7)]
    doctor = calendars.add(turn, site.id, "clinician", "Dr Ortiz", always).id
    plain = visit_types.add(turn, NewVisitType({"en": "Check"}, 10, [[doctor]], ahead_days=366)).id
    asked = visit_types.add(turn, NewVisitType({"en": "Talk"}, 10, [[doctor]], ahead_days=366, needs_approval=True)).id
    for number in range(people):
        practice.somebody(turn, f"Patient {number}")
    return site.id, plain, asked


def attempt(turn: Turn, patient_id: int, kind: VisitType, site_id: int, start: datetime) -> str:
    """One booking: "won", or why not."""
    patient = patients.lock(turn, patient_id)
    assert patient
    try:
        if patient_id % 2 and not kind.needs_approval:
            booking.book(turn, patient, kind, site_id, start, kind.modes[0])
        else:
            booking.confirm(turn, booking.hold(turn, patient, kind, site_id, start, kind.modes[0]), kind)
    except Refused as refused:
        return type(refused).__name__
    return "won"


def decide(turn: Turn, request: int, yes: bool) -> str:
    found = appointments.locked(turn, request)
    assert found
    try:
        (booking.approve(turn, found[0]) if yes else booking.refuse(turn, found[0], "no"))
    except Refused:
        return "too late"
    return "decided"


async def tried(clinic: Clinic, people: range, kind_id: int, start: datetime) -> Counter[str]:
    kind = await clinic.read(visit_types.get, kind_id)
    site_id = (await clinic.read(calendars.all_sites))[0].id
    return Counter(await asyncio.gather(*(clinic.run("test", attempt, one, kind, site_id, start) for one in people)))


async def judged(clinic: Clinic, tally: Tally, outcomes: Counter[str], start: datetime) -> int | None:
    """Hold what was answered against what the database has; the appointment that won."""
    def standing(turn: Turn) -> list[int]:
        return list(turn.db.scalars(select(table.c.id).where(table.c.starts_at == start, table.c.state.in_(STANDS))))

    won = await clinic.read(standing)
    tally.rounds += 1
    tally.attempts += outcomes.total()
    tally.outcomes += outcomes
    if outcomes["won"] != 1 or len(won) != 1 or set(outcomes) - {"won", "Taken", "Refused"}:
        tally.wrong.append(f"{start}: {dict(outcomes)}, {len(won)} stand")
    return won[0] if won else None


def round_of(number: int, plain: int, asked: int) -> tuple[int, datetime]:
    return asked if number % APPROVED_EVERY == 3 else plain, FIRST + timedelta(minutes=10 * number)


async def two_decide(clinic: Clinic, tally: Tally, request: int) -> None:
    said = await asyncio.gather(clinic.run("staff:1", decide, request, True), clinic.run("staff:2", decide, request, False))
    tally.outcomes[DECIDED] += 1
    if sorted(said) != ["decided", "too late"]:
        tally.wrong.append(f"request {request}: {said}")


async def in_one_process(url: str, rounds: int, at_once: int = AT_ONCE) -> Tally:
    clinic = await opened(url)
    _site, plain, asked = await clinic.run("test", prepared, at_once)
    tally = Tally()
    for number in range(rounds):
        kind, start = round_of(number, plain, asked)
        request = await judged(clinic, tally, await tried(clinic, range(1, at_once + 1), kind, start), start)
        if kind == asked and request:
            await two_decide(clinic, tally, request)
    await looked_over(clinic, tally)
    await clinic.close()
    return tally


async def opened(url: str) -> Clinic:
    await schema.upgrade(url)
    return Clinic(url, SETTINGS, REACTIONS, Clock())


async def looked_over(clinic: Clinic, tally: Tally) -> None:
    """At the end no two visits of the clinician overlap, and the guard holds what stands, no more and no less."""
    def count(turn: Turn) -> tuple[int, int]:
        standing = turn.db.scalar(select(func.count()).select_from(table).where(table.c.state.in_(STANDS)))
        return standing or 0, turn.db.scalar(select(func.count()).select_from(taken_times)) or 0

    standing, quanta = await clinic.read(count)
    if quanta != 2 * standing:  # ten minutes are two
        tally.wrong.append(f"{standing} visits stand on {quanta} rows of the guard")


async def in_processes(url: str, rounds: int, at_once: int = AT_ONCE, processes: int = PROCESSES) -> Tally:
    """The same, the bookings of a round spread over processes that begin it together; this is one of them."""
    clinic = await opened(url)
    _site, plain, asked = await clinic.run("test", prepared, at_once)
    share, tally = at_once // processes, Tally()
    workers = [await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__ if __name__ != "__main__" else "tests.care.appointments.booking_races", "--worker", url,
        str(1 + share * number), str(share), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}) for number in range(1, processes)]
    for number in range(rounds):
        kind, start = round_of(number, plain, asked)
        for worker in workers:
            assert worker.stdin
            worker.stdin.write(f"{kind} {start.isoformat()}\n".encode())
        outcomes = await tried(clinic, range(1, 1 + share), kind, start)
        for worker in workers:
            assert worker.stdout
            outcomes += Counter((await worker.stdout.readline()).decode().split())
        request = await judged(clinic, tally, outcomes, start)
        if kind == asked and request:
            await two_decide(clinic, tally, request)
    for worker in workers:
        assert worker.stdin
        worker.stdin.close()
        await worker.wait()
    await looked_over(clinic, tally)
    await clinic.close()
    return tally


async def work(url: str, first: int, share: int) -> None:
    clinic = Clinic(url, SETTINGS, REACTIONS, Clock())
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        kind, start = line.split()
        outcomes = await tried(clinic, range(first, first + share), int(kind), datetime.fromisoformat(start))
        print(" ".join(outcomes.elements()), flush=True)
    await clinic.close()


def report(tallies: dict[str, Tally], rounds: int) -> str:
    rows = "\n".join(
        f"| {name} | {tally.rounds:,} | {tally.attempts:,} | {tally.outcomes['won']:,} | {tally.outcomes[DECIDED]:,} | "
        f"{len(tally.wrong)} | {bound(len(tally.wrong), tally.rounds)} |" for name, tally in tallies.items())
    return f"""\
# Many bookings of one slot

`make bookings`, commit {commit()}, {rounds} rounds. In each round {AT_ONCE} patients want the same ten minutes of one
clinician at the same moment: half hold and confirm, half are booked by staff. In every {APPROVED_EVERY}th round the visit needs
approval: then all ask for it, and two people on staff decide about what was asked at once, one with yes and one with no.

| Database | Rounds | Bookings tried | Succeeded | Decided by two at once | Rounds gone wrong | 95 % bound per round |
|---|---|---|---|---|---|---|
{rows}

A round is wrong unless exactly one booking was told that it succeeded, exactly one visit stands in the database, and everybody
else was told that the time is taken. At the end the rows of the guard (`taken_times`) are those of the visits that stand. On
SQLite all of it is one process (only one writes to a file); on PostgreSQL the bookings of a round come from {PROCESSES}
processes, which begin it together.

What this does not show: a server lost in the middle of a commit (see the campaign of kills), or somebody who writes to the
database beside the product. Without the key of `taken_times` rounds on PostgreSQL do go wrong; a test in `make test` says so.
"""


async def campaign(rounds: int) -> dict[str, Tally]:
    from tests.temp_pg import postgres

    with TemporaryDirectory() as folder, postgres() as server:
        return {"SQLite, one process": await in_one_process(f"sqlite:///{folder}/bookings.db", rounds),
                f"PostgreSQL, {PROCESSES} processes": await in_processes(server.create_database("bookings"), rounds)}


def main() -> int:
    if sys.argv[1:2] == ["--worker"]:
        asyncio.run(work(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
        return 0
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=500)
    given = parser.parse_args()
    tallies = asyncio.run(campaign(given.rounds))
    written(PAGE, report(tallies, given.rounds))
    wrong = [line for tally in tallies.values() for line in tally.wrong]
    print("\n".join(wrong[:20]) or f"{[dict(tally.outcomes) for tally in tallies.values()]}\nnothing booked twice")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
