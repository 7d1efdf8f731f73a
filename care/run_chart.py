"""Run charts: a measure over time with its median, and what in it is more than chance.

Source: Perla RJ, Provost LP, Murray SK. The run chart: a simple analytical tool for learning from variation in healthcare
processes. BMJ Quality & Safety 2011;20:46-51. With ten points or more, six in a row on one side of the median are a shift, five
in a row that each rise, or each fall, are a trend. A point on the median neither makes nor breaks a shift; one like the point
before it neither makes nor breaks a trend. A trend is the weaker sign of the two (Anhøj J, Olesen AV. PLoS ONE 2014;9:e113825).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

ENOUGH, SHIFT, TREND = 10, 6, 5  # points

Points = Sequence[tuple[int, float]]
"""What was measured, by its place in time; where nothing could be measured there is no point."""


@dataclass(frozen=True)
class Sign:
    """Points in a row that chance hardly makes. `way` is 1 for above the median, or rising; -1 for below, or falling."""

    kind: str  # shift, trend
    way: int
    places: tuple[int, ...]


@dataclass(frozen=True)
class RunChart:
    points: Points
    middle: float | None
    """The median; None while there are too few points to say anything."""
    signs: tuple[Sign, ...]

    @property
    def latest(self) -> Sign | None:
        """The sign that reaches to the newest point, a shift before a trend; None if nothing is going on now."""
        newest = self.points[-1][0] if self.points else None
        return next((sign for sign in self.signs if sign.places[-1] == newest), None)


def read(values: Sequence[float | None]) -> RunChart:
    """The run chart of these values, one for each week or month, the oldest first; None where there is none."""
    points = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(points) < ENOUGH:
        return RunChart(points, None, ())
    middle = median(value for _, value in points)
    return RunChart(points, middle, (*_shifts(points, middle), *_trends(points)))


def _shifts(points: Points, middle: float) -> Iterator[Sign]:
    sides = [(place, 1 if value > middle else -1) for place, value in points if value != middle]
    yield from _rows("shift", sides, SHIFT)


def _trends(points: Points) -> Iterator[Sign]:
    """A trend of five points is four steps the same way."""
    differing = [points[0], *(now for before, now in pairwise(points) if now[1] != before[1])]
    steps = [(now[0], 1 if now[1] > before[1] else -1) for before, now in pairwise(differing)]
    first = {now[0]: before[0] for before, now in pairwise(differing)}
    for row in _rows("trend", steps, TREND - 1):
        yield Sign(row.kind, row.way, (first[row.places[0]], *row.places))


def _rows(kind: str, ways: Sequence[tuple[int, int]], at_least: int) -> Iterator[Sign]:
    """Every row, as long as it gets, of places that go the same way."""
    row: list[int] = []
    for number, (place, way) in enumerate(ways):
        row.append(place)
        if number + 1 == len(ways) or ways[number + 1][1] != way:
            if len(row) >= at_least:
                yield Sign(kind, way, tuple(row))
            row = []
