"""Two people, one thing: who has read an older state of it writes over nothing."""

import asyncio

import pytest

from staff_api.app import OPERATIONS
from staff_api.matching import REPLACES
from tests.staff_api.test_broadcasts import FLU


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """Only where two come at once does it depend on the database."""
    return request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")


GUARDED = [one for one in OPERATIONS if one.stands]
ANA = {"phone": "+34911234567", "emergency_name": "Ana", "emergency_relation": "daughter"}


def at(address: str) -> str:
    for name in ("escalation_id", "patient_id", "plan_id", "appointment_id", "site_id", "calendar_id", "visit_type_id",
                 "cohort_id", "broadcast_id", "webhook_id", "pool_id", "reply_id", "medicine_id"):  # fmt: skip
        address = address.replace(f"{{{name}}}", "1")
    return address.replace("{name}", "hypertension.systolic_high")


def test_whatever_can_be_held_against_a_state_can_be_read_with_its_etag():
    read = {one.answer_shape for one in OPERATIONS if one.method == "GET"}
    for one in GUARDED:
        assert one.stands.__annotations__["return"] in read, one.name


def test_every_put_and_patch_is_held_against_a_state_or_sets_a_single_value():
    free = {one.name for one in OPERATIONS if one.method in REPLACES and not one.stands}
    assert free == {
        f"PUT /api/v1/{rest}" for rest in (
            "staff/{staff_id}/phone", "staff/{staff_id}/role", "patients/{patient_id}/site",
            "patients/{patient_id}/care-team/{staff_id}", "regimens/{regimen_id}")}  # fmt: skip


async def test_what_is_written_over_must_have_been_read(signed_in):
    for one in GUARDED:
        if one.method not in REPLACES:
            continue
        answer = await signed_in.call(one.method, at(one.path), headers={"If-Match": None}, json={})
        assert (answer.status, answer.code) == (428, "not_read_first"), one.name
        assert "ETag" in answer.json["detail"]
        for wrong in ("yesterday", ""):
            answer = await signed_in.call(one.method, at(one.path), headers={"If-Match": wrong}, json={})
            assert (answer.status, answer.code) == (400, "invalid_header"), one.name


async def test_who_was_slower_is_shown_how_it_stands_and_changes_nothing(door, add_patient):
    here = f"/patients/{(await add_patient()).id}/contact"
    seen = (await door.get(here)).headers["ETag"]
    first = await door.put(here, ANA, headers={"If-Match": seen})
    assert (first.status, first.headers["ETag"]) == (200, (await door.get(here)).headers["ETag"])
    late = await door.put(here, {**ANA, "emergency_name": "Ben"}, headers={"If-Match": seen})
    assert (late.status, late.code) == (412, "changed_meanwhile")
    assert late.headers["ETag"] == first.headers["ETag"] != seen
    assert late.json["current"] == first.json == (await door.get(here)).json
    again = await door.put(here, {**ANA, "emergency_name": "Ben"}, headers={"If-Match": late.headers["ETag"]})
    assert again.json["emergency_name"] == "Ben"


@pytest.mark.parametrize("sent", ["*", '"other", {}', "W/{}"])
async def test_any_state_one_of_several_or_one_that_a_proxy_has_marked_as_weak_will_do(door, add_patient, sent):
    here = f"/patients/{(await add_patient()).id}/contact"
    seen = (await door.get(here)).headers["ETag"]
    assert (await door.put(here, ANA, headers={"If-Match": sent.format(seen)})).status == 200


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
async def test_of_two_at_once_one_is_told_that_it_was_slower(door, add_patient):
    here = f"/patients/{(await add_patient()).id}/contact"
    seen = {"If-Match": (await door.get(here)).headers["ETag"]}
    answers = await asyncio.gather(*(
        door.put(here, {**ANA, "emergency_name": name}, headers=seen) for name in ("Ana", "Ben", "Cy")))
    assert sorted(one.status for one in answers) == [200, 412, 412]


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
async def test_what_is_nobodys_is_held_against_its_state_as_well(door):
    made = (await door.post("/cohorts", {"name": "Oldest", "criteria": {"age_from": 80}})).json["id"]
    seen = {"If-Match": (await door.get(f"/cohorts/{made}")).headers["ETag"]}
    answers = await asyncio.gather(*(
        door.put(f"/cohorts/{made}", {"name": "Oldest", "criteria": {"age_from": age}}, headers=seen) for age in (90, 95)))
    assert sorted(one.status for one in answers) == [200, 412]
    assert (await door.delete(f"/cohorts/{made}", headers=seen)).code == "changed_meanwhile"
    assert (await door.delete(f"/cohorts/{made}", headers={"If-Match": "*"})).status == 204


async def test_the_same_request_again_gets_its_answer_again_although_the_state_is_another(door, add_patient):
    await add_patient()
    made = (await door.post("/broadcasts", FLU)).json["id"]
    seen = {"If-Match": (await door.get(f"/broadcasts/{made}")).headers["ETag"], "Idempotency-Key": "k1"}
    first = await door.post(f"/broadcasts/{made}/send", headers=seen)
    again = await door.post(f"/broadcasts/{made}/send", headers=seen)
    assert first.json == again.json, first.text
    assert again.status == first.status


def test_the_document_asks_for_the_header_where_it_is_needed(described):
    for one in GUARDED:
        asked = {p["name"]: p for p in described["paths"][one.path][one.method.lower()]["parameters"]}["If-Match"]
        assert asked["required"] == (one.method in REPLACES)
