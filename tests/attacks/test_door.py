"""The staff's door: keys that outlive their maker, streams that outlive their key, doubled requests, words that almost fit."""

import asyncio

import pytest
from sqlalchemy import func, select

from care import escalations, messages, staff
from care.escalations import Severity
from care.tables import outbox
from care.tables import patients as patients_table
from tests.staff_api.test_events import stream


async def test_a_key_dies_with_its_makers_place_on_staff(clinic, door, nurse, add_patient):
    patient = await add_patient()
    assert (await door.get(f"/patients/{patient.id}")).status == 200
    await clinic.run("ops", staff.deactivate, nurse.id)
    assert (await door.get(f"/patients/{patient.id}")).status == 401


async def test_a_busy_stream_ends_too_when_its_key_is_revoked(clinic, door, add_patient):
    """A ward where something happens all the time is no reason to go on listening."""
    patient = await add_patient()
    async with stream(door) as reader:
        await reader.event()
        await clinic.run("ops", staff.revoke_key, 1)
        for number in range(200):
            await clinic.run("system", escalations.open_, patient.id, Severity.ROUTINE, f"kind {number}", "Trouble")
            if not await reader.block():
                return
            await asyncio.sleep(0.01)
    pytest.fail("two hundred events later, the stream still went on")


async def test_a_reply_fits_or_the_door_says_how_long_it_may_be(signed_in, add_patient):
    patient = await add_patient()
    for length in (messages.LONGEST, messages.LONGEST + 1, 3900, 4000, 4001):
        answer = await signed_in.post(f"/patients/{patient.id}/messages", {"text": "x" * length})
        assert answer.status == (201 if length <= messages.LONGEST else 422)


async def test_one_request_sent_ten_times_at_once_is_done_once(clinic, door, add_patient):
    patient = await add_patient()
    answers = await asyncio.gather(*(
        door.post(f"/patients/{patient.id}/messages", {"text": "Hello"}, headers={"Idempotency-Key": "k"}) for _ in range(10)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert await clinic.read(lambda turn: turn.db.scalar(select(func.count()).select_from(outbox))) == 1


async def test_ten_different_requests_under_one_key_at_once_are_one(clinic, door):
    body = {"date_of_birth": "1968-05-23", "language": "en"}
    answers = await asyncio.gather(*(
        door.post("/patients", {**body, "name": f"Amina {n}"}, headers={"Idempotency-Key": "k"}) for n in range(10)))
    assert sorted(answer.status for answer in answers) == [201] + [422] * 9
    assert await clinic.read(lambda turn: turn.db.scalar(select(func.count()).select_from(patients_table))) == 1


async def test_a_program_cannot_take_back_what_another_person_wrote(clinic, stranger, signed_in, add_patient):
    patient = await add_patient()
    sent = await signed_in.post(f"/patients/{patient.id}/messages", {"text": "Hello"})
    other = await clinic.run("ops", staff.add, "eve@riverside.example", "Eve", "x")
    _, secret = await clinic.run(f"staff:{other.id}", staff.new_key, "a program", ("messages:write",))
    program = stranger.as_(Authorization=f"Bearer {secret}")
    assert (await program.post(f"/messages/{sent.json['id']}/undo")).code == "too_late"
    assert (await signed_in.post(f"/messages/{sent.json['id']}/undo")).status == 204


async def test_a_key_that_may_only_act_reads_no_record(with_scopes, add_patient):
    patient = await add_patient()
    program = await with_scopes("messages:write", "events:read", "escalations:write")
    for path in (f"/patients/{patient.id}", f"/patients/{patient.id}/thread", "/patients", "/worklist", "/strangers/7/thread"):
        assert (await program.get(path)).code == "missing_scope"
