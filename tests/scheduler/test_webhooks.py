"""Webhooks over real sockets: what is told, that it is ours, that it arrives in the end, and where it never goes."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

from care import escalations, worklist
from care.escalations import Severity
from care.heart.settings import Settings, WebhookSettings
from care.webhooks import deliveries, hooks
from care.webhooks.addresses import Refused, checked, may_reach
from care.webhooks.hooks import Made
from care.webhooks.payload import every_type, type_of, written
from scheduler import webhooks
from scheduler.jobs import tell_webhooks
from tests.ward import SETTINGS

LOOPBACK = ("127.0.0.0/8",)


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """Only where two senders meet does it depend on the database."""
    return request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")


@pytest.fixture
def settings() -> Settings:
    return replace(SETTINGS, webhooks=WebhookSettings(private_networks=LOOPBACK))


@pytest.fixture
async def other_end():
    """A program of somebody's; `answers` are its next ones: a status, or a status and headers."""
    got, answers = [], []

    async def take(request: web.Request) -> web.Response:
        got.append((request.headers, await request.read()))
        said = answers.pop(0) if answers else 200
        status, headers = said if isinstance(said, tuple) else (said, {})
        return web.Response(status=status, headers=headers)

    app = web.Application()
    app.router.add_post("/hooks", take)
    async with TestServer(app) as server:
        server.got, server.answers = got, answers
        yield server


@pytest.fixture
def add(clinic, other_end) -> Callable[..., Awaitable[Made]]:
    async def added(*kinds: str, facts: bool = False) -> Made:
        return await clinic.run("staff:1", hooks.add, str(other_end.make_url("/hooks")), kinds or ("*",), facts)

    return added


async def trouble(clinic, kind: str = "pain") -> int:
    return await clinic.run("chat:7", escalations.open_, None, Severity.URGENT, kind, "Severe pain", "9 of 10", 7)


async def test_it_is_told_ids_alone_signed_as_the_standards_own_library_reads_it(clinic, add, other_end):
    made = await add("escalation.opened")
    number = await trouble(clinic)
    await tell_webhooks(clinic)
    (headers, body), = other_end.got
    # The library looks at the real clock; ours stands still, so the time of the signature is checked apart.
    library = Webhook(made.secret)
    library._Webhook__verify_timestamp = lambda sent: datetime.fromtimestamp(float(sent), UTC)
    assert library.verify(body, dict(headers)) == {
        "type": "escalation.opened", "timestamp": "2026-11-23T09:00:00Z",
        "data": {"event_id": json.loads(body)["data"]["event_id"], "patient_id": None, "escalation_id": number}}
    assert headers["webhook-timestamp"] == str(int(clinic.now().timestamp()))
    assert b"pain" not in body.lower()


async def test_who_chose_the_facts_is_told_them_and_who_wants_other_types_nothing(clinic, add, other_end):
    await add("dose.*", "escalation.resolved")
    await add("escalation.opened", facts=True)
    await trouble(clinic)
    await tell_webhooks(clinic)
    (_, body), = other_end.got
    assert json.loads(body)["data"]["kind"] == "pain"


async def test_while_secrets_change_both_sign_and_after_a_day_the_new_one_alone(clinic, add, other_end, clock):
    old = await add()
    new = await clinic.run("staff:1", hooks.rotate, old.webhook.id)
    await tell_webhooks(clinic)
    assert len(other_end.got[-1][0]["webhook-signature"].split()) == 2
    clock.passes(hours=25)
    await trouble(clinic)
    await tell_webhooks(clinic)
    headers, body = other_end.got[-1]
    signature, = headers["webhook-signature"].split()
    assert signature == webhooks.signed(new.secret, headers["webhook-id"], clinic.now(), body)["webhook-signature"]
    stored = await clinic.read(lambda turn: turn.db.exec_driver_sql("SELECT secret, old_secret FROM webhooks").one())
    assert old.secret not in stored
    assert new.secret not in stored


async def test_what_does_not_arrive_is_tried_again_with_the_same_id_and_then_the_rest_follows(clinic, add, other_end, clock):
    made = await add("escalation.opened")
    other_end.answers[:] = [503, (429, {"Retry-After": "3600"}), 302]
    await trouble(clinic)
    await tell_webhooks(clinic)
    await trouble(clinic, "breathing")
    await tell_webhooks(clinic)
    assert len(other_end.got) == 1, "a webhook that fails is left in peace for a moment"
    for span, tries in ((6, 2), (1000, 2), (2700, 3)):
        clock.passes(seconds=span)
        await tell_webhooks(clinic)
        assert len(other_end.got) == tries
    clock.passes(hours=3)
    await tell_webhooks(clinic)
    log = await clinic.read(deliveries.log, made.webhook.id, None, 10)
    assert {one.outcome for one in log} == {"sent"}
    assert len(other_end.got) == 5
    assert len({headers["webhook-id"] for headers, _ in other_end.got}) == 2
    assert (await clinic.read(hooks.get, made.webhook.id)).failing_since is None


async def test_one_that_fails_for_days_is_switched_off_and_a_person_has_to_look(clinic, add, other_end, clock):
    made = await add("escalation.opened")
    other_end.answers[:] = [500] * 50
    await trouble(clinic)
    await trouble(clinic, "fever")
    for _ in range(40):
        await tell_webhooks(clinic)
        clock.passes(hours=3)
    hook = await clinic.read(hooks.get, made.webhook.id)
    assert hook.disabled_why.startswith("nothing has arrived since 2026-11-23 09:00 UTC; last: it answered 500")
    waiting = await clinic.read(worklist.waiting, None, 10)
    assert "A webhook was switched off: an administrator has to look" in [one.reason for one in waiting]
    tried = len(other_end.got)
    assert 5 < tried < 15
    await trouble(clinic, "breathing")
    await tell_webhooks(clinic)
    assert len(other_end.got) == tried
    other_end.answers.clear()
    await clinic.run("staff:1", hooks.enable, made.webhook.id)
    await tell_webhooks(clinic)
    assert len(other_end.got) == tried + 2, "what waited leaves; what happened while it was off is in the lists"


