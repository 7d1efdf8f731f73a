"""What it takes to count an audience, to plan it person by person, and to follow it, at several sizes and on both databases."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import case, insert, literal, select, text

from care import staff
from care.broadcasts import audience, results, sending, steering, texts
from care.broadcasts.steering import Draft
from care.cohorts import Criteria
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.settings import ClinicSettings, SendingSettings, Settings
from care.heart.turn import Turn
from care.reactions import REACTIONS
from care.tables import care_plans, chat_links, patients
from tests.temp_pg import postgres

SETTINGS = Settings(clinic=ClinicSettings(name="Bench", country="GB", languages=("en", "es"), time_zone="Europe/London"),
                    sending=SendingSettings(second_person_above=10_000_000))
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WORDS = {"en": "The flu clinic is open on Friday.", "es": "La clínica de la gripe abre el viernes."}
HEADING = """\
| Database | Patients | Counting everybody | A programme, 65 and older | Planning everybody | People a second | Longest turn | \
50 into the outbox | Progress page |
|---|---|---|---|---|---|---|---|---|"""


def fill(turn: Turn, count: int) -> None:
    """So many patients, in the three tables that an audience is counted from, a statement each."""
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < count))
    n = numbers.c.n

    def rows(table: Any, **values: Any) -> None:
        turn.db.execute(insert(table).from_select(list(values), select(*values.values())))

    rows(patients, id=n, name=literal("Patient"), date_of_birth=case(
        (n % 4 == 0, literal("1945-05-01")), (n % 4 == 1, literal("1958-05-01")), else_=literal("1980-05-01")),
        born_from=case((n % 4 == 0, 1945), (n % 4 == 1, 1955), else_=1980),
        language=case((n % 2 == 0, "en"), else_="es"), country=literal("GB"), time_zone=literal("Europe/London"),
        state=literal("active"), consented=n % 50 != 0, reachable=n % 40 != 0, reminders=n % 30 != 0, created_at=literal(NOON))
    rows(chat_links, chat_id=n, patient_id=n, role=literal("self"), linked_at=literal(NOON))
    rows(care_plans, patient_id=n, programme=case((n % 3 == 0, "hypertension"), (n % 3 == 1, "diabetes"), else_="asthma"),
         hour=literal(NOON.time()), day_0=literal(NOON.date()), starts_on=literal(NOON.date()), begun_at=literal(NOON))


def look_at_the_rows(turn: Turn) -> None:
    """What a database does by itself sooner or later: see how many there are."""
    turn.db.execute(text("ANALYZE"))


async def measured(kind: str, url: str, size: int) -> str:
    """A line of the table."""
    await schema.upgrade(url)
    clinic = Clinic(url, SETTINGS, REACTIONS, lambda: NOON)
    await clinic.run("bench", fill, size)
    await clinic.run("bench", look_at_the_rows)
    author = (await clinic.run("bench", staff.add, "dana@example.org", "Dana", "-")).id

    async def written(criteria: Criteria) -> int:
        return (await clinic.run("bench", steering.write, Draft("Flu", WORDS, criteria=criteria), author)).id

    async def timed(look: Callable[[Turn], Any]) -> tuple[Any, float]:
        began = perf_counter()
        return await clinic.read(look), perf_counter() - began

    counts = []
    everybody, some = await written(Criteria()), await written(Criteria(programmes=("hypertension",), age_from=65))
    for broadcast in (everybody, some):
        counted, spent = await timed(lambda turn, which=broadcast: audience.count(turn, found(turn, which)))  # type: ignore[misc]
        counts.append(f"{counted.gets:,} in {spent:.2f} s")
    await clinic.run("bench", steering.send, everybody, author)
    turns, longest, began, more = 0, 0.0, perf_counter(), True
    while more:
        turn_began = perf_counter()
        more = await clinic.run("bench", sending.plan, everybody)
        turns, longest = turns + 1, max(longest, perf_counter() - turn_began)
    spent = perf_counter() - began
    began = perf_counter()
    await clinic.run("bench", sending.release, everybody)
    released = perf_counter() - began
    _seen, looked = await timed(lambda turn: results.progress(turn, found(turn, everybody)))
    await clinic.close()
    return (f"| {kind} | {size:,} | {counts[0]} | {counts[1]} | {spent:.1f} s in {turns:,} turns | {size / spent:,.0f} "
            f"| {1000 * longest:.0f} ms | {1000 * released:.0f} ms | {looked:.2f} s |")


def found(turn: Turn, which: int) -> texts.Broadcast:
    broadcast = texts.get(turn, which)
    assert broadcast
    return broadcast


@contextmanager
def databases() -> Iterator[Callable[[str, int], str]]:
    """A new database of a kind, for a size."""
    with TemporaryDirectory() as folder, postgres() as server:
        yield lambda kind, size: (
            f"sqlite:///{Path(folder) / f'{size}.db'}" if kind == "SQLite" else server.create_database(f"audience{size}"))


def table(sizes: list[int]) -> str:
    """Everything, once; a line is printed as soon as it is known."""
    lines = [HEADING]
    with databases() as made:
        for kind in ("SQLite", "PostgreSQL"):
            for size in sizes:
                lines.append(asyncio.run(measured(kind, made(kind, size), size)))
                print(lines[-1], flush=True)
    return "\n".join(lines)
