"""Series as they are written: which lessons, in which order, counted from which day. One file each in content/series."""

import tomllib
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from pathlib import Path

from care.programmes import programmes
from content import FOLDER

OURS = FOLDER / "series"


@dataclass(frozen=True)
class Step:
    """`day` is counted from the series' day 0. `after_finishing` waits until the one before has been read to the end."""

    name: str
    day: int
    after_finishing: bool = False


@dataclass(frozen=True)
class Series:
    """Without a `programme` it is for everybody, and counts from the day on which they agreed to messages."""

    name: str
    version: int
    reviewed_on: date
    reviewed_by: str
    source: str
    title: str
    hour: time
    steps: tuple[Step, ...]
    programme: str = ""


@cache
def all_series(folder: Path = OURS) -> dict[str, Series]:
    """Every series by its name. Raises ValueError that names the file in which something is wrong, and what would be right."""
    found = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            found[file.stem] = _read(file.stem, tomllib.loads(file.read_text(encoding="utf-8")))
        except (TypeError, ValueError) as error:
            raise ValueError(f"{file.name}: {error}") from error
    return found


def _read(name: str, said: dict[str, object]) -> Series:
    written = said.pop("lesson", [])
    steps = tuple(Step(**one) for one in written)  # type: ignore[attr-defined]
    series = Series(name=name, steps=steps, **said)  # type: ignore[arg-type]
    days = [step.day for step in steps]
    if not steps or days != sorted(days):
        raise ValueError("one [[lesson]] or more, their days in order, would be right")
    if series.programme and series.programme not in programmes():
        raise ValueError(f"there is no programme {series.programme}; there are {', '.join(programmes())}")
    return series
