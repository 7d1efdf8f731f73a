"""The console's own rules, without a browser."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from care import escalations, messages, patients, staff, welfare, worklist
from care.escalations import Severity
from staff_api.app import build
from staff_api.console import assets, desk, words
from staff_api.console.app import add_console
from staff_api.console.doors import onward
from staff_api.console.worklist import EVERYTHING, Looking, list_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "said"), [
    (-5, "0 s"), (4, "4 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3900, "1 h 05"), (86400 * 2 + 3 * 3600, "2 d 3 h"),
])  # fmt: skip
def test_a_wait_is_said_as_a_nurse_says_it(seconds, said):
    assert words.lasting(timedelta(seconds=seconds)) == said


def test_every_step_that_is_ever_noted_has_a_word():
    noted = {kind for page in Path("care").rglob("*.py") for kind in re.findall(r'note_step\([^"\n]*"(\w+)"', page.read_text())}
    assert len(noted) > 8
    assert noted | {welfare.DONE, welfare.NOT_DONE} <= words.STEPS.keys()


@pytest.mark.parametrize(("minutes", "said", "urgency"), [
    (12, "due in 12 min", "later"), (10, "due in 10 min", "soon"), (0, "overdue by 0 s", "late"),
    (-5, "overdue by 5 min", "late"),
])  # fmt: skip
def test_a_due_time_says_how_near_it_is(minutes, said, urgency):
    at = NOON + timedelta(minutes=minutes)
    assert (words.due(at, NOON), words.urgency(at, NOON)) == (said, urgency)


@pytest.mark.parametrize(("state", "said"), [
    ("sent", "Sent"), ("failed: blocked by the patient", "Could not be sent: blocked by the patient"),
    ("suppressed: no_consent", "Not sent: no consent"), ("something_new", "Something new"),
])  # fmt: skip
def test_a_delivery_says_why_it_did_not_happen(state, said):
    assert words.delivery(state) == said


def test_every_outcome_can_be_chosen_in_words():
    assert set(words.OUTCOMES) == set(escalations.OUTCOMES)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # nothing of it depends on the database
async def test_a_person_reads_what_went_wrong_as_a_page_with_the_number_of_the_log(clinic, nurse, add_patient, monkeypatch):
    silent = (await add_patient()).id
    await clinic.run("ops", patients.link, silent, 8, "carer")
    opened = await clinic.run(f"staff:{nurse.id}", staff.sign_in, nurse.id)
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:
        async def reads(path: str) -> tuple[int, str]:
            async with client.get(path, headers={"Cookie": f"careward={opened.token}", "Accept": "text/html"}) as answer:
                return answer.status, await answer.text()

        status, page = await reads(f"/patients/{silent}")
        assert (status, page.count(" phone, since ")) == (200, 2), "two who have said nothing yet"
        monkeypatch.setattr(worklist, "counts", lambda _turn: 1 / 0)
        status, page = await reads(f"/patients/{silent}")
        assert (status, "<h1>Something went wrong on our side</h1>" in page) == (500, True)
        assert re.search(r"this number: req_[0-9a-f]{16}<", page)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # nothing of it depends on the database
async def test_an_outcome_is_plain_only_after_ones_own_act_and_never_in_danger(clinic, clock, nurse, add_patient):
    ana = await clinic.run("ops", staff.add, "ana@riverside.example", "Ana", "no password")
    three = [(await add_patient(f"Patient {chat}", chat)).id for chat in (7, 8, 9)]
    open_ = [await clinic.run("chat:7", escalations.open_, patient, severity, "pain", "Severe pain", "9")
             for patient, severity in zip(three, (Severity.ROUTINE, Severity.URGENT, Severity.EMERGENCY), strict=True)]

    async def ends_as(author: str = nurse.name) -> list[str | None]:
        return [(await clinic.read(desk.of_escalation, one)).ends_as(author) for one in open_]

    assert await ends_as() == [None, None, None]
    clock.passes(minutes=1)
    for patient in three:
        await clinic.run(f"staff:{nurse.id}", messages.reply, patient, "Rest today.", nurse.id, nurse.name)
    assert await ends_as() == ["advice_given", None, None]
    assert await ends_as(ana.name) == [None, None, None], "who has done nothing says how it ended"
    for patient in three:
        await clinic.run(f"staff:{nurse.id}", messages.log_call, patient, "no_answer", "", nurse.id)
    assert await ends_as() == ["advice_given", None, None]
    clock.passes(minutes=1)
    for patient in three:
        await clinic.run(f"staff:{nurse.id}", messages.log_call, patient, "reached", "", nurse.id)
    assert await ends_as() == ["reached", "reached", None]
    clock.passes(minutes=1)
    await clinic.run("chat:7", escalations.open_, three[0], Severity.ROUTINE, "pain", "Severe pain", "9")
    assert await ends_as() == [None, "reached", None], "reported again: they wait"


@pytest.mark.parametrize(
    "wish", ["//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example", "evil", "", "/%0a"]
)
def test_signing_in_leads_to_no_other_site(wish):
    assert onward(wish) == "/"


@pytest.mark.parametrize(("role", "place"), [
    ("nurse", None), ("content_editor", ("/lessons", "/account")), ("auditor", ("/audit", "/account"))])
async def test_whoever_has_no_worklist_begins_where_they_have_something_to_do(clinic, role, place):
    member = await clinic.run("ops", staff.add, "kim@riverside.example", "Kim", "no password", role)
    opened = await clinic.run(f"staff:{member.id}", staff.sign_in, member.id)
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:
        sent = {"Cookie": f"careward={opened.token}", "Accept": "text/html"}
        async with client.get("/", headers=sent, allow_redirects=False) as answer:
            assert (answer.status, answer.headers.get("Location")) in ([(200, None)] if place is None else [
                (303, one) for one in place])
        async with client.get("/", headers=sent) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("wish", ["/", "/e/12", "/patients?find=ana"])
def test_signing_in_leads_back_to_where_one_wanted_to_go(wish):
    assert onward(wish) == wish


async def test_rows_on_screen_keep_their_place_and_what_is_new_is_counted(clinic, nurse, add_patient):
    amina, tomasz = await add_patient("Amina", 7), await add_patient("Tomasz", 8)
    open_ = escalations.open_
    first = await clinic.run("ops", open_, amina.id, escalations.Severity.ROUTINE, "message", "Wrote a message")
    second = await clinic.run("ops", open_, amina.id, escalations.Severity.URGENT, "pain", "Pain")
    await clinic.run("ops", open_, tomasz.id, escalations.Severity.EMERGENCY, "danger", "Danger")
    await clinic.run("ops", escalations.resolve, first, nurse.id, "reached")
    listed = await clinic.read(list_of, EVERYTHING, [first, second, 999])
    assert [(row.item.escalation_id, row.gone) for row in listed["rows"]] == [(first, True), (second, False)]
    assert (listed["new"].number, listed["new"].emergencies, listed["counts"]["open"]) == (1, 1, 2)


async def test_an_emergency_that_nobody_has_stands_above_every_view(clinic, nurse, add_patient):
    open_, amina = escalations.open_, await add_patient("Amina", 7)
    danger = await clinic.run("ops", open_, amina.id, escalations.Severity.EMERGENCY, "danger", "Danger")
    for view in worklist.VIEWS:
        listed = await clinic.read(list_of, Looking(view), [])
        assert [row.item.escalation_id for row in listed["rows"]] == [], "nothing moves under her eyes"
        assert listed["new"].emergencies == 1, view
        assert [row.item.escalation_id for row in (await clinic.read(list_of, Looking(view)))["rows"]] == [danger], view
    await clinic.run("ops", escalations.acknowledge, danger, nurse.id)
    assert (await clinic.read(list_of, Looking("snoozed")))["rows"] == []


async def test_every_view_can_be_shown_whatever_is_in_it(clinic, nurse, add_patient):
    open_, amina = escalations.open_, await add_patient("Amina", 7)
    for number, outcome in enumerate(escalations.OUTCOMES):
        done = await clinic.run("ops", open_, amina.id, escalations.Severity.ROUTINE, f"pain:{number}", "Pain")
        await clinic.run("ops", escalations.resolve, done, nurse.id, outcome, "so it was")
    for kind in ("silent", "visit_request:1"):
        await clinic.run("ops", open_, amina.id, escalations.Severity.ROUTINE, kind, "Wants a visit")
    await clinic.run("chat:7", escalations.settle, amina.id, "visit_request:1", "taken back")
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as browser:
        opened = await clinic.run(f"staff:{nurse.id}", staff.sign_in, nurse.id)
        for view in worklist.VIEWS:
            async with browser.get(f"/?view={view}", headers={"Cookie": f"careward={opened.token}"}) as shown:
                assert (shown.status, shown.cookies["view"].value) == (200, view)
                text = await shown.text()
                assert ("What was asked for is decided" in text) == (view == "done"), view


@pytest.mark.parametrize("name", ["../pages.py", "..%2fpages.py", "css/none.css", "vendor", ""])
def test_only_the_console_s_own_files_are_given_out(name):
    assert name not in assets.files()


async def test_the_demo_s_door_exists_in_the_demo_only(clinic):
    app = build(clinic)
    add_console(app)
    assert not [route for route in app.router.routes() if "/demo" in route.resource.canonical]
