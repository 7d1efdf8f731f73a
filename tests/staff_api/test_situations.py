"""What happened to a patient, put on record by staff."""


async def test_staff_put_a_stay_in_hospital_on_record_and_it_is_seen_beside_the_patient(signed_in, add_patient):
    patient = await add_patient()
    at = f"/patients/{patient.id}"
    begun = await signed_in.post(f"{at}/situations", {"kind": "in_hospital", "until": "2026-11-30", "note": "Hip"})
    assert (begun.status, begun.json["kind"], begun.json["until"]) == (201, "in_hospital", "2026-11-30")
    assert (await signed_in.get(at)).json["situation"] == "in_hospital"
    again = await signed_in.post(f"{at}/situations", {"kind": "in_hospital"})
    assert (again.status, again.code) == (409, "conflict")
    ended = await signed_in.post(f"{at}/situations/end")
    assert ended.json["ended_at"] is not None
    assert (await signed_in.get(at)).json["situation"] is None
    assert (await signed_in.post(f"{at}/situations/end")).status == 404


async def test_a_mistake_is_undone_once(signed_in, add_patient):
    patient = await add_patient()
    begun = (await signed_in.post(f"/patients/{patient.id}/situations", {"kind": "deceased"})).json
    assert (await signed_in.post(f"/situations/{begun['id']}/undo")).json["undone_at"] is not None
    assert (await signed_in.post(f"/situations/{begun['id']}/undo")).code == "conflict"
    (item,) = (await signed_in.get(f"/patients/{patient.id}/situations")).json["items"]
    assert item["by"].startswith("staff:")


async def test_what_is_wrong_is_said_and_nothing_changes(signed_in, add_patient):
    patient = await add_patient()
    at = f"/patients/{patient.id}/situations"
    nowhere = await signed_in.post(at, {"kind": "travelling"})
    assert (nowhere.status, "time zone" in nowhere.json["detail"]) == (409, True)
    assert (await signed_in.post(at, {"kind": "lost"})).code == "invalid_body"
    assert (await signed_in.post("/patients/99/situations", {"kind": "deceased"})).status == 404
    assert (await signed_in.get(at)).json["items"] == []


async def test_a_key_needs_the_scope(with_scopes, add_patient):
    patient = await add_patient()
    reader = await with_scopes("patients:read")
    assert (await reader.post(f"/patients/{patient.id}/situations", {"kind": "deceased"})).code == "missing_scope"
