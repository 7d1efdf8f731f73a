"""Patients through the door: found, added, invited, cut off."""

import re

import pytest

from care import invitations
from tests.staff_api.test_worklist import all_pages

ANA = {"name": "Ana Soto", "date_of_birth": "1951-02-28", "language": "es", "country": "ES", "time_zone": "Europe/Madrid"}


async def test_a_patient_is_added_and_read_back(door):
    added = await door.post("/patients", ANA)
    assert (added.status, added.headers["Location"]) == (201, f"/api/v1/patients/{added.json['id']}")
    assert (added.json["state"], added.json["consented_at"], added.json["links"]) == ("invited", None, [])
    assert added.json["local_time"] == "2026-11-23T10:00:00+01:00"
    assert (await door.get(added.headers["Location"])).json == added.json


async def test_what_is_not_said_of_a_patient_is_as_the_clinic_has_it(door):
    added = await door.post("/patients", {"name": "Bo", "date_of_birth": "1980-07-01", "language": "en"})
    assert (added.json["country"], added.json["time_zone"]) == ("GB", "Europe/London")


async def test_patients_are_found_by_any_part_of_their_name(door, add_patient):
    for number, name in enumerate(("Óscar Díaz", "Ana Díaz", "Dia_na", "Bo")):
        await add_patient(name, chat_id=number + 1)
    assert [p["name"] for p in (await door.get("/patients?name=Díaz")).json["items"]] == ["Ana Díaz", "Óscar Díaz"]
    assert [p["name"] for p in (await door.get("/patients?name=ana día")).json["items"]] == ["Ana Díaz"]
    assert [p["name"] for p in (await door.get("/patients?name=_")).json["items"]] == ["Dia_na"]
    assert (await door.get("/patients?name=%25")).json["items"] == []


async def test_pages_of_patients_hold_still_while_others_are_added(door, add_patient):
    for number in range(7):
        await add_patient(f"N{number}", chat_id=None)
    first = await door.get("/patients?limit=3")
    await add_patient("A new one, earlier in the alphabet", chat_id=None)
    rest = await all_pages(door, first.json["next"])
    assert [p["name"] for p in first.json["items"] + rest] == [f"N{number}" for number in range(7)]


async def test_two_patients_of_one_name_are_both_on_the_list(door, add_patient):
    for _ in range(3):
        await add_patient("Ana Soto", chat_id=None)
    assert len(await all_pages(door, "/patients?limit=1")) == 3


async def test_an_invitation_is_a_link_and_a_code_for_one_phone(door, clinic, add_patient, clock):
    patient = await add_patient(chat_id=None)
    made = await door.post(f"/patients/{patient.id}/invitations", {})
    assert (made.status, made.json["expires_at"]) == (201, "2026-11-26T09:00:00Z")
    token = re.fullmatch(r"https://t\.me/riverside_bot\?start=([A-Za-z0-9_-]{22,64})", made.json["link"])[1]
    assert (await clinic.run("chat:7", invitations.by_token, token)).patient_id == patient.id
    assert made.json["qr_svg"].startswith("<svg ")
    assert "<script" not in made.json["qr_svg"]
    assert (await door.post("/patients/999/invitations", {})).status == 404
    assert (await door.post(f"/patients/{patient.id}/invitations", {"role": "boss"})).status == 422


async def test_a_lost_phone_is_cut_off_at_once(door, add_patient):
    patient = await add_patient(chat_id=77)
    [link] = (await door.get(f"/patients/{patient.id}")).json["links"]
    assert (link["chat_id"], link["role"], link["cut_at"]) == (77, "self", None)
    assert (await door.post(f"/links/{link['id']}/cut")).status == 204
    [link] = (await door.get(f"/patients/{patient.id}")).json["links"]
    assert link["cut_at"] == "2026-11-23T09:00:00Z"
    assert (await door.post(f"/links/{link['id']}/cut")).status == 404


@pytest.mark.parametrize("changed", [{}, {"name": "Ana Soto Díaz"}])
async def test_the_same_request_under_the_same_key_adds_one_patient(door, changed):
    first = await door.post("/patients", ANA, headers={"Idempotency-Key": "form-1"})
    again = await door.post("/patients", ANA | changed, headers={"Idempotency-Key": "form-1"})
    if changed:
        assert (again.status, again.code) == (422, "key_reused")
    else:
        assert (again.status, again.json) == (201, first.json)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.headers["Location"] == first.headers["Location"]
    assert len((await door.get("/patients")).json["items"]) == 1
