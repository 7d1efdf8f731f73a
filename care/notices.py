"""Notices: what everyone on staff must see, whatever page they are on."""

from dataclasses import dataclass

from sqlalchemy import func, select

from care import alerts, escalations, rota, system, telegram_away
from care.escalations import Severity
from care.heart.time import local
from care.heart.turn import Turn
from care.tables import escalations as escalations_table


@dataclass(frozen=True)
class Notice:
    """`level` is emergency for what cannot wait, else urgent. `about` says where to look: an escalation's id, or rota."""

    level: str
    words: str
    about: int | str | None = None


def standing(turn: Turn) -> list[Notice]:
    """What is wrong now, the worst first."""
    return [*_silent(turn), *_exhausted(turn), *_held_up(turn), *_gaps(turn)]


def _silent(turn: Turn) -> list[Notice]:
    zone, found = turn.settings.clinic.time_zone, []
    if since := system.stands_still(turn, "scheduler"):
        found.append(Notice("emergency", f"Nobody is called at present: the clock's work stands still since "
                                         f"{local(since, zone):%H:%M}."))
    if since := system.away_since(turn):
        own = escalations.own(turn, telegram_away.KIND)
        found.append(Notice("emergency", f"Telegram is out of reach since {local(since, zone):%H:%M}: nothing gets through.",
                            own.id if own else None))
    return found


def _exhausted(turn: Turn) -> list[Notice]:
    rows = turn.db.execute(
        select(escalations_table.c.severity, func.count().label("number"), func.min(escalations_table.c.id).label("first"))
        .where(escalations_table.c.resolved_at.is_(None), escalations_table.c.exhausted_at.is_not(None))
        .group_by(escalations_table.c.severity).order_by(escalations_table.c.severity)).all()
    if not rows:
        return []
    names = {Severity.EMERGENCY: ("emergency", "emergencies"), Severity.URGENT: ("urgent matter", "urgent matters"),
             Severity.ROUTINE: ("overdue matter", "overdue matters")}
    what = [f"{number} {names[Severity(severity)][number > 1]}" for severity, number, _first in rows]
    listed = " and ".join(filter(None, (", ".join(what[:-1]), what[-1])))
    alone = len(rows) == 1 and rows[0].number == 1
    worst, first = Severity(rows[0].severity), rows[0].first
    return [Notice("urgent" if worst is Severity.ROUTINE else "emergency",
                   f"{listed}: everyone has been called, and nobody has taken {'it' if alone else 'them'} on.", first)]


def _held_up(turn: Turn) -> list[Notice]:
    return [Notice("emergency", f"Alerts do not leave by {one.channel}, {one.number} so far: {one.why}.")
            for one in alerts.troubles(turn)]


def _gaps(turn: Turn) -> list[Notice]:
    found = rota.gaps(turn)
    return [Notice("urgent", f"Nobody is on call: {rota.in_words(turn, found, 3)}.", "rota")] if found else []
