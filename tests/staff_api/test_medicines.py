"""Medicines by the API: seen before they are ordered, warned of, agreed to by two, changed and stopped with a reason."""

from care import staff
from tests.bot.test_files import photo
from tests.staff_api.conftest import QUICK

TWICE = {"timing": {"kind": "daily", "times": ["08:00", "20:00"]}, "amount": "1 tablet"}
METFORMIN = {"medicine": {"name": "Metformin 500 mg", "ingredient": "metformin"}, "order": TWICE}


async def marek(clinic, stranger):
    member = await clinic.run("ops", staff.add, "marek@riverside.example", "Marek", QUICK.hash("nine blue lanterns"))
    opened = await clinic.run(f"staff:{member.id}", staff.sign_in, member.id)
    return stranger.as_(Cookie=f"careward={opened.token}", X_CSRF_Token=opened.session.csrf)


async def test_an_order_is_seen_as_it_will_be_before_it_is_one(signed_in, add_patient):
    patient = await add_patient()
    at = f"/patients/{patient.id}/medicines"
    seen = (await signed_in.post(f"{at}/preview", METFORMIN)).json
    assert seen["warnings"] == []
    assert [(one["local_date"], one["local_time"][:5]) for one in seen["items"]][:2] == [
        ("2026-11-23", "20:00"), ("2026-11-24", "08:00")]
    assert len(seen["items"]) == 28
    assert (await signed_in.get(at)).json["items"] == []

    ordered = await signed_in.post(at, METFORMIN)
    assert (ordered.status, ordered.json["state"], ordered.json["kind"]) == (201, "in force", "start")
    (regimen,) = (await signed_in.get(at)).json["items"]
    assert (regimen["medicine"]["name"], regimen["prescriber"], regimen["timing"]) == (
        "Metformin 500 mg", "Dana", TWICE["timing"] | {"every": 1})
    assert regimen["next_doses"][0] == "2026-11-23T20:00:00+00:00"


async def test_an_allergy_or_the_same_ingredient_warns_and_does_not_go_unread(signed_in, add_patient):
    patient = await add_patient()
    at = f"/patients/{patient.id}/medicines"
    noted = await signed_in.post(f"/patients/{patient.id}/allergies", {"substance": "Penicillin", "reaction": "rash"})
    assert noted.status == 201
    amoxicillin = {"medicine": {"name": "Penicillin V 500 mg"}, "order": TWICE}
    assert (await signed_in.post(f"{at}/preview", amoxicillin)).json["warnings"] == ["Allergy to Penicillin (rash)."]
    refused = await signed_in.post(at, amoxicillin)
    assert (refused.status, "despite_warnings" in refused.json["detail"]) == (409, True)
    assert (await signed_in.get(at)).json["items"] == []
    assert (await signed_in.post(at, amoxicillin | {"despite_warnings": True})).status == 201

    await signed_in.post(at, METFORMIN)
    again = {"medicine": {"name": "Glucophage", "ingredient": "Metformin"}, "order": TWICE}
    assert (await signed_in.post(f"{at}/preview", again)).json["warnings"] == [
        "Takes Metformin 500 mg already: the same name or ingredient."]
    assert (await signed_in.delete(f"/allergies/{noted.json['id']}")).status == 204
    assert (await signed_in.get(f"/patients/{patient.id}/allergies")).json["items"] == []


async def test_a_critical_medicine_waits_for_a_second_person(clinic, stranger, signed_in, add_patient):
    patient, second = await add_patient(), await marek(clinic, stranger)
    at = f"/patients/{patient.id}/medicines"
    insulin = {"medicine": {"name": "Insulin glargine", "critical": True}, "order": TWICE | {"amount": "10 units"}}
    ordered = (await signed_in.post(at, insulin)).json
    assert ordered["state"] == "waiting"
    (regimen,) = (await signed_in.get(at)).json["items"]
    assert (regimen["state"], regimen["next_doses"], regimen["waiting"]["id"]) == ("proposed", [], ordered["id"])
    own = await signed_in.post(f"/orders/{ordered['id']}/agree")
    assert (own.code, own.json["detail"]) == ("conflict", "A second person must agree.")
    assert (await second.post(f"/orders/{ordered['id']}/agree")).json["state"] == "in force"
    (regimen,) = (await signed_in.get(at)).json["items"]
    assert regimen["state"] == "active"
    assert regimen["next_doses"] != []
    assert (await second.post(f"/orders/{ordered['id']}/refuse")).code == "conflict"


