"""How the clinic itself is: what waits, how long, and when each door was last seen at work."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from care.heart.turn import Turn
from care.tables import escalations, inbox, outbox, pulses


@dataclass(frozen=True)
class Health:
    """Ages in seconds; None where nothing waits, or nothing was ever seen."""

    oldest_due_outbox_s: float | None
    oldest_open_inbox_s: float | None
    oldest_overdue_escalation_s: float | None
    quarantined: int
    pulses: dict[str, datetime]


def beat(turn: Turn, name: str) -> None:
    """A door is at work: 'scheduler', 'sender', 'intake'."""
    if not turn.db.execute(update(pulses).where(pulses.c.name == name).values(at=turn.now)).rowcount:
        turn.insert_once(pulses, {"name": name, "at": turn.now})


def health(turn: Turn) -> Health:
    def age(moment: datetime | None) -> float | None:
        return (turn.now - moment).total_seconds() if moment else None

    due = select(func.min(outbox.c.not_before)).where(outbox.c.outcome.is_(None), outbox.c.not_before <= turn.now)
    arrived = select(func.min(inbox.c.received_at)).where(inbox.c.outcome.is_(None))
    overdue = select(func.min(escalations.c.next_action_at)).where(
        escalations.c.resolved_at.is_(None), escalations.c.next_action_at <= turn.now)
    quarantined = select(func.count()).select_from(inbox).where(inbox.c.outcome == "quarantined")
    return Health(
        age(turn.db.scalar(due)), age(turn.db.scalar(arrived)), age(turn.db.scalar(overdue)), turn.db.scalar(quarantined) or 0,
        {row.name: row.at for row in turn.db.execute(select(pulses))})
