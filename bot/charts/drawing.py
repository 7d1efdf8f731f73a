"""A patient's readings as a picture for a phone: one finding, large letters, few ticks; what is a gap stays a gap."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from bot.charts.lettering import FONT, balanced, breadth, marked_up
from bot.charts.scale import MOST_TICKS, STONE_STEPS, day_ticks, number_ticks, round_steps
from care import trend_words
from care.heart.language import DayMonth, Msg, in_language, locale_of
from care.readings.units import UNITS
from care.trends import Point, Series, Span

WIDTH, HEIGHT, MARGIN = 1080, 1350, 68
TITLE, SUBTITLE, SMALL, VALUE = 66, 44, 40, 50  # letters: none smaller than 28, which is what a phone at arm's length asks for
PAPER, INK, FAINT, RULE = "#fbfaf7", "#17252b", "#51626a", "#dcdfdd"
# Teal and brown are told apart by every kind of eye, and the dots differ too. Greys say nothing of good or bad.
COLOURS, GOALS = ("#0b6e75", "#8a5414"), ("#d3e9e8", "#f3e4cd")
GREYS = ("#f3f3f2", "#e8e9e9", "#dcdede", "#cfd2d3", "#c1c5c7")
ON_GREY, ON_BAND = "#173a5e", "#3b4a51"
SWATCH = 44
ONE, BOTH = -1, -2  # in a legend, in the place of a line: the goal of the one line, or of both
A_WEEK = 7  # days that an axis covers at least


@dataclass(frozen=True)
class Plot:
    """The inside of the axes, and what lies where in it."""

    seen: Series
    language: str
    top: float
    marks: tuple[Decimal, ...]  # of the upright axis; its ends
    marked: tuple[str, ...]

    bottom = HEIGHT - MARGIN - 64
    inset = 34  # between the ends of the time axis and the first and last dot

    @cached_property
    def left(self) -> float:
        return MARGIN + max(breadth(mark, SMALL) for mark in self.marked) + 18

    @cached_property
    def right(self) -> float:
        return WIDTH - MARGIN - max(breadth(value, VALUE) for value in self.values(self.seen.last)) - 14

    @cached_property
    def first(self) -> date:
        """The day on which the time axis begins."""
        return min(self.seen.points[0].day, self.seen.until.date() - timedelta(days=A_WEEK))

    def x(self, at: datetime) -> float:
        begins = datetime.combine(self.first, time(), at.tzinfo)
        share = (at - begins) / (self.seen.until - begins)
        return self.left + self.inset + share * (self.right - self.left - 2 * self.inset)

    def y(self, amount: Decimal) -> float:
        low, high = self.marks[0], self.marks[-1]
        within = min(max(amount, low), high)
        return self.bottom - float((within - low) / (high - low)) * (self.bottom - self.top)

    def values(self, point: Point) -> tuple[str, ...]:
        """What to write beside a reading's dots."""
        if self.seen.unit == "st":
            return (in_language(UNITS["st"].written(point.amounts[0]), self.language),)
        return tuple(number(amount, self.language) for amount in point.amounts)

    @cached_property
    def way(self) -> list[tuple[float, float]]:
        """Places that the first line passes."""
        found = []
        for stretch in self.seen.stretches():
            ends = [(self.x(point.at), self.y(point.amounts[0])) for point in stretch]
            for (x, y), (to_x, to_y) in pairwise([*ends, ends[-1]]):
                found += [(x + (to_x - x) * part / 9, y + (to_y - y) * part / 9) for part in range(10)]
        return found

    @cached_property
    def dot(self) -> float:
        """The radius of a dot: smaller where they stand closer."""
        apart = (self.right - self.left) / max(len(self.seen.points), 1)
        return min(15.0, max(8.0, apart * 0.33))


