"""Who sees whom: by caseload, by site, by what is theirs to do, on duty, and in an emergency."""

from datetime import date, time

import pytest
from sqlalchemy import select

from care import access, escalations, messages, patients, pools, rota, staff
from care.escalations import Severity
from care.tables import accesses, events


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def colleague(stranger, clinic):
    """Somebody with a role and a reach, signed in."""

    async def signed_in(role: str = "nurse", reach: str = "caseload"):
        member = await clinic.run("ops", staff.add, f"{role}.{reach}@riverside.example", role.title(), "hash", role, reach)
        opened = await clinic.run(f"staff:{member.id}", staff.sign_in, member.id)
        door = stranger.as_(Cookie=f"careward={opened.token}", X_CSRF_Token=opened.session.csrf)
        door.member = member
        return door

    return signed_in


async def looks(clinic) -> list[tuple[str, str, int | None, str]]:
    def read(turn):
        return [tuple(row) for row in turn.db.execute(
            select(accesses.c.actor, accesses.c.operation, accesses.c.patient_id, accesses.c.why).order_by(accesses.c.id))]

    return await clinic.read(read)


async def test_a_nurse_sees_those_on_her_caseload_and_no_others(clinic, colleague, add_patient):
    amina, boris = await add_patient("Amina", 7), await add_patient("Boris", 8)
    ana = await colleague()
    await clinic.run("ops", access.join_caseload, ana.member.id, amina.id)
    for patient in (amina, boris):
        await clinic.run("system", escalations.open_, patient.id, Severity.URGENT, "pain", "Severe pain", "9")
    assert [one["name"] for one in (await ana.get("/patients")).json["items"]] == ["Amina"]
    assert [one["patient_name"] for one in (await ana.get("/worklist")).json["items"]] == ["Amina"]
    assert (await ana.get("/worklist/counts")).json["open"] == 1
    assert (await ana.get(f"/patients/{amina.id}/thread")).status == 200
    for path in (f"/patients/{boris.id}", f"/patients/{boris.id}/thread", "/escalations/2"):
        assert ((answer := await ana.get(path)).status, answer.code) == (404, "not_found"), path
    await clinic.run("ops", access.leave_caseload, ana.member.id, amina.id)
    assert (await ana.get(f"/patients/{amina.id}")).status == 404


async def test_the_thread_of_a_stranger_is_no_back_door_to_a_patients(clinic, colleague, add_patient):
    boris = await add_patient("Boris", 8)
    hear = messages.Written(1, "text", "I think it is HIV"), messages.Written(2, "text", "my neighbour fell")
    await clinic.run("chat:8", lambda turn: messages.keep(turn, 8, boris.id, hear[0]))
    await clinic.run("chat:8", lambda turn: messages.keep(turn, 8, None, hear[1], flagged=True))
    ana = await colleague()
    seen = await ana.get("/strangers/8/thread")
    assert [one["text"] for one in seen.json["items"]] == ["my neighbour fell"], "what is a patient's is in their own thread"


async def test_whom_a_shared_chat_may_mean_is_told_to_those_who_see_them_and_to_who_must_find_out(
    clinic, signed_in, colleague, add_patient,
):
    amina, boris = await add_patient("Amina", 7), await add_patient("Boris", 8)
    await clinic.run("ops", patients.link, boris.id, 7, "carer")
    ana, ben = await colleague(), await colleague("clinician")
    await clinic.run("ops", access.join_caseload, ana.member.id, amina.id)
    await clinic.run("system", escalations.open_, None, Severity.URGENT, "red_flag:fall", "May mean: fall", "fell", 7)

    async def reasons(door) -> list[str]:
        return [one["reason"].removeprefix("May mean: ") for one in (await door.get("/worklist")).json["items"]
                if one["kind"].startswith("red_flag")]

    assert [await reasons(one) for one in (signed_in, ana, ben)] == [
        ["fall (about Amina or Boris)"], ["fall (about Amina)"], ["fall"]]
    assert (await ben.get("/escalations/2")).json["reason"] == "May mean: fall"
    await ben.post("/escalations/2/acknowledge")
    assert await reasons(ben) == ["fall (about Amina or Boris)"], "it is his: he has to find out"
    await clinic.run("system", escalations.open_, None, Severity.EMERGENCY, "red_flag:breathing", "breathing", "help", 7)
    assert (await reasons(ana))[0] == "breathing (about Amina or Boris)", "a life may be in danger"


