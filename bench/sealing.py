"""`python -m bench.sealing`: what sealing costs: a message, a page of a thread, a search by name; with and without, in turns of
the same run."""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from time import process_time

from bench.patients import FIRST_CHAT, fill
from care import cohorts, messages, patients, resealing, threads
from care.heart.clinic import Clinic
from care.heart.screen import Screen
from care.heart.settings import AtRestSettings
from care.heart.turn import Turn
from care.messages import Written
from care.reactions import REACTIONS
from care.sealing import RING, new_key
from tests.evidence import commit, written
from tests.ward import SETTINGS

PAGE = Path(__file__).parents[1] / "docs" / "evidence" / "sealing.md"
KEY, OLD = new_key(), cohorts.Criteria(age_from=65)


def say(turn: Turn, number: int) -> None:
    """A patient writes, and is answered."""
    patient = patients.in_chat(turn, FIRST_CHAT + 1)[0]
    messages.keep(turn, FIRST_CHAT + 1, patient.id, Written(number, "text", f"my back hurts today, number {number}", None))
    turn.tell(patient, Screen(f"Thank you for telling us, number {number}."))


async def measured(clinic: Clinic, rounds: int, act: Callable[[int], Awaitable[object]]) -> tuple[list[float], list[float]]:
    """Milliseconds of CPU for each, in the clear and sealed, by turns."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(2 * rounds):
        RING.use((KEY,) if number % 2 else ())
        begun = process_time()
        await act(number)
        found[number % 2].append(1000 * (process_time() - begun))
    return found


async def main(count: int, rounds: int, page: Path) -> None:
    rows = []
    with tempfile.TemporaryDirectory() as place:
        for number in (0, 1):  # two databases alike, the second one sealed
            await asyncio.to_thread(fill, Path(place) / f"{number}.db", count)
        settings = replace(SETTINGS, at_rest=AtRestSettings(key=KEY))
        both = [Clinic(f"sqlite:///{place}/{number}.db", how, REACTIONS) for number, how in enumerate((SETTINGS, settings))]
        begun = process_time()
        for table, _columns in resealing.columns():
            after, more = None, True
            while more:
                after = await both[1].run("bench", resealing.some, table, after)
                more = after is not None
        sealing = process_time() - begun
        for what, act in (
                ("a message in and its answer out", lambda n: both[n % 2].run("chat:1", say, 1000 + n)),
                ("a page of a thread (50 entries)", lambda n: both[n % 2].read(threads.thread, 1)),
                (f"a search by name among {count} patients", lambda n: both[n % 2].read(patients.find, "nt 77")),
                (f"the first page of {count} patients", lambda n: both[n % 2].read(patients.find)),
                (f"how many of {count} are 65 or older", lambda n: both[n % 2].read(cohorts.count, OLD))):
            clear, sealed = await measured(both[0], rounds, act)
            a, b = statistics.median(clear), statistics.median(sealed)
            rows.append(f"| {what} | {a:.2f} | {b:.2f} | {b - a:+.2f} | {b / a:.2f} |")
        for clinic in both:
            await clinic.close()
    written(page, f"""# What sealing costs

- command: `python -m bench.sealing --patients {count} --rounds {rounds}`
- commit `{commit()}`
- SQLite, {count} patients; each act {rounds} times in the clear and {rounds} times sealed, by turns; CPU, medians

| what | in the clear, ms | sealed, ms | more, ms | times |
|---|---|---|---|---|
{chr(10).join(rows)}

To seal all {count} patients' rows that were in the clear took {sealing:.1f} s of CPU in turns of 200 rows.

What this does not show: PostgreSQL, where the network outweighs it; more patients, with whom a search grows in proportion.
""")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--patients", type=int, default=5000)
    asked.add_argument("--rounds", type=int, default=100)
    asked.add_argument("--page", type=Path, default=PAGE)
    args = asked.parse_args()
    asyncio.run(main(args.patients, args.rounds, args.page))
