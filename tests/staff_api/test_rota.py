"""The rota through the door, what everyone must see, and an escalation's course: handed over, put off, checked step by step."""

from datetime import time

import pytest

from care import escalations, rota, staff, welfare
from care.escalations import Severity


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


@pytest.fixture
async def ben(clinic) -> staff.StaffMember:
    return await clinic.run("ops", staff.add, "ben@riverside.example", "Ben", "hash")


@pytest.fixture
def raise_(clinic, add_patient):
    async def raise_(severity: Severity = Severity.EMERGENCY) -> int:
        whose = (await add_patient()).id
        return await clinic.run("chat:7", escalations.open_, whose, severity, "red_flag:x", "Words", "help", 7)

    return raise_


async def test_a_shift_is_added_seen_and_taken_off_again(signed_in, nurse, ben):
    for person, when in ((nurse, {"weekday": 0}), (ben, {"on_date": "2026-11-24"})):
        made = await signed_in.post("/rota/shifts", {
            "staff_id": person.id, "role": "on_call", "starts": "08:00", "ends": "18:00", **when})
        assert made.status == 201
    seen = (await signed_in.get("/rota")).json
    assert seen["on_duty"][0] == {"role": "on_call", "people": [{"id": nurse.id, "name": "Dana"}]}
    assert [(one["name"], one["weekday"], one["on_date"], one["starts"]) for one in seen["shifts"]] == [
        ("Dana", 0, None, "08:00"), ("Ben", None, "2026-11-24", "08:00")]
    assert seen["gaps"][0] == {"begins": "2026-11-25T08:00:00Z", "ends": "2026-11-25T18:00:00Z"}
    assert (await signed_in.delete(f"/rota/shifts/{made.json['id']}")).status == 204
    assert (await signed_in.delete(f"/rota/shifts/{made.json['id']}")).status == 404
    assert len((await signed_in.get("/rota")).json["shifts"]) == 1


async def test_an_absence_moves_what_is_open_and_can_be_called_off(clinic, signed_in, nurse, ben, raise_):
    mine = await raise_(Severity.URGENT)
    await signed_in.post(f"/escalations/{mine}/acknowledge")
    made = await signed_in.post("/rota/absences", {
        "staff_id": nurse.id, "first_day": "2026-11-23", "last_day": "2026-12-06", "cover_id": ben.id})
    assert (await signed_in.get(f"/escalations/{mine}")).json["owner_id"] == ben.id
    [seen] = (await signed_in.get("/rota")).json["absences"]
    assert (seen["name"], seen["cover"], seen["last_day"]) == ("Dana", "Ben", "2026-12-06")
    assert (await signed_in.delete(f"/rota/absences/{made.json['id']}")).status == 204
    assert (await signed_in.get("/rota")).json["absences"] == []


async def test_what_makes_no_sense_is_refused(signed_in, nurse):
    shift = {"staff_id": nurse.id, "role": "on_call", "starts": "08:00", "ends": "18:00"}
    for wrong in ({}, {"weekday": 0, "on_date": "2026-11-24"}, {"weekday": 7}, {"weekday": 0, "starts": "24:00"}):
        assert (await signed_in.post("/rota/shifts", {**shift, **wrong})).code == "invalid_body"
    assert (await signed_in.post("/rota/shifts", {**shift, "weekday": 0, "staff_id": 99})).code == "conflict"
    away = {"staff_id": nurse.id, "first_day": "2026-11-24", "last_day": "2026-11-23"}
    assert (await signed_in.post("/rota/absences", away)).code == "conflict"


async def test_a_number_for_alerts_is_kept_as_it_is_dialled(clinic, signed_in, nurse):
    assert (await signed_in.call("PUT", f"/staff/{nurse.id}/phone", json={"phone": "+44 20 7946 0000"})).status == 204
    refused = await signed_in.call("PUT", f"/staff/{nurse.id}/phone", json={"phone": "020 7946"})
    assert (refused.code, refused.json["errors"][0]["pointer"]) == ("invalid_body", "/phone")
    assert (await signed_in.call("PUT", "/staff/99/phone", json={"phone": None})).status == 404


async def test_everyone_sees_what_nobody_has_taken_on_and_where_nobody_is_on_call(clinic, signed_in, nurse, raise_):
    assert (await signed_in.get("/notices")).json["items"] == []
    await clinic.run("ops", staff.deactivate, nurse.id)
    raised = await raise_()
    ana = await clinic.run("ops", staff.add, "ana@riverside.example", "Ana", "hash")
    opened = await clinic.run("ops", staff.sign_in, ana.id)
    hers = signed_in.as_(Cookie=f"careward={opened.token}", X_CSRF_Token=opened.session.csrf)
    [notice] = (await hers.get("/notices")).json["items"]
    assert notice == {"level": "emergency", "about": raised, "words": (
        "1 emergency: everyone has been called, and nobody has taken it on.")}
    await hers.post(f"/escalations/{raised}/acknowledge")
    await clinic.run("ops", rota.add_shift, ana.id, "on_call", time(8), time(18), 0)
    [notice] = (await hers.get("/notices")).json["items"]
    assert (notice["level"], notice["about"], notice["words"][:43]) == (
        "urgent", "rota", "Nobody is on call: Tue 24 Nov 08:00 to 18:0")


