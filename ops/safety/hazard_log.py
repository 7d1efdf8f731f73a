"""`python -m ops.safety.hazard_log`: write docs/safety/hazard-log.md anew from docs/safety/hazards.toml.

Every control that is made of code names its place, and the tests that prove it: `broken` says which of them are gone.
"""

import ast
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
DATA, PAGE = ROOT / "docs" / "safety" / "hazards.toml", ROOT / "docs" / "safety" / "hazard-log.md"
KINDS = ("design", "test", "training", "process")
TOP = """# Hazard log

What can go wrong, what it would do, and what stands against it. Scores are severity (1 to 5) x likelihood (1 to 5), before and
after the controls: **engineering guesses, for the clinic's own clinical safety officer to replace**. {review}

This page is written from `hazards.toml` by `python -m ops.safety.hazard_log`; a test fails when a place in the code, or a test
that is named here, is gone.
"""


@dataclass(frozen=True)
class Control:
    kind: str
    what: str
    code: str
    tests: list[str]


@dataclass(frozen=True)
class Hazard:
    id: str
    what: str
    causes: str
    harm: str
    before: tuple[int, int]
    after: tuple[int, int]
    controls: tuple[Control, ...]


def hazards() -> list[Hazard]:
    """Every row of the log, in order. Raises ValueError for one that is not whole."""
    found = []
    for row in tomllib.loads(DATA.read_text(encoding="utf-8"))["hazard"]:
        controls = tuple(Control(**control) for control in row.pop("controls"))
        one = Hazard(**row | {"before": tuple(row["before"]), "after": tuple(row["after"]), "controls": controls})
        if not controls or any(control.kind not in KINDS for control in controls):
            raise ValueError(f"{one.id}: give at least one control, each of a kind among {', '.join(KINDS)}")
        if not all(1 <= score <= 5 for score in (*one.before, *one.after)):
            raise ValueError(f"{one.id}: scores are 1 to 5")
        found.append(one)
    return found


def broken(hazard: Hazard) -> list[str]:
    """The places and tests that a row names and that are not there; and what is said to be design without a test."""
    found = []
    for control in hazard.controls:
        if control.kind in ("design", "test") and not (control.code and control.tests):
            found.append(f"{hazard.id}: {control.what!r} names no code, or no test that proves it")
        for place in filter(None, (control.code, *control.tests)):
            file, _, name = place.replace("::", ":").partition(":")
            if name not in names_in(file):
                found.append(f"{hazard.id}: there is no {name} in {file}")
    return found


@cache
def names_in(file: str) -> frozenset[str]:
    """Every function and class of a file; none if there is no such file."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, named))


def page() -> str:
    facts = tomllib.loads(DATA.read_text(encoding="utf-8"))
    review = (f"Reviewed by {facts['reviewed_by']} on {facts['reviewed_on']}." if facts["reviewed_by"]
              else "Nobody with that office has reviewed it.")
    lines = [TOP.format(review=review)]
    for one in hazards():
        lines += [f"## {one.id} {one.what}", "", f"- causes: {one.causes}", f"- harm: {one.harm}",
                  f"- score: {score(one.before)} before, {score(one.after)} after", "",
                  "| control | kind | where | proved by |", "|---|---|---|---|"]
        for control in one.controls:
            proofs = "<br>".join(f"`{test}`" for test in control.tests) or "-"
            lines.append(f"| {control.what} | {control.kind} | {f'`{control.code}`' if control.code else '-'} | {proofs} |")
        lines.append("")
    return "\n".join(lines)


def score(pair: tuple[int, int]) -> str:
    severity, likelihood = pair
    return f"{severity} x {likelihood} = {severity * likelihood}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
