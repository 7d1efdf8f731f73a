"""What the doctor found: how it is, in one sentence, and in another what to do about it."""

from dataclasses import dataclass

PASS, WARN, FAIL, SKIP = "pass", "warn", "fail", "skip"
WORST = (FAIL, WARN, PASS)


@dataclass(frozen=True)
class Finding:
    check: str
    state: str
    said: str
    remedy: str = ""


def well(check: str, said: str) -> Finding:
    return Finding(check, PASS, said)


def warning(check: str, said: str, remedy: str) -> Finding:
    return Finding(check, WARN, said, remedy)


def failure(check: str, said: str, remedy: str) -> Finding:
    return Finding(check, FAIL, said, remedy)


def skipped(check: str, said: str) -> Finding:
    return Finding(check, SKIP, said)


def worst(findings: list[Finding]) -> str:
    return next((state for state in WORST if any(one.state == state for one in findings)), PASS)
