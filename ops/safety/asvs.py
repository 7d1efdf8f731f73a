"""The security sheet: each requirement of ASVS 5.0.0 up to level 2, whether we meet it, and the tests that show it.

`python -m ops.safety.asvs` writes docs/safety/asvs.md from asvs.csv. What is asked is in our own few words; the standard's are
at https://github.com/OWASP/ASVS (version 5.0.0, CC BY-SA 4.0).
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.safety.hazard_log import ROOT

SHEET, PAGE = ROOT / "docs" / "safety" / "asvs.csv", ROOT / "docs" / "safety" / "asvs.md"
PASS, NOT_APPLICABLE, OPEN = "pass", "not applicable", "open"
CHAPTERS = {
    1: "Encoding and sanitisation", 2: "Validation and business logic", 3: "Web frontend", 4: "API and web service",
    5: "Files", 6: "Authentication", 7: "Sessions", 8: "Authorisation", 9: "Self-contained tokens", 10: "OAuth and OIDC",
    11: "Cryptography", 12: "Secure communication", 13: "Configuration", 14: "Data protection",
    15: "Secure coding and architecture", 16: "Logging and errors", 17: "WebRTC"}


@dataclass(frozen=True)
class Requirement:
    """`why` is the reason where it is not applicable or open, and how where it is met; `tests` are "file::name"."""

    id: str
    level: int
    asks: str
    state: str
    why: str
    tests: tuple[str, ...]

    @property
    def chapter(self) -> int:
        return int(self.id.partition(".")[0])


def requirements(sheet: Path = SHEET) -> list[Requirement]:
    """Every line of the sheet, in the standard's order."""
    with sheet.open(encoding="utf-8", newline="") as file:
        return [Requirement(row["id"], int(row["level"]), row["asks"], row["state"], row["why"], tuple(row["tests"].split()))
                for row in csv.DictReader(file)]


def broken(one: Requirement) -> Iterator[str]:
    """What the sheet says of a requirement that is not so."""
    if one.state not in (PASS, NOT_APPLICABLE, OPEN):
        yield f"{one.id}: the state {one.state!r} is none"
    if not one.why or not one.asks:
        yield f"{one.id}: say what it asks, and why it stands so"
    if (one.state == PASS) != bool(one.tests):
        yield f"{one.id}: what is met names the tests that show it, and nothing else does"
    for test in one.tests:
        file, _, name = test.partition("::")
        if not (ROOT / file).is_file() or f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8"):
            yield f"{one.id}: there is no {name} in {file}"


def page(found: list[Requirement]) -> str:
    counted = Counter(one.state for one in found)
    return "\n".join([
        "# ASVS 5.0.0, level 2", "",
        "<!-- Written by `python -m ops.safety.asvs` from asvs.csv. -->", "",
        f"{len(found)} requirements: {counted[PASS]} met, {counted[NOT_APPLICABLE]} not applicable, **{counted[OPEN]} open**.",
        "Who says so is who wrote the code; nobody else has looked. What is met names a test in [the sheet](asvs.csv), and a",
        "test checks that each is there. What is asked is in our own few words; the standard is OWASP's, at",
        "https://github.com/OWASP/ASVS.", "",
        "| chapter | met | not applicable | open |", "|---|---|---|---|", *_chapters(found), "",
        "## What is open", "", *_open(found), ""])


def _chapters(found: list[Requirement]) -> Iterator[str]:
    counted = Counter((one.chapter, one.state) for one in found)
    for number, name in CHAPTERS.items():
        yield f"| {number} {name} | " + " | ".join(str(counted[number, state]) for state in (PASS, NOT_APPLICABLE, OPEN)) + " |"


def _open(found: list[Requirement]) -> Iterator[str]:
    for one in found:
        if one.state == OPEN:
            yield f"- **{one.id}** (level {one.level}) {one.asks}: {one.why}."


if __name__ == "__main__":
    PAGE.write_text(page(requirements()), encoding="utf-8")
