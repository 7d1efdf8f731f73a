"""`python -m bench.worklist`: how long a nurse waits for the worklist of a full clinic, beside the same list written naively.

One database, one process, one client on this machine; requests of each kind take turns, so that all meet the same noise.
--patients, --open, --rounds, --report PAGE.
"""

import argparse
import asyncio
import json
import platform
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bench import patients
from bench.patients import NUMBERS, as_kept
from bench.product import settings
from care import staff
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.reactions import REACTIONS
from care.tables import escalations
from care.tables import patients as patients_table
from care.tables import staff as staff_table
from staff_api.app import build
from staff_api.guards import clinic_of, guarded

PAGE = 50
OWNERS = 20
MESSAGES = 30  # of the patient whose thread is opened
OPEN = """INSERT INTO escalations (id, patient_id, kind, severity, reason, value, opened_at, waiting_since, answered_at, due_at,
    resolve_by, next_action_at, owner_id, snoozed_until, rung, felt, reports)
    SELECT i, 1 + (i * 7919) % :patients, 'bench:' || i, CASE WHEN i % 200 = 0 THEN 0 WHEN i % 20 = 0 THEN 1 ELSE 2 END,
    'Wrote a message', NULL, datetime(:now, '-' || (i % 5000) || ' minutes') || '.000000',
    datetime(:now, '-' || ((i * 31) % 5000) || ' minutes') || '.000000',
    CASE WHEN i % 4 = 1 THEN :now END, :later, :later, :later, CASE WHEN i % 3 = 0 THEN 1 + i % :owners END,
    CASE WHEN i % 10 = 2 THEN :later END, 0, 1, 1 FROM n"""
CLOSED = """INSERT INTO escalations (id, patient_id, kind, severity, reason, opened_at, waiting_since, due_at, resolve_by,
    rung, felt, reports, resolved_by, resolved_at, outcome)
    SELECT :open + i, 1 + (i * 104729) % :patients, 'bench:' || i, 2, 'Wrote a message', :earlier, :earlier, :earlier, :earlier,
    0, 1, 1, 1, :earlier, 'reached' FROM n"""
WORDS = """INSERT INTO patient_messages (patient_id, chat_id, telegram_id, kind, text, flagged, at)
    SELECT 1, 10000001, i, 'text', 'I slept badly again, and my ankles are swollen.', 0, :earlier FROM n"""


@dataclass
class Kind:
    """One thing that is asked, and how long each answer took. Seconds."""

    name: str
    ask: Callable[[], Awaitable[None]]
    every: int = 1
    """Asked in each so many-th round."""
    took: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    """What it cost this process, asking and answering, of the processor's time."""


def at(part: float, of: list[float]) -> float:
    """Milliseconds within which this part of them was."""
    return sorted(of)[min(len(of) - 1, int(part * len(of)))] * 1000


def fill(path: Path, size: argparse.Namespace) -> None:
    patients.fill(path, size.patients)
    now = datetime.now(UTC)
    values = {"patients": size.patients, "owners": OWNERS, "open": size.open, "now": as_kept(now),
              "later": as_kept(now + timedelta(hours=2)), "earlier": as_kept(now - timedelta(days=3))}
    with sqlite3.connect(path) as db:
        for number in range(1, OWNERS + 1):
            db.execute("INSERT INTO staff (id, email, name, password_hash, active, role, reach, created_at) VALUES "
                       "(?, ?, ?, '!', 1, 'nurse', 'clinic', ?)", (number, f"n{number}@bench.example", f"Nurse {number}", now))
        for statement, count in ((OPEN, size.open), (CLOSED, size.closed), (WORDS, MESSAGES)):
            target, rows = statement.split("SELECT", 1)
            db.execute(f"{target}{NUMBERS}SELECT{rows}", {**values, "count": count})
        db.execute("ANALYZE")
    db.close()


def order(row: Any) -> tuple[Any, ...]:
    return row.severity, row.answered_at is not None, row.felt, row.waiting_since, row.id


def row_by_row(turn: Turn) -> list[dict[str, Any]]:
    """As it is first written: all that is open, its patient and its owner looked up for each, sorted here, and cut."""
    found = []
    for row in turn.db.execute(select(escalations).where(escalations.c.resolved_at.is_(None))):
        patient = turn.db.execute(select(patients_table).where(patients_table.c.id == row.patient_id)).one()
        owner = turn.db.execute(select(staff_table).where(staff_table.c.id == row.owner_id)).first() if row.owner_id else None
        found.append((order(row), shown(row, patient.name, owner.name if owner else None)))
    return [item for _, item in sorted(found, key=lambda one: one[0])[:PAGE]]


def sorted_here(turn: Turn) -> list[dict[str, Any]]:
    """As it is often written next: one statement with its joins, and sorted and cut here."""
    rows = turn.db.execute(
        select(escalations, patients_table.c.name.label("patient"), staff_table.c.name.label("owner"))
        .join(patients_table, patients_table.c.id == escalations.c.patient_id)
        .outerjoin(staff_table, staff_table.c.id == escalations.c.owner_id)
        .where(escalations.c.resolved_at.is_(None))).all()
    return [shown(row, row.patient, row.owner) for row in sorted(rows, key=order)[:PAGE]]


