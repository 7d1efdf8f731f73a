"""Passkeys through the API, with a device of our own; a browser's own are in tests/browser/console/test_passkeys.py."""

from dataclasses import replace

import pytest

from care import staff
from care.heart.settings import Settings
from tests.staff_api.authenticator import Authenticator
from tests.staff_api.conftest import PASSWORD
from tests.ward import SETTINGS

DANA = {"email": "dana@riverside.example", "password": PASSWORD}
ORIGIN, DOMAIN = "https://care.riverside.example", "care.riverside.example"


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


@pytest.fixture
def settings() -> Settings:
    return replace(SETTINGS, staff=replace(SETTINGS.staff, public_url=ORIGIN))


@pytest.fixture
async def signed_in(stranger, clinic, nurse):
    """Dana, where the console has its address."""
    opened = await clinic.run(f"staff:{nurse.id}", staff.sign_in, nurse.id)
    return stranger.as_(Cookie=f"__Host-careward={opened.token}", X_CSRF_Token=opened.session.csrf)


async def with_passkey(door, device: Authenticator | None = None, name: str = "my phone"):
    device = device or Authenticator(ORIGIN, DOMAIN)
    options = (await door.post("/account/passkey-options")).json["options"]
    added = await door.post("/account/passkeys", {"name": name, **device.made(options)})
    assert added.status == 201, added.text
    return device, added.json


async def half_in(stranger):
    begun = await stranger.post("/session", DANA)
    assert begun.json["code_needed"], "the password alone is not enough"
    stranger.client.session.cookie_jar.clear()
    return stranger.as_(Cookie=begun.headers["Set-Cookie"].partition(";")[0])


async def test_a_passkey_is_made_signs_in_and_is_taken_off(signed_in, stranger):
    device, added = await with_passkey(signed_in)
    assert len(added["recovery_codes"]) == 10
    assert (await with_passkey(signed_in, name="a stick"))[1]["recovery_codes"] == [], "there are some already"
    listed = (await signed_in.get("/account")).json["passkeys"]
    assert [(one["name"], one["used_at"]) for one in listed] == [("my phone", None), ("a stick", None)]

    half = await half_in(stranger)
    assert (await half.get("/session")).status == 401
    options = (await half.post("/session/passkey/challenge")).json["options"]
    assert len(options["allowCredentials"]) == 2
    whole = await half.post("/session/passkey", device.answers(options))
    assert (whole.status, whole.json["code_needed"]) == (200, False)
    stranger.client.session.cookie_jar.clear()
    dana = stranger.as_(Cookie=whole.headers["Set-Cookie"].partition(";")[0])
    assert (await dana.get("/session")).status == 200
    assert (await half.get("/session")).status == 401

    half = await half_in(stranger)
    assert (await half.post("/session/code", {"code": added["recovery_codes"][0]})).status == 200, "when the phone is gone"
    stranger.client.session.cookie_jar.clear()
    for one in listed:
        assert (await signed_in.delete(f"/account/passkeys/{one['id']}")).status == 204
    assert (await signed_in.get("/account")).json["recovery_codes_left"] == 0
    assert not (await stranger.post("/session", DANA)).json["code_needed"]


async def test_an_answer_counts_once_for_this_session_this_address_and_in_time(signed_in, stranger, clock):
    device, _ = await with_passkey(signed_in)
    half = await half_in(stranger)

    async def tries(answer: dict[str, str]) -> int:
        clock.passes(minutes=6)  # so that it is not the count of failures that refuses
        fresh = await half_in(stranger)
        await fresh.post("/session/passkey/challenge")
        return (await fresh.post("/session/passkey", answer)).status

    async def asked(door) -> dict:
        return (await door.post("/session/passkey/challenge")).json["options"]

    answer = device.answers(await asked(half))
    assert (await tries(answer)) == 401, "what another session was asked"
    for lying in (replace(device, origin="https://evil.example"), replace(device, domain="evil.example"),
                  Authenticator(ORIGIN, DOMAIN, credential_id=device.credential_id)):
        clock.passes(minutes=6)
        door = await half_in(stranger)
        assert (await door.post("/session/passkey", lying.answers(await asked(door)))).code == "wrong_sign_in"
    clock.passes(minutes=6)
    door = await half_in(stranger)
    options = await asked(door)
    assert (await door.post("/session/passkey", {**device.answers(options), "signature": "AAAA"})).code == "wrong_sign_in"
    assert (await door.post("/session/passkey", device.answers(options))).code == "wrong_sign_in", "it was asked once"
    assert (await door.post("/session/passkey", device.answers(await asked(door)))).status == 200
    stranger.client.session.cookie_jar.clear()
    door = await half_in(stranger)
    device.count = 0
    copied = await door.post("/session/passkey", device.answers(await asked(door)))
    assert copied.code == "wrong_sign_in", "a copy counts anew"


