"""Notices: what everyone on staff must see, whatever page they are on."""

from dataclasses import dataclass

from sqlalchemy import func, select

from care import alerts, rota
from care.escalations import Severity
from care.heart.turn import Turn
from care.tables import escalations


@dataclass(frozen=True)
class Notice:
    """`level` is emergency for what cannot wait, else urgent. `about` says where to look: an escalation's id, or rota."""

    level: str
    words: str
    about: int | str | None = None


def standing(turn: Turn) -> list[Notice]:
    """What is wrong now, the worst first."""
    return [*_exhausted(turn), *_held_up(turn), *_gaps(turn)]


def _exhausted(turn: Turn) -> list[Notice]:
    rows = turn.db.execute(
        select(escalations.c.severity, func.count(), func.min(escalations.c.id))
        .where(escalations.c.resolved_at.is_(None), escalations.c.exhausted_at.is_not(None))
        .group_by(escalations.c.severity).order_by(escalations.c.severity))
    names = {Severity.EMERGENCY: ("emergency", "emergencies"), Severity.URGENT: ("urgent matter", "urgent matters"),
             Severity.ROUTINE: ("overdue matter", "overdue matters")}
    found = []
    for severity, number, first in rows:
        one, many = names[Severity(severity)]
        what = f"1 {one}: everyone has been called, and nobody has taken it on." if number == 1 else (
            f"{number} {many}: everyone has been called, and nobody has taken them on.")
        found.append(Notice("urgent" if severity == Severity.ROUTINE else "emergency", what, first))
    return found


def _held_up(turn: Turn) -> list[Notice]:
    return [Notice("emergency", f"Alerts do not leave by {one.channel}, {one.number} so far: {one.why}.")
            for one in alerts.troubles(turn)]


def _gaps(turn: Turn) -> list[Notice]:
    found = rota.gaps(turn)
    return [Notice("urgent", f"Nobody is on call: {rota.in_words(turn, found, 3)}.", "rota")] if found else []
