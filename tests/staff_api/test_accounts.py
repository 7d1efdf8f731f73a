"""Accounts: colleagues invited to a role, a code beside the password, and once more before what is sensitive."""

from datetime import timedelta

import pyotp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from care import factors, staff
from care.tables import staff_factors
from staff_api.app import build
from staff_api.console.app import add_console
from tests.staff_api.conftest import PASSWORD
from tests.staff_api.test_sessions import DANA, cookie_of

NEW = {"name": "Nina", "email": "nina@riverside.example", "password": "nine slow yellow boats"}


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def quick_passwords(monkeypatch):
    """What is slow on purpose is so for attackers, not for tests."""
    from staff_api import passwords
    from tests.staff_api.conftest import QUICK

    monkeypatch.setattr(passwords, "HASHER", QUICK)
    passwords.nobodys.cache_clear()
    yield
    passwords.nobodys.cache_clear()


pytestmark = pytest.mark.usefixtures("quick_passwords")


async def token_of(door, link: str) -> str:
    return link.rpartition("/")[2]


async def test_a_colleague_comes_by_an_invitation_in_the_role_it_names(signed_in, stranger):
    made = await signed_in.post("/staff/invitations", {"email": NEW["email"], "role": "coordinator"})
    assert made.status == 201
    token = await token_of(signed_in, made.json["link"])
    shown = await stranger.get(f"/setup/{token}")
    assert (shown.json["email"], shown.json["again"]) == (NEW["email"], False)
    other = await stranger.post(f"/setup/{token}", NEW | {"email": "eve@riverside.example"})
    assert other.code == "conflict"
    joined = await stranger.post(f"/setup/{token}", NEW)
    assert joined.status == 201
    nina = stranger.as_(Cookie=cookie_of(joined).partition(";")[0], X_CSRF_Token=joined.json["csrf"])
    assert (await nina.get("/account")).json["staff"]["role"] == "coordinator"
    assert (await nina.get("/staff")).code == "missing_scope"
    assert (await stranger.post(f"/setup/{token}", NEW)).status == 404


async def test_an_invitation_is_dead_after_three_days_and_when_there_is_a_newer_one(signed_in, stranger, clock):
    asked = {"email": NEW["email"], "role": "nurse"}
    links = [(await signed_in.post("/staff/invitations", asked)).json["link"] for _ in range(2)]
    first, second = [await token_of(signed_in, link) for link in links]
    assert (await stranger.get(f"/setup/{first}")).status == 404
    assert (await stranger.get(f"/setup/{second}")).status == 200
    clock.passes(hours=73)
    assert (await stranger.get(f"/setup/{second}")).status == 404


async def with_app(door, clock) -> tuple[pyotp.TOTP, list[str]]:
    offered = (await door.post("/account/app")).json
    app = pyotp.TOTP(offered["secret"])
    assert "<svg" in offered["qr_svg"]
    assert offered["uri"].startswith("otpauth://totp/")
    wrong = await door.post("/account/app/confirm", {"code": "000000"})
    assert wrong.code == "conflict"
    confirmed = await door.post("/account/app/confirm", {"code": app.at(clock.now)})
    return app, confirmed.json["codes"]


async def test_with_an_app_a_password_alone_is_no_session(signed_in, stranger, clock):
    app, _ = await with_app(signed_in, clock)
    begun = await stranger.post("/session", DANA)
    assert (begun.status, begun.json["code_needed"]) == (200, True)
    half = stranger.as_(Cookie=cookie_of(begun).partition(";")[0], X_CSRF_Token=begun.json["csrf"])
    for path in ("/session", "/worklist", "/account"):
        assert (await half.get(path)).status == 401, path
    assert (await half.post("/session/code", {"code": "123456"})).code == "wrong_sign_in"
    clock.passes(seconds=30)
    code = app.at(clock.now)
    whole = await half.post("/session/code", {"code": code})
    assert (whole.status, whole.json["code_needed"]) == (200, False)
    assert cookie_of(whole) != cookie_of(begun), "the token is a new one"
    stranger.client.session.cookie_jar.clear()
    assert (await half.get("/session")).status == 401, "and the one before it is none"
    dana = stranger.as_(Cookie=cookie_of(whole).partition(";")[0])
    assert (await dana.get("/session")).status == 200

    again = await stranger.post("/session", DANA)
    half = stranger.as_(Cookie=cookie_of(again).partition(";")[0])
    assert (await half.post("/session/code", {"code": code})).code == "wrong_sign_in", "a code works once"
    clock.passes(minutes=6)
    assert (await half.post("/session/code", {"code": app.at(clock.now)})).code == "unauthenticated", "and within five minutes"


