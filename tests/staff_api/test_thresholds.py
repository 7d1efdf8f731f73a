"""Thresholds through the staff's door: listed with where they come from, set, removed, refused with a reason; on record."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from care import tables
from care.heart.settings import Settings, WordSettings
from tests.ward import SETTINGS

SYSTOLIC = "hypertension.systolic"


@pytest.fixture
def settings() -> Settings:
    """A clinic of one; by two it is in test_clinical_words.py."""
    return replace(SETTINGS, words=WordSettings(thresholds_by="one"))


async def one(door, address: str) -> dict:
    return next(item for item in (await door.get(address)).json["items"] if item["name"] == SYSTOLIC)


async def test_a_patients_own_goes_before_the_clinics_and_that_before_the_files(signed_in, add_patient):
    amina, omar = await add_patient(), await add_patient("Omar Said", 8)
    own, others = f"/patients/{amina.id}/thresholds", f"/patients/{omar.id}/thresholds"
    first = await one(signed_in, own)
    assert (first["number"], first["origin"], first["zone"], first["set_by"]) == (180, "file", "amber", None)

    assert (await signed_in.put(f"/thresholds/{SYSTOLIC}", {"number": 175})).status == 200
    answer = await signed_in.put(f"{own}/{SYSTOLIC}", {"number": 170})
    assert (answer.status, answer.json["number"], answer.json["about"]) == (200, 170, "Upper blood pressure of 170 or more")
    assert (answer.json["origin"], answer.json["set_by"], answer.json["in_file"]) == ("patient", "Dana", 180)
    assert ((await one(signed_in, others))["number"], (await one(signed_in, others))["origin"]) == (175, "clinic")
    assert (await one(signed_in, "/thresholds"))["number"] == 175

    assert (await signed_in.delete(f"{own}/{SYSTOLIC}")).status == 204
    assert (await one(signed_in, own))["origin"] == "clinic"
    assert (await signed_in.delete(f"/thresholds/{SYSTOLIC}")).status == 204
    assert (await one(signed_in, own))["number"] == 180


async def test_setting_again_replaces_and_everything_is_on_record_with_who(clinic, signed_in, add_patient, nurse):
    amina = await add_patient()
    for number in (170, 165.5):
        await signed_in.put(f"/patients/{amina.id}/thresholds/{SYSTOLIC}", {"number": number})
    await signed_in.delete(f"/patients/{amina.id}/thresholds/{SYSTOLIC}")
    journal = await clinic.read(lambda turn: turn.db.execute(
        select(tables.events.c.kind, tables.events.c.actor, tables.events.c.facts)
        .where(tables.events.c.kind.like("Threshold%")).order_by(tables.events.c.id)).all())
    assert [(kind, facts["number"], facts.get("before")) for kind, _actor, facts in journal] == [
        ("ThresholdSet", 170, None), ("ThresholdSet", 165.5, 170), ("ThresholdRemoved", 165.5, None)]
    assert {actor for _kind, actor, _facts in journal} == {f"staff:{nurse.id}"}


async def test_what_cannot_be_meant_is_refused_with_a_reason(signed_in, add_patient):
    amina = await add_patient()
    own = f"/patients/{amina.id}/thresholds"
    for number in (17, 1700, -1):
        answer = await signed_in.put(f"{own}/{SYSTOLIC}", {"number": number})
        assert (answer.status, answer.code) == (422, "invalid_body")
        assert answer.json["errors"][0]["detail"] == f"The number for {SYSTOLIC} must be from 120 to 220."
    assert (await signed_in.put(f"{own}/{SYSTOLIC}", {"number": "high"})).status == 422
    assert (await signed_in.put(f"{own}/hypertension.alarm", {"number": 1})).status == 404, "it has no number"
    assert (await signed_in.put(f"/patients/999/thresholds/{SYSTOLIC}", {"number": 170})).status == 404
    assert (await signed_in.delete(f"{own}/{SYSTOLIC}")).status == 404
    assert (await signed_in.get("/patients/999/thresholds")).status == 404


async def test_reading_is_not_writing(with_scopes, add_patient):
    amina = await add_patient()
    reader = await with_scopes("patients:read")
    assert (await reader.get(f"/patients/{amina.id}/thresholds")).status == 200
    assert (await reader.put(f"/patients/{amina.id}/thresholds/{SYSTOLIC}", {"number": 170})).code == "missing_scope"
