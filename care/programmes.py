"""Programmes: what a patient can be followed for. Each is a file in content/programmes; which questions it asks is its flow."""

import tomllib
from dataclasses import dataclass
from datetime import date, time
from functools import cache

from care.heart.language import Msg
from care.schedules import Schedule
from content import FOLDER

GENERAL = "general"  # what everybody has who is in no other


@dataclass(frozen=True)
class Programme:
    """`title` is for patients, `for_whom` for staff. `day_0` says what its days are counted from, if it is not the day on which
    it begins: a discharge, an operation, a due date."""

    name: str
    version: int
    reviewed_on: date
    reviewed_by: str
    source: str
    title: str
    for_whom: str
    flow: str
    schedule: str
    hour: time
    day_0: str = ""
    pregnancy: bool = False  # it ends at once, and without a word, if the pregnancy is lost
    beside: bool = False  # it takes no other's place, also not that of the general one

    @property
    def called(self) -> Msg:
        """The title, for patients."""
        return Msg(self.title)

    @property
    def days(self) -> Schedule:
        return Schedule.read(self.schedule)


@cache
def programmes() -> dict[str, Programme]:
    """Every programme by its name. Raises ValueError that names the file in which something is wrong."""
    found = {}
    for file in sorted((FOLDER / "programmes").glob("*.toml")):
        try:
            found[file.stem] = Programme(name=file.stem, **tomllib.loads(file.read_text(encoding="utf-8")))
            Schedule.read(found[file.stem].schedule)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{file.name}: {error}") from error
    return found


@cache
def flows() -> frozenset[str]:
    """The flows that programmes ask."""
    return frozenset(programme.flow for programme in programmes().values())