def drawn(seen: Series, language: str) -> str:
    """The SVG of a series with enough readings, its words in this language."""
    mirrored = locale_of(language).text_direction == "rtl"
    head, top = _head(seen, language, mirrored)
    marks = tuple(_marks(seen))
    plot = Plot(seen, language, top, marks, tuple(_mark(seen, mark, language) for mark in marks))
    return "\n".join((
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="{FONT}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        *head, *_ground(plot), *_axes(plot), *_lines(plot), "</svg>"))


def number(amount: Decimal, language: str) -> str:
    return in_language(UNITS[""].written(amount), language)


def _head(seen: Series, language: str, mirrored: bool) -> tuple[list[str], float]:
    """Title, subtitle and legend; and how far down they reach."""
    side = WIDTH - MARGIN if mirrored else MARGIN
    anchor = "end" if mirrored else "start"
    parts, y = [], MARGIN + 54.0
    for line in balanced(in_language(trend_words.title(seen), language), TITLE, WIDTH - 2 * MARGIN):
        parts.append(words(line, side, y, TITLE, INK, anchor, bold=True))
        y += TITLE * 1.24
    y -= 4
    parts.append(words(in_language(trend_words.subtitle(seen), language), side, y, SUBTITLE, FAINT, anchor))
    legend = [(in_language(name, language), line) for line, name in enumerate(trend_words.lines(seen))]
    if seen.goals:
        legend.append((in_language(trend_words.the_goal(seen), language), BOTH if len(seen.goals) > 1 else ONE))
    y += 12 if legend else 0
    for row in _rows(legend):
        y += SMALL + 22
        parts += _legend(row, y, mirrored)
    return parts, y + 72


def _rows(entries: list[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    """The entries of a legend, as many in a row as there is room for."""
    rows: list[list[tuple[str, int]]] = []
    room = 0.0
    for entry in entries:
        room -= _entry_breadth(entry)
        if rows and room >= 0:
            rows[-1].append(entry)
        else:
            rows.append([entry])
            room = WIDTH - 2 * MARGIN - _entry_breadth(entry)
    return rows


def _entry_breadth(entry: tuple[str, int]) -> float:
    return SWATCH + 14 + breadth(entry[0], SMALL) + 30


def _legend(entries: list[tuple[str, int]], y: float, mirrored: bool) -> Iterator[str]:
    """A row of the legend, from the side where reading begins. """
    x, half = float(MARGIN), SWATCH / 2
    for entry in entries:
        name, line = entry
        middle, text_at = x + half, x + SWATCH + 14
        if mirrored:
            middle, text_at = WIDTH - middle, WIDTH - text_at
        if line >= 0:
            yield dot(middle, y - 14, 15, line, COLOURS[line])
        else:
            for side, colour in ((-half, GOALS[0]), (0, GOALS[1] if line == BOTH else GOALS[0])):
                yield f'<rect x="{middle + side:.1f}" y="{y - 34:.1f}" width="{half:.1f}" height="40" fill="{colour}"/>'
        yield words(name, text_at, y, SMALL, INK, "end" if mirrored else "start")
        x += _entry_breadth(entry)


def _ground(plot: Plot) -> Iterator[str]:
    """What lies behind the lines: bands of totals, or the goal of each line."""
    bands = plot.seen.kind.bands
    if bands:
        ends = [*(Decimal(band.least) for band in bands), plot.marks[-1]]
        for band, grey, (low, high) in zip(bands, GREYS[:len(bands)], pairwise(ends), strict=True):
            yield _stripe(plot, Span(low, high), grey)
            yield _band_name(plot, in_language(band.name, plot.language), Span(low, high))
    for goal, colour in zip(plot.seen.goals, GOALS, strict=False):
        yield _stripe(plot, goal, colour)


def _band_name(plot: Plot, name: str, band: Span) -> str:
    """The name in its band, at the place where the fewest readings lie, from the left on."""
    width = breadth(name, SMALL)
    free = plot.right - plot.left - width - 40
    places = [(plot.left + 20 + free * step / 8, y)
              for y in (plot.y(band.high) + SMALL + 8, plot.y(band.low) - 16) for step in range(9)]

    def in_the_way(place: tuple[float, float]) -> int:
        left, line = place
        return sum(left - SMALL < x < left + width + SMALL and line - 1.7 * SMALL < y < line + 2 * SMALL for x, y in plot.way)

    return words(name, *min(places, key=in_the_way), SMALL, ON_BAND)


def _stripe(plot: Plot, span: Span, colour: str) -> str:
    top, bottom = plot.y(span.high), plot.y(span.low)
    return (f'<rect x="{plot.left:.1f}" y="{top:.1f}" width="{plot.right - plot.left:.1f}" height="{bottom - top:.1f}" '
            f'fill="{colour}"/>')


def _axes(plot: Plot) -> Iterator[str]:
    for mark, name in zip(plot.marks, plot.marked, strict=True):
        y = plot.y(mark)
        if not plot.seen.kind.bands:
            yield f'<path d="M{plot.left:.1f} {y:.1f}H{plot.right:.1f}" stroke="{RULE}" stroke-width="2"/>'
        yield words(name, plot.left - 18, y + SMALL * 0.36, SMALL, FAINT, "end")
    yield f'<path d="M{plot.left:.1f} {plot.bottom:.1f}H{plot.right:.1f}" stroke="{FAINT}" stroke-width="3"/>'
    for x, name in _days(plot):
        yield f'<path d="M{x:.1f} {plot.bottom:.1f}v12" stroke="{FAINT}" stroke-width="3"/>'
        yield words(name, x, plot.bottom + 58, SMALL, FAINT, "middle")


def _days(plot: Plot) -> list[tuple[float, str]]:
    """Where days are written under the time axis: as many as there is room for."""
    last = plot.seen.until.date()

    def named(day: date) -> str:
        return in_language(Msg("{day}", gaps=(("day", DayMonth(day, short=True)),)), plot.language)

    room = (plot.right - plot.left) / (max(breadth(named(day), SMALL) for day in (plot.first, last)) + 34)
    days = day_ticks(plot.first, last, max(2, min(MOST_TICKS, int(room))))
    return [(plot.x(datetime.combine(day, time(12), plot.seen.until.tzinfo)), named(day)) for day in days]


def _lines(plot: Plot) -> Iterator[str]:
    """A line through the readings of each stretch, a dot for each reading, and what the last one was (of totals: each)."""
    seen, stretches = plot.seen, plot.seen.stretches()
    for line in reversed(range(len(seen.last.amounts))):
        colour = ON_GREY if seen.kind.bands else COLOURS[line]
        for stretch in stretches:
            path = "L".join(f"{plot.x(point.at):.1f} {plot.y(point.amounts[line]):.1f}" for point in stretch)
            yield (f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="6" stroke-linejoin="round" '
                   'stroke-linecap="round"/>')
        for point in seen.points:
            yield dot(plot.x(point.at), plot.y(point.amounts[line]), plot.dot, line, colour)
        y = plot.y(seen.last.amounts[line]) + VALUE * 0.36
        yield words(plot.values(seen.last)[line], plot.right + 14, y, VALUE, colour, bold=True)
    if seen.kind.bands:
        yield from _scores(plot)


def _scores(plot: Plot) -> Iterator[str]:
    """The score over each dot but the last, which has it at its side; where they stand too close, not over every one."""
    free_to = plot.x(plot.seen.last.at)
    for point in reversed(plot.seen.points[:-1]):
        x, score = plot.x(point.at), plot.values(point)[0]
        if free_to - x >= breadth(score, SMALL) + 10:
            free_to = x
            yield words(score, x, plot.y(point.amounts[0]) - plot.dot - 14, SMALL, ON_GREY, "middle", bold=True, halo=True)


def _marks(seen: Series) -> list[Decimal]:
    """The marks of the upright axis. Its ends are those of the kind, or leave room around the readings and the goal."""
    kind = seen.kind
    if kind.bands:
        return [*(Decimal(band.least) for band in kind.bands), Decimal(kind.most or 0)]
    steps = [Decimal(step) for step in STONE_STEPS] if seen.unit == "st" else round_steps()
    if kind.least is not None and kind.most is not None:
        return number_ticks(Decimal(kind.least), Decimal(kind.most), steps)
    amounts = [amount for point in seen.points for amount in point.amounts]
    amounts += [goal.high for goal in seen.goals] + [goal.low for goal in seen.goals]
    low, high = min(amounts), max(amounts)
    breadth_ = kind.breadth / UNITS[seen.unit].times if seen.unit in UNITS else Decimal(kind.breadth)
    short = max(breadth_ - (high - low), Decimal(0)) / 2
    low, high = low - short, high + short
    if kind.most is not None and high > kind.most:
        low, high = low - (high - kind.most), Decimal(kind.most)
    return number_ticks(max(low, Decimal(0)), high, steps)


def _mark(seen: Series, mark: Decimal, language: str) -> str:
    return in_language(UNITS["st"].written(mark), language) if seen.unit == "st" else number(mark, language)


def words(
    text: str, x: float, y: float, size: float, colour: str, anchor: str = "start", *, bold: bool = False, halo: bool = False,
) -> str:
    """A line of text. Bold is drawn, not a font of its own, so that it is the same in every script. A halo keeps it apart from
    what it stands on."""

    def lettered(stroke: str) -> str:
        return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{stroke}>'
                f'{marked_up(text)}</text>')

    around = ' stroke="#ffffff" stroke-opacity="0.75" stroke-width="9" stroke-linejoin="round"'
    return (lettered(around) if halo else "") + lettered(f' stroke="{colour}" stroke-width="{size / 30:.1f}"' if bold else "")


def dot(x: float, y: float, radius: float, line: int, colour: str) -> str:
    """Round on the first line, square on the second."""
    if line == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}"/>'
    half = radius * 0.9
    return f'<rect x="{x - half:.1f}" y="{y - half:.1f}" width="{2 * half:.1f}" height="{2 * half:.1f}" fill="{colour}"/>'
