"""Since the office closed last: what was urgent, who has it, who was called. What whoever begins reads first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from care import office, worklist
from care.escalations import Severity
from care.heart.turn import Turn
from care.tables import notes, staff

MOST = 200
MORNING = 240  # minutes of office time for which it is what one begins with


@dataclass(frozen=True)
class Call:
    """A phone call to a patient that was logged."""

    call: str  # what it came to: see messages.py
    by: str
    at: datetime


@dataclass(frozen=True)
class Event:
    """An emergency, or something urgent, that came in; and the calls that were made since."""

    item: worklist.Item
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Handover:
    since: datetime
    events: list[Event]  # what nobody has taken on first, then what is open, the most severe first

    @property
    def in_words(self) -> str:
        """How many there were, and how they stand: one line."""
        if not self.events:
            return "nothing urgent"
        items = [one.item for one in self.events]
        red = sum(one.severity == "emergency" for one in items)
        said = [f"{number} {one if number == 1 else many}" for number, one, many in (
            (red, "emergency", "emergencies"), (len(items) - red, "urgent", "urgent")) if number]
        taken = sum(not one.acknowledged_by and not one.resolved_at for one in items)
        still = sum(not one.resolved_at for one in items)
        stand = f"{taken} not acknowledged" if taken else f"{still} still open" if still else "all closed"
        return f"{', '.join(said)}; {stand}"


def since_closing(turn: Turn) -> Handover:
    """Since the office closed last, or since a day ago where it never closes, as far as whoever looks may see it."""
    since = office.closed_last(turn) or turn.now - timedelta(days=1)
    found = worklist.since(turn, since, Severity.URGENT, MOST)
    calls = _calls(turn, {one.patient_id for one in found if one.patient_id is not None}, since)
    events = [Event(one, tuple(calls.get(one.patient_id or 0, ()))) for one in found]
    events.sort(key=lambda one: (bool(one.item.resolved_at), bool(one.item.acknowledged_by)))
    return Handover(since, events)


def is_morning(turn: Turn, of: Handover) -> bool:
    """Whether those who begin may not have read it yet."""
    return turn.now <= office.hours_after(turn, of.since, MORNING)


def _calls(turn: Turn, patients: Collection[int], since: datetime) -> dict[int, list[Call]]:
    found: dict[int, list[Call]] = {}
    if not patients:
        return found
    for row in turn.db.execute(
            select(notes.c.patient_id, notes.c.call, staff.c.name, notes.c.at).join(staff, staff.c.id == notes.c.staff_id)
            .where(notes.c.patient_id.in_(patients), notes.c.call.is_not(None), notes.c.at >= since).order_by(notes.c.id)):
        found.setdefault(row.patient_id, []).append(Call(row.call, row.name, row.at))
    return found