async def test_a_change_says_what_differs_and_two_people_do_not_overwrite_each_other(clinic, stranger, signed_in, add_patient):
    patient, second = await add_patient(), await marek(clinic, stranger)
    at = f"/patients/{patient.id}/medicines"
    regimen = (await signed_in.post(at, METFORMIN)).json["regimen_id"]
    (read,) = (await signed_in.get(at)).json["items"]
    once = TWICE | {"timing": {"kind": "daily", "times": ["08:00"]}}
    seen = (await signed_in.post(f"/regimens/{regimen}/preview", once)).json["items"]
    assert {one["local_time"][:5] for one in seen} == {"08:00"}
    change = {"order": once, "version": read["version"], "why": "Fewer tablets"}
    changed = (await signed_in.put(f"/regimens/{regimen}", change)).json
    assert [one["field"] for one in changed["changes"]] == ["timing"]
    assert (await second.put(f"/regimens/{regimen}", change)).code == "conflict", "it is not as Marek read it any more"
    stopped = await second.post(f"/regimens/{regimen}/stop", {"why": "Low sugar"})
    assert (stopped.json["kind"], stopped.json["why"]) == ("stop", "Low sugar")
    assert (await signed_in.get(at)).json["items"] == []
    history = (await signed_in.get(f"/regimens/{regimen}/orders")).json["items"]
    assert [one["kind"] for one in history] == ["stop", "change", "start"]


