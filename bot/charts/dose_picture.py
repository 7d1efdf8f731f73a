"""Four weeks of doses as a picture for a phone: a row for each medicine and time, a mark a day. Each state has a shape of its
own, so no colour has to be told from another."""

from collections.abc import Iterator
from datetime import time

from bot.charts.drawing import FAINT, INK, MARGIN, PAPER, RULE, SMALL, SUBTITLE, TITLE, WIDTH, words
from bot.charts.lettering import FONT, balanced, breadth
from care.heart.language import DayMonth, Msg, in_language
from care.medicines import looking_back
from care.medicines.looking_back import DAYS, ROWS, STATES, Seen

ROW, NAME = 118, 44  # heights
STEP = (WIDTH - 2 * MARGIN) / DAYS
R = 12.5


def drawn(seen: Seen, language: str) -> str:
    """The SVG of a calendar with at least one row, its words in this language."""
    parts, y = [], MARGIN + 54.0
    for line in balanced(in_language(looking_back.title(seen), language), TITLE, WIDTH - 2 * MARGIN):
        parts.append(words(line, MARGIN, y, TITLE, INK, bold=True))
        y += TITLE * 1.24
    span = " – ".join(in_language(Msg("{day}", gaps=(("day", DayMonth(day)),)), language) for day in (seen.first, seen.last))
    parts.append(words(span, MARGIN, y, SUBTITLE, FAINT))
    y += 40
    for state, name in STATES.items():
        y += 56
        parts += [mark(state, MARGIN + R, y - 14), words(in_language(name, language), MARGIN + 3.4 * R, y, SMALL, INK)]
    y += 50
    for row in seen.rows[:ROWS]:
        parts += [*_row(seen, row.name, row.at, row.marks, language, y)]
        y += ROW
    height = round(y + MARGIN)
    return "\n".join((
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="{FONT}">',
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>', *parts, "</svg>"))


def _row(seen: Seen, name: str, at: time, marks: dict, language: str, y: float) -> Iterator[str]:  # type: ignore[type-arg]
    when = in_language(Msg("{time}", gaps=(("time", at),)), language)
    room = WIDTH - 2 * MARGIN - breadth(f", {when}", SMALL)
    while breadth(name, SMALL) > room:
        name = f"{name[:-2]}…"
    yield words(f"{name}, {when}", MARGIN, y + NAME, SMALL, INK)
    line = y + NAME + 40
    for number, day in enumerate(seen.days):
        x = MARGIN + STEP * (number + 0.5)
        if day.weekday() == 0:
            yield f'<path d="M{x - STEP / 2:.1f} {line - 22}v44" stroke="{RULE}" stroke-width="3"/>'
        yield mark(marks[day], x, line) if day in marks else f'<circle cx="{x:.1f}" cy="{line:.1f}" r="2.5" fill="{FAINT}"/>'


def mark(state: str, x: float, y: float) -> str:
    """A full disc, a cross, an empty ring, a bar."""
    match state:
        case "taken":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{R}" fill="{INK}"/>'
        case "skipped":
            arms = f"M{x - 10:.1f} {y - 10:.1f}l20 20M{x + 10:.1f} {y - 10:.1f}l-20 20"
            return f'<path d="{arms}" stroke="{INK}" stroke-width="6" stroke-linecap="round"/>'
        case "no_answer":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{R - 2}" fill="none" stroke="{INK}" stroke-width="4"/>'
    return f'<path d="M{x - 11:.1f} {y:.1f}h22" stroke="{INK}" stroke-width="7"/>'
