"""A patient's medicines, allergies and visits as FHIR R4, in words where the clinic keeps no codes."""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import select

from care.heart.language import in_language
from care.heart.turn import Turn
from care.instrument_fhir import Resource
from care.medicines import regimens
from care.medicines.timing_words import in_words
from care.tables import allergies, appointments, visit_types

CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
VERIFIED: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
ORDERED: Final[Mapping[str, str]] = {"proposed": "draft", "active": "active", "stopped": "stopped"}
STANDS: Final[Mapping[str, str]] = {
    "held": "proposed", "lapsed": "cancelled", "pending": "pending", "booked": "booked", "arrived": "arrived",
    "fulfilled": "fulfilled", "noshow": "noshow", "cancelled": "cancelled"}


def resources(turn: Turn, patient_id: int, who: str, language: str) -> Iterator[Resource]:
    """`who` is the reference to the patient; how a medicine is taken is said in `language`."""
    for one in regimens.of_patient(turn, patient_id, *ORDERED):
        yield {"resourceType": "MedicationRequest", "id": f"regimen-{one.id}", "status": ORDERED[one.state], "intent": "order",
               "medicationCodeableConcept": {"text": one.medicine.name}, "subject": {"reference": who},
               "requester": {"display": one.prescriber},
               "dosageInstruction": [{"text": f"{one.amount}, {in_language(in_words(one.timing, language), language)}"}]}
    for row in turn.db.execute(select(allergies).where(allergies.c.patient_id == patient_id).order_by(allergies.c.id)):
        yield {"resourceType": "AllergyIntolerance", "id": f"allergy-{row.id}", "patient": {"reference": who},
               "code": {"text": row.substance}, "recordedDate": row.noted_at.isoformat(),
               **({"reaction": [{"manifestation": [{"text": row.reaction}]}]} if row.reaction else {}),
               **({"verificationStatus": _coded(VERIFIED, "entered-in-error")} if row.removed_at
                  else {"clinicalStatus": _coded(CLINICAL, "active")})}
    visits = select(appointments, visit_types.c.names).join(visit_types, visit_types.c.id == appointments.c.visit_type_id)
    for row in turn.db.execute(visits.where(appointments.c.patient_id == patient_id).order_by(appointments.c.id)):
        yield {"resourceType": "Appointment", "id": f"visit-{row.id}", "status": STANDS[row.state],
               "appointmentType": {"text": row.names.get(language) or next(iter(row.names.values()))},
               "start": row.starts_at.isoformat(), "end": row.ends_at.isoformat(),
               "participant": [{"actor": {"reference": who}, "status": "accepted" if row.confirmed_at else "tentative"}]}


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}
