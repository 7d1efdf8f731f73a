"""Supplies: until when what was handed out is enough, and when to ask about more."""

from datetime import date, datetime, time, timedelta
from typing import Any

from care.heart.time import instant, local
from care.heart.turn import Turn
from care.patients import Patient

ASKED_WITH_LEFT = (7, 3)  # days
ASKED_AT = time(10)  # on the patient's wall
LONGEST = 366  # days


def supply(turn: Turn, patient: Patient, supplied_on: date | None, days: int | None) -> dict[str, Any]:
    """Until when what was handed out is enough, and when to ask about more. Raises ValueError."""
    if days is None:
        return {"supply_ends_on": None, "refill_at": None}
    if not 1 <= days <= LONGEST:
        raise ValueError(f"supply_days must be from 1 to {LONGEST}")
    ends = (supplied_on or local(turn.now, patient.time_zone).date()) + timedelta(days=days - 1)
    return {"supply_ends_on": ends, "refill_at": next_refill(turn, patient, ends)}


def next_refill(turn: Turn, patient: Patient, ends: date) -> datetime | None:
    """When to ask next about more of what lasts until then; None if there is nothing to ask any more."""
    asked = [instant(ends - timedelta(days=left), ASKED_AT, patient.time_zone) for left in ASKED_WITH_LEFT]
    return next((at for at in asked if at > turn.now), None)
