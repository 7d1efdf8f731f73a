"""`python -m bench.slots`: the first page of free times for fifty clinicians, however many appointments there have been.

The same number of visits lies ahead whatever the size; all others are over. So what grows with the size is what is paid for
visits that do not matter any more. --sizes 1000 10000 100000 1000000; --databases sqlite postgresql; --report writes the page.
"""

import argparse
import asyncio
import gc
import platform
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import text

from bench.doses import NUMBERS, kept
from bench.product import settings
from care import access, patients
from care.appointments import appointments, booking, calendars, finding, visit_types
from care.appointments.choosing import DAYS_SHOWN
from care.appointments.opening import Hours
from care.appointments.visit_types import NewVisitType, VisitType
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.reactions import REACTIONS

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CLINICIANS, DAYS, MINUTES = 50, 60, 20
AHEAD = 500  # visits to come, whatever the size: the next ten of everybody
ASKS, PEOPLE = 9, 500
# A visit is 20 minutes with one clinician, one after another by day and night: those to come first, then back from now.
STARTS = "CASE WHEN i <= {ahead} THEN {plus} ELSE {minus} END"
ROWS = (
    """INSERT INTO slots (id, visit_type_id, starts_at, ends_at, seats, overbooked)
       SELECT i, 1, {starts}, {ends}, 1, FALSE FROM {numbers}""",
    """INSERT INTO slot_calendars (slot_id, calendar_id, from_at, to_at, busy)
       SELECT i, 1 + i % {clinicians}, {starts}, {ends}, TRUE FROM {numbers}""",
    """INSERT INTO appointments (id, patient_id, visit_type_id, site_id, slot_id, seat, starts_at, ends_at, mode, state, uid,
                                 sequence, made_by, made_at)
       SELECT i, 1 + i % {people}, 1, 1, i, 0, {starts}, {ends}, 'in_person',
              CASE WHEN i <= {ahead} THEN 'booked' ELSE 'fulfilled' END, 'visit-' || i, 0, 'bench', {now} FROM {numbers}""")


@dataclass
class Found:
    """Milliseconds: CPU of this process (a server's is its own), and on the clock."""

    page: tuple[float, float]  # the first days with room, as a patient sees them
    all_days: tuple[float, float]  # every free time of sixty days, as a program may ask
    hold: tuple[float, float]  # a time held, in a turn of its own
    free: int  # how many free times the sixty days have


@dataclass
class Findings:
    found: dict[tuple[str, int], Found] = field(default_factory=dict)
    load: list[float] = field(default_factory=list)


def moments(kind: str) -> dict[str, str]:
    """The times of the i-th visit, in SQL: every clinician has one each twenty minutes."""
    if kind == "postgresql":
        at = "{base} + ({sign}1 * (i / {clinicians} + {more}) * {minutes}) * interval '1 minute'"
    else:
        at = "strftime('%Y-%m-%d %H:%M:%S.000000', {base}, ({sign}1 * (i / {clinicians} + {more}) * {minutes}) || ' minutes')"
    values = {"clinicians": CLINICIANS, "minutes": MINUTES, "base": kept(NOW + timedelta(days=1), kind)}

    def of(more: int) -> str:
        return STARTS.format(ahead=AHEAD, plus=at.format(sign="", more=more, **values),
                             minus=at.format(sign="-", more=-more, **values | {"base": kept(NOW, kind)}))

    return {"starts": of(0), "ends": of(1)}


def prepared(turn: Turn) -> int:
    site = calendars.site(turn, access.add_site(turn, "Riverside").id)
    hours = [Hours(day, time(8), time(18)) for day in range(5)]
    people = [calendars.add(turn, site.id, "clinician", f"Clinician {number}", hours).id for number in range(CLINICIANS)]
    made = visit_types.add(turn, NewVisitType({"en": "Check"}, MINUTES, [people], ahead_days=DAYS))
    for number in range(PEOPLE):
        added = patients.add(turn, f"Patient {number}", NOW.date().replace(year=1950), "en")
        patients.change(turn, added.id, state="active", consented=True)
    return made.id


