"""What is a patient's by right, by the staff's door: a copy of the record, and being forgotten."""

import re
from dataclasses import replace

import pytest

from care import erasure, patients, staff
from care.heart.settings import RetentionSettings
from care.tables import files
from staff_api.console.app import add_console
from tests.staff_api.conftest import PASSWORD, QUICK
from tests.staff_api.door import Door
from tests.ward import SETTINGS

WHY = {"reason": "her own wish, by letter"}


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def settings():
    return replace(SETTINGS, staff=replace(SETTINGS.staff, public_url="https://care.example"))


@pytest.fixture
async def signed_in(stranger, clinic, nurse) -> Door:
    """Dana, an administrator, who has just shown that it is her; behind https the cookie has another name."""
    opened = await clinic.run(f"staff:{nurse.id}", staff.sign_in, nurse.id)
    return stranger.as_(Cookie=f"__Host-careward={opened.token}", X_CSRF_Token=opened.session.csrf)


async def test_a_copy_is_made_by_somebody_who_shows_that_it_is_them_for_a_chat_or_for_their_hands(
        signed_in, door, clinic, clock, add_patient):
    amina, other = await add_patient(), await add_patient("Omar Haddad", chat_id=8)
    made = await signed_in.post(f"/patients/{amina.id}/copies", {})
    assert made.status == 201
    assert re.fullmatch(r"https://care\.example/copy/[\w-]{32}", made.json["link"])
    assert made.json["expires_at"] == "2026-11-23T09:30:00Z"
    (link,) = (await clinic.read(patients.summary, amina.id)).links
    sent = await signed_in.post(f"/patients/{amina.id}/copies", {"link_id": link.id})
    assert (sent.status, sent.json["link"]) == (201, None)
    (theirs,) = (await clinic.read(patients.summary, other.id)).links
    assert (await signed_in.post(f"/patients/{amina.id}/copies", {"link_id": theirs.id})).code == "conflict"
    assert (await door.post(f"/patients/{amina.id}/copies", {})).code == "step_up_needed"  # a program cannot
    clock.passes(minutes=16)
    assert (await signed_in.post(f"/patients/{amina.id}/copies", {})).code == "step_up_needed"


async def test_an_administrator_sees_what_would_go_then_forgets_and_gets_a_certificate(
        signed_in, door, clinic, clock, add_patient):
    amina = await add_patient()
    await clinic.run("ops", lambda turn: turn.insert(files, {
        "patient_id": amina.id, "state": "kept", "stored": "x" * 32, "created_at": turn.now, "next_try_at": turn.now}))
    ahead = (await signed_in.get(f"/patients/{amina.id}/erasure")).json
    assert (ahead["certificate"], ahead["due_at"], ahead["files"]) == (None, None, 1)
    assert ahead["goes"] == {"patients": 1, "chat_links": 1, "files": 1}
    assert "journal" in ahead["kept"]["events"]
    assert (await door.get(f"/patients/{amina.id}/erasure")).code == "people_only"
    assert (await signed_in.post(f"/patients/{amina.id}/erasure", {"reason": "no"})).code == "invalid_body"
    clock.passes(minutes=16)
    assert (await signed_in.post(f"/patients/{amina.id}/erasure", WHY)).code == "step_up_needed"
    assert await clinic.read(patients.get, amina.id)
    clock.passes(minutes=-16)
    done = await signed_in.post(f"/patients/{amina.id}/erasure", WHY)
    assert (done.status, done.json["removed"], done.json["reason"]) == (200, ahead["goes"], WHY["reason"])
    assert done.json["asked_by"].startswith("staff:")
    assert await clinic.read(patients.get, amina.id) is None
    assert (await signed_in.get(f"/patients/{amina.id}/erasure")).json["certificate"] == done.json
    assert (await signed_in.post(f"/patients/{amina.id}/erasure", WHY)).code == "conflict"
    assert (await signed_in.get("/patients/999/erasure")).status == 404


async def test_what_the_law_keeps_is_said_before_and_after(signed_in, clinic, add_patient):
    amina = await add_patient()
    clinic.settings = replace(clinic.settings, retention=RetentionSettings(record_years=10))
    ahead = (await signed_in.get(f"/patients/{amina.id}/erasure")).json
    assert ahead["goes"] == {"chat_links": 1}
    assert ahead["later"] == {"patients": 1}
    assert ahead["due_at"].startswith("2036-11-22")
    assert "must keep it until 2036-11-22" in ahead["kept"]["the record"]
    done = (await signed_in.post(f"/patients/{amina.id}/erasure", WHY)).json
    assert (done["erased_at"], done["due_at"]) == (None, ahead["due_at"])
    after = (await signed_in.get(f"/patients/{amina.id}/erasure")).json
    assert (after["later"], after["goes"]) == ({"patients": 1}, {})
    assert [one.patient_id for one in await clinic.read(erasure.ledger)] == [amina.id]


async def test_the_console_asks_for_the_password_and_a_nurse_cannot_forget(clinic, add_patient, nurse, monkeypatch):
    from aiohttp.test_utils import TestClient, TestServer

    from staff_api import passwords
    from staff_api.app import build

    monkeypatch.setattr(passwords, "HASHER", QUICK)
    amina = await add_patient()
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:
        async def as_(member: staff.StaffMember, path: str, **fields: str):
            opened = await clinic.run(f"staff:{member.id}", staff.sign_in, member.id)
            sent = {"Cookie": f"__Host-careward={opened.token}", "X-CSRF-Token": opened.session.csrf, "Accept": "text/html"}
            async with client.request("POST" if fields else "GET", path, headers=sent, data=fields or None) as answer:
                return answer.status, await answer.text()

        page = f"/patients/{amina.id}/privacy"
        ben = await clinic.run("ops", staff.add, "ben@riverside.example", "Ben", QUICK.hash(PASSWORD), "nurse")
        status, text = await as_(ben, page)
        assert (status, "Make a copy" in text, "Forget them" in text) == (200, True, False)
        assert (await as_(ben, f"{page}/forget", own_password=PASSWORD, **WHY))[0] == 403
        status, text = await as_(ben, f"{page}/copy", own_password=PASSWORD)
        assert (status, "https://care.example/copy/" in text) == (200, True)
        assert (await as_(nurse, f"{page}/forget", own_password="wrong", **WHY))[0] == 401
        status, text = await as_(nurse, f"{page}/forget", own_password=PASSWORD, **WHY)
        assert (status, "Certificate of erasure" in text, "Amina" in text) == (200, True, False)
