"""Whom to call: the patients of whom nothing is heard, or whom the bot does not reach, with the numbers that are known."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from care import worklist
from care.heart.turn import Turn
from care.tables import patient_contacts

MOST = 200


@dataclass(frozen=True)
class Reason:
    reason: str
    value: str | None


@dataclass(frozen=True)
class ToCall:
    """One patient, with everything for which they are on the list."""

    patient_id: int
    escalation_id: int  # the worst of it
    name: str
    severity: str
    language: str | None
    local_time: datetime | None  # on their wall, now
    reasons: tuple[Reason, ...]
    phone: str | None
    emergency_name: str | None
    emergency_relation: str | None
    emergency_phone: str | None
    emergency_may_call: bool | None  # None: the patient has not been asked


def today(turn: Turn) -> list[ToCall]:
    """Those whom the views of the silent and of the unreachable hold, the most severe first; each once."""
    open_now = {one.escalation_id: one for view in ("silent", "unreachable")
                for one in worklist.waiting(turn, limit=MOST, view=view) if one.patient_id is not None}
    of_patient: dict[int, list[worklist.Item]] = {}
    for one in sorted(open_now.values(), key=lambda item: item.position):
        of_patient.setdefault(one.patient_id or 0, []).append(one)
    numbers = {row.patient_id: row for row in turn.db.execute(
        select(patient_contacts).where(patient_contacts.c.patient_id.in_(of_patient)))} if of_patient else {}
    return [_to_call(patient_id, items, numbers.get(patient_id)) for patient_id, items in of_patient.items()]


def _to_call(patient_id: int, items: list[worklist.Item], known: object) -> ToCall:
    first = items[0]
    names = ("phone", "emergency_name", "emergency_relation", "emergency_phone", "emergency_may_call")
    return ToCall(
        patient_id, first.escalation_id, first.patient_name or "", first.severity, first.language, first.local_time,
        tuple(Reason(one.reason, one.value) for one in items), *(getattr(known, name, None) for name in names))
