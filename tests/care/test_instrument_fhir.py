"""Answers and totals leave the house with the right codes, and with none that was never verified."""

from datetime import UTC, datetime

from care.instrument_fhir import ORDINAL, as_fhir
from care.instrument_scores import score
from care.instruments import Instrument, instrument
from tests.care.test_instrument_scores import GAD7, PHQ4, PHQ8, PHQ9, STEADI, answers


def fhir(which: Instrument, given: dict[str, int | None]):
    return as_fhir(which, given, score(which, given), patient="Patient/7", id_="r1",
                   answered_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


def test_a_phq9_in_fhir_carries_the_codes_of_its_panel_items_and_answers():
    response, total = fhir(instrument("phq9", "fr"), {**answers(0, 1, 2, 3, 0, 0, 0, 0, 1), "difficulty": 2})
    assert response["questionnaire"] == "http://loinc.org/q/44249-1"
    assert (response["status"], response["language"]) == ("completed", "fr-FR")
    assert response["authored"] == "2026-11-23T09:00:00+00:00"
    assert [item["linkId"] for item in response["item"]] == [
        "/44250-9", "/44255-8", "/44259-0", "/44254-1", "/44251-7", "/44258-2", "/44252-5", "/44253-3", "/44260-8", "/69722-7"]
    codings = [item["answer"][0]["valueCoding"] for item in response["item"]]
    assert [coding["code"] for coding in codings] == [
        "LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9", "LA6568-5", "LA6568-5", "LA6568-5", "LA6568-5", "LA6569-3", "LA6575-0"]
    assert codings[2]["display"] == "Plus de la moitié du temps"
    assert codings[2]["extension"] == [{"url": ORDINAL, "valueDecimal": 2}]
    assert total["code"]["coding"] == [{"system": "http://loinc.org", "code": "44261-6"}], "the score's code, not the panel's"
    assert total["valueQuantity"] == {"value": 7, "unit": "{score}", "system": "http://unitsofmeasure.org", "code": "{score}"}
    assert total["derivedFrom"] == [{"reference": "QuestionnaireResponse/r1"}]
    assert [each["coding"][0]["code"] for each in total["category"]] == ["survey"]


def test_a_gad7_in_fhir_has_the_scores_code_and_item_6():
    response, total = fhir(GAD7, answers(*[1] * 7))
    assert (response["questionnaire"], response["item"][5]["linkId"]) == ("http://loinc.org/q/69737-5", "/69689-8")
    assert total["code"]["coding"][0]["code"] == "70274-6"


def test_a_form_with_a_gap_has_no_total_in_fhir_and_no_answer_that_was_not_given():
    response, total = fhir(PHQ9, answers(1, None, 2))
    assert total is None
    assert (response["status"], len(response["item"])) == ("stopped", 2)


def test_codes_that_were_never_verified_are_not_sent():
    for which, given in ((PHQ4, answers(1, 1, 1, 1)), (STEADI, answers(*[1] * 12)), (PHQ8, answers(*[1] * 8))):
        response, total = fhir(which, given)
        assert "questionnaire" not in response
        assert "coding" not in total["code"]
        assert total["code"]["text"]
    steadi, _ = fhir(STEADI, answers(1, *[0] * 11))
    assert steadi["item"][0]["linkId"] == "q1"
    assert steadi["item"][0]["answer"] == [
        {"valueCoding": {"extension": [{"url": ORDINAL, "valueDecimal": 2}], "display": "Yes"}}]