async def test_a_site_is_seen_by_those_who_work_there(clinic, signed_in, colleague, add_patient):
    amina = await add_patient("Amina", 7)
    ana = await colleague(reach="sites")
    site = (await signed_in.post("/sites", {"name": "Hill Street"})).json
    assert (await signed_in.post("/sites", {"name": "Hill Street"})).code == "conflict"
    assert (await signed_in.get("/sites")).json["items"] == [site]
    await clinic.run("ops", staff.change_role, ana.member.id, "nurse", "sites", (site["id"],))
    opened = await clinic.run(f"staff:{ana.member.id}", staff.sign_in, ana.member.id)
    ana = ana.as_(Cookie=f"careward={opened.token}", X_CSRF_Token=opened.session.csrf)
    assert (await ana.get(f"/patients/{amina.id}")).status == 404
    assert (await signed_in.put(f"/patients/{amina.id}/site", {"site_id": site["id"]})).status == 204
    assert (await ana.get(f"/patients/{amina.id}")).status == 200
    assert (await signed_in.put(f"/patients/{amina.id}/site", {"site_id": 99})).code == "conflict"


async def test_what_is_handed_to_somebody_is_theirs_to_see_until_it_is_closed(clinic, colleague, nurse, add_patient):
    boris, ana = await add_patient("Boris", 8), await colleague()
    number = await clinic.run("system", escalations.open_, boris.id, Severity.URGENT, "pain", "Severe pain", "9")
    await clinic.run("ops", escalations.hand_over, number, nurse.id, ana.member.id, "You know him")
    assert (await ana.get(f"/patients/{boris.id}")).status == 200
    await clinic.run("ops", escalations.resolve, number, ana.member.id, "reached", "")
    assert (await ana.get(f"/patients/{boris.id}")).status == 404


async def test_whoever_is_on_duty_sees_those_who_need_somebody(clinic, colleague, add_patient):
    boris, calm, ana = await add_patient("Boris", 8), await add_patient("Carla", 9), await colleague()
    await clinic.run("system", escalations.open_, boris.id, Severity.EMERGENCY, "pain", "Severe pain", "9")
    assert (await ana.get(f"/patients/{boris.id}")).status == 404
    await clinic.run("ops", rota.add_shift, ana.member.id, "on_call", time(8), time(18), 0, None)
    assert (await ana.get(f"/patients/{boris.id}")).status == 200
    assert (await ana.get(f"/patients/{calm.id}")).status == 404


