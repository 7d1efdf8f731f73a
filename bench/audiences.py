"""`python -m bench.audiences`: what it takes to count an audience, and to plan it person by person, at several sizes."""

import argparse
import asyncio
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import insert

from care import staff
from care.broadcasts import audience, sending, steering, texts
from care.broadcasts.steering import Draft
from care.cohorts import Criteria
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.settings import ClinicSettings, SendingSettings, Settings
from care.heart.turn import Turn
from care.reactions import REACTIONS
from care.tables import care_plans, chat_links, patients

SETTINGS = Settings(clinic=ClinicSettings(name="Bench", country="GB", languages=("en", "es"), time_zone="Europe/London"),
                    sending=SendingSettings(second_person_above=10_000_000))
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WORDS = {"en": "The flu clinic is open on Friday.", "es": "La clínica de la gripe abre el viernes."}
AT_ONCE = 5000


def fill(turn: Turn, first: int, count: int) -> None:
    """Patients in one statement each for the three tables that an audience is counted from."""
    ids = range(first, first + count)
    turn.db.execute(insert(patients), [
        {"id": n, "name": f"Patient {n}", "date_of_birth": date(1930 + n % 70, 1 + n % 12, 1), "language": ("en", "es")[n % 2],
         "country": "GB", "time_zone": "Europe/London", "state": "active", "consented": n % 50 != 0, "reachable": n % 40 != 0,
         "reminders": n % 30 != 0, "created_at": NOON} for n in ids])
    turn.db.execute(insert(chat_links), [
        {"chat_id": n, "patient_id": n, "role": "self", "linked_at": NOON} for n in ids])
    turn.db.execute(insert(care_plans), [
        {"patient_id": n, "programme": ("hypertension", "diabetes", "asthma")[n % 3], "hour": NOON.time(), "day_0": NOON.date(),
         "starts_on": NOON.date(), "begun_at": NOON} for n in ids])


async def measured(size: int, folder: Path) -> str:
    url = f"sqlite:///{folder / f'{size}.db'}"
    await schema.upgrade(url)
    clinic = Clinic(url, SETTINGS, REACTIONS, lambda: NOON)
    for first in range(1, size + 1, AT_ONCE):
        await clinic.run("bench", fill, first, min(AT_ONCE, size - first + 1))
    author = (await clinic.run("bench", staff.add, "dana@example.org", "Dana", "-")).id

    async def written(criteria: Criteria) -> int:
        draft = Draft("Flu", WORDS, criteria=criteria)
        return (await clinic.run("bench", steering.write, draft, author)).id

    counts = []
    everybody, some = await written(Criteria()), await written(Criteria(programmes=("hypertension",), age_from=65))
    for broadcast in (everybody, some):
        began = perf_counter()
        gets = (await clinic.read(lambda turn, which=broadcast: audience.count(turn, found(turn, which)))).gets
        counts.append(f"{gets:,} in {perf_counter() - began:.2f} s")
    await clinic.run("bench", steering.send, everybody, author)
    turns, longest, began = 0, 0.0, perf_counter()
    more = True
    while more:
        turn_began = perf_counter()
        more = await clinic.run("bench", sending.plan, everybody)
        turns, longest = turns + 1, max(longest, perf_counter() - turn_began)
    spent = perf_counter() - began
    await clinic.close()
    return (f"| {size:,} | {counts[0]} | {counts[1]} | {spent:.1f} s in {turns:,} turns | {size / spent:,.0f} "
            f"| {1000 * longest:.0f} ms |")


def found(turn: Turn, which: int) -> texts.Broadcast:
    broadcast = texts.get(turn, which)
    assert broadcast
    return broadcast


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[1_000, 100_000, 1_000_000])
    print("| Patients | Counting everybody | A programme, 65 and older | Planning everybody | People a second | Longest turn |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for size in parser.parse_args().sizes:
            print(asyncio.run(measured(size, Path(folder))), flush=True)


if __name__ == "__main__":
    main()
