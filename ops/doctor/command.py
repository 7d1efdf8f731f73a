"""The examination: every check in order, shown to a person or to a program."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from care.heart.settings import Settings, WrongSetting
from care.heart.settings_problems import problems
from ops.doctor import inside, outside, reviews, words
from ops.doctor.finding import FAIL, PASS, WARN, Finding, failure, warning, well, worst
from ops.settings_file import load, secrets_beside

CODES = {PASS: 0, WARN: 1, FAIL: 2}
MARKS = {PASS: "ok  ", WARN: "WARN", FAIL: "FAIL", "skip": "-   "}


def examine(file: Path | None, *, as_json: bool, offline: bool) -> int:
    """Print what was found; return the exit code."""
    try:
        findings, _ = everything(file, offline=offline)
    except WrongSetting as error:
        findings = [failure("settings", str(error), "Correct it, then look again.")]
    state = worst(findings)
    print(as_program(findings, state) if as_json else as_person(findings))
    return CODES[state]


def settings_of(settings: Settings, file: Path) -> list[Finding]:
    if wrong := problems(settings):
        return [failure("settings", sentence, f"Correct it in {file}, or run `careward init`.") for sentence in wrong]
    found = [well("settings", "Nothing is missing or wrong.")]
    for one in (file, secrets_beside(file)):
        if one.is_file() and one.stat().st_mode & 0o022:
            found.append(warning("settings_files", f"Others can change {one}.", f"Run `chmod go-w {one}`."))
    if len(found) == 1:
        found.append(well("settings_files", "Nobody else can read the secrets or change the settings."))
    return found


def everything(file: Path | None, *, offline: bool) -> tuple[list[Finding], Path]:
    """All that the doctor finds, and the settings file. Raises WrongSetting if the settings cannot be read."""
    loaded = load(file)
    found = settings_of(loaded.settings, loaded.file)
    if worst(found) != FAIL:
        found += asyncio.run(rest(loaded.settings, loaded.file, offline))
    return found, loaded.file


async def rest(settings: Settings, file: Path, offline: bool) -> list[Finding]:
    today = datetime.now(UTC).date()
    within = await inside.examined(settings)
    sealed_by_another = any(one.check == "at_rest_key" for one in within)  # then advice to make a key would mislead
    return [
        *within, outside.disk(settings), *([] if sealed_by_another else [outside.at_rest(settings)]),
        outside.backups(settings, file),
        *outside.zones(settings),
        await outside.token(settings, offline=offline), await outside.intake(settings, offline=offline),
        outside.public_url(settings), outside.questions(settings),
        *words.crisis_texts(settings, today), reviews.crisis_lines(settings),
        *reviews.danger_rules(today), *reviews.check_in_zones(today), *reviews.questionnaires(settings, today),
        *reviews.lessons(settings, today),
        *words.languages(settings),
        words.office_hours(settings)]


def as_person(findings: list[Finding]) -> str:
    lines = []
    for one in findings:
        lines.append(f"{MARKS[one.state]}  {one.check.replace('_', ' '):<15} {one.said}")
        if one.remedy:
            lines.append(f"{'':22}-> {one.remedy}")
    counts = {state: sum(one.state == state for one in findings) for state in (PASS, WARN, FAIL)}
    lines.append(f"\n{counts[PASS]} ok, {counts[WARN]} to look at, {counts[FAIL]} failing.")
    return "\n".join(lines)


def as_program(findings: list[Finding], state: str) -> str:
    """`format` rises when this shape changes in a way that a program would notice."""
    return json.dumps({"format": 1, "state": state, "checks": [vars(one) for one in findings]}, indent=1)
