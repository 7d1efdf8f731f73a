"""The welfare check: what to do when someone may be in danger, step by step, and who has done which. The default is data."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from care import escalations
from care.escalations import Escalation, Refused, Severity
from care.heart.turn import Turn
from content import FOLDER

DONE, NOT_DONE = "ticked", "unticked"


@dataclass(frozen=True)
class Tick:
    words: str
    by: str | None  # who has done it; None: still to be done
    at: datetime | None


def steps(turn: Turn) -> tuple[str, ...]:
    """The clinic's own procedure, else the one that comes with the program."""
    return turn.settings.obligations.welfare_steps or default()


@cache
def default() -> tuple[str, ...]:
    return tuple(tomllib.loads((FOLDER / "welfare" / "steps.toml").read_text(encoding="utf-8"))["steps"])


def checklist(turn: Turn, escalation: Escalation) -> list[Tick]:
    """Where the check stands: today's steps, and whatever was ticked in the words of another day. Empty where nobody's life is
    in danger."""
    if escalation.severity is not Severity.EMERGENCY or escalation.patient_id is None:
        return []
    ticked = {words: Tick(words, None, None) for words in steps(turn)}
    for step in escalations.steps(turn, escalation.id):
        if step.kind == DONE and step.words:
            ticked[step.words] = Tick(step.words, step.by, step.at)
        elif step.kind == NOT_DONE and step.words:
            ticked[step.words] = Tick(step.words, None, None)
    return [tick for words, tick in ticked.items() if tick.by or words in steps(turn)]


def tick(turn: Turn, escalation_id: int, staff_id: int, words: str, done: bool = True) -> Escalation | None:
    """A step was done, or was not after all. Raises Refused if there is no such step, or it is closed; None if there is no such
    escalation."""
    escalation = escalations.locked(turn, escalation_id)
    if escalation is None:
        return None
    if escalation.resolved_at:
        raise Refused("It is closed.")
    standing = {one.words: one for one in checklist(turn, escalation)}
    if words not in standing:
        raise Refused("There is no such step.")
    if bool(standing[words].by) != done:
        escalations.note_step(turn, escalation_id, DONE if done else NOT_DONE, staff_id, words=words)
    return escalation
