"""How often one may ask, and what an address that will go says of itself."""

from dataclasses import replace
from datetime import date

import pytest
from aiohttp.test_utils import TestClient, TestServer

from care.heart.settings import Settings
from staff_api.app import build
from staff_api.endings import Ending
from staff_api.guards import PUBLIC
from staff_api.openapi import document
from staff_api.operations import Operation
from staff_api.views import system
from tests.staff_api.door import Door
from tests.ward import SETTINGS


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


@pytest.fixture
def settings() -> Settings:
    return replace(SETTINGS, staff=replace(SETTINGS.staff, requests_a_minute=3))


async def test_every_answer_says_what_is_left_and_the_one_too_many_when_to_come_again(door, clock):
    answers = [await door.get(address) for address in ("/worklist/counts", "/patients/999", "/worklist/counts")]
    assert [one.headers["RateLimit"] for one in answers] == [f'"requests";r={left};t=60' for left in (2, 1, 0)]
    assert answers[0].headers["RateLimit-Policy"] == '"requests";q=3;w=60'
    clock.passes(seconds=20)
    over = await door.get("/worklist/counts")
    assert (over.status, over.code, over.headers["Retry-After"]) == (429, "too_many_requests", "40")
    assert over.headers["RateLimit"] == '"requests";r=0;t=40'
    clock.passes(seconds=40)
    assert (await door.get("/worklist/counts")).status == 200


async def test_one_key_takes_nothing_from_another_and_who_has_none_has_no_budget(with_scopes, stranger):
    one, other = await with_scopes("worklist:read"), await with_scopes("worklist:read")
    before = (await one.get("/worklist/counts")).headers["RateLimit"]
    assert (await other.get("/worklist/counts")).headers["RateLimit"] == before
    assert "RateLimit" not in (await stranger.get("/worklist/counts")).headers


async def test_an_address_that_will_go_says_since_when_until_when_and_what_to_use_instead(clinic):
    ending = Ending(since=date(2026, 11, 1), sunset=date(2027, 6, 1), instead="/healthz")
    old = Operation("GET", "/api/v1/old-health", system.get_health, PUBLIC, ending=ending)
    app = build(clinic)
    old.add_to(app)
    described = document([old], "test")
    async with TestClient(TestServer(app)) as client:
        answer = await Door(client, described).get("/api/v1/old-health")
        assert answer.status == 200
        assert answer.headers["Deprecation"] == "@1793491200"
        assert answer.headers["Sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
        assert answer.headers["Link"] == (
            '</api/docs#get_health>; rel="deprecation"; type="text/html", </healthz>; rel="successor-version"')
        refused = await Door(client, described).get("/api/v1/old-health?page=1")
        assert (refused.status, refused.headers["Deprecation"]) == (400, "@1793491200")
    page = described["paths"]["/api/v1/old-health"]["get"]
    assert page["deprecated"] is True
    assert "It goes on 2027-06-01; use `/healthz`." in page["description"]


def test_nothing_goes_within_half_a_year():
    with pytest.raises(ValueError, match="183 days"):
        Ending(since=date(2026, 11, 1), sunset=date(2027, 4, 1), instead="/healthz")
