"""Programmes through the door: listed, a patient put into one, asked at another hour, taken out."""

import pytest

from care import plans
from care.programmes import programmes


async def test_every_programme_says_for_whom_it_is_and_who_has_reviewed_it(door):
    listed = (await door.get("/programmes")).json["items"]
    assert {one["name"] for one in listed} == set(programmes())
    general = next(one for one in listed if one["name"] == "general")
    assert (general["schedule"], general["hour"], general["reviewed_by"]) == ("daily", "09:00", "")


async def test_a_patient_is_put_into_a_programme_and_the_general_one_makes_room(door, add_patient, clinic):
    patient = await add_patient()
    await clinic.run("ops", lambda turn: plans.add(turn, patient, programmes()["general"]))
    made = await door.post(f"/patients/{patient.id}/plans", {"programme": "hypertension", "hour": "18:30"})
    assert made.status == 201
    assert (made.json["title"], made.json["hour"], made.json["schedule"]) == ("Blood pressure", "18:30", "daily")
    assert made.json["next_at"] == "2026-11-23T18:30:00Z"
    listed = (await door.get(f"/patients/{patient.id}/plans")).json["items"]
    assert [(one["programme"], one["ended_at"] is None) for one in listed] == [("general", False), ("hypertension", True)]
    assert (await door.post(f"/patients/{patient.id}/plans", {"programme": "hypertension"})).code == "conflict"


async def test_before_consent_a_plan_waits(door, add_patient):
    patient = await add_patient(chat_id=None)
    made = await door.post(f"/patients/{patient.id}/plans", {"programme": "general"})
    assert made.json["next_at"] is None


async def test_a_plan_is_changed_looked_ahead_and_ended(door, add_patient):
    patient = await add_patient()
    plan = (await door.post(f"/patients/{patient.id}/plans", {"programme": "general"})).json["id"]
    changed = await door.call("PATCH", f"/plans/{plan}", json={"schedule": "Mon Thu", "hour": "08:15"})
    assert (changed.json["schedule"], changed.json["own_schedule"]) == ("Mon Thu", True)
    ahead = (await door.get(f"/plans/{plan}/preview?count=3")).json["items"]
    assert ahead == ["2026-11-26T08:15:00+00:00", "2026-11-30T08:15:00+00:00", "2026-12-03T08:15:00+00:00"]
    back = await door.call("PATCH", f"/plans/{plan}", json={"schedule": ""})
    assert (back.json["schedule"], back.json["own_schedule"], back.json["hour"]) == ("daily", False, "08:15")
    ended = await door.post(f"/plans/{plan}/end")
    assert ended.json["ended_at"]
    assert (await door.call("PATCH", f"/plans/{plan}", json={"hour": "09:00"})).code == "conflict"
    assert (await door.get(f"/plans/{plan}/preview")).json["items"] == []


async def test_a_plan_at_rest_is_woken(door, add_patient, clinic):
    patient = await add_patient()
    plan = (await door.post(f"/patients/{patient.id}/plans", {"programme": "general"})).json["id"]
    await clinic.run("scheduler", plans.rest, patient.id)
    assert (await door.get(f"/patients/{patient.id}/plans")).json["items"][0]["next_at"] is None
    assert (await door.post(f"/plans/{plan}/wake")).json["next_at"]


@pytest.mark.parametrize(("body", "field"), [
    ({"programme": "general", "schedule": "now and then"}, "/schedule"), ({"programme": "nothing"}, "/programme"),
    ({"programme": "general", "schedule": "from day 1 daily to day 3", "day_0": "2020-01-01"}, "/schedule"),
    ({"programme": "general", "hour": "25:00"}, "/hour"), ({"programme": "post_discharge"}, "/day_0")])
async def test_what_cannot_be_is_refused_with_the_field(door, add_patient, body, field):
    patient = await add_patient()
    refused = await door.post(f"/patients/{patient.id}/plans", body)
    assert (refused.code, refused.json["errors"][0]["pointer"]) == ("invalid_body", field)
    assert (await door.get(f"/patients/{patient.id}/plans")).json["items"] == []


async def test_a_plan_that_there_is_not(door, with_scopes, add_patient):
    assert (await door.post("/plans/99/end")).status == 404
    assert (await door.get("/patients/99/plans")).status == 404
    reader = await with_scopes("patients:read")
    patient = await add_patient()
    assert (await reader.post(f"/patients/{patient.id}/plans", {"programme": "general"})).code == "missing_scope"
