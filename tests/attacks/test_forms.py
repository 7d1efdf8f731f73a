"""The console's forms sent from another site, and sessions that somebody else chose: generated from the routes there are."""

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pyotp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, select

from care import factors, staff
from care.tables import events
from staff_api.app import build
from staff_api.bodies import FORM
from staff_api.console.app import add_console
from staff_api.guards import PUBLIC, SAFE_METHODS, guard_of
from staff_api.reach import IN_BRACES, pattern_of
from tests.staff_api.conftest import PASSWORD

SIGN_IN = {"email": "dana@riverside.example", "password": PASSWORD}
NO_LINK = "x" * 32
PASSKEY = dict.fromkeys(("id", "client_data", "authenticator_data", "signature"), "AAAA")
FROM_THE_PROVIDER = "/sign-in/sso/logout"  # a program's: it counts by its signature, whoever brings it, and lets nobody in
OURS = {"Sec-Fetch-Site": "same-origin"}
ELSEWHERE = [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


@pytest.fixture
async def browser(clinic) -> AsyncIterator[TestClient]:
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:
        yield client


def forms(client: TestClient) -> list[web.AbstractRoute]:
    """Every address of the console that changes something."""
    return [one for one in client.server.app.router.routes()
            if one.method not in SAFE_METHODS and not pattern_of(one).startswith("/api/")]


def address(route: web.AbstractRoute) -> str:
    return pattern_of(route).format(**{name: "agree" if name == "word" else 1 for name in IN_BRACES.findall(pattern_of(route))})


async def test_no_form_is_taken_without_its_token_or_from_another_site(browser, signed_in, clinic):
    def happened(turn):
        return turn.db.scalar(select(func.count()).select_from(events))

    cookie, token = {"Cookie": signed_in.headers["Cookie"]}, signed_in.headers["X-CSRF-Token"]
    guarded = [one for one in forms(browser) if guard_of(one) != PUBLIC]
    assert len(guarded) > 80
    before = await clinic.read(happened)
    unproved = [({}, {}), ({}, {"csrf": "guessed"}), ({"X-CSRF-Token": "guessed"}, {"csrf": token}),
                ({"Content-Type": "text/plain"}, {})]
    foreign = [(elsewhere, {"csrf": token}) for elsewhere in ELSEWHERE]
    foreign += [({**elsewhere, "X-CSRF-Token": token}, {}) for elsewhere in ELSEWHERE]
    for number, route in enumerate(guarded):  # of each kind one at each address, another at the next
        for headers, filled in (unproved[number % len(unproved)], foreign[number % len(foreign)]):
            sent = {"Content-Type": FORM, **cookie, **headers}
            async with browser.post(address(route), data=urlencode(filled), headers=sent, allow_redirects=False) as answer:
                assert answer.status == 403, (route, headers, filled)
    assert await clinic.read(happened) == before


async def test_nobody_is_signed_in_by_a_form_of_another_site(browser, nurse, clinic):
    """Whoever is signed in as somebody else without knowing it types what they know into that person's console."""
    token = await clinic.run("ops", staff.new_setup_link)
    filled = {"/sign-in": SIGN_IN, "/sign-in/code": {"code": "123456"}, "/sign-in/passkey": PASSKEY,
              f"/setup/{token}": {"name": "Eve", "email": "eve@evil.example", "password": "nine slow yellow boats"},
              f"/copy/{NO_LINK}": {"day": "1", "month": "1", "year": "1950"}, "/copy/file": {"key": "guessed", "form": "pdf"}}
    public = {address(one) for one in forms(browser) if guard_of(one) == PUBLIC}
    known = {path.replace(token, "1").replace(NO_LINK, "1") for path in filled}
    assert public == known | {FROM_THE_PROVIDER}, "a new form that anyone may send belongs here"
    async with browser.post(FROM_THE_PROVIDER, data={"logout_token": "a.b.c"}, headers=ELSEWHERE[0]) as answer:
        assert answer.status >= 400
        assert "Set-Cookie" not in answer.headers
    for path, fields in filled.items():
        for elsewhere in ELSEWHERE:
            async with browser.post(path, data=fields, headers=elsewhere, allow_redirects=False) as answer:
                assert answer.status == 403, (path, elsewhere)
                assert "Set-Cookie" not in answer.headers
    assert len(await clinic.read(staff.everyone)) == 1


async def told(browser: TestClient, cookie: str) -> int:
    browser.session.cookie_jar.clear()
    async with browser.get("/api/v1/session", headers={"Cookie": cookie}) as answer:
        return answer.status


async def signs_in(browser: TestClient, path: str, fields: dict[str, str], cookie: str = "") -> str:
    browser.session.cookie_jar.clear()
    headers = {**OURS, "Content-Type": FORM, "Cookie": cookie}
    async with browser.post(path, data=fields, headers=headers, allow_redirects=False) as answer:
        assert answer.status in (200, 303), await answer.text()
        return f"careward={answer.cookies['careward'].value}"


async def test_a_session_that_somebody_else_chose_is_never_the_one_that_is_let_in(browser, nurse, clinic, clock):
    """An attacker who can plant a cookie plants one they know, and waits for a person to sign in with it."""
    planted = "careward=" + "a" * 43
    own = await signs_in(browser, "/sign-in", SIGN_IN, planted)
    assert own != planted
    assert (await told(browser, own), await told(browser, planted)) == (200, 401)

    secret = (await clinic.run("ops", factors.offer_app, nurse.id, nurse.email)).secret
    await clinic.run("ops", factors.confirm_app, nurse.id, pyotp.TOTP(secret).at(clock.now))
    clock.passes(minutes=1)
    halfway = await signs_in(browser, "/sign-in", SIGN_IN, planted)
    assert await told(browser, halfway) == 401, "a password alone lets nobody in"
    inside = await signs_in(browser, "/sign-in/code", {"code": pyotp.TOTP(secret).at(clock.now)}, halfway)
    assert inside not in (halfway, planted)
    assert (await told(browser, inside), await told(browser, halfway)) == (200, 401)


async def test_whoever_signs_in_again_leaves_no_session_of_theirs_behind_in_that_browser(browser, nurse):
    first = await signs_in(browser, "/sign-in", SIGN_IN)
    second = await signs_in(browser, "/sign-in", SIGN_IN, first)
    assert await told(browser, second) == 200
    assert await told(browser, first) == 401, "what the browser forgets is of use to nobody but a thief"