async def test_one_that_is_gone_is_switched_off_at_once(clinic, add, other_end):
    made = await add()
    other_end.answers[:] = [410]
    await tell_webhooks(clinic)
    assert (await clinic.read(hooks.get, made.webhook.id)).disabled_why == "it answered 410: it is gone"


async def test_one_delivery_can_be_sent_again_and_a_webhook_be_tried(clinic, add, other_end):
    made = await add("escalation.resolved")
    await clinic.run("staff:1", hooks.try_, made.webhook.id)
    await tell_webhooks(clinic)
    tried, = await clinic.read(deliveries.log, made.webhook.id, None, 10)
    assert (tried.kind, tried.outcome, tried.status) == ("webhook.tried", "sent", 200)
    await clinic.run("staff:1", deliveries.replay, tried.id)
    await tell_webhooks(clinic)
    (first, body), (again, same) = other_end.got
    assert (first["webhook-id"], body) == (again["webhook-id"], same)


async def test_what_is_removed_is_told_nothing_more(clinic, add, other_end):
    made = await add()
    await trouble(clinic)
    await clinic.run("staff:1", hooks.remove, made.webhook.id)
    await tell_webhooks(clinic)
    assert other_end.got == []


async def test_a_name_that_leads_inside_only_when_it_is_sent_to_gets_nothing(clinic, other_end, open_clinic, sqlite_url):
    """DNS rebinding: at registration the name led outside."""
    strict = await open_clinic(sqlite_url)
    strict.settings = replace(SETTINGS, webhooks=WebhookSettings())
    made = await strict.run("staff:1", hooks.add, f"https://rebound.example:{other_end.port}/hooks", ("*",), False)

    class Rebound(aiohttp.abc.AbstractResolver):
        async def resolve(self, host, port=0, family=0):
            return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": 2, "proto": 0, "flags": 0}]

        async def close(self) -> None: ...

    await strict.run("scheduler", deliveries.line_up, made.webhook.id)
    told, = await strict.run("scheduler", deliveries.claim)
    await webhooks.tell(strict, told, Rebound())
    log, = await strict.read(deliveries.log, made.webhook.id, None, 10)
    assert "leads into a network inside" in log.why
    assert other_end.got == []


@pytest.mark.parametrize("url", ["postgres", "sqlite"], indirect=True)
async def test_two_senders_take_each_telling_once_and_who_lost_its_claim_settles_nothing(clinic, clock):
    made = await clinic.run("staff:1", hooks.add, "https://203.0.114.7/hooks", ("*",), False)
    await clinic.run("scheduler", deliveries.line_up, made.webhook.id)
    told, = await clinic.run("scheduler", deliveries.claim)
    assert await clinic.run("scheduler", deliveries.claim) == []
    clock.passes(minutes=3)
    again, = await clinic.run("scheduler", deliveries.claim)
    await clinic.run("scheduler", deliveries.failed, told, "too late")
    assert (await clinic.read(hooks.get, made.webhook.id)).failing_since is None
    await clinic.run("scheduler", deliveries.arrived, again, 204)
    log, = await clinic.read(deliveries.log, made.webhook.id, None, 10)
    assert (log.outcome, log.attempts) == ("sent", 2)


@pytest.mark.parametrize("address", [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "192.0.2.1", "198.18.0.1", "240.0.0.1",
])  # fmt: skip
def test_no_address_inside_is_reached(address):
    assert not may_reach(ip_address(address), ())


def test_outside_is_reached_and_inside_only_what_the_clinic_has_named():
    assert may_reach(ip_address("93.184.215.14"), ())
    assert may_reach(ip_address("2606:2800:21f:cb07:6820:80da:af6b:8b2c"), ())
    assert may_reach(ip_address("10.1.2.3"), ("10.1.2.0/24",))
    assert not may_reach(ip_address("10.1.3.3"), ("10.1.2.0/24",))


@pytest.mark.parametrize("address", [
    "http://example.org/", "ftp://example.org/", "https://", "https://user:secret@example.org/", "https://127.0.0.1/",
    "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[fe80::1%25eth0]/", "https://example.org/#x",
    "https://exa mple.org/",
    "https://example.org:99999/", "javascript:alert(1)", "https://example.org/\r\nX: y", "https://[broken/", "//example.org",
])  # fmt: skip
def test_what_is_no_address_for_a_webhook_is_refused(address):
    with pytest.raises(Refused):
        checked(address, ())


def test_types_are_written_as_the_standard_has_them():
    assert type_of("EscalationHandedOver") == "escalation.handed_over"
    assert {"escalation.opened", "webhook.tried", "message.held_back"} <= set(every_type())
    assert all(one.count(".") <= 1 for one in every_type())
    facts = {"chat_id": 7, "kind": "red_flag", "note_id": 3}
    body = json.loads(written(1, "x.y", datetime(2026, 11, 23, 9, tzinfo=UTC), 2, facts, everything=False))
    assert body["data"] == {"event_id": 1, "patient_id": 2, "note_id": 3}


def test_pauses_grow_to_a_day():
    spans = [deliveries.pause(times, 1) for times in range(1, 10)]
    assert spans == sorted(spans)
    assert timedelta(seconds=5) <= spans[0] < timedelta(seconds=6)
    assert timedelta(days=1) <= spans[-1] < timedelta(hours=27)
