"""What has changed since: read by whoever keeps a copy. And pages, which lose nothing when rows are added meanwhile."""

from datetime import timedelta

import pytest

from care import access, erasure, escalations, staff
from care.escalations import Severity
from care.heart import journal

THEN = "2026-11-23T09:30:00Z"


async def trouble(clinic, patient_id: int, kind: str = "pain") -> int:
    return await clinic.run("chat:7", escalations.open_, patient_id, Severity.URGENT, kind, "Severe pain", "9")


async def test_patients_of_whom_something_has_changed_and_those_who_are_forgotten(door, add_patient, clinic, clock):
    amina, ben, carla = [await add_patient(name, chat) for name, chat in (("Amina", 7), ("Ben", 8), ("Carla", 9))]
    clock.passes(hours=1)
    await trouble(clinic, ben.id)
    await clinic.run("staff:1", erasure.erase, carla.id, "staff:1", "Asked to be forgotten")
    found = (await door.get(f"/patients?updated_after={THEN}")).json
    assert [one["id"] for one in found["items"]] == [ben.id]
    assert found["erased"] == [{"patient_id": carla.id, "erased_at": "2026-11-23T10:00:00Z"}]
    everyone = (await door.get("/patients")).json
    assert ([one["id"] for one in everyone["items"]], everyone["erased"]) == ([amina.id, ben.id], [])
    assert (await door.get("/patients?updated_after=2026-11-23T09:30:00")).code == "invalid_query"


async def test_obligations_with_which_something_has_happened_closed_ones_too(door, add_patient, clinic, clock, nurse):
    amina = await add_patient()
    old, closed, handed = [await trouble(clinic, amina.id, kind) for kind in ("pain", "breathing", "fever")]
    clock.passes(hours=1)
    await clinic.run(f"staff:{nurse.id}", escalations.resolve, closed, nurse.id, "advice_given", "")
    await clinic.run(f"staff:{nurse.id}", escalations.hand_over, handed, nurse.id, nurse.id, "Mine")
    assert [one["id"] for one in (await door.get(f"/escalations?updated_after={THEN}")).json["items"]] == [closed, handed]
    assert [one["id"] for one in (await door.get("/escalations?open=true")).json["items"]] == [old, handed]
    assert [one["id"] for one in (await door.get(f"/escalations?open=false&patient_id={amina.id}")).json["items"]] == [closed]
    first = (await door.get("/escalations?limit=2")).json
    assert [one["id"] for one in first["items"] + (await door.get(first["next"])).json["items"]] == [old, closed, handed]


async def test_what_happened_can_be_asked_for_now_and_then(door, add_patient, clinic, clock):
    amina = await add_patient()
    clock.passes(hours=1)
    number = await trouble(clinic, amina.id)
    log = (await door.get(f"/event-log?updated_after={THEN}")).json
    assert [(one["kind"], one["facts"]["escalation_id"]) for one in log["items"] if one["kind"] == "EscalationOpened"] == [
        ("EscalationOpened", number)]
    assert (await door.get(f"/event-log?after={log['last']}")).json == {"items": [], "last": log["last"]}
    await trouble(clinic, amina.id, "fever")
    assert [one["kind"] for one in (await door.get(f"/event-log?after={log['last']}&limit=1")).json["items"]] == [
        "EscalationOpened"]


async def test_who_sees_some_is_told_of_those_alone(stranger, add_patient, clinic):
    amina, ben = await add_patient("Amina", 7), await add_patient("Ben", 8)
    worker = await clinic.run("ops", staff.add, "sam@riverside.example", "Sam", "no password", "social_worker")
    await clinic.run("ops", access.join_caseload, worker.id, amina.id)
    opened = await clinic.run(f"staff:{worker.id}", staff.sign_in, worker.id)
    sam = stranger.as_(Cookie=f"careward={opened.token}", X_CSRF_Token=opened.session.csrf)
    mine, _ = await trouble(clinic, amina.id), await trouble(clinic, ben.id)
    assert [one["id"] for one in (await sam.get("/escalations")).json["items"]] == [mine]
    log = (await sam.get("/event-log")).json["items"]
    assert {one["patient_id"] for one in log} - {None} == {amina.id}


@pytest.mark.parametrize("after", range(12))
async def test_the_first_event_after_a_moment_is_found_by_halves(clinic, clock, after):
    begin = clinic.now()
    for _ in range(10):
        await clinic.run("ops", access.add_site, f"Site {clinic.now()}")
        clock.passes(hours=1)
    found = await clinic.read(journal.first_after, begin + timedelta(hours=after, minutes=-30))
    assert len(await clinic.read(journal.since, found)) == max(0, 10 - after)


async def test_pages_lose_and_repeat_nothing_while_rows_are_added(door, add_patient, clinic):
    before = {(await add_patient(f"Patient {number:02}", 100 + number)).id for number in range(0, 20, 2)}
    for patient in sorted(before):
        await trouble(clinic, patient)
    lists = {"/patients": "id", "/escalations": "id", "/worklist": "escalation_id", "/audit/changes": "id"}
    for address, name in lists.items():
        seen, more, added = [], f"{address}?limit=3", 0
        first = {one[name] for one in (await door.get(f"{address}?limit=500")).json["items"]}
        while more:
            page = (await door.get(more)).json
            seen += [one[name] for one in page["items"]]
            added += 1
            newcomer = await add_patient(f"Patient {len(seen):02}b", 1000 + len(seen) + 100 * len(address) + added)
            await trouble(clinic, newcomer.id)
            more = page["next"] if added < 12 else None
        assert len(seen) == len(set(seen)), address
        assert first <= set(seen) or added == 12, address