def shown(row: Any, patient: str, owner: str | None) -> dict[str, Any]:
    moments = {name: str(getattr(row, name)) for name in ("opened_at", "waiting_since", "due_at", "resolve_by")}
    return {"escalation_id": row.id, "patient_name": patient, "owner": owner, "severity": row.severity, "reason": row.reason,
            **moments}


def naive(act: Callable[[Turn], list[dict[str, Any]]]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    @guarded("worklist:read")
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(text=json.dumps({"items": await clinic_of(request).read(act)}), content_type="application/json")

    return handle


async def measure(path: Path, size: argparse.Namespace) -> list[Kind]:
    wanted = settings("", "1:bench", str(path))
    clinic = Clinic(f"sqlite:///{path}", replace(wanted, staff=replace(wanted.staff, requests_a_minute=0)), REACTIONS)
    opened = await clinic.run("staff:1", staff.sign_in, 1)
    app = build(clinic)
    app.router.add_get("/naive/row-by-row", naive(row_by_row))
    app.router.add_get("/naive/sorted-here", naive(sorted_here))
    async with TestClient(TestServer(app)) as client:
        async def ask(address: str) -> dict[str, Any]:
            async with client.get(address, headers={"Cookie": f"careward={opened.token}"}) as answer:
                assert answer.status == 200, await answer.text()
                return dict(await answer.json())

        first = await ask(f"/api/v1/worklist?limit={PAGE}")
        ids = [item["escalation_id"] for item in first["items"]]
        for other in ("/naive/row-by-row", "/naive/sorted-here"):
            assert [item["escalation_id"] for item in (await ask(other))["items"]] == ids, "all of them are the same list"

        def of(name: str, address: str, every: int = 1) -> Kind:
            async def one() -> None:
                await ask(address)

            return Kind(name, one, every)

        kinds = [
            of("the worklist, first page", f"/api/v1/worklist?limit={PAGE}"), of("its second page", first["next"]),
            of("what needs attention", f"/api/v1/worklist?view=attention&limit={PAGE}"),
            of("counts of every view", "/api/v1/worklist/views"), of("a patient's thread", "/api/v1/patients/1/thread"),
            of("the same first page: joined, sorted in Python", "/naive/sorted-here", 10),
            of("the same first page: row by row", "/naive/row-by-row", 40),
        ]
        for number in range(size.rounds):
            for kind in kinds:
                if number % kind.every == 0:
                    began, begun = perf_counter(), process_time()
                    await kind.ask()
                    kind.took.append(perf_counter() - began)
                    kind.worked.append(process_time() - begun)
    await clinic.close()
    return kinds


def page(kinds: list[Kind], size: argparse.Namespace, seconds: float) -> str:
    lines = [
        f"| {one.name} | {len(one.took):,} | " + " | ".join(f"{at(part, of):.1f}" for of in (one.took, one.worked)
                                                            for part in (.5, .95, .99)) + f" | {max(one.took) * 1000:.1f} |"
        for one in kinds]
    times = [at(.5, one.worked) / at(.5, kinds[0].worked) for one in kinds[-2:]]
    command = " ".join(["python -m bench.worklist", *sys.argv[1:]])
    return f"""# The worklist of a full clinic

`{command}`, {datetime.now(UTC):%Y-%m-%d}:
{size.patients:,} patients, {size.open:,} open obligations, {size.closed:,} closed ones, on SQLite;
{platform.python_implementation()} {platform.python_version()}, two cores that other work wanted too: the columns
of CPU (of client and server together, one process) say what a request costs, the others what it took meanwhile. One
client, over HTTP on this machine, with all that a request passes: the session, the guard, whose record it is, the
answer's shape. Requests of each kind take turns. The rows are laid by rule, without chance; the run took {seconds:.0f} s.

| what is asked | n | p50, ms | p95 | p99 | p50, ms of CPU | p95 | p99 | slowest, ms |
|---|---|---|---|---|---|---|---|---|
{chr(10).join(lines)}

The naive ones stand in this program beside the measurement (`bench/worklist.py`), give the same fifty items in the same
order (it is asserted), and leave out what ours adds: pools, reach, the patient's local time, ETags. At the median they
cost {times[0]:.1f} and {times[1]:.1f} times as much.

**It does not show** many nurses at once, PostgreSQL, a network, or what the browser draws. With n requests of a kind,
slower ones than the slowest are rarer than 3/n of them (95 %).
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.worklist", description=(__doc__ or "").partition("\n")[0])
    for name, default in (("patients", 100_000), ("open", 5_000), ("closed", 95_000), ("rounds", 1_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--report", type=Path)
    size = parser.parse_args()
    began = perf_counter()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "clinic.db"
        fill(path, size)
        kinds = asyncio.run(measure(path, size))
    text = page(kinds, size, perf_counter() - began)
    if size.report:
        size.report.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
