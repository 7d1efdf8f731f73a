"""A sheet: one file of a lesson as it was written, its front matter and its body, and whatever is wrong with it, by line."""

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

FENCE = "+++"


BROKEN, WRONG, NOTE = "broken", "wrong", "note"


@dataclass(frozen=True)
class Problem:
    """What is wrong, and what would be right. What is `broken` cannot be shown to anybody; what is `wrong` should not be
    published as it is; a `note` is told to whoever sends the lesson."""

    file: str
    line: int
    words: str
    level: str = BROKEN

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.words}"


@dataclass
class Sheet:
    """One file: `fields` of its front matter, and its `body` with the number of the body's first line."""

    file: str
    source: list[str]
    fields: Mapping[str, Any] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, line: int, words: str, level: str = BROKEN) -> None:
        self.problems.append(Problem(self.file, line, words, level))

    def line_of(self, name: str, nth: int = 0) -> int:
        """Where a field of the front matter, or the nth table of that name, stands; the first line for one that is missing."""
        if name not in self.fields:
            return 1
        wanted = re.compile(rf"\s*(?:\[+\s*)?{re.escape(name)}\b\s*[=\].]")
        found = [number for number, line in enumerate(self.source[:self.body_line], 1) if wanted.match(line)]
        return found[min(nth, len(found) - 1)] if found else 1

    # What a field holds; anything else than what is wanted is put down as wrong

    def words(self, name: str, needed: bool = True, of: Mapping[str, Any] | None = None, line: int = 0) -> str:
        value = (self.fields if of is None else of).get(name, "")
        at = line or self.line_of(name)
        if not isinstance(value, str):
            self.wrong(at, f'{name} = {value!r}: words in quotes would be right')
            return ""
        if needed and not value.strip():
            self.wrong(at, f'{name} is missing: write {name} = "..." into the front matter')
        return value.strip()

    def several(self, name: str, needed: bool = False, of: Mapping[str, Any] | None = None, line: int = 0) -> tuple[str, ...]:
        value, at = (self.fields if of is None else of).get(name, []), line or self.line_of(name)
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            self.wrong(at, f'{name}: a list of words would be right, such as {name} = ["one", "two"]')
            return ()
        if needed and not value:
            self.wrong(at, f'{name} is missing: write {name} = ["...", "..."] into the front matter')
        return tuple(one.strip() for one in value)

    def number(self, name: str, of: Mapping[str, Any] | None = None, line: int = 0) -> int:
        value, at = (self.fields if of is None else of).get(name), line or self.line_of(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.wrong(at, f"{name}: a whole number would be right, such as {name} = 1")
            return 0
        return value

    def day(self, name: str, needed: bool = True, of: Mapping[str, Any] | None = None, line: int = 0) -> date | None:
        """A date, written bare or in quotes; None for an empty one."""
        value, at = (self.fields if of is None else of).get(name, ""), line or self.line_of(name)
        if isinstance(value, date):
            return value
        if value == "":
            if needed:
                self.wrong(at, f"{name} is missing: write a day such as {name} = 2027-11-30 into the front matter")
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.wrong(at, f"{name} = {value!r}: a day such as 2027-11-30 would be right")
            return None

    def tables(self, name: str) -> list[tuple[int, Mapping[str, Any]]]:
        """Every [[name]] with its line."""
        value = self.fields.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.wrong(self.line_of(name), f"{name}: tables that begin with [[{name}]] would be right")
            return []
        return [(self.line_of(name, nth), one) for nth, one in enumerate(value)]

    def only(self, known: Collection[str], of: Mapping[str, Any] | None = None, line: int = 0) -> None:
        """A field of any other name is a slip."""
        for name in (self.fields if of is None else of):
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                meant = f"{near[0]} would be right" if near else f"the fields are {', '.join(sorted(known))}"
                self.wrong(line or self.line_of(name), f"there is no field {name}: {meant}")


def read(path: Path, shown_as: str) -> Sheet:
    """The sheet in a file. What cannot be read is among its problems."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        sheet = Sheet(shown_as, [])
        sheet.wrong(1, f"this file cannot be read ({type(error).__name__}): plain text in UTF-8 would be right")
        return sheet
    return of(text, shown_as)


def of(text: str, shown_as: str) -> Sheet:
    """The sheet in these words. What cannot be read is among its problems."""
    lines = text.splitlines()
    sheet = Sheet(shown_as, lines)
    if not lines or lines[0].strip() != FENCE:
        sheet.wrong(1, f"the front matter is missing: the first line would be {FENCE}")
        return sheet
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == FENCE), None)
    if end is None:
        sheet.wrong(len(lines), f"the front matter does not end: a line {FENCE} would end it")
        return sheet
    sheet.body, sheet.body_line = "\n".join(lines[end + 1:]), end + 2
    try:
        sheet.fields = tomllib.loads("\n".join(lines[1:end]))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        why = re.sub(r" \(at .*\)$", "", str(error))
        sheet.wrong(int(found[1]) + 1 if found else 1, f"this is no TOML ({why[:1].lower()}{why[1:]}): text goes into \"...\", "
                                                         "a day stands bare, such as 2027-11-30")
    return sheet
