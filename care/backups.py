"""Backups, as the clinic knows of them: when the last one was made, and whom it concerns when none could be."""

from datetime import datetime

from care import escalations, system
from care.escalations import Severity
from care.heart.turn import Turn

PULSE = "backup"
FAILED = "backup_failed"


def made(turn: Turn) -> None:
    """A backup was made just now."""
    system.beat(turn, PULSE)


def failed(turn: Turn, why: str) -> None:
    """None could be made: somebody must see to it. `why` is what the command said, which names no patient."""
    last = last_made(turn)
    since = f"the last one is of {last:%Y-%m-%d %H:%M} UTC" if last else "there has been none yet"
    escalations.open_(
        turn, None, Severity.URGENT, FAILED, f"No backup could be made: {since}. Whoever runs this server must look", why[:200])


def last_made(turn: Turn) -> datetime | None:
    return system.last_heard(turn, PULSE)
