"""An answered instrument as FHIR R4: a QuestionnaireResponse, and an Observation of its total."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from care.instrument_scores import Score
from care.instruments import Instrument, Item, Option

LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
CATEGORIES: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
ORDINAL: Final = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
Resource = dict[str, Any]


def as_fhir(
    instrument: Instrument, answers: Mapping[str, int | None], result: Score, *, patient: str, answered_at: datetime, id_: str,
) -> tuple[Resource, Resource | None]:
    """The answers, and the total; no total of an incomplete form, and no code that its file doubts.

    `patient` is a reference ("Patient/7"), `id_` the response's own id; the Observation says that it derives from it.
    """
    when = answered_at.isoformat()
    response: Resource = {
        "resourceType": "QuestionnaireResponse", "id": id_, "language": instrument.locale,
        "status": "completed" if result.complete else "stopped",
        "subject": {"reference": patient}, "source": {"reference": patient}, "authored": when,
        "item": [answered for item in _asked(instrument) if (answered := _answer(item, answers.get(item.key)))],
    }
    if instrument.panel_code:
        response["questionnaire"] = f"{LOINC}/q/{instrument.panel_code}"
    return response, _total(instrument, result, patient, when, id_) if result.complete else None


def _asked(instrument: Instrument) -> tuple[Item, ...]:
    return (*instrument.items, instrument.functional) if instrument.functional else instrument.items


def _answer(item: Item, value: int | None) -> Resource | None:
    if value is None:
        return None
    return {"linkId": f"/{item.code}" if item.code else item.key, "text": item.text,
            "answer": [{"valueCoding": _coding(item.option(value))}]}


def _coding(option: Option) -> Resource:
    named = {"system": LOINC, "code": option.code} if option.code else {}
    return {"extension": [{"url": ORDINAL, "valueDecimal": option.score}], **named, "display": option.label}


def _total(instrument: Instrument, result: Score, patient: str, when: str, response_id: str) -> Resource:
    code: Resource = {"text": f"{instrument.name}: total score"}
    if instrument.total_code:
        code["coding"] = [{"system": LOINC, "code": instrument.total_code}]
    return {
        "resourceType": "Observation", "status": "final",
        "category": [{"coding": [{"system": CATEGORIES, "code": "survey"}]}],
        "code": code, "subject": {"reference": patient}, "effectiveDateTime": when,
        "valueQuantity": {"value": result.total, "unit": "{score}", "system": UCUM, "code": "{score}"},
        "interpretation": [{"text": result.band}],
        "derivedFrom": [{"reference": f"QuestionnaireResponse/{response_id}"}],
    }