async def test_a_recovery_code_works_once_and_codes_are_guessed_no_faster_than_passwords(signed_in, stranger, clock):
    _, codes = await with_app(signed_in, clock)
    assert len(set(codes)) == 10
    assert {4 * len(code.replace("-", "")) for code in codes} == {112}, "bits: fewer would need a slow hash"
    for expected in (200, 401):
        begun = await stranger.post("/session", DANA)
        half = stranger.as_(Cookie=cookie_of(begun).partition(";")[0])
        assert (await half.post("/session/code", {"code": codes[0].upper()})).status == expected
    for _ in range(4):
        assert (await half.post("/session/code", {"code": "999999"})).status == 401
    assert (await half.post("/session/code", {"code": codes[1]})).code == "too_many_attempts"
    stranger.client.session.cookie_jar.clear()
    assert (await signed_in.get("/account")).json["recovery_codes_left"] == 9


async def test_the_apps_secret_is_not_readable_in_the_database(signed_in, clinic, clock):
    app, _ = await with_app(signed_in, clock)
    kept = await clinic.read(lambda turn: turn.db.scalar(select(staff_factors.c.secret)))
    assert app.secret not in kept


async def test_what_is_sensitive_asks_once_more_after_a_quarter_of_an_hour(signed_in, clock):
    asked = {"email": NEW["email"], "role": "nurse"}
    clock.passes(minutes=16)
    assert (await signed_in.post("/staff/invitations", asked)).code == "step_up_needed"
    assert (await signed_in.post("/keys", {"name": "x", "scopes": ["worklist:read"]})).code == "step_up_needed"
    assert (await signed_in.post("/account/app")).code == "step_up_needed"
    assert (await signed_in.post("/session/proof", {"password": "guessed guessed"})).code == "wrong_sign_in"
    assert (await signed_in.post("/session/proof", {"password": PASSWORD})).status == 204
    assert (await signed_in.post("/staff/invitations", asked)).status == 201


async def test_whoever_is_taken_off_staff_or_given_another_role_is_out_at_once(signed_in, stranger, clinic):
    nina = await clinic.run("ops", staff.add, "nina@riverside.example", "Nina", "hash", "nurse")

    async def door():
        opened = await clinic.run(f"staff:{nina.id}", staff.sign_in, nina.id)
        return stranger.as_(Cookie=f"careward={opened.token}", X_CSRF_Token=opened.session.csrf)

    here, there = await door(), await door()
    changed = await signed_in.put(f"/staff/{nina.id}/role", {"role": "pharmacist", "reach": "caseload"})
    assert (changed.json["role"], changed.json["reach"]) == ("pharmacist", "caseload")
    assert [(await one.get("/session")).status for one in (here, there)] == [401, 401]
    here = await door()
    assert (await signed_in.post(f"/staff/{nina.id}/sign-out")).status == 204
    assert (await here.get("/session")).status == 401
    here = await door()
    assert (await signed_in.post(f"/staff/{nina.id}/let-go")).status == 204
    assert (await here.get("/session")).status == 401


async def test_the_only_administrator_cannot_be_lost(signed_in, nurse):
    assert (await signed_in.put(f"/staff/{nurse.id}/role", {"role": "nurse", "reach": "clinic"})).code == "conflict"
    assert (await signed_in.post(f"/staff/{nurse.id}/let-go")).code == "conflict"
    assert (await signed_in.post("/staff/99/let-go")).status == 404


