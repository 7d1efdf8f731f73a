"""Zones as data: which answers of a check-in need a person, read from content/check_ins. care/zones.py judges by them.

A file that is malformed stops the program at its start, with a sentence that says what would be right: a rule that silently
never fires would lose a patient.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, get_args

from care.conditions import AtLeast, AtMost, Below, HasAny, OneOf, Part, meets
from content import FOLDER

CHECK_INS: Final = FOLDER / "check_ins"
Zone = Literal["red", "amber"]
ZONES: Final = get_args(Zone)
EVIDENCE: Final = ("two sources", "source read", "one repository", "memory")
BOUNDS: Final = {"at_least": AtLeast, "at_most": AtMost, "below": Below}
OTHERWISE: Final = ("median of the first", "highest", "nothing")
TRENDS: Final = (  # care/zone_measures.py has each
    "rise", "fall", "rise_from_last", "rise_from_usual", "drop_from_usual", "percent_of_usual")


class Malformed(ValueError):
    """A file of zones that cannot be used; the message names the file, the rule and what would be right."""


@dataclass(frozen=True)
class Usual:
    """What is usual for one patient: a number that staff set, else worked out from earlier readings, at least
    `count` of them."""

    check_in: str
    name: str
    key: str
    between: tuple[float, float]
    otherwise: Literal["median of the first", "highest", "nothing"]
    count: int
    reason: str
    source: str
    evidence: str

    @property
    def id(self) -> str:
        return f"{self.check_in}.{self.name}"

    @property
    def number(self) -> None:
        """There is none until somebody sets it."""


@dataclass(frozen=True)
class Rule:
    """An answer that a person must see. README.md in content/check_ins says what each field means."""

    check_in: str
    name: str
    zone: Zone
    key: str
    reason: str
    source: str
    evidence: str
    equals: str | None = None
    has: tuple[str, ...] = ()
    bound: str = ""
    number: float | None = None
    part: str = ""
    between: tuple[float, float] | None = None
    of: str = "value"
    days: int = 0
    usual: str = ""
    times: int = 1
    hours: int = 0
    again: str = ""
    minutes: int = 0
    judge: Literal["mean", "latest"] = "mean"
    card: str = "medical"

    @property
    def id(self) -> str:
        """What a clinic or a nurse sets its number by."""
        return f"{self.check_in}.{self.name}"

    def wanted(self, number: float | None = None) -> object:
        """The value or the condition that the answer must meet, with this number in place of the file's."""
        if self.equals is not None:
            return self.equals
        if self.has:
            return HasAny(self.has)
        bound = BOUNDS[self.bound](self.number if number is None else number)  # type: ignore[arg-type]
        return Part(self.part, bound) if self.part and self.of == "value" else bound

    def met_by(self, value: object, number: float | None = None) -> bool:
        return meets(value, self.wanted(number))

    def words(self, number: float | None = None) -> str:
        """The reason as staff read it."""
        shown = self.number if number is None else number
        return self.reason if shown is None else self.reason.format(threshold=f"{shown:g}")


@dataclass(frozen=True)
class CheckIn:
    """The zones of one check-in, as a clinician signs them."""

    name: str
    version: int
    review_date: date
    reviewed_by: str
    reviewed_on: str
    rules: tuple[Rule, ...]
    usuals: Mapping[str, Usual]

    def concerning(self, key: str) -> tuple[Rule, ...]:
        """The rules that the answer to this question may meet, the first reading and the one that follows it alike."""
        return tuple(rule for rule in self.rules if key in (rule.key, rule.again))


@cache
def check_ins() -> Mapping[str, CheckIn]:
    """Every check-in's zones, by the name of its flow."""
    return {file.stem: load(file) for file in sorted(CHECK_INS.glob("*.toml"))}


def of(flow: str) -> CheckIn | None:
    return check_ins().get(flow)


def settable() -> Mapping[str, Rule | Usual]:
    """Every number that a clinic or a nurse may set, by its id."""
    every: list[Rule | Usual] = []
    for check_in in check_ins().values():
        every += [*check_in.rules, *check_in.usuals.values()]
    return {one.id: one for one in every if one.between is not None}


def not_reviewed() -> list[str]:
    """The check-ins whose zones no clinician has signed."""
    return [check_in.name for check_in in check_ins().values() if not check_in.reviewed_by]


def overdue(today: date) -> list[str]:
    """The check-ins whose zones were to be reviewed by now."""
    return [check_in.name for check_in in check_ins().values() if check_in.review_date < today]


def crossing(flow: str, *names: str) -> object:
    """The condition of one or several rules, for a flow that asks more because of them."""
    rules = {rule.name: rule for rule in check_ins()[flow].rules}
    wanted = [rules[name].wanted() for name in names]
    return wanted[0] if len(wanted) == 1 else OneOf(*wanted)


