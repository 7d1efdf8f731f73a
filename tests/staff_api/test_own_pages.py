"""The service's own pages: keys that programs have, the audit trail, how well all parts are."""

import re

import pytest

from tests.staff_api.conftest import PASSWORD
from tests.staff_api.test_console_visits import as_role  # noqa: F401 - a fixture


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


async def test_a_key_is_made_with_the_password_shown_once_and_revoked(as_role, stranger):  # noqa: F811
    console = await as_role()
    form = {"name": "the laboratory", "scopes": "worklist:read patients:read", "own_password": "not it"}
    assert (await console.post("/keys", form))[0] in (401, 403, 422)
    status, page = await console.post("/keys", form | {"own_password": PASSWORD, "until": "2026-12-24"})
    assert status == 200, page
    secret = re.search(r"cwk_[\w-]+", page)
    assert secret
    program = stranger.as_(Authorization=f"Bearer {secret[0]}")
    assert (await program.get("/worklist")).status == 200
    again = await console.get("/keys")
    assert "the laboratory" in again
    assert secret[0] not in again
    wrong = await console.refused("/keys", form | {"own_password": PASSWORD, "scopes": "everything"})
    assert "scopes" in wrong or "Input should be" in wrong
    assert (await console.post("/keys/1/revoke", {"own_password": PASSWORD}))[0] == 200
    assert (await program.get("/worklist")).status == 401


async def test_the_trail_is_shown_by_patient_and_by_person(as_role, add_patient):  # noqa: F811
    console = await as_role()
    amina = await add_patient()
    await console.get(f"/patients/{amina.id}")
    done = await console.get(f"/audit?patient_id={amina.id}")
    assert "ops" in done
    assert "Amina" not in done, "ids, never names"
    looked = await console.get(f"/audit?journal=accesses&patient_id={amina.id}")
    assert "whole clinic" in looked
    assert "Nothing is on record" in await console.get("/audit?actor=staff:99")


async def test_it_says_which_part_is_not_at_work(as_role):  # noqa: F811
    console = await as_role()
    page = await console.get("/system")
    assert "Something is not at work" in page
    assert "The database answers." in page
