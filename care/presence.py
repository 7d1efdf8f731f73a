"""Presence: who looks at whose thread now, and who is writing there, so that two people do not answer the same patient."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_, select

from care.heart.turn import Turn
from care.tables import insert_once, presences, staff

LASTS = timedelta(seconds=20)  # a page says every few seconds that it is still open


@dataclass(frozen=True)
class Present:
    staff_id: int
    name: str
    writing: bool


def here(turn: Turn, patient_id: int, staff_id: int, writing: bool) -> list[Present]:
    """This person looks at this thread, and writes there or not; who else does."""
    over = or_(presences.c.at <= turn.now - LASTS, presences.c.patient_id == patient_id)
    turn.db.execute(delete(presences).where(presences.c.staff_id == staff_id, over))
    turn.db.execute(insert_once(presences, turn.db.dialect.name), {
        "staff_id": staff_id, "patient_id": patient_id, "writing": writing, "at": turn.now})
    return others(turn, patient_id, staff_id)


def gone(turn: Turn, patient_id: int, staff_id: int) -> None:
    """This person has turned to something else."""
    turn.db.execute(delete(presences).where(presences.c.staff_id == staff_id, presences.c.patient_id == patient_id))


def others(turn: Turn, patient_id: int, staff_id: int | None) -> list[Present]:
    """Who else looks at this thread, whoever writes first."""
    return [Present(*row) for row in turn.db.execute(
        select(presences.c.staff_id, staff.c.name, presences.c.writing).join(staff, staff.c.id == presences.c.staff_id)
        .where(presences.c.patient_id == patient_id, presences.c.at > turn.now - LASTS, presences.c.staff_id != staff_id)
        .order_by(presences.c.writing.desc(), staff.c.name))]