async def test_in_an_emergency_a_record_opens_for_an_hour_and_others_are_told(clinic, colleague, add_patient, clock):
    boris, ana = await add_patient("Boris", 8), await colleague()
    asked = {"patient_id": boris.id, "reason": "Found unconscious in the corridor"}
    opened = await ana.post("/emergency-access", asked)
    assert (opened.status, opened.json["patient_id"]) == (201, boris.id)
    assert (await ana.get(f"/patients/{boris.id}/thread")).status == 200
    assert (await looks(clinic))[-1] == (
        f"staff:{ana.member.id}", "GET /api/v1/patients/{patient_id}/thread", boris.id, "emergency access 1")
    (told,) = (await ana.get("/worklist")).json["items"]
    assert (told["severity"], told["value"]) == ("urgent", "Found unconscious in the corridor")
    await clinic.run("ops", escalations.acknowledge, told["escalation_id"], ana.member.id)
    assert (await ana.post("/emergency-access", asked)).code == "conflict"
    hers = (await clinic.run("ops", pools.keep, "Hers", (), False, (ana.member.id,))).id
    await ana.post(f"/escalations/{told['escalation_id']}/hand-over", {"pool_id": hers, "reason": "mine again"})
    for _ in range(3):
        clock.passes(minutes=19)
        assert (await ana.get("/session")).status == 200
    assert (await ana.get(f"/patients/{boris.id}")).status == 200
    clock.passes(minutes=4)
    assert (await ana.get(f"/patients/{boris.id}")).status == 404, "to have the question does not keep the record open"
    await clinic.run("ops", rota.add_shift, ana.member.id, "on_call", time(8), time(18), 0, None)
    assert (await ana.get(f"/patients/{boris.id}")).status == 404, "nor does to be on duty: it is for others to look at"


async def test_an_emergency_needs_a_reason_a_patient_and_a_person(clinic, colleague, door, add_patient):
    boris, ana = await add_patient("Boris", 8), await colleague()
    assert (await ana.post("/emergency-access", {"patient_id": boris.id, "reason": "because"})).status == 422
    assert (await ana.post("/emergency-access", {"patient_id": 99, "reason": "Found unconscious"})).status == 404
    assert (await door.post("/emergency-access", {"patient_id": boris.id, "reason": "Found unconscious"})).code == "people_only"
    coordinator = await colleague("coordinator")
    refused = await coordinator.post("/emergency-access", {"patient_id": boris.id, "reason": "Found unconscious"})
    assert refused.code == "missing_scope"


async def test_every_look_is_on_record_once_with_who_where_and_why(clinic, signed_in, nurse, add_patient, clock):
    amina = await add_patient("Amina", 7)
    for _ in range(3):
        await signed_in.get(f"/patients/{amina.id}/thread")
    await signed_in.get("/patients?name=ami")
    who = f"staff:{nurse.id}"
    first = (who, "GET /api/v1/patients/{patient_id}/thread", amina.id, "whole clinic")
    assert await looks(clinic) == [first, (who, "GET /api/v1/patients", None, "a list")]
    clock.passes(minutes=6)
    await signed_in.get(f"/patients/{amina.id}/thread")
    assert (await looks(clinic))[2:] == [first]
    origins = await clinic.read(lambda turn: turn.db.scalars(select(accesses.c.origin)).all())
    assert all(origin.startswith("127.0.0.1 req_") for origin in origins)


async def test_a_change_is_journalled_with_where_it_came_from(clinic, signed_in, add_patient):
    amina = await add_patient("Amina", 7)
    await signed_in.post(f"/patients/{amina.id}/notes", {"text": "Prefers mornings"})
    kind, origin = (await clinic.read(lambda turn: turn.db.execute(
        select(events.c.kind, events.c.origin).order_by(events.c.id.desc()).limit(1)).one()))
    assert (kind, origin.partition(" ")[0]) == ("NoteWritten", "127.0.0.1")


async def test_an_auditor_reads_the_trail_and_nothing_else(clinic, signed_in, colleague, nurse, add_patient):
    amina, auditor = await add_patient("Amina", 7), await colleague("auditor", "clinic")
    await signed_in.get(f"/patients/{amina.id}/thread")
    await signed_in.post(f"/patients/{amina.id}/notes", {"text": "Prefers mornings"})
    looked = await auditor.get(f"/audit/accesses?patient_id={amina.id}&actor=staff:{nurse.id}")
    assert [one["why"] for one in looked.json["items"]] == ["whole clinic", "whole clinic"]
    first = await auditor.get(f"/audit/changes?patient_id={amina.id}&limit=1")
    assert (first.json["items"][0]["what"], first.json["items"][0]["facts"]) == ("NoteWritten", {"note": 1})
    assert "Prefers" not in first.text
    assert (await auditor.get(first.json["next"])).json["items"]
    assert (await auditor.get(f"/patients/{amina.id}")).code == "missing_scope"
    assert (await auditor.get("/audit/changes?actor=x'--")).status == 400


