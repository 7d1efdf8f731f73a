"""Webhooks as an administrator keeps them; what they are told is in tests/scheduler/test_webhooks.py."""

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import update

from care import staff, worklist
from care.tables import webhook_deliveries
from care.webhooks import deliveries, hooks
from staff_api.app import build
from staff_api.console.app import add_console
from tests.staff_api.conftest import PASSWORD

HOOK = {"url": "https://203.0.114.7/hooks", "kinds": ["escalation.*"]}


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


async def test_a_webhook_is_made_seen_changed_given_a_new_secret_and_removed(signed_in):
    made = await signed_in.post("/webhooks", HOOK)
    assert made.status == 201, made.text
    here = f"/webhooks/{made.json['webhook']['id']}"
    assert made.json["secret"].startswith("whsec_")
    assert made.json["secret"] not in (await signed_in.get("/webhooks")).text
    seen = await signed_in.get(here)
    assert (seen.json["kinds"], seen.json["facts"]) == (["escalation.*"], False)
    changed = await signed_in.put(here, {**HOOK, "kinds": ["*"]}, headers={"If-Match": seen.headers["ETag"]})
    assert changed.json["kinds"] == ["*"]
    late = await signed_in.put(here, HOOK, headers={"If-Match": seen.headers["ETag"]})
    assert late.code == "changed_meanwhile"
    again = await signed_in.post(f"{here}/secret")
    assert again.json["secret"] != made.json["secret"]
    assert again.json["webhook"]["old_secret_until"] == "2026-11-24T09:00:00Z"
    assert (await signed_in.post(f"{here}/enable")).status == 200
    assert (await signed_in.delete(here)).status == 204
    assert (await signed_in.get(here)).status == 404
    assert (await signed_in.get("/webhooks")).json["items"] == []


async def test_what_it_was_told_is_listed_a_page_at_a_time_and_one_can_be_sent_again(signed_in, clinic):
    number = (await signed_in.post("/webhooks", HOOK)).json["webhook"]["id"]
    for _ in range(3):
        assert (await signed_in.post(f"/webhooks/{number}/try")).status == 204
    await clinic.run("scheduler", deliveries.line_up, number)
    first = (await signed_in.get(f"/webhooks/{number}/deliveries?limit=2")).json
    rest = (await signed_in.get(first["next"])).json
    assert [one["kind"] for one in first["items"] + rest["items"]] == ["webhook.tried"] * 3
    again = await signed_in.post(f"/webhook-deliveries/{rest['items'][0]['id']}/replay")
    assert (again.status, again.json["outcome"]) == (200, None)
    assert (await signed_in.post("/webhook-deliveries/999/replay")).status == 404


@pytest.mark.parametrize(("field", "wrong", "said"), [
    ("url", "https://127.0.0.1/hooks", "inside a network"), ("url", "https://localhost/hooks", "a network inside"),
    ("url", "http://203.0.114.7/", "must be https"), ("url", "https://[::ffff:10.0.0.1]/", "inside a network"),
    ("url", "https://no-such-name.invalid/", "that we can find"), ("kinds", ["weather.fine"], "weather.fine"),
])  # fmt: skip
async def test_what_leads_inside_or_nowhere_or_means_nothing_is_refused_in_words(signed_in, field, wrong, said):
    answer = await signed_in.post("/webhooks", {**HOOK, field: wrong})
    assert (answer.status, answer.code) == (422, "invalid_body")
    assert answer.json["errors"][0]["pointer"] == f"/{field}"
    assert said in answer.json["errors"][0]["detail"]


async def test_only_an_administrator_in_person_who_has_shown_it_lately_adds_one(signed_in, door, stranger, clinic, clock):
    assert (await door.post("/webhooks", HOOK)).code == "people_only"
    nurse = await clinic.run("ops", staff.add, "nina@riverside.example", "Nina", "no password", "nurse")
    opened = await clinic.run(f"staff:{nurse.id}", staff.sign_in, nurse.id)
    nina = stranger.as_(Cookie=f"careward={opened.token}", X_CSRF_Token=opened.session.csrf)
    assert (await nina.get("/webhooks")).code == "missing_scope"
    clock.passes(minutes=20)
    assert (await signed_in.post("/webhooks", HOOK)).code == "step_up_needed"


async def test_every_type_there_is_can_be_looked_up(signed_in):
    types = (await signed_in.get("/webhook-types")).json["items"]
    assert {"escalation.opened", "appointment.booked"} & set(types)


async def test_one_that_is_paused_is_told_nothing_and_nobody_has_to_look_why(signed_in, clinic):
    number = (await signed_in.post("/webhooks", {**HOOK, "kinds": ["*"]})).json["webhook"]["id"]
    paused = await signed_in.post(f"/webhooks/{number}/pause")
    assert (paused.status, paused.json["disabled_why"]) == (200, "an administrator paused it")
    assert (await clinic.read(worklist.counts))["open"] == 0
    assert (await signed_in.post(f"/webhooks/{number}/try")).status == 204
    assert await clinic.read(deliveries.behind) == []
    again = await signed_in.post(f"/webhooks/{number}/enable")
    assert again.json["disabled_at"] is None
    assert (await signed_in.post("/webhooks/999/pause")).status == 404


async def test_the_page_lists_adds_tries_pauses_and_shows_what_did_not_arrive(clinic, nurse):
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as browser:
        opened = await clinic.run(f"staff:{nurse.id}", staff.sign_in, nurse.id)
        sent = {"Cookie": f"careward={opened.token}", "X-CSRF-Token": opened.session.csrf, "HX-Request": "true"}

        async def asks(path: str, **filled: str) -> str:
            async with browser.post(path, data=filled, headers=sent) as answer:
                return await answer.text()

        form = {"url": "https://203.0.114.7/hooks", "kinds": "escalation.opened, dose.*", "facts": "on"}
        assert "wrong" in await asks("/webhooks", own_password="guess", **form)
        assert "inside a network" in await asks("/webhooks", own_password=PASSWORD, **{**form, "url": "https://10.0.0.1/"})
        assert "whsec_" in await asks("/webhooks", own_password=PASSWORD, **form)
        (hook,) = await clinic.read(hooks.everyone)
        assert (hook.kinds, hook.facts) == (("escalation.opened", "dose.*"), True)

        assert "A test is on its way" in await asks("/webhooks/1/try")
        await clinic.run("scheduler", deliveries.line_up, 1)
        tried = update(webhook_deliveries).values(attempts=len(deliveries.PAUSES))
        await clinic.run("ops", lambda turn: turn.db.execute(tried))
        (telling,) = await clinic.run("scheduler", deliveries.claim)
        await clinic.run("scheduler", deliveries.failed, telling, "it answered 500", 500)
        async with browser.get("/webhooks", headers=sent) as page:
            text = await page.text()
            assert (page.status, "Given up" in text, "it answered 500" in text) == (200, True, True)
            assert "whsec_" not in text
        assert "on its way again" in await asks("/webhook-deliveries/1/replay")
        assert "Switch on" in await asks("/webhooks/1/pause")
        assert "from now on" in await asks("/webhooks/1/enable")
        stale = await asks("/webhooks/1", own_password=PASSWORD, seen="0" * 32, **form)
        assert "changed since" in stale
        assert "is changed" in await asks("/webhooks/1", own_password=PASSWORD, **{**form, "kinds": "*"})
        assert (await clinic.read(hooks.get, 1)).facts
        assert "whsec_" in await asks("/webhooks/1/secret", own_password=PASSWORD)
        assert "None: no program" in await asks("/webhooks/1/remove", own_password=PASSWORD)
