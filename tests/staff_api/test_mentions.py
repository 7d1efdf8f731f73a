"""A colleague named in a note: whom it tells, whom it cannot, and that it opens no record to anybody."""

import pytest

from care import access, staff
from tests.staff_api.conftest import QUICK


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """Only where its own statements are tried does it depend on the database."""
    return request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")


@pytest.fixture
async def team(clinic) -> dict[str, staff.StaffMember]:
    people = (("Marek Novák", "nurse", None), ("Dr. Ana Ortiz", "clinician", None), ("Marek Hill", "nurse", None),
              ("Sofía Marín", "social_worker", "caseload"), ("Cora Bell", "coordinator", None))
    return {name: await clinic.run("ops", staff.add, f"{number}@riverside.example", name, QUICK.hash("x" * 12), role, reach)
            for number, (name, role, reach) in enumerate(people)}


@pytest.fixture
def as_one_of(stranger, clinic, team):
    async def door(name: str):
        opened = await clinic.run(f"staff:{team[name].id}", staff.sign_in, team[name].id)
        return stranger.as_(Cookie=f"careward={opened.token}", X_CSRF_Token=opened.session.csrf)

    return door


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
async def test_who_is_named_has_the_note_in_a_list_until_it_is_read(signed_in, add_patient, as_one_of):
    patient = await add_patient()
    marek, ana = await as_one_of("Marek Novák"), await as_one_of("Dr. Ana Ortiz")
    noted = await signed_in.post(f"/patients/{patient.id}/notes", {
        "text": "@marek novak, can you call her @9? (@Ortiz: see a@b.org) @Dana"})
    assert noted.status == 201
    logged = await signed_in.post(f"/patients/{patient.id}/calls", {"call": "no_answer", "text": "@Marek Novák nobody there"})
    [first, second] = (await marek.get("/mentions")).json["items"]
    assert (first["note_id"], first["patient_name"], first["by"], first["read_at"]) == (
        noted.json["id"], "Amina Yusuf", "Dana", None)
    assert (second["note_id"], second["text"]) == (logged.json["id"], "@Marek Novák nobody there")
    assert (await ana.get("/mentions")).json["unread"] == 1
    assert (await signed_in.get("/mentions")).json["items"] == [], "whoever writes tells themselves nothing"

    assert (await ana.post(f"/mentions/{first['id']}/read")).status == 404, "it is not theirs"
    for _ in range(2):
        assert (await marek.post(f"/mentions/{first['id']}/read")).status == 204
    listed = (await marek.get("/mentions?limit=1")).json
    assert ([one["id"] for one in listed["items"]], listed["unread"]) == ([first["id"]], 1), "read today, it keeps its place"
    further = (await marek.get(listed["next"])).json
    assert ([one["id"] for one in further["items"]], further["next"]) == ([second["id"]], None)
    said = (await signed_in.get(f"/patients/{patient.id}/thread")).json["items"][0]["mentioned"]
    assert [(one["name"], one["read_at"] is not None) for one in said] == [("Marek Novák", True), ("Dr. Ana Ortiz", False)]
    kinds = [one["kind"] for one in (await signed_in.get("/event-log?limit=500")).json["items"]]
    assert (kinds.count("ColleagueMentioned"), kinds.count("MentionRead")) == (3, 1)


@pytest.mark.parametrize(("text", "why"), [
    ("@Fred please", "Nobody on staff is called Fred."), ("@Marek please", "@Marek may be Marek Hill or Marek Novák: write"),
    ("@Cora, call her", "Cora Bell may not read this patient's record"), ("@Sofía", "Sofía Marín may not read this patient's")])
async def test_a_note_that_would_not_reach_whom_it_names_is_not_kept(signed_in, add_patient, team, text, why):
    patient = await add_patient()
    refused = await signed_in.post(f"/patients/{patient.id}/notes", {"text": text})
    assert (refused.status, refused.code) == (409, "conflict")
    assert why in refused.json["detail"]
    assert (await signed_in.get(f"/patients/{patient.id}/thread")).json["items"] == []


async def test_a_mention_opens_no_record_and_is_shown_only_while_the_record_may_be_read(
        clinic, signed_in, add_patient, team, as_one_of):
    patient, sofia = await add_patient(), team["Sofía Marín"]
    await clinic.run("ops", access.join_caseload, sofia.id, patient.id)
    assert (await signed_in.post(f"/patients/{patient.id}/notes", {"text": "@Marín it is about money"})).status == 201
    hers = await as_one_of("Sofía Marín")
    [told] = (await hers.get("/mentions")).json["items"]
    await clinic.run("ops", access.leave_caseload, sofia.id, patient.id)
    assert (await hers.get("/mentions")).json == {"items": [], "next": None, "unread": 0}
    assert (await hers.get(f"/patients/{patient.id}")).status == (await hers.post(f"/mentions/{told['id']}/read")).status == 404
    await clinic.run("ops", access.join_caseload, sofia.id, patient.id)
    assert (await hers.get("/mentions")).json["unread"] == 1