async def test_a_passkey_shows_once_more_that_it_is_you(signed_in, clock):
    device, _ = await with_passkey(signed_in)
    clock.passes(minutes=16)
    assert (await signed_in.post("/account/passkey-options")).code == "step_up_needed"
    options = (await signed_in.post("/session/proof/passkey/challenge")).json["options"]
    assert (await signed_in.post("/session/proof/passkey", {**device.answers(options), "id": "AAAA"})).code == "wrong_sign_in"
    options = (await signed_in.post("/session/proof/passkey/challenge")).json["options"]
    clock.passes(minutes=5)
    assert (await signed_in.post("/session/proof/passkey", device.answers(options))).code == "wrong_sign_in", "too late"
    options = (await signed_in.post("/session/proof/passkey/challenge")).json["options"]
    assert (await signed_in.post("/session/proof/passkey", device.answers(options))).status == 204
    assert (await signed_in.post("/staff/invitations", {"email": "nina@riverside.example", "role": "nurse"})).status == 201


async def test_what_is_asked_of_a_passkey_does_not_do_for_making_another(signed_in, clock):
    """Or whoever found a session left open would add a key of their own, and show with it that it is them."""
    await with_passkey(signed_in)
    clock.passes(minutes=16)
    options = (await signed_in.post("/session/proof/passkey/challenge")).json["options"]
    added = await signed_in.post("/account/passkeys", {"name": "x", **Authenticator(ORIGIN, DOMAIN).made(options)})
    assert added.code == "conflict"
    assert len((await signed_in.get("/account")).json["passkeys"]) == 1


async def test_what_is_no_passkey_of_ours_is_not_kept(signed_in, stranger, clinic):
    device = Authenticator(ORIGIN, DOMAIN)

    async def tries(made: Authenticator, **changed: str) -> int:
        options = (await signed_in.post("/account/passkey-options")).json["options"]
        return (await signed_in.post("/account/passkeys", {"name": "x", **made.made(options), **changed})).status

    never_asked = await signed_in.post("/account/passkeys", {"name": "x", **device.made({"challenge": "AAAA"})})
    assert never_asked.code == "conflict"
    assert await tries(replace(device, origin="https://evil.example")) == 409
    assert await tries(replace(device, domain="evil.example")) == 409
    assert await tries(device, attestation="AAAA") == 409
    assert await tries(device) == 201
    assert await tries(device) == 409, "known already"
    nina = await clinic.run("ops", staff.add, "nina@riverside.example", "Nina", "hash")
    opened = await clinic.run(f"staff:{nina.id}", staff.sign_in, nina.id)
    other = stranger.as_(Cookie=f"__Host-careward={opened.token}", X_CSRF_Token=opened.session.csrf)
    assert (await other.delete("/account/passkeys/1")).code == "not_found", "it is somebody else's"
    assert (await other.post("/session/proof/passkey/challenge")).code == "conflict"


@pytest.mark.parametrize("address", ["http://192.0.2.7:8080", "https://192.0.2.7", "http://care.riverside.example", ""])
async def test_where_browsers_make_no_passkeys_the_refusal_says_what_is_needed(signed_in, clinic, address):
    clinic.settings = replace(clinic.settings, staff=replace(clinic.settings.staff, public_url=address))
    name = "__Host-careward" if address.startswith("https") else "careward"
    door = signed_in.as_(Cookie=f"{name}={signed_in.headers['Cookie'].partition('=')[2]}")
    answer = await door.post("/account/passkey-options")
    assert (answer.code, "staff.public_url" in answer.text) == ("conflict", True)