def load(file: Path) -> CheckIn:
    """The zones in a file. Raises Malformed."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as wrong:
        raise Malformed(f"{file.name} is not TOML: {wrong}.") from wrong
    unknown = sorted(set(data) - {"version", "review_date", "reviewed_by", "reviewed_on", "rule", "usual"})
    if unknown:
        raise Malformed(f"{file.name}: there is no field {unknown[0]!r} in a file of zones.")
    try:
        version, review_date = data["version"], data["review_date"]
        reviewed_by, reviewed_on = data["reviewed_by"], data["reviewed_on"]
    except KeyError as missing:
        raise Malformed(f"{file.name}: {missing} is missing.") from missing
    if not isinstance(version, int) or not isinstance(review_date, date):
        raise Malformed(f"{file.name}: version must be a whole number, and review_date a day like 2027-05-31.")
    if bool(reviewed_by) != bool(reviewed_on):
        raise Malformed(f"{file.name}: must say both who reviewed it and when, or neither.")
    usuals = {one.name: one for one in (_usual(file, table) for table in data.get("usual", ()))}
    rules = tuple(_rule(file, table, usuals) for table in data.get("rule", ()))
    twice = [rule.name for at, rule in enumerate(rules) if rule.name in {*usuals, *(one.name for one in rules[:at])}]
    if twice:
        raise Malformed(f"{file.name}: there are two rules of the name {twice[0]!r}.")
    return CheckIn(file.stem, version, review_date, reviewed_by, reviewed_on, rules, usuals)


def _usual(file: Path, table: dict[str, Any]) -> Usual:
    made: Usual = _made(Usual, file, table)
    where = f"{file.name}, usual {made.name}"
    if made.otherwise not in OTHERWISE:
        raise Malformed(f"{where}: otherwise must be one of: {', '.join(OTHERWISE)}; not {made.otherwise!r}.")
    _check_common(where, made)
    return made


def _rule(file: Path, table: dict[str, Any], usuals: Mapping[str, Usual]) -> Rule:
    where = f"{file.name}, rule {table.get('name', '?')}"
    given = dict(table)
    bounds = [name for name in BOUNDS if name in given]
    if len(bounds) + ("is" in given) + ("has" in given) != 1:
        raise Malformed(f"{where}: must have exactly one of: is, has, {', '.join(BOUNDS)}.")
    if bounds:
        given["bound"], given["number"] = bounds[0], given.pop(bounds[0])
        if not _is_number(given["number"]):
            raise Malformed(f"{where}: {bounds[0]} must be a number, not {given['number']!r}.")
    if "is" in given:
        given["equals"] = given.pop("is")
    if "has" in given:
        given["has"] = tuple(given["has"])
    rule: Rule = _made(Rule, file, given)
    _check_common(where, rule)
    if rule.zone not in ZONES:
        raise Malformed(f"{where}: zone must be one of: {', '.join(ZONES)}; not {rule.zone!r}.")
    if rule.between and (rule.number is None or not rule.between[0] <= rule.number <= rule.between[1]):
        raise Malformed(f"{where}: between must enclose its number {rule.number}.")
    if rule.of not in ("value", *TRENDS):
        raise Malformed(f"{where}: of must be one of: value, {', '.join(TRENDS)}; not {rule.of!r}.")
    if rule.of in ("rise", "fall", "rise_from_last") and rule.days < 1:
        raise Malformed(f"{where}: a {rule.of} needs days, how far to look back.")
    if rule.of.endswith("usual") and rule.usual not in usuals:
        raise Malformed(f"{where}: there is no [[usual]] of the name {rule.usual!r}.")
    if bool(rule.again) != bool(rule.minutes):
        raise Malformed(f"{where}: again and minutes go together: which question follows, and how long to wait for it.")
    if rule.again and rule.of != "value":
        raise Malformed(f"{where}: what is measured again is judged by its value; it cannot be a {rule.of}.")
    if (rule.times > 1) != (rule.hours > 0):
        raise Malformed(f"{where}: times and hours go together: how often, and within how long.")
    if rule.judge not in ("mean", "latest"):
        raise Malformed(f"{where}: judge must be 'mean' or 'latest', not {rule.judge!r}.")
    return rule


def _made(made_of: Any, file: Path, table: dict[str, Any]) -> Any:
    """The dataclass with what the table gives."""
    where = f"{file.name}, {'rule' if made_of is Rule else 'usual'} {table.get('name', '?')}"
    known = [field.name for field in fields(made_of) if field.name != "check_in"]
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise Malformed(f"{where}: there is no field {unknown[0]!r}.")
    missing = [field.name for field in fields(made_of) if field.name not in ("check_in", *table) and field.default is MISSING]
    if missing:
        raise Malformed(f"{where}: {missing[0]} is missing.")
    between = table.get("between")
    if between is not None and not (len(between) == 2 and all(map(_is_number, between)) and between[0] < between[1]):
        raise Malformed(f"{where}: between must be two numbers, the lowest and the highest.")
    return made_of(check_in=file.stem, **{**table, **({"between": tuple(between)} if between else {})})


def _check_common(where: str, one: Rule | Usual) -> None:
    if one.evidence not in EVIDENCE:
        raise Malformed(f"{where}: evidence must be one of: {', '.join(EVIDENCE)}; not {one.evidence!r}.")
    if not one.source or not one.reason:
        raise Malformed(f"{where}: reason and source must say something.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
