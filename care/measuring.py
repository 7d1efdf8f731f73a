"""How a patient measures: in which unit, and what it came to last time."""

from typing import Any

from sqlalchemy import bindparam, delete, select

from care.heart.turn import Turn
from care.tables import answers, conversations, patient_units

OWN_UNIT = select(patient_units.c.unit).where(
    patient_units.c.patient_id == bindparam("whose"), patient_units.c.kind == bindparam("this_kind"))
LAST = (
    select(answers.c.value).join(conversations, conversations.c.id == answers.c.conversation_id)
    .where(conversations.c.patient_id == bindparam("whose"), answers.c.kind == bindparam("this_kind"),
           answers.c.superseded_at.is_(None))
    .order_by(answers.c.id.desc()).limit(1))


def unit_of(turn: Turn, patient_id: int, kind: str) -> str | None:
    """The unit that this patient measures in; None if they never said."""
    return turn.db.scalar(OWN_UNIT, {"whose": patient_id, "this_kind": kind})


def measures_in(turn: Turn, patient_id: int, kind: str, unit: str) -> None:
    """The patient has said which unit it is."""
    turn.db.execute(delete(patient_units).where(patient_units.c.patient_id == patient_id, patient_units.c.kind == kind))
    turn.db.execute(patient_units.insert(), {"patient_id": patient_id, "kind": kind, "unit": unit, "since": turn.now})


def last(turn: Turn, patient_id: int, kind: str) -> Any:
    """The latest value of this kind that stands, in whichever conversation it was given; None if there is none."""
    return turn.db.scalar(LAST, {"whose": patient_id, "this_kind": kind})
