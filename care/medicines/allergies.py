"""Allergies: what a patient must not be given, so that whoever prescribes is warned."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from care import events
from care.heart.turn import Turn
from care.medicines.orders import LONGEST_WORDS, About, NewMedicine
from care.tables import allergies


@dataclass(frozen=True)
class Allergy:
    id: int
    patient_id: int
    substance: str
    reaction: str | None
    noted_by: str
    noted_at: datetime


COLUMNS = (allergies.c.id, allergies.c.patient_id, allergies.c.substance, allergies.c.reaction, allergies.c.noted_by,
           allergies.c.noted_at)


def note(turn: Turn, patient_id: int, substance: str, reaction: str | None = None) -> Allergy:
    """Put an allergy on record. Raises ValueError for empty or over-long words, or one that is on record already."""
    substance = substance.strip()
    if not substance or max(len(substance), len(reaction or "")) > LONGEST_WORDS:
        raise ValueError(f"an allergy needs a substance, of at most {LONGEST_WORDS} characters")
    if any(one.substance.casefold() == substance.casefold() for one in of_patient(turn, patient_id)):
        raise ValueError(f"{substance} is on record already")
    noted = turn.insert(allergies, {
        "patient_id": patient_id, "substance": substance, "reaction": (reaction or "").strip() or None, "noted_by": turn.actor,
        "noted_at": turn.now})
    turn.happened(events.AllergyNoted(patient_id, noted))
    return Allergy(*turn.db.execute(select(*COLUMNS).where(allergies.c.id == noted)).one())


def remove(turn: Turn, allergy_id: int) -> bool:
    """It was no allergy; False if it is not on record."""
    whose = turn.db.execute(update(allergies).where(allergies.c.id == allergy_id, allergies.c.removed_at.is_(None)).values(
        removed_at=turn.now, removed_by=turn.actor).returning(allergies.c.patient_id)).scalar()
    if whose is not None:
        turn.happened(events.AllergyRemoved(whose, allergy_id))
    return whose is not None


def of_patient(turn: Turn, patient_id: int) -> list[Allergy]:
    return [Allergy(*row) for row in turn.db.execute(select(*COLUMNS).where(
        allergies.c.patient_id == patient_id, allergies.c.removed_at.is_(None)).order_by(allergies.c.id))]


def against(turn: Turn, patient_id: int, medicine: NewMedicine | About) -> list[Allergy]:
    """The allergies that a medicine's name or ingredient mentions. It knows no families of medicines, so
    finding none proves nothing."""
    named = f"{medicine.name} {medicine.ingredient or ''}".casefold()
    return [one for one in of_patient(turn, patient_id) if one.substance.casefold() in named]
