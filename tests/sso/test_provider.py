"""Staff sign in by npm's `oidc-provider`, a certified OpenID provider, on this machine: `make sso` brings it and runs this."""

import asyncio
import json
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from care import staff
from care.heart.settings import SingleSignOnSettings
from staff_api.app import build
from staff_api.console.app import add_console
from tests.staff_api.conftest import nurse  # noqa: F401 - a fixture
from tests.ward import SETTINGS

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / "build" / "sso"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(
    NODE is None or not (INSTALLED / "node_modules" / "oidc-provider").is_dir(),
    reason="needs node, and oidc-provider in build/sso: `make sso` brings it")

PEOPLE = {
    "nina": {"email": "nina@riverside.example", "email_verified": True, "name": "Nina Okafor", "groups": ["all", "ward-3"]},
    "dana": {"email": "DANA@riverside.example", "email_verified": True, "name": "Dana", "groups": ["admins"]},
    "thief": {"email": "dana@riverside.example", "email_verified": False, "name": "Dana", "groups": ["ward-3"]},
    "cook": {"email": "cook@riverside.example", "email_verified": True, "name": "Cook", "groups": ["kitchen"]},
}
ROLES = ("admins=administrator", "ward-3=nurse:caseload", "pharmacy=pharmacist")


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


@dataclass
class House:
    console: str
    provider: str
    people: Path

    def now(self, **people: dict) -> None:
        self.people.write_text(json.dumps({**PEOPLE, **people}))


def a_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@pytest.fixture
async def house(clinic, nurse, tmp_path) -> AsyncIterator[House]:  # noqa: F811
    people, port = tmp_path / "people.json", a_port()
    app = build(clinic)
    add_console(app)
    async with TestServer(app) as server:
        console, provider = f"http://127.0.0.1:{server.port}", f"http://127.0.0.1:{port}"
        sso = SingleSignOnSettings(provider, "careward", "a-secret-of-32-characters-or-more", "Clinic ID", roles=ROLES)
        clinic.settings = replace(SETTINGS, staff=replace(SETTINGS.staff, public_url=console), single_sign_on=sso)
        here = House(console, provider, people)
        here.now()
        shutil.copy(HERE / "provider.mjs", INSTALLED)
        shutil.copy(HERE / "package.json", INSTALLED)
        env = {**os.environ, "PORT": str(port), "RETURN": f"{console}/sign-in/sso/return", "PEOPLE": str(people),
               "LOGOUT": f"{console}/sign-in/sso/logout"}
        process = await asyncio.create_subprocess_exec(
            NODE or "node", "provider.mjs", cwd=INSTALLED, env=env, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL)
        assert process.stdout
        async with asyncio.timeout(60):
            while (await process.stdout.readline()).strip() != b"ready":
                assert process.returncode is None
        yield here
        process.terminate()
        await process.wait()


@dataclass
class Browser:
    """A person at a browser: follows what leads on, fills in the provider's forms, and stops where the console answers."""

    http: aiohttp.ClientSession
    house: House
    been: list[str]

    async def goes(self, address: str, login: str = "", stop_before: str = "(nowhere)") -> tuple[int, str]:
        data = None
        for _ in range(20):
            if address.startswith(stop_before):
                return 0, address
            self.been.append(address)
            async with self.http.request("POST" if data else "GET", address, data=data, allow_redirects=False) as answer:
                text, data = await answer.text(), None
                if answer.status in (302, 303):
                    address = urljoin(address, answer.headers["Location"])
                elif address.startswith(self.house.provider):
                    form, prompt = re.search(r'action="([^"]+)"', text), re.search(r'name="prompt" value="(\w+)"', text)
                    assert form, text
                    assert prompt, text
                    address = urljoin(address, form[1])
                    data = {"prompt": prompt[1], "login": login, "password": "whatever"}
                else:
                    return answer.status, text
        raise AssertionError(self.been[-5:])

    async def signs_in(self, login: str) -> tuple[int, str]:
        return await self.goes(f"{self.house.console}/sign-in/sso?next=/account", login)

    async def signs_out_there(self) -> None:
        """At the provider, not here."""
        async with self.http.get(f"{self.house.provider}/session/end") as page:
            xsrf = re.search(r'name="xsrf" value="(\w+)"', await page.text())
        assert xsrf
        said = {"xsrf": xsrf[1], "logout": "yes"}
        async with self.http.post(f"{self.house.provider}/session/end/confirm", data=said) as done:
            assert done.status == 200, await done.text()

    async def is_told(self) -> dict | None:
        async with self.http.get(f"{self.house.console}/api/v1/session") as answer:
            return (await answer.json())["staff"] if answer.status == 200 else None


