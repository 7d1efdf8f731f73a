"""Where the ticks of an axis go: few, on round numbers, and today one of them."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import ceil, floor

MOST_TICKS = 6
STEPS = (1, 2, 5)
STONE_STEPS = (2, 7, 14, 28)  # pounds
DAY_STEPS = (1, 2, 3, 7, 14, 28, 56, 84)


def number_ticks(low: Decimal, high: Decimal, steps: Sequence[Decimal]) -> list[Decimal]:
    """The ends of an axis and what is marked between them: the finest of these steps that needs no more than six marks."""
    for step in steps:
        first, last = floor(low / step), ceil(high / step)
        if last - first < MOST_TICKS:
            return [step * n for n in range(first, last + 1)]
    raise ValueError(f"no step of {steps} is wide enough for {low} to {high}")


def round_steps(smallest: Decimal = Decimal("0.1")) -> list[Decimal]:
    """0.1, 0.2, 0.5, 1, 2, 5, 10, ..."""
    return [smallest * 10**power * step for power in range(6) for step in STEPS]


def day_ticks(first: date, last: date, most: int) -> list[date]:
    """Days to write under an axis, the last day one of them."""
    days = (last - first).days
    step = next((step for step in DAY_STEPS if days // step < most), DAY_STEPS[-1])
    return [last - timedelta(days=step * n) for n in reversed(range(days // step + 1))]
