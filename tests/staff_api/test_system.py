"""How the system says that it is well, or what is wrong."""

import pytest

from care import system
from tests.ward import SETTINGS


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


async def test_health_asks_nothing_of_the_database(stranger, clinic, monkeypatch):
    async def no_database(*args):
        raise AssertionError("asked the database")

    monkeypatch.setattr(clinic, "read", no_database)
    monkeypatch.setattr(clinic, "run", no_database)
    assert (await stranger.get("/healthz")).json == {"status": "ok"}
    assert (await stranger.call("HEAD", "/healthz")).status == 200


async def test_ready_when_everything_works(stranger, clinic):
    for part in system.PARTS:
        await clinic.run("test", system.beat, part)
    answer = await stranger.get("/readyz")
    assert (answer.status, answer.json["ready"]) == (200, True)
    assert set(answer.json["checks"]) == {"database", "schema", *system.PARTS, "outbox", "doses", "inbox", "escalations"}


async def test_not_ready_when_the_clocks_work_stands_still(stranger, clinic, clock):
    answer = await stranger.get("/readyz")
    assert (answer.status, answer.json["checks"]["scheduler"]["ok"]) == (503, False)
    await clinic.run("scheduler", system.beat, "scheduler")
    clock.passes(minutes=3)
    answer = await stranger.get("/readyz")
    assert (answer.status, answer.json["ready"]) == (503, False)
    assert answer.json["checks"]["scheduler"] == {"ok": False, "detail": "The clock's work: last heard of 180 s ago."}


async def test_not_ready_when_a_message_has_been_due_for_long(stranger, signed_in, clinic, add_patient, clock):
    patient = await add_patient()
    await signed_in.post(f"/patients/{patient.id}/messages", {"text": "Hello"})
    clock.passes(minutes=6)
    await clinic.run("scheduler", system.beat, "scheduler")
    answer = await stranger.get("/readyz")
    assert (answer.status, answer.json["checks"]["outbox"]["ok"]) == (503, False)


async def test_not_ready_without_a_database(stranger, clinic, monkeypatch):
    async def gone(*args):
        raise OSError("postgresql://user:secret@host is gone")

    monkeypatch.setattr(clinic, "read", gone)
    answer = await stranger.get("/readyz")
    assert (answer.status, answer.json["checks"]["database"]["ok"]) == (503, False)
    assert "secret" not in answer.text


@pytest.mark.parametrize("field", ["version", "schema_revision"])
async def test_meta_says_what_runs_here(door, field):
    answer = await door.get("/meta")
    assert answer.json[field]
    assert (answer.json["clinic"], answer.json["languages"]) == (SETTINGS.clinic.name, list(SETTINGS.clinic.languages))
    assert SETTINGS.staff.secret not in answer.text