async def measure(url: str, kind: str, count: int) -> Found:
    await schema.upgrade(url)
    clinic = Clinic(url, settings("", "1:bench", ""), REACTIONS, lambda: NOW)
    try:
        wanted = await clinic.run("bench", prepared)
        values = moments(kind) | {"ahead": AHEAD, "clinicians": CLINICIANS, "people": PEOPLE, "now": kept(NOW, kind),
                                  "numbers": NUMBERS[kind].format(count=count)}
        for statement in ROWS:
            await clinic.run("bench", lambda turn, said=statement: turn.db.execute(  # type: ignore[misc]
                text(said.format(**values).replace(":", r"\:"))))
        if kind == "postgresql":
            for table in ("slots", "slot_calendars", "appointments"):
                await clinic.run("bench", lambda turn, name=table: turn.db.execute(text(f"ANALYZE {name}")))  # type: ignore[misc]
            for table in ("slots", "appointments"):
                await clinic.run("bench", lambda turn, name=table: turn.db.execute(text(  # type: ignore[misc]
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {count})")))
        return await asked(clinic, await clinic.read(visit_types.get, wanted))
    finally:
        await clinic.close()


async def asked(clinic: Clinic, wanted: VisitType) -> Found:
    today = NOW.date()
    whole = await clinic.read(finding.on_days, wanted, 1, today, today + timedelta(days=DAYS))
    patient_ids = iter(range(1, PEOPLE + 1))

    def hold(turn: Turn) -> None:
        patient = patients.lock(turn, next(patient_ids))
        assert patient
        slot = finding.days_with_room(turn, wanted, 1, today + timedelta(days=7), most=1)
        start = next(iter(slot.values()))[0].start
        booking.hold(turn, patient, wanted, 1, finding.moment(start), "in_person")
        assert appointments.of_patient(turn, patient.id, ("held",))

    return Found(
        await cost(lambda: clinic.read(finding.days_with_room, wanted, 1, today, most=DAYS_SHOWN)),
        await cost(lambda: clinic.read(finding.on_days, wanted, 1, today, today + timedelta(days=DAYS))),
        await cost(lambda: clinic.run("bench", hold)), len(whole))


async def cost(work: Callable[[], Any]) -> tuple[float, float]:
    """The median of several: CPU of this process, and on the clock; milliseconds."""
    cpu, wall = [], []
    for _ in range(ASKS):
        gc.collect()
        began, on_the_clock = process_time(), perf_counter()
        await work()
        cpu.append((process_time() - began) * 1000)
        wall.append((perf_counter() - on_the_clock) * 1000)
    return statistics.median(cpu), statistics.median(wall)


async def run(sizes: list[int], kinds: list[str]) -> Findings:
    from tests.temp_pg import postgres

    findings = Findings()
    with TemporaryDirectory() as folder, postgres() as server:
        for count in sizes:
            findings.load.append(float(Path("/proc/loadavg").read_text().split()[0]))
            for kind in kinds:
                url = f"sqlite:///{folder}/{count}.db" if kind == "sqlite" else server.create_database(f"slots{count}")
                findings.found[kind, count] = await measure(url, kind, count)
                print(kind, f"{count:,}", findings.found[kind, count], file=sys.stderr, flush=True)
    return findings


def report(findings: Findings, command: str) -> str:
    from tests.evidence import commit

    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    first = {kind: found for (kind, _count), found in reversed(findings.found.items())}

    def told(one: tuple[float, float], least: tuple[float, float]) -> str:
        return f"{one[0]:.1f} ({one[0] / least[0]:.2f}x); {one[1]:.1f} ({one[1] / least[1]:.2f}x)"

    rows = "\n".join(
        f"| {names[kind]} | {count:,} | {told(one.page, first[kind].page)} | {told(one.all_days, first[kind].all_days)} | "
        f"{told(one.hold, first[kind].hold)} |" for (kind, count), one in findings.found.items())
    return f"""\
# The first page of free times, against the number of appointments

`{command}`, commit {commit()}, {platform.machine()}, Python {platform.python_version()}; load average
{", ".join(f"{one:.1f}" for one in findings.load)}. {CLINICIANS} clinicians with ten hours on weekdays, a visit of {MINUTES}
minutes that any of them may have, booked up to {DAYS} days ahead: {next(iter(findings.found.values())).free:,} different free
times. {AHEAD} visits lie ahead at every size, all others are over. The median of {ASKS}: milliseconds of CPU of our own
process, then on the clock; in brackets the ratio to the smallest size.

| Database | Appointments | First page: {DAYS_SHOWN} days with room | Every time of {DAYS} days | Finding and holding one |
|---|---|---|---|---|
{rows}

What this does not show: the server's own CPU on PostgreSQL (the clock has it in); one run, on a busy machine: only ratios
within it mean something; a clinic that is booked up for weeks, whose first page lies further ahead (each further week costs
about an eighth of what sixty days cost).
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--report", type=Path)
    args = parser.parse_args()
    written = report(asyncio.run(run(args.sizes, args.databases)), " ".join(["python -m bench.slots", *sys.argv[1:]]))
    if args.report:
        args.report.write_text(written, encoding="utf-8")
    print(written)


if __name__ == "__main__":
    main()