async def test_handed_over_with_a_reason_it_is_the_others(signed_in, nurse, ben, raise_):
    raised = await raise_()
    given = await signed_in.post(f"/escalations/{raised}/hand-over", {"to": ben.id, "reason": "Ben knows her"})
    assert (given.json["owner_id"], given.json["acknowledged_by"]) == (ben.id, None)
    assert (await signed_in.get("/worklist")).json["items"][0]["owner"] == "Ben"
    mine = await signed_in.post(f"/escalations/{raised}/hand-over", {"to": nurse.id, "reason": "Ben is in theatre"})
    assert (mine.json["owner_id"], mine.json["acknowledged_by"]) == (nurse.id, nurse.id)
    assert (await signed_in.post(f"/escalations/{raised}/hand-over", {"to": 99, "reason": "x"})).code == "conflict"
    assert (await signed_in.post(f"/escalations/{raised}/hand-over", {"to": ben.id, "reason": " "})).code == "invalid_body"
    assert (await signed_in.post("/escalations/99/hand-over", {"to": ben.id, "reason": "x"})).status == 404
    told = (await signed_in.get(f"/escalations/{raised}/course")).json["steps"]
    assert [(one["kind"], one["by"], one["to"], one["words"], one["people"]) for one in told] == [
        ("called", None, None, "everyone", ["Dana", "Ben"]), ("handed_over", "Dana", "Ben", "Ben knows her", []),
        ("called", None, None, "owner", ["Ben"]), ("handed_over", "Dana", "Dana", "Ben is in theatre", []),
        ("acknowledged", "Dana", None, None, [])]


async def test_an_emergency_is_put_off_for_an_hour_at_most(signed_in, raise_):
    raised = await raise_()
    refused = await signed_in.post(f"/escalations/{raised}/snooze", {"until": "2026-11-23T10:01:00Z", "reason": "on the phone"})
    assert (refused.code, refused.json["detail"]) == ("conflict", "Give a moment to come, at most an hour from now.")
    resting = await signed_in.post(f"/escalations/{raised}/snooze", {"until": "2026-11-23T10:00:00Z", "reason": "on the phone"})
    assert (resting.json["snoozed_until"], resting.json["next_action_at"]) == ("2026-11-23T10:00:00Z",) * 2


async def test_a_welfare_check_is_ticked_off_and_who_did_what_is_kept(clinic, signed_in, raise_):
    raised = await raise_()
    steps = (await signed_in.get(f"/escalations/{raised}/course")).json["checklist"]
    assert [one["words"] for one in steps] == list(welfare.default())
    call = {"words": steps[0]["words"]}
    for _ in range(2):
        assert (await signed_in.post(f"/escalations/{raised}/checklist", call)).status == 200
    [first, second, *_] = (await signed_in.get(f"/escalations/{raised}/course")).json["checklist"]
    assert ((first["by"], first["at"]), (second["by"], second["at"])) == (("Dana", "2026-11-23T09:00:00Z"), (None, None))
    await signed_in.post(f"/escalations/{raised}/checklist", {**call, "done": False})
    course = (await signed_in.get(f"/escalations/{raised}/course")).json
    assert course["checklist"][0]["by"] is None
    assert [one["kind"] for one in course["steps"] if one["by"]] == ["ticked", "unticked"]
    assert (await signed_in.post(f"/escalations/{raised}/checklist", {"words": "Dance"})).code == "conflict"
    calm = await raise_(Severity.URGENT)
    assert (await signed_in.get(f"/escalations/{calm}/course")).json["checklist"] == []


async def test_how_to_reach_a_patient_is_noted_whole_and_says_who_noted_it(signed_in, add_patient):
    patient = await add_patient()
    assert (await signed_in.get(f"/patients/{patient.id}/contact")).json["phone"] is None
    known = {"phone": "+44 7700 900123", "address": "1 Mill Lane", "emergency_name": "Omar", "emergency_relation": "brother",
             "emergency_phone": "07700 900124", "emergency_may_call": True}
    noted = await signed_in.call("PUT", f"/patients/{patient.id}/contact", json=known)
    assert noted.json == {**known, "changed_at": "2026-11-23T09:00:00Z", "changed_by": "Dana"}
    fewer = await signed_in.call("PUT", f"/patients/{patient.id}/contact", json={"phone": "+44 7700 900125"})
    assert (fewer.json["phone"], fewer.json["address"], fewer.json["emergency_may_call"]) == ("+44 7700 900125", None, None)
    for wrong in ({"phone": "ask her"}, {"emergency_may_call": True}):
        assert (await signed_in.call("PUT", f"/patients/{patient.id}/contact", json=wrong)).code == "invalid_body"
    assert (await signed_in.get("/patients/99/contact")).status == 404
    assert (await signed_in.call("PUT", "/patients/99/contact", json=known)).status == 404
