"""`python -m tests.care.appointments.slot_campaign`: free slots of generated calendars, against another way of reckoning."""

import argparse
import sys
from collections import Counter
from pathlib import Path
from random import Random

from tests.care.appointments.oracle import Case, brute_force, generated, product
from tests.evidence import bound, commit, written

PAGE = Path(__file__).parents[3] / "docs" / "evidence" / "slots.md"


def differing(seed: int, cases: int) -> tuple[list[tuple[int, Case]], Counter[str]]:
    """Cases of which the product and the oracle say different things, and what the cases were like."""
    found, seen = [], Counter[str]()
    for number in range(cases):
        case = generated(Random(f"{seed}:{number}"))
        expected = brute_force(case)
        if product(case) != expected:
            found.append((number, case))
        seen["cases"] += 1
        seen["free slots"] += len(expected)
        seen["cases with a free slot"] += bool(expected)
        seen["cases with buffers"] += bool(case.shape.before or case.shape.after)
        seen["cases with two or three needs"] += len(case.needs) > 1
        seen["cases with leave or other exceptions"] += any(one.exceptions for one in case.calendars)
        seen["cases with a holiday"] += bool(case.holidays)
        seen["cases with visits already there"] += any(case.busy)
    return found, seen


def report(found: list[tuple[int, Case]], seen: Counter[str], seed: int) -> str:
    rows = "\n".join(f"| {name} | {count:,} |" for name, count in seen.items())
    return f"""\
# Free slots against another way of reckoning

`make slots`, commit {commit()}, seed {seed}. Each case has one to six calendars with random weekly hours, exceptions, a holiday
and visits, around a change of the clock in one of nine zones, and a visit with a length, a step, buffers and up to three
needs.
The product computes its free slots from intervals (`care/appointments/free_slots.py`); the oracle asks every single minute, and
finds wall times by walking the clock (`tests/care/appointments/oracle.py`).

| What | How many |
|---|---|
{rows}
| **cases in which they differ** | **{len(found)}** |

95 % bound on the share of such cases that differ: {bound(len(found), seen["cases"])}.

What this does not show: that the rules themselves are what a clinic wants; groups, and what the database holds (see
`make bookings` and the walk of `make visitwalk`).
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=26)
    given = parser.parse_args()
    found, seen = differing(given.seed, given.cases)
    written(PAGE, report(found, seen, given.seed))
    print("\n".join(f"case {given.seed}:{number}: {case}" for number, case in found[:5]) or f"{dict(seen)}\nno difference")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
