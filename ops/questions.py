"""What `careward init` asks: each question with its reason, its default, and what is right for an answer."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from babel.languages import get_official_languages

from care import crisis
from care.heart.language import SOURCE, in_language
from care.heart.settings import Settings
from care.heart.settings_problems import problems
from ops.offered import offered
from ops.settings_file import known
from ops.telegram_api import TOKEN

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    name: str  # of the setting
    ask: str
    why: str
    default: Callable[[Answers], str | None] = lambda _: None  # None: there must be an answer
    hidden: bool = False

    def read(self, words: str) -> Any:
        """The value in these words. Raises ValueError saying what would be right."""
        value: Any = words.strip()
        if self.name == "clinic.country":
            value = value.upper()
        elif self.name == "clinic.languages":
            value = tuple(filter(None, (code.strip() for code in value.split(","))))
        elif self.name == "telegram.token" and value and not TOKEN.fullmatch(value):
            raise ValueError("A token has digits, a colon and some 35 characters, as BotFather shows it.")
        if unknown := [code for code in value if code not in offered()] if self.name == "clinic.languages" else []:
            raise ValueError(f"{', '.join(unknown)} cannot be offered yet: the languages are {', '.join(offered())}.")
        if wrong := what_is_wrong(self.name, value):
            raise ValueError(wrong)
        return value


def what_is_wrong(name: str, value: Any) -> str | None:
    """What the clinic would say to this value of a setting."""
    section, key = name.split(".")
    settings = Settings()
    changed = replace(settings, **{section: replace(getattr(settings, section), **{key: value})})
    said = next((problem for problem in problems(changed) if problem.startswith(name)), None)
    if said is None:
        return None
    _, _, right = said.partition(": ")
    return right[:1].upper() + right[1:] if right else f"It{said.removeprefix(name)}"


def languages_of(answers: Answers) -> str:
    """All that may be offered, the country's own first."""
    spoken = get_official_languages(answers["clinic.country"], de_facto=True)
    return ",".join(sorted(offered(), key=lambda code: (code.split("-")[0] not in spoken, code != SOURCE)))


def zone_of(answers: Answers) -> str:
    """This machine's zone if it is one of the country's, else the country's first."""
    zones = zones_of_countries().get(answers["clinic.country"], ["UTC"])
    here = os.environ.get("TZ") or "/".join(Path("/etc/localtime").resolve().parts[-2:])
    return here if here in zones else zones[0]


@cache
def zones_of_countries() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return found


QUESTIONS = (
    Question("clinic.name", "The clinic's name", "The bot introduces itself with it."),
    Question("clinic.country", "Country, in two letters", "It decides which emergency number patients are shown."),
    Question("clinic.languages", "Languages", "Patients choose among them; the clinic's own comes first.", languages_of),
    Question("clinic.time_zone", "Time zone", "Office hours count in it; each patient may live in another one.", zone_of),
    Question("clinic.office_hours", "Office hours", "Patients are told by when someone reads what they write.",
             lambda _: "Mon-Fri 08:00-18:00"),
    Question("clinic.phone", "Telephone", "For who needs a new link, or cannot wait. Enter leaves it out.", lambda _: ""),
    Question("database.url", "Database", "SQLite needs nothing, and does for one machine; PostgreSQL lets the doors run apart.",
             lambda _: known()["database.url"].default),
    Question("telegram.token", "Bot token", "BotFather gives it. It is not shown while you type; Enter leaves it for later.",
             lambda _: "", hidden=True),
)


def emergency_numbers(country: str) -> str:
    """What patients in danger are told to call, for someone to say whether it is right."""
    numbers = crisis.in_country(country)
    if not numbers.code:
        return f"We know no numbers of {country}: patients are told to call {in_language(numbers.emergency, SOURCE)}."
    also = f" (also {', '.join(numbers.also)})" if numbers.also else ""
    police = f"; for violence {numbers.police}" if numbers.police else ""
    return f"Patients in danger are told to call {numbers.number}{also}{police}: {numbers.name}."


def crisis_lines(country: str) -> list[str]:
    return [in_language(line.words(), SOURCE) for line in crisis.in_country(country).lines if line.may_be_shown]