async def test_staff_say_how_a_medicine_looks_in_words_and_by_a_photo_of_this_patients(
        signed_in, with_scopes, add_patient, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    patient, other = await add_patient(), await add_patient()
    at, raw = f"/patients/{patient.id}/medicines", {"Content-Type": "application/octet-stream"}
    await signed_in.post(at, METFORMIN)
    brought = [(await signed_in.call("POST", f"/patients/{whose.id}/files", headers=raw, data=photo())).json["id"]
               for whose in (patient, other)]
    said = await signed_in.put("/medicines/1/looks", {"looks": "white, oval", "file_id": brought[0]})
    assert (said.status, said.json["looks"], said.json["photo"]) == (200, "white, oval", brought[0])
    (regimen,) = (await signed_in.get(at)).json["items"]
    assert regimen["medicine"]["photo"] == brought[0]
    wrong = await signed_in.put("/medicines/1/looks", {"file_id": brought[1]})
    assert "brought for this patient" in wrong.json["errors"][0]["detail"]
    assert (await signed_in.put("/medicines/9/looks", {"looks": "white"})).code == "not_found"
    reader = await with_scopes("patients:read")
    assert (await reader.put("/medicines/1/looks", {"looks": "white"})).status == 403
    gone = (await signed_in.put("/medicines/1/looks", {"looks": "white"})).json
    assert (gone["looks"], gone["photo"]) == ("white", None)


async def test_a_fhir_request_is_read_and_what_is_not_understood_is_shown(signed_in, add_patient):
    patient = await add_patient()
    at = f"/patients/{patient.id}/medicines"
    request = {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "Ramipril 5 mg"}, "dosageInstruction": [{
            "text": "One tablet twice daily", "timing": {"code": {"coding": [{"code": "BID"}]}},
            "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]}]}
    got = (await signed_in.post(f"{at}/read", request)).json
    assert (got["whole"], got["medicine"]["name"]) == (True, "Ramipril 5 mg")
    (dosage,) = got["dosages"]
    assert dosage["order"]["timing"] == {"kind": "daily", "times": ["08:00", "18:00"], "every": 1}
    assert dosage["words"] == "One tablet twice daily"
    assert (await signed_in.get(at)).json["items"] == [], "reading orders nothing"
    assert (await signed_in.post(at, {"medicine": got["medicine"], "order": dosage["order"]})).status == 201
    request["dosageInstruction"][0]["timing"] = {"code": {"text": "as directed"}}
    unread = (await signed_in.post(f"{at}/read", request)).json
    assert (unread["whole"], unread["dosages"][0]["order"]) == (False, None)
    assert unread["dosages"][0]["unread"] == "The timing is in words only."


async def test_what_is_wrong_with_an_order_is_said(signed_in, add_patient):
    patient = await add_patient()
    at = f"/patients/{patient.id}/medicines"
    for wrong, said in (
        ({"timing": {"kind": "hourly"}}, "kind must be one of"),
        ({"timing": {"kind": "daily", "times": ["8"]}}, "no time such as"),
        ({"ends_on": "2020-01-01"}, "cannot end before it begins"), ({"amount": ""}, "at least 1 character"),
    ):
        refused = await signed_in.post(at, METFORMIN | {"order": TWICE | wrong})
        assert refused.code == "invalid_body"
        assert said in refused.json["errors"][0]["detail"]
    assert (await signed_in.post("/patients/99/medicines", METFORMIN)).status == 404
    assert (await signed_in.post(at, METFORMIN | {"medicine_id": 3})).code == "invalid_body"


async def test_who_may_only_read_patients_orders_nothing(with_scopes, add_patient):
    patient = await add_patient()
    reader = await with_scopes("patients:read")
    assert (await reader.post(f"/patients/{patient.id}/medicines", METFORMIN)).code == "missing_scope"
    assert (await reader.get(f"/patients/{patient.id}/medicines")).status == 200


async def test_what_was_reported_and_what_was_handed_out_are_told_apart(signed_in, add_patient):
    patient = await add_patient()
    at = f"/patients/{patient.id}"
    await signed_in.post(f"{at}/medicines", METFORMIN)
    for day in ("2026-08-01", "2026-09-15"):
        sent = {"medicine_id": 1, "handed_out_on": day, "days": 30}
        assert (await signed_in.post(f"{at}/dispensings", sent)).status == 201
    known = (await signed_in.get(f"{at}/adherence")).json
    assert (known["reported"][0]["taken"], known["reported"][0]["share"]) == (0, None)
    (of_metformin,) = known["dispensed"]
    assert [of_metformin[name] for name in ("fills", "covered", "days", "adherent")] == [2, 60, 115, False]
    assert "pdc" not in known["reported"][0]
    refused = await signed_in.get(f"{at}/adherence?since=2026-11-02&until=2026-11-01")
    assert refused.status == 400
    read = await signed_in.post(f"{at}/dispensings/read", {
        "resourceType": "MedicationDispense", "status": "completed", "medicationCodeableConcept": {"text": "Metformin 500 mg"},
        "whenHandedOver": "2026-10-20"})
    assert (read.json["whole"], read.json["medicine_id"], read.json["days"]) == (False, 1, None)
    of_nobody = {"medicine_id": 2, "handed_out_on": "2026-08-01", "days": 1}
    assert (await signed_in.post(f"{at}/dispensings", of_nobody)).status == 404


async def test_a_feed_needs_no_session_and_a_wrong_address_says_nothing(stranger):
    assert (await stranger.get(f"/feeds/{'x' * 32}.ics")).status == 404


async def test_what_is_known_of_a_medicine_changes_with_a_diff_and_a_warning(signed_in, add_patient):
    patient = await add_patient()
    at = f"/patients/{patient.id}/medicines"
    await signed_in.post(f"/patients/{patient.id}/allergies", {"substance": "Penicillin"})
    regimen = (await signed_in.post(at, METFORMIN)).json["regimen_id"]
    known = {"name": "Penicillin V 500 mg", "purpose": "your throat", "critical": False}
    seen = (await signed_in.post(f"/regimens/{regimen}/preview", TWICE | {"medicine": known})).json
    assert [one["field"] for one in seen["changes"]] == ["name", "ingredient", "purpose"]
    assert (len(seen["items"]), seen["warnings"]) == (28, ["Allergy to Penicillin."])
    change = {"order": TWICE, "version": 1, "why": "another", "medicine": known}
    refused = await signed_in.put(f"/regimens/{regimen}", change)
    assert (refused.code, "despite_warnings" in refused.json["detail"]) == ("conflict", True)
    known["name"] = "Metformin 1000 mg"
    assert (await signed_in.put(f"/regimens/{regimen}", change)).json["state"] == "in force"
    (read,) = (await signed_in.get(at)).json["items"]
    assert (read["medicine"]["name"], read["medicine"]["purpose"], read["version"]) == ("Metformin 1000 mg", "your throat", 2)
    change |= {"version": 2, "medicine": {**known, "critical": True}}
    assert (await signed_in.put(f"/regimens/{regimen}", change)).json["state"] == "waiting"
    wrong = await signed_in.put(f"/regimens/{regimen}", {**change, "medicine": {"critical": True}})
    assert wrong.json["errors"][0]["pointer"] == "/medicine/name"


async def test_bid_is_read_by_the_patients_own_clock(signed_in, add_patient):
    patient = await add_patient()
    at = f"/patients/{patient.id}/day-hours"
    assert set((await signed_in.get(at)).json.values()) == {None}
    said = await signed_in.put(at, {"morning": "06:30"})
    assert (said.status, said.json["morning"], said.json["night"]) == (200, "06:30:00", None)
    for out_of_order in ({"morning": "13:00"}, {"night": "00:30"}):  # after midnight a night's dose would be dated a day early
        wrong = await signed_in.put(at, out_of_order)
        assert "must follow one another" in wrong.json["errors"][0]["detail"]
    read = await signed_in.post(f"/patients/{patient.id}/medicines/read", {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "Metformin 500 mg"}, "dosageInstruction": [{
            "timing": {"code": {"coding": [{"code": "BID"}]}},
            "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]}]})
    assert read.json["dosages"][0]["order"]["timing"]["times"] == ["06:30", "18:00"]
