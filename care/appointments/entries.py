"""Entries beside a visit, for staff to read in the patient's thread: what is known before, and what came across."""

from collections.abc import Sequence

from sqlalchemy import select

from care import events
from care.appointments.appointments import Appointment
from care.heart.turn import Turn
from care.tables import visit_entries


def add(turn: Turn, visit: Appointment, kind: str, text: str) -> int:
    """`kind`: brief or teach_back."""
    added = turn.insert(visit_entries, {
        "patient_id": visit.patient_id, "appointment_id": visit.id, "kind": kind, "text": text, "at": turn.now})
    turn.happened(events.VisitEntryAdded(visit.patient_id, visit.id, added, kind))
    return added


def of_visit(turn: Turn, appointment_id: int, kind: str) -> Sequence[str]:
    return turn.db.scalars(select(visit_entries.c.text).where(
        visit_entries.c.appointment_id == appointment_id, visit_entries.c.kind == kind).order_by(visit_entries.c.id)).all()
