"""Questionnaires through the staff's door: offered, refused with a reason, their scores read."""

from care import conversations


async def test_a_questionnaire_is_offered_and_its_score_read(clinic, signed_in, add_patient):
    patient = await add_patient()
    offered = await signed_in.post(f"/patients/{patient.id}/questionnaires", {"name": "phq9"})
    assert (offered.status, offered.json) == (201, {"name": "phq9"})

    run = await clinic.run("chat:7", conversations.open_, patient, "phq9", 1)
    for number in range(1, 10):
        await clinic.run("chat:7", conversations.save_answer, run, f"q{number}", "?", 1, "Several days")
    await clinic.run("chat:7", conversations.end, run, "finished")
    (score,) = (await signed_in.get(f"/patients/{patient.id}/scores")).json["items"]
    assert (score["instrument"], score["total"], score["band"]) == ("phq9", 9, "mild")

    again = await signed_in.post(f"/patients/{patient.id}/questionnaires", {"name": "phq9"})
    assert (again.status, again.code) == (409, "conflict")


async def test_what_cannot_be_offered_is_refused_with_a_reason(signed_in, add_patient):
    patient, unlinked = await add_patient(), await add_patient("Omar Said", None)
    assert (await signed_in.post(f"/patients/{patient.id}/questionnaires", {"name": "made-up"})).status == 422
    assert (await signed_in.post("/patients/999/questionnaires", {"name": "phq9"})).status == 404
    assert (await signed_in.post(f"/patients/{unlinked.id}/questionnaires", {"name": "phq9"})).code == "conflict"