async def test_a_coordinator_learns_that_somebody_is_needed_and_not_why(clinic, colleague, add_patient):
    amina = await add_patient("Amina", 7)
    raised = (Severity.URGENT, "red_flag:self_harm", "May mean suicide", "…")
    number = await clinic.run("system", escalations.open_, amina.id, *raised)
    coordinator = await colleague("coordinator", "clinic")
    listed, got = await coordinator.get("/worklist"), await coordinator.get(f"/escalations/{number}")
    for answer in (listed, got):
        assert answer.status == 200
        assert not any(word in answer.text for word in ("suicide", "self_harm", "…"))
    assert listed.json["items"][0]["patient_name"] == "Amina"
    assert (await coordinator.get(f"/patients/{amina.id}")).status == 200
    assert (await coordinator.get(f"/patients/{amina.id}/thread")).code == "missing_scope"


async def test_whoever_adds_a_patient_sees_them(clinic, colleague):
    ana = await colleague("coordinator")
    added = await ana.post("/patients", {"name": "Nadia", "date_of_birth": "1970-01-02", "language": "es"})
    assert added.status == 201
    assert (await ana.get(f"/patients/{added.json['id']}")).status == 200
    team = (await ana.get(f"/patients/{added.json['id']}/care-team")).json["items"]
    assert [one["name"] for one in team] == ["Coordinator"]


async def test_a_key_reaches_no_further_than_whoever_made_it(clinic, stranger, colleague, add_patient):
    amina = await add_patient("Amina", 7)
    ana = await colleague()
    made = await clinic.run(f"staff:{ana.member.id}", staff.new_key, "a program", ("patients:read", "rota:write"), None)
    program = stranger.as_(Authorization=f"Bearer {made[1]}")
    assert (await program.get(f"/patients/{amina.id}")).status == 404
    await clinic.run("ops", access.join_caseload, ana.member.id, amina.id)
    assert (await program.get(f"/patients/{amina.id}")).status == 200
    await clinic.run("ops", staff.change_role, ana.member.id, "coordinator", "caseload", ())
    assert (await program.get(f"/patients/{amina.id}/thread")).code == "missing_scope"


async def test_the_stream_tells_nobody_of_patients_out_of_their_reach(clinic, colleague, add_patient):
    amina, boris = await add_patient("Amina", 7), await add_patient("Boris", 8)
    ana = await colleague()
    await clinic.run("ops", access.join_caseload, ana.member.id, amina.id)
    heard: list[str] = []
    async with ana.client.get("/api/v1/events?after=0", headers=ana.headers) as stream:
        async for line in stream.content:
            heard.append(line.decode())
            if "CaseloadJoined" in line.decode():
                heard.append((await stream.content.readline()).decode())
                break
    told = "".join(heard)
    assert f'"patient_id": {amina.id}' in told
    assert f'"patient_id": {boris.id}' not in told


async def test_a_role_or_a_reach_that_there_is_not_is_refused(clinic):
    for role, reach in (("wizard", None), ("nurse", "everywhere")):
        with pytest.raises(staff.Refused, match="There is no"):
            await clinic.run("ops", staff.add, "x@riverside.example", "X", "hash", role, reach)


async def test_whom_a_patient_belongs_to_survives_what_is_asked_twice(clinic, colleague):
    ana = await colleague()
    patient = await clinic.run("ops", patients.add, "Amina", date(1960, 1, 1), "en")
    for _ in range(2):
        assert await clinic.run("ops", access.join_caseload, ana.member.id, patient.id)
    assert not await clinic.run("ops", access.join_caseload, 99, patient.id)
    assert len(await clinic.read(access.care_team, patient.id)) == 1
