"""Lessons through the staff's door: listed, read as the patient will, sent, and what came of it."""

from dataclasses import replace

import pytest

from care.heart.settings import LessonSettings
from care.lessons import library
from tests.care.lessons.written import write


@pytest.fixture
def url(sqlite_url):
    """What is shown here does not depend on the database."""
    return sqlite_url


@pytest.fixture(autouse=True)
def shelf(clinic, tmp_path, monkeypatch):
    monkeypatch.setattr(library, "OURS", write(tmp_path / "lessons"))
    clinic.settings = replace(clinic.settings, lessons=LessonSettings())


async def test_lessons_are_listed_with_what_is_not_yet_reviewed(signed_in):
    (lesson,) = (await signed_in.get("/lessons")).json["items"]
    assert (lesson["name"], lesson["title"], lesson["conditions"]) == ("low_sugar", "When your sugar is low", ["diabetes"])
    assert [(text["language"], text["reviewed_by"]) for text in lesson["texts"]] == [("en", ""), ("fr", "")]
    shown = (await signed_in.get("/lessons/low_sugar?language=de")).json
    assert shown["cards"][0] == "Your sugar can go low. You may shake, sweat or feel odd."
    assert shown["notes"] == [
        "Not yet reviewed by a clinician.", "There is none in this language (de): it goes out in en."]
    assert (await signed_in.get("/lessons/made_up")).status == 404


async def test_a_lesson_is_read_as_the_patient_will_and_sent(signed_in, add_patient):
    patient = await add_patient(language="fr")
    offered = (await signed_in.get(f"/patients/{patient.id}/offers")).json["items"]
    assert {one["kind"] for one in offered} == {"lesson", "questionnaire", "check_in"}
    seen = (await signed_in.get(f"/patients/{patient.id}/offers/lesson/low_sugar")).json
    assert (seen["language"], seen["offer"]["notes"]) == ("fr", ["Not yet reviewed by a clinician."])
    assert seen["messages"][1] == "Quand le sucre est bas\n\nLe sucre peut être trop bas. On tremble, on a chaud."
    sent = await signed_in.post(f"/patients/{patient.id}/offers", {"kind": "lesson", "name": "low_sugar"})
    assert (sent.status, sent.json["title"]) == (201, "When your sugar is low")
    record = (await signed_in.get(f"/patients/{patient.id}/lessons")).json
    (given,) = record["items"]
    assert (given["title"], given["language"], given["opened_at"]) == ("Quand le sucre est bas", "fr", None)
    assert (given["cause"], given["by"]) == ("staff", "Dana")
    again = (await signed_in.get(f"/lesson-deliveries/{given['id']}")).json
    assert again["cards"][0].startswith("Le sucre peut être trop bas.")


async def test_a_check_in_and_a_questionnaire_go_the_same_way(signed_in, add_patient):
    patient = await add_patient()
    for kind, name in (("check_in", "symptom_check"), ("questionnaire", "phq9")):
        seen = await signed_in.get(f"/patients/{patient.id}/offers/{kind}/{name}")
        assert seen.json["messages"]
        assert (await signed_in.post(f"/patients/{patient.id}/offers", {"kind": kind, "name": name})).status == 201


async def test_what_cannot_be_sent_is_refused_with_a_reason(signed_in, add_patient):
    patient, unlinked = await add_patient(), await add_patient("Omar Said", None)
    refused = await signed_in.post(f"/patients/{unlinked.id}/offers", {"kind": "lesson", "name": "low_sugar"})
    assert (refused.status, refused.code) == (409, "conflict")
    assert "call instead" in refused.json["detail"]
    assert (await signed_in.post(f"/patients/{patient.id}/offers", {"kind": "lesson", "name": "made_up"})).status == 404
    assert (await signed_in.get("/patients/999/offers")).status == 404
    assert (await signed_in.get("/lesson-deliveries/99")).status == 404
