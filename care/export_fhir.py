"""A patient's measurements, messages, questionnaires and care as FHIR R4: a Bundle that another system can read.

Codes are LOINC's and units UCUM's, as FHIR's vital signs ask for them (source: hl7.org/fhir/R4/observation-vitalsigns.html,
read in 2026-11; the table stands in CODES). What has no code here is told in words only, and nothing is guessed.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from care import export_fhir_care, instruments, patients
from care.heart.turn import Turn
from care.instrument_fhir import CATEGORIES, LOINC, UCUM, Resource, as_fhir
from care.instrument_scores import score
from care.tables import answers, conversations, instrument_scores, outbox, patient_messages
from care.trends import amounts_of

# kind of a measurement: its LOINC code, what that is called, the UCUM unit in which answers are kept
CODES: Final[Mapping[str, tuple[str, str, str]]] = {
    "weight": ("29463-7", "Body weight", "kg"),
    "temperature": ("8310-5", "Body temperature", "Cel"),
    "glucose": ("41653-7", "Glucose in capillary blood by glucometer", "mg/dL"),
    "oxygen": ("59408-5", "Oxygen saturation in arterial blood by pulse oximetry", "%"),
    "pulse": ("8867-4", "Heart rate", "/min"),
}
BLOOD_PRESSURE: Final = ("85354-9", "Blood pressure panel")
PARTS: Final = (("8480-6", "Systolic blood pressure"), ("8462-4", "Diastolic blood pressure"))


def bundle(turn: Turn, patient_id: int) -> Resource:
    """Everything of these kinds, in the order it happened. Raises LookupError if there is no such patient."""
    patient = patients.get(turn, patient_id)
    if patient is None:
        raise LookupError(patient_id)
    who = f"Patient/{patient_id}"
    resources = [
        {"resourceType": "Patient", "id": str(patient_id), "name": [{"text": patient.name}],
         "birthDate": patient.date_of_birth.isoformat(),
         "communication": [{"language": {"text": patient.language}}]},
        *_observations(turn, patient_id, who), *_questionnaires(turn, patient_id, who),
        *export_fhir_care.resources(turn, patient_id, who, patient.language), *_messages(turn, patient_id, who)]
    return {"resourceType": "Bundle", "type": "collection", "timestamp": turn.now.isoformat(),
            "entry": [{"resource": one} for one in resources]}


def _observations(turn: Turn, patient_id: int, who: str) -> list[Resource]:
    rows = turn.db.execute(select(answers).join(conversations, conversations.c.id == answers.c.conversation_id).where(
        conversations.c.patient_id == patient_id, answers.c.superseded_at.is_(None)).order_by(answers.c.id))
    return [made for row in rows if (made := _observation(row, who))]


def _observation(row: Any, who: str) -> Resource | None:
    amounts = amounts_of(row.value)
    observed = {"resourceType": "Observation", "id": f"answer-{row.id}", "status": "final", "subject": {"reference": who},
                "effectiveDateTime": row.answered_at.isoformat(), "performer": [{"reference": who}],
                "category": [{"coding": [{"system": CATEGORIES, "code": "vital-signs"}]}]}
    if isinstance(row.value, dict) and {"systolic", "diastolic"} <= row.value.keys():
        return {**observed, "code": _code(*BLOOD_PRESSURE), "component": [
            {"code": _code(*part), "valueQuantity": _quantity(amount, "mm[Hg]")}
            for part, amount in zip(PARTS, amounts, strict=False)]}
    if row.kind in CODES and amounts:
        code, name, unit = CODES[row.kind]
        return {**observed, "code": _code(code, name), "valueQuantity": _quantity(amounts[0], unit)}
    return None


def _code(code: str, name: str) -> Resource:
    return {"coding": [{"system": LOINC, "code": code, "display": name}], "text": name}


def _quantity(amount: Decimal, unit: str) -> Resource:
    return {"value": float(amount), "unit": unit, "system": UCUM, "code": unit}


def _questionnaires(turn: Turn, patient_id: int, who: str) -> list[Resource]:
    found: list[Resource] = []
    for row in turn.db.execute(select(instrument_scores).where(
            instrument_scores.c.patient_id == patient_id, instrument_scores.c.superseded_at.is_(None),
    ).order_by(instrument_scores.c.id)):
        when: datetime = row.completed_at
        try:
            text = instruments.instrument(row.instrument, row.locale)
        except instruments.NoSuchText:  # it was retired since: what they answered is theirs all the same
            found.append({"resourceType": "QuestionnaireResponse", "id": f"score-{row.id}", "status": "completed",
                          "subject": {"reference": who}, "authored": when.isoformat(), "item": [
                              {"linkId": key, "answer": [{"valueString": str(value)}]} for key, value in row.answers.items()]})
            continue
        response, total = as_fhir(
            text, row.answers, score(text, row.answers), patient=who, answered_at=when, id_=f"score-{row.id}")
        found += [response, *([total] if total else [])]
    return found


def _messages(turn: Turn, patient_id: int, who: str) -> list[Resource]:
    theirs = [
        (row.at, _communication(f"message-{row.id}", who, row.at, row.text or f"({row.kind})", sender=who))
        for row in turn.db.execute(select(patient_messages).where(patient_messages.c.patient_id == patient_id))]
    ours = [
        (row.settled_at, _communication(f"told-{row.id}", who, row.settled_at, row.text, recipient=who))
        for row in turn.db.execute(select(outbox).where(outbox.c.patient_id == patient_id, outbox.c.outcome == "sent"))]
    return [one for _, one in sorted(theirs + ours, key=lambda pair: pair[0])]


def _communication(id_: str, who: str, at: datetime, words: str, sender: str = "", recipient: str = "") -> Resource:
    said: Resource = {"resourceType": "Communication", "id": id_, "status": "completed", "subject": {"reference": who},
                      "sent": at.isoformat(), "payload": [{"contentString": words}]}
    return said | ({"sender": {"reference": sender}} if sender else {"recipient": [{"reference": recipient}]})