@pytest.fixture
async def a_browser(house) -> AsyncIterator:
    opened = []

    def new() -> Browser:
        http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"Accept": "text/html"})
        opened.append(http)
        return Browser(http, house, [])

    yield new
    for http in opened:
        await http.close()


async def test_whoever_the_provider_knows_comes_in_as_what_their_groups_say(house, a_browser, clinic, nurse):  # noqa: F811
    async with a_browser().http.get(f"{house.console}/sign-in") as page:
        assert "Sign in with Clinic ID" in await page.text()
    first = a_browser()
    status, page = await first.signs_in("nina")
    assert (status, "My account" in page) == (200, True)
    new = await first.is_told()
    assert (new["email"], new["name"], new["role"], new["reach"]) == (
        "nina@riverside.example", "Nina Okafor", "nurse", "caseload")
    asked = next(one for one in first.been if "/auth?" in one)
    assert {"code_challenge_method=S256", "response_type=code"} <= set(re.split("[?&]", asked))

    known = a_browser()
    await known.signs_in("dana")
    assert (await known.is_told())["id"] == nurse.id, "the colleague with the same verified address"

    house.now(nina={**PEOPLE["nina"], "email": "nina.new@riverside.example", "groups": ["pharmacy"]})
    again = a_browser()
    await again.signs_in("nina")
    assert ((await again.is_told())["id"], (await again.is_told())["role"]) == (new["id"], "pharmacist")
    assert await first.is_told() is None, "another role holds everywhere at once"

    for login, why in (("thief", "has not verified"), ("cook", "None of your groups")):
        stranger = a_browser()
        status, page = await stranger.signs_in(login)
        assert (status, why in page, await stranger.is_told()) == (403, True, None), login
    assert {one.email for one in await clinic.read(staff.everyone)} == {"dana@riverside.example", "nina@riverside.example"}

    await clinic.run(f"staff:{nurse.id}", staff.deactivate, new["id"])
    gone = a_browser()
    status, page = await gone.signs_in("nina")
    assert (status, "no longer on staff" in page, await gone.is_told()) == (403, True, None), "the clinic has the last word"


async def test_an_answer_is_for_the_browser_that_asked_and_works_once(house, a_browser, clinic):
    comes_back = f"{house.console}/sign-in/sso/return"
    thief, victim = a_browser(), a_browser()
    _, answer = await thief.goes(f"{house.console}/sign-in/sso", "nina", stop_before=comes_back)
    assert (await victim.goes(answer))[0] == 403, "it was asked by nobody here"
    await victim.goes(f"{house.console}/sign-in/sso", "dana", stop_before=comes_back)
    status, page = await victim.goes(answer)
    assert (status, "another browser" in page, await victim.is_told()) == (403, True, None), "nor is it the answer to another"

    owner = a_browser()
    _, answer = await owner.goes(f"{house.console}/sign-in/sso", "nina", stop_before=comes_back)
    kept = {one.key: one.value for one in owner.http.cookie_jar if one.key == "careward-sso"}
    for wrong in (answer.replace("iss=http", "iss=https"), re.sub("state=[^&]+", "state=guessed", answer),
                  re.sub("code=[^&]+", "code=guessed", answer), f"{comes_back}?error=access_denied"):
        owner.http.cookie_jar.update_cookies(kept, aiohttp.typedefs.URL(comes_back))
        assert (await owner.goes(wrong))[0] == 403
        assert await owner.is_told() is None
    for status in (200, 403):  # a code works once
        owner.http.cookie_jar.update_cookies(kept, aiohttp.typedefs.URL(comes_back))
        assert (await owner.goes(answer))[0] == status


async def test_whoever_signs_out_at_the_provider_is_out_here_at_once_and_nowhere_else(house, a_browser):
    desk, ward, other = a_browser(), a_browser(), a_browser()
    for browser, login in ((desk, "nina"), (ward, "nina"), (other, "dana")):
        await browser.signs_in(login)
        assert await browser.is_told(), login
    await desk.signs_out_there()
    assert (await desk.is_told(), bool(await ward.is_told()), bool(await other.is_told())) == (None, True, True)
    await ward.signs_out_there()
    assert (await ward.is_told(), bool(await other.is_told())) == (None, True)
