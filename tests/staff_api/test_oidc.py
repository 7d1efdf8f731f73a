"""What a provider says, and what is not believed; a real provider is in tests/sso."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.asymmetric import ec

from care import single_sign_on, staff
from care.heart.settings import SingleSignOnSettings, WrongSetting
from care.single_sign_on import Identity, LoggedOut, mappings
from care.staff import Refused
from staff_api import oidc
from staff_api.app import build
from staff_api.console.app import add_console
from staff_api.rates import MOST_SIGN_ONS, MOST_WRONG
from tests.ward import SETTINGS

ISSUER = "https://login.example.org"
SSO = SingleSignOnSettings(ISSUER, "careward", "s" * 32)
HERE = replace(SETTINGS, single_sign_on=SSO)
KEY, OTHER = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
PUBLIC = jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
JWKS = {"keys": [{**PUBLIC, "kid": "1", "alg": "ES256", "use": "sig"}]}


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


def claims(**changed: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    soon = now + timedelta(minutes=5)
    return {"iss": ISSUER, "aud": "careward", "sub": "7", "nonce": "asked", "iat": now, "exp": soon} | changed


def token(key: Any = KEY, algorithm: str = "ES256", kid: str = "1", **changed: Any) -> str:
    said = {name: value for name, value in claims(**changed).items() if value is not None}
    return jwt.encode(said, key, algorithm, {"kid": kid})


@pytest.fixture(autouse=True)
def provider(monkeypatch: pytest.MonkeyPatch) -> None:
    async def answered(_http: object, _method: str, _address: str, **_sent: object) -> dict[str, Any]:
        return JWKS

    monkeypatch.setattr(oidc, "answered", answered)


ASKED = oidc.answered


async def test_a_provider_that_answers_in_pieces_is_heard_to_the_end_and_one_without_end_is_not():
    async def in_pieces(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for piece in (b'{"keys": ', b" " * int(request.query["more"]), b"[]}"):
            await response.write(piece)
            await asyncio.sleep(0.01)
        return response

    app = web.Application()
    app.router.add_get("/keys", in_pieces)
    async with TestServer(app) as server, ClientSession() as http:
        assert await ASKED(http, "GET", str(server.make_url("/keys?more=1"))) == {"keys": []}
        with pytest.raises(oidc.Failed):
            await ASKED(http, "GET", str(server.make_url(f"/keys?more={oidc.LARGEST}")))


async def read(said: str) -> dict[str, Any]:
    return await oidc.verified(None, HERE, {"jwks_uri": f"{ISSUER}/keys"}, said, "asked")


async def test_what_the_provider_signed_for_us_in_answer_to_what_was_asked_is_believed():
    assert (await read(token()))["sub"] == "7"
    assert (await read(token(aud=["careward", "other"], azp="careward")))["sub"] == "7"


LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.mark.parametrize("said", [
    token(nonce="another"), token(nonce=None), token(aud="other"), token(iss="https://evil.example"), token(exp=LONG_AGO),
    token(exp=None), token(sub=None), token(azp="other"), token(key=OTHER), token(kid="2"), token(iat=None),
    token(key="s" * 32, algorithm="HS256"), token(key=None, algorithm="none"), token() + "x", "", "a.b.c", "\0",
])  # fmt: skip
async def test_what_anyone_could_have_said_is_not(said):
    with pytest.raises(oidc.Failed):
        await read(said)


def who(
    subject: str = "7", email: str = "nina@riverside.example", verified: bool = True, groups: tuple[str, ...] = (),
) -> Identity:
    return Identity(ISSUER, subject, email, verified, "Nina", groups)


OVER = {oidc.LOGOUT: {}}


def logout(**changed: Any) -> str:
    return token(**{"nonce": None, "jti": "told-1", "events": OVER, "sub": "7", "sid": "there-1", **changed})


async def heard(said: str) -> LoggedOut:
    return await oidc.read_logout(None, HERE, {"jwks_uri": f"{ISSUER}/keys"}, said)


async def test_what_the_provider_says_is_over_is_read_from_a_token_for_just_that():
    over = await heard(logout())
    assert (over.subject, over.session, over.token_id) == ("7", "there-1", "told-1")
    assert (await heard(logout(sid=None))).session is None
    assert (await heard(logout(sub=None))).subject is None


@pytest.mark.parametrize("said", [
    logout(nonce="asked"), logout(jti=None), logout(events=None), logout(events={"other": {}}), logout(events={oidc.LOGOUT: 1}),
    logout(events=[oidc.LOGOUT]), logout(sub=None, sid=None), logout(sid=5), logout(aud="other"), logout(iss="https://evil.example"),
    logout(iat=None), logout(exp=None), logout(exp=LONG_AGO), logout(key=OTHER), logout(key="s" * 32, algorithm="HS256"),
    logout(key=None, algorithm="none"), token(), "", "a.b.c",
])  # fmt: skip
async def test_nobody_else_and_nothing_else_ends_a_session(said):
    with pytest.raises(oidc.Failed):
        await heard(said)


async def test_what_is_over_at_the_provider_is_over_here(clinic, nurse, monkeypatch):
    async def discovered(*_: object) -> dict[str, Any]:
        return {"jwks_uri": f"{ISSUER}/keys"}

    async def session(there: str | None, subject: str = "7", email: str = nurse.email) -> str:
        come = replace(who(subject, email, groups=("ward-3",)), session=there)
        return (await clinic.run("nobody", single_sign_on.sign_in, come)).token

    async def left(**sessions: str) -> set[str]:
        return {name for name, one in sessions.items() if await clinic.read(staff.signed_in, one)}

    monkeypatch.setattr(oidc, "discovered", discovered)
    clinic.settings = replace(HERE, single_sign_on=replace(SSO, roles=("ward-3=administrator",)))
    mine = {"desk": await session("there-1"), "ward": await session("there-2"), "unnamed": await session(None),
            "password": (await clinic.run("nobody", staff.sign_in, nurse.id)).token}
    everyone = mine | {"colleague": await session("there-9", "8", "nina@riverside.example")}
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:
        async def told(said: str) -> tuple[int, str]:
            async with client.post("/sign-in/sso/logout", data={"logout_token": said}) as answer:
                assert answer.headers["Cache-Control"] == "no-store"
                return answer.status, (await answer.json()).get("error") if answer.status != 200 else ""

        assert await told(logout(sub="8", sid="there-1")) == (200, ""), "a session of somebody else"
        assert await left(**everyone) == set(everyone)
        assert await told(logout(jti="told-2", sub=None)) == (200, "")
        assert await left(**everyone) == set(everyone) - {"desk"}
        assert await told(logout(jti="told-3", sid="there-2")) == (200, "")
        assert await left(**everyone) == {"password", "colleague"}, "one that has no name there may be the one that is meant"
        mine["desk"] = await session("there-1")
        assert await told(logout(jti="told-3", sid="there-2")) == (400, "invalid_request"), "each counts once"
        assert await told(logout(jti="told-4", sid=None)) == (200, "")
        assert await left(**mine) == {"password"}, "of which the provider knows nothing"
        for _guess in range(MOST_WRONG - 1):  # and the one that was used before
            status, _ = await told("a.b.c")
        assert (status, (await told(logout(jti="told-5")))[0]) == (400, 429)


async def test_nobody_keeps_the_provider_busy_through_us(clinic, clock, monkeypatch):
    async def begin(*_: object, **_how: object) -> oidc.Begun:
        return oidc.Begun(f"{ISSUER}/auth", "sealed")

    monkeypatch.setattr(oidc, "begin", begin)
    clinic.settings = HERE
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:
        async def goes() -> tuple[int, str | None]:
            async with client.get("/sign-in/sso", allow_redirects=False) as answer:
                return answer.status, answer.headers.get("Retry-After")

        assert {await goes() for _ in range(MOST_SIGN_ONS)} == {(303, None)}
        assert await goes() == (429, "60")
        clock.passes(seconds=61)
        assert (await goes())[0] == 303


async def test_whoever_comes_for_the_first_time_twice_at_once_is_one_colleague(postgres_url, open_clinic):
    clinic = await open_clinic(postgres_url)
    clinic.settings = replace(HERE, single_sign_on=replace(SSO, roles=("ward-3=nurse",)))
    opened = await asyncio.gather(*(
        clinic.run("nobody", single_sign_on.sign_in, who(groups=("ward-3",))) for _ in range(6)))
    assert len({one.session.staff.id for one in opened}) == 1
    assert len({one.token for one in opened}) == 6
    assert len(await clinic.read(staff.everyone)) == 1


async def test_where_no_group_has_a_role_only_who_is_on_staff_comes_in_in_their_own(clinic, nurse):
    clinic.settings = HERE
    with pytest.raises(Refused, match="not on staff here yet"):
        await clinic.run("nobody", single_sign_on.sign_in, who())
    opened = await clinic.run("nobody", single_sign_on.sign_in, who("8", nurse.email))
    assert (opened.session.staff.id, opened.session.staff.role) == (nurse.id, "administrator")


@pytest.mark.parametrize(("said", "ago"), [(60, 60), (3600, 3600), (-3600, 0), (None, None), ("now", None)])
async def test_whom_the_provider_remembers_has_proved_nothing_again(clinic, nurse, said, ago):
    clinic.settings, now = HERE, int(clinic.now().timestamp())
    at = {} if said is None else {"auth_time": now - said if isinstance(said, int) else said}
    known = oidc.as_identity(HERE, claims(email=nurse.email, email_verified=True, **at))
    opened = await clinic.run("nobody", single_sign_on.sign_in, known)
    here = await clinic.read(staff.signed_in, opened.token)
    assert here.proved_at == opened.session.proved_at
    assert here.proved_at == (datetime.fromtimestamp(now - ago, UTC) if ago else clinic.now() if ago == 0 else known.shown_at)


@pytest.mark.parametrize(("again", "asked"), [(False, "max_age=43200"), (True, "prompt=login&max_age=0")])
async def test_the_provider_says_since_when_it_knows_them_and_asks_anew_where_it_must(monkeypatch, again, asked):
    async def discovered(*_: object) -> dict[str, Any]:
        return {"authorization_endpoint": f"{ISSUER}/auth"}

    monkeypatch.setattr(oidc, "discovered", discovered)
    assert asked in (await oidc.begin(HERE, "/", again)).address


async def test_the_only_administrator_is_not_made_less_by_a_group(clinic, nurse):
    clinic.settings = replace(HERE, single_sign_on=replace(SSO, roles=("ward-3=nurse",)))
    with pytest.raises(Refused, match="only administrator"):
        await clinic.run("nobody", single_sign_on.sign_in, who("8", nurse.email, groups=("ward-3",)))
    assert (await clinic.read(staff.by_id, nurse.id)).role == "administrator"


async def test_a_reach_that_the_group_is_given_later_counts_at_the_next_sign_in(clinic, nurse):
    async def comes_in(*roles: str) -> tuple[str, str]:
        clinic.settings = replace(HERE, single_sign_on=replace(SSO, roles=roles))
        member = (await clinic.run("nobody", single_sign_on.sign_in, who(groups=("ward-3",)))).session.staff
        return member.role, member.reach

    assert await comes_in("ward-3=nurse") == ("nurse", "clinic")
    assert await comes_in("ward-3=nurse:caseload") == ("nurse", "caseload")
    assert await comes_in("ward-3=nurse") == ("nurse", "caseload"), "where none is said it is an administrator's to change"
    assert await comes_in("ward-3=clinician") == ("clinician", "clinic")


async def test_an_address_that_another_subject_has_now_opens_nobody_elses_account_unless_it_is_verified(clinic, nurse):
    clinic.settings = HERE
    with pytest.raises(Refused, match="has not verified"):
        await clinic.run("nobody", single_sign_on.sign_in, who("9", nurse.email, verified=False))


async def test_somebody_without_a_password_is_not_signed_in_by_any(clinic, nurse):
    clinic.settings = replace(HERE, single_sign_on=replace(SSO, roles=("ward-3=nurse",)))
    await clinic.run("nobody", single_sign_on.sign_in, who(groups=("ward-3",)))
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:
        for password in ("!", "", "x"):
            given = {"email": "nina@riverside.example", "password": password}
            async with client.post("/api/v1/session", json=given, headers={"Sec-Fetch-Site": "same-origin"}) as answer:
                assert answer.status == 401


@pytest.mark.parametrize("line", ["nurse", "ward-3=nobody", "ward-3=nurse:everything", "=nurse", ""])
def test_a_line_that_maps_nothing_says_what_would(line):
    with pytest.raises(WrongSetting, match="group=role"):
        mappings((line,))


async def test_without_a_provider_there_is_no_way_to_one(clinic):
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:
        for path in ("/sign-in/sso", "/sign-in/sso/return?code=x&state=y"):
            async with client.get(path, allow_redirects=False) as answer:
                assert answer.status == 404
        async with client.get("/sign-in") as answer:
            assert "Sign in with" not in await answer.text()
