"""Months as buttons, kept as they look: weeks that begin on Monday, Sunday and Saturday, months of four, five and six rows, in
every language. When they change on purpose: `UPDATE_TRANSCRIPTS=1 pytest` this file."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from care.appointments import months

KEPT = Path(__file__).parents[2] / "transcripts" / "visits" / "months.txt"
# Language, country, month: a Monday, a Sunday and a Saturday begin the week; four rows, five, six.
SHOWN = (
    ("en", "GB", date(2027, 2, 1)), ("en", "US", date(2026, 2, 1)), ("en", "EG", date(2025, 2, 1)),
    ("es", "ES", date(2026, 8, 1)), ("es", "MX", date(2026, 10, 1)), ("fr", "FR", date(2027, 5, 1)),
    ("fr", "CA", date(2026, 5, 1)), ("de", "DE", date(2026, 11, 1)), ("pt-BR", "BR", date(2027, 1, 1)),
    ("ru", "RU", date(2026, 3, 1)), ("ru", "AE", date(2027, 5, 1)))
FIRST = {0: "Monday", 5: "Saturday", 6: "Sunday"}


def drawn(language: str, country: str, month: date) -> str:
    """A month in which odd days have room."""
    first = months.first_weekday(language, country)
    free = [month + timedelta(days=ahead) for ahead in range(31) if ahead % 2 == 0]
    title, names, *weeks = months.rows(month, free, language, first, lambda day: f"{day:%Y%m%d}", "idle")
    lines = [f"{language} in {country}: the week begins on {FIRST[first]}, {len(weeks)} rows", f"[{title[0].label}]"]
    lines += ["".join(f"{button.label:>4}".replace("\u2800", " ") for button in row).rstrip() for row in (names, *weeks)]
    return "\n".join(lines) + "\n"


def test_months_look_as_people_there_know_them():
    told = "\n".join(drawn(*one) for one in SHOWN)
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        KEPT.write_text(told, encoding="utf-8")
    assert told == KEPT.read_text(encoding="utf-8")
    assert {f"{rows} rows" for rows in (4, 5, 6)} == {line.rpartition(", ")[2] for line in told.splitlines() if "rows" in line}
    assert all(f"begins on {day}" in told for day in FIRST.values())


@pytest.mark.parametrize(("language", "country", "month"), SHOWN)
def test_every_day_is_there_once_under_its_weekday_and_only_free_ones_can_be_tapped(language: str, country: str, month: date):
    first = months.first_weekday(language, country)
    free = {month + timedelta(days=ahead) for ahead in (0, 4, 27)}
    _title, names, *weeks = months.rows(month, free, language, first, lambda day: day.isoformat(), "idle")
    assert {len(row) for row in (names, *weeks)} == {7}
    tapped = {date.fromisoformat(button.data): place
              for row in weeks for place, button in enumerate(row) if button.data != "idle"}
    assert tapped == {day: (day.weekday() - first) % 7 for day in free}
    assert sum(button.label == months.NOT_FREE for row in weeks for button in row) == (
        months.last_day(month).day - len(free))
