"""Alerts over real sockets: a mail server, a webhook, an SMS gateway; what is refused, and what is tried again."""

import base64
import hashlib
import hmac
import json
import smtplib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from care import alerts, escalations, staff
from care.escalations import Severity
from care.heart.settings import AlertSettings, Settings
from care.heart.settings_problems import problems
from scheduler import jobs
from scheduler.channels.email import written
from scheduler.channels.sms import filled
from scheduler.channels.webhook import signed
from tests.scheduler.smtp_sink import Sink, sink
from tests.ward import SETTINGS

SECRET = "w" * 24


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Claiming on both databases is in the tests of the ladder."""
    return sqlite_url


@pytest.fixture
async def mail():
    async with sink() as opened:
        yield opened


@pytest.fixture
async def other_end():
    """A webhook's receiver and an SMS gateway; `answers` are its next ones."""
    got, answers = [], []

    async def take(request: web.Request) -> web.Response:
        got.append((request.path, dict(request.headers), await request.text()))
        return web.Response(status=answers.pop(0) if answers else 200, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_post("/{name}", take)
    async with TestServer(app) as server:
        server.got, server.answers = got, answers
        yield server


@pytest.fixture
def settings(mail: Sink, other_end) -> Settings:
    return replace(SETTINGS, alerts=AlertSettings(
        smtp_host="127.0.0.1", smtp_port=mail.port, smtp_security="none", email_from="careward@clinic.example",
        email_to=("duty@clinic.example",), sms_url=str(other_end.make_url("/sms")), sms_authorization="Bearer xyz",
        webhook_url=str(other_end.make_url("/hook")), webhook_secret=SECRET))


@pytest.fixture
async def ann(clinic) -> int:
    return (await clinic.run("ops", staff.add, "ann@clinic.example", "Ann", "hash")).id


async def raised(clinic) -> int:
    return await clinic.run("x", escalations.open_, None, Severity.EMERGENCY, "red_flag:x", "Words", "help", 7)


async def outcomes(clinic) -> list[tuple[str, str | None, str | None]]:
    return await clinic.read(lambda turn: [
        (row.address, row.outcome, row.why) for row in turn.db.execute(alerts.alerts.select().order_by(alerts.alerts.c.id))])


async def test_whoever_is_called_gets_a_letter_with_the_link_and_nothing_of_the_patient(clinic, mail, ann):
    await raised(clinic)
    await jobs.send_alerts(clinic)
    [letter] = mail.letters
    assert (letter["To"], letter["From"], letter["Subject"]) == (
        "ann@clinic.example", "careward@clinic.example", "EMERGENCY: words that may mean danger")
    assert letter.get_content().strip().endswith("http://127.0.0.1:8080/e/1")
    assert "help" not in letter.get_content()
    assert (letter["Importance"], letter["Auto-Submitted"]) == ("high", "auto-generated")
    await jobs.send_alerts(clinic)
    assert len(mail.letters) == 1
    assert await outcomes(clinic) == [("ann@clinic.example", "sent", None)]


async def test_a_mail_server_that_hangs_up_is_tried_again_until_it_works_and_that_is_seen(clinic, clock, mail, ann):
    mail.dead = True
    await raised(clinic)
    await jobs.send_alerts(clinic)
    assert await clinic.read(alerts.troubles) == []
    for _ in range(3):
        clock.passes(seconds=50)
        await jobs.send_alerts(clinic)
    [trouble] = await clinic.read(alerts.troubles)
    assert (trouble.channel, trouble.number) == ("email", 1)
    assert "Disconnected" in trouble.why
    mail.dead = False
    clock.passes(minutes=5)
    await jobs.send_alerts(clinic)
    assert len(mail.letters) == 1
    assert await clinic.read(alerts.troubles) == []


async def test_an_address_that_does_not_exist_is_refused_once_and_that_is_seen(clinic, clock, mail, ann):
    mail.answers["ann@clinic.example"] = "550 no such user"
    await raised(clinic)
    await jobs.send_alerts(clinic)
    clock.passes(minutes=1)
    await jobs.send_alerts(clinic)
    assert await outcomes(clinic) == [("ann@clinic.example", "failed", "550 no such user")]
    assert mail.calls == 1
    assert [(one.channel, one.why) for one in await clinic.read(alerts.troubles)] == [("email", "550 no such user")]


async def test_a_mail_server_that_takes_nothing_from_us_is_asked_again(clinic, clock, mail, ann, monkeypatch):
    def refuses(*_args, **_more):
        raise smtplib.SMTPConnectError(554, b"blocked")

    with monkeypatch.context() as once:
        once.setattr(smtplib, "SMTP", refuses)
        await raised(clinic)
        await jobs.send_alerts(clinic)
    clock.passes(minutes=3)
    [trouble] = await clinic.read(alerts.troubles)
    assert trouble.why == "RuntimeError: the mail server takes nothing from this machine (554)"
    await jobs.send_alerts(clinic)
    assert len(mail.letters) == 1, "whoever is called hears of it once it works"


async def test_a_full_mailbox_is_tried_again(clinic, clock, mail, ann):
    mail.answers["ann@clinic.example"] = "452 full"
    await raised(clinic)
    await jobs.send_alerts(clinic)
    mail.answers.clear()
    clock.passes(seconds=6)
    await jobs.send_alerts(clinic)
    assert len(mail.letters) == 1


async def test_what_never_leaves_in_half_a_day_has_failed(clinic, clock, mail, ann):
    mail.dead = True
    await raised(clinic)
    clock.passes(hours=13)
    await jobs.send_alerts(clinic)
    assert (await outcomes(clinic))[0][1] == "failed"


async def test_a_sender_that_died_with_a_letter_in_hand_is_followed_by_one_that_sends_it(clinic, clock, mail, ann):
    await raised(clinic)
    [lost] = await clinic.run("scheduler", alerts.claim)
    clock.passes(minutes=1)
    await jobs.send_alerts(clinic)
    assert not mail.letters, "somebody may just be sending it"
    clock.passes(minutes=2)
    await jobs.send_alerts(clinic)
    assert len(mail.letters) == 1
    await clinic.run("scheduler", alerts.not_sent, lost, "too late", again=True)
    assert (await outcomes(clinic))[0][1] == "sent", "the lost claim changes nothing"


async def test_nobody_on_staff_and_the_clinics_own_mailbox_and_webhook_hear_of_it(clinic, mail, other_end):
    await raised(clinic)
    await jobs.send_alerts(clinic)
    assert [letter["To"] for letter in mail.letters] == ["duty@clinic.example"]
    [(path, headers, body)] = other_end.got
    assert (path, json.loads(body)["data"]) == ("/hook", {
        "escalation_id": 1, "severity": "emergency", "subject": "EMERGENCY: words that may mean danger", "rung": "channels",
        "url": "http://127.0.0.1:8080/e/1"})
    signed_part = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    expected = base64.b64encode(hmac.new(SECRET.encode(), signed_part, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


@pytest.mark.parametrize(("status", "outcome"), [(410, "failed"), (302, "failed"), (500, None), (429, None), (401, None)])
async def test_a_webhooks_answer_decides_whether_to_try_again(clinic, other_end, status, outcome):
    await raised(clinic)
    other_end.answers.append(status)
    await jobs.send_alerts(clinic)
    assert (await outcomes(clinic))[1] == ("webhook", outcome, f"RuntimeError: it answered {status}" if outcome is None else (
        f"it answered {status}"))
    assert {path for path, *_ in other_end.got} == {"/hook"}, "no redirect is followed"


async def test_a_person_with_a_number_is_called_by_sms_too(clinic, mail, other_end, ann):
    await clinic.run("staff", staff.set_phone, ann, "+44 20 7946 0001")
    await raised(clinic)
    await jobs.send_alerts(clinic)
    [(path, headers, body)] = other_end.got
    assert (path, headers["Authorization"], headers["Content-Type"]) == ("/sms", "Bearer xyz", "application/json")
    assert json.loads(body) == {"to": "+442079460001", "text": (
        "Riverside: EMERGENCY: words that may mean danger http://127.0.0.1:8080/e/1")}


def test_what_is_filled_into_a_gateways_template_cannot_break_out_of_it():
    assert json.loads(filled('{"t": "{to}", "x": ["{text}"]}', '"}', 'a "b" \n {to}')[1]) == {"t": '"}', "x": ['a "b" \n {to}']}
    assert filled("to={to}&body={text}", "+4420", "a & b=c") == (
        "application/x-www-form-urlencoded", "to=%2B4420&body=a+%26+b%3Dc")


def test_a_signature_is_as_the_standards_own_example_has_it():
    secret, at = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", datetime.fromtimestamp(1614265330, UTC)
    headers = signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_letter_sent_twice_is_one_letter_and_holds_no_second_header():
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    alert = alerts.Alert(5, 1, 1, "email", "a@b.example", "on_call", "urgent", "Subject", "Text", now, now)
    assert written(alert, "c@d.example")["Message-ID"] == written(
        replace(alert, fence=2, claimed_at=now + timedelta(hours=1)), "c@d.example")["Message-ID"]
    with pytest.raises(ValueError):
        written(replace(alert, address="a@b.example\r\nBcc: everyone@b.example"), "c@d.example")


@pytest.mark.parametrize(("wrong", "said"), [
    ({"smtp_host": "mail", "email_from": ""}, "alerts.email_from must be an address"),
    ({"email_to": ("a@b.c",)}, "alerts.smtp_host is missing"), ({"sms_to": ("+1",)}, "alerts.sms_url is missing"),
    ({"sms_url": "https://x.example", "sms_body": "hello"}, "alerts.sms_body must have"),
    ({"webhook_url": "http://x.example", "webhook_secret": SECRET}, "alerts.webhook_url must begin with https"),
    ({"webhook_url": "https://x.example"}, "alerts.webhook_secret must have"),
    ({"smtp_security": "maybe"}, "alerts.smtp_security is"), ({"from_severity": "red"}, "alerts.from_severity is")])
def test_a_wrong_setting_is_said_by_its_name(wrong, said):
    [found] = problems(replace(SETTINGS, alerts=AlertSettings(**wrong)))
    assert found.startswith(said)