async def test_a_colleague_who_lost_everything_comes_back_by_a_link(signed_in, stranger, clinic, clock):
    nina = await clinic.run("ops", staff.add, NEW["email"], "Nina", "hash", "nurse")
    offered = await clinic.run("ops", factors.offer_app, nina.id, nina.email)
    await clinic.run("ops", factors.confirm_app, nina.id, pyotp.TOTP(offered.secret).at(clock.now))
    made = await signed_in.post(f"/staff/{nina.id}/reset")
    back = await stranger.post(f"/setup/{await token_of(signed_in, made.json['link'])}", NEW)
    assert (back.status, back.json["code_needed"], back.json["staff"]["id"]) == (201, False, nina.id)
    assert (await stranger.post("/session", {k: NEW[k] for k in ("email", "password")})).status == 200


async def test_a_new_password_signs_out_everywhere_but_here(signed_in, stranger, clinic, nurse):
    opened = await clinic.run(f"staff:{nurse.id}", staff.sign_in, nurse.id)
    there = stranger.as_(Cookie=f"careward={opened.token}")
    weak = await signed_in.post("/account/password", {"current": PASSWORD, "new": "password password"})
    assert weak.json["errors"][0]["pointer"] == "/new"
    assert (await signed_in.post("/account/password", {"current": "wrong", "new": NEW["password"]})).code == "wrong_sign_in"
    assert (await signed_in.post("/account/password", {"current": PASSWORD, "new": NEW["password"]})).status == 204
    assert ((await signed_in.get("/session")).status, (await there.get("/session")).status) == (200, 401)
    assert (await stranger.post("/session", DANA | {"password": NEW["password"]})).status == 200
    stranger.client.session.cookie_jar.clear()
    assert (await signed_in.post("/account/sign-out-everywhere")).status == 204
    assert (await signed_in.get("/session")).status == 401


async def test_a_key_reaches_no_further_than_its_makers_role(stranger, clinic):
    program = await clinic.run("ops", staff.add, "fhir@riverside.example", "FHIR", "hash", "integration")
    opened = await clinic.run(f"staff:{program.id}", staff.sign_in, program.id)
    door = stranger.as_(Cookie=f"careward={opened.token}", X_CSRF_Token=opened.session.csrf)
    assert (await door.post("/keys", {"name": "x", "scopes": ["patients:write"]})).code == "conflict"
    assert (await door.post("/keys", {"name": "x", "scopes": ["patients:read"]})).status == 201


async def test_the_same_by_the_pages_of_the_console(clinic, nurse, clock):
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as browser:
        opened = await clinic.run(f"staff:{nurse.id}", staff.sign_in, nurse.id)
        sent = {"Cookie": f"careward={opened.token}", "X-CSRF-Token": opened.session.csrf, "HX-Request": "true"}

        async def posts(path: str, **filled: str) -> str:
            async with browser.post(path, data=filled, headers=sent) as answer:
                return await answer.text()

        clock.passes(minutes=20)
        assert "http" in await posts("/staff/invitations", email=NEW["email"], role="nurse", own_password=PASSWORD)
        assert "wrong" in await posts("/staff/invitations", email=NEW["email"], role="nurse", own_password="guess")
        offered = await posts("/account/app", own_password=PASSWORD)
        secret = offered.partition("Or type it in: <code>")[2].partition("<")[0]
        assert "recovery codes" in await posts("/account/app/confirm", code=pyotp.TOTP(secret).at(clock.now))

        same = {"Sec-Fetch-Site": "same-origin"}
        async with browser.post("/sign-in", data=DANA | {"next": "/patients"}, headers=same) as answer:
            assert "What your app shows now" in await answer.text()
        clock.now += timedelta(seconds=30)
        code = {"code": pyotp.TOTP(secret).at(clock.now), "next": "/patients"}
        async with browser.post("/sign-in/code", data=code, headers=same, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/patients")
        for path in ("/account", "/staff"):
            async with browser.get(path, headers={"Accept": "text/html"}) as answer:
                assert answer.status == 200
