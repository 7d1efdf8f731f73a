"""The console's pages of visits and calendars, without a browser: what is refused, what is kept, who sees what."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestClient, TestServer

from care import staff
from care.appointments import after, appointments, booking, calendars, closed_days, offers, visit_types, waiting
from care.appointments.opening import Calendar, Hours
from care.heart.settings import AppointmentSettings
from care.tables import staff as staff_table
from staff_api.app import build
from staff_api.console.app import add_console
from staff_api.console.calendars import DAYS, HoursForm, in_short, week_of
from staff_api.console.visit_types import needs_in
from staff_api.problems import Problem
from tests.care.appointments import practice
from tests.care.appointments.practice import Practice, at

TUESDAY = at("2026-11-24", "10:00")


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


class Console:
    """What a browser sends, and what it is shown."""

    def __init__(self, client: TestClient, opened: staff.Opened) -> None:
        self.client = client
        self.sent = {"Cookie": f"careward={opened.token}", "X-CSRF-Token": opened.session.csrf, "HX-Request": "true"}

    async def get(self, path: str) -> str:
        async with self.client.get(path, headers=self.sent) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.text()

    async def post(self, path: str, form: dict[str, str] | None = None, at_page: str = "/visits") -> tuple[int, str]:
        here = {"HX-Current-URL": f"http://127.0.0.1{at_page}"}
        async with self.client.post(path, data=form or {}, headers={**self.sent, **here}) as answer:
            return answer.status, answer.headers.get("HX-Redirect") or await answer.text()

    async def refused(self, path: str, form: dict[str, str] | None = None) -> str:
        """In which words."""
        here = {**self.sent, "HX-Current-URL": "http://127.0.0.1/visits"}
        async with self.client.post(path, data=form or {}, headers=here) as answer:
            assert answer.status in (403, 409, 422), await answer.text()
            problem = await answer.json()
            return " ".join(fault["detail"] for fault in problem.get("errors") or []) or problem["detail"]


@pytest.fixture
async def as_role(clinic, nurse) -> AsyncIterator[object]:
    """The console, for somebody of a role."""
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:
        async def opened(role: str = "administrator") -> Console:
            await clinic.run("ops", lambda turn: turn.db.execute(sa.update(staff_table).values(role=role)))
            return Console(client, await clinic.run(f"staff:{nurse.id}", staff.sign_in, nurse.id))

        yield opened


@pytest.fixture
async def place(clinic) -> Practice:
    return await clinic.run("ops", practice.open_practice)


def wanted(place: Practice, **more: str) -> dict[str, str]:
    return {"visit_type_id": str(place.check), "site_id": str(place.site), "starts_at": TUESDAY.isoformat(), **more}


async def test_what_is_in_the_way_is_named_and_only_who_may_overbooks_it(clinic, as_role, place, add_patient):
    amina, omar = await add_patient(), await add_patient("Omar Said", 8)
    console = await as_role("nurse")
    status, onward = await console.post(f"/patients/{amina.id}/visits", wanted(place))
    assert (status, onward) == (200, "/visits"), "back to where the nurse was"
    assert await console.refused(f"/patients/{omar.id}/visits", wanted(place)) == (
        "Dr Ortiz has a visit from 10:00 to 10:20. Room 1 has a visit from 10:00 to 10:20.")
    step = f"/patients/{omar.id}/visits/new?visit_type_id={place.check}&starts_at=2026-11-24T10:00:00%2B00:00"
    sheet = await console.get(step)
    assert "Dr Ortiz has a visit from 10:00 to 10:20." in sheet
    assert "Book all the same" not in sheet
    why = wanted(place, why="Chest pain since the night")
    assert "appointments:overbook" in await console.refused(f"/patients/{omar.id}/visits/overbook", why)
    doctor = await as_role("clinician")
    assert "Book all the same" in await doctor.get(step)
    assert (await doctor.post(f"/patients/{omar.id}/visits/overbook", why))[0] == 200
    assert "beside others: <span dir=\"auto\">Chest pain since the night" in await doctor.get("/visits?day=2026-11-24")
    assert "Chest pain" not in await (await as_role("coordinator")).get("/visits?day=2026-11-24")


async def test_a_visit_is_moved_onto_a_taken_time_by_who_may_and_with_a_reason(clinic, as_role, place, add_patient):
    amina, omar = await add_patient(), await add_patient("Omar Said", 8)
    await clinic.run("ops", practice.booked, amina.id, place.check, TUESDAY)
    visit = await clinic.run("ops", practice.booked, omar.id, place.check, at("2026-11-24", "11:00"))
    step = f"/visits/{visit.id}/move?starts_at=2026-11-24T10:00:00%2B00:00"
    to = {"site_id": str(place.site), "starts_at": TUESDAY.isoformat()}
    assert "Somebody who may overbook can move it all the same." in await (await as_role("nurse")).get(step)
    doctor = await as_role("clinician")
    assert "Move it all the same" in await doctor.get(step)
    assert "Dr Ortiz has a visit from 10:00 to 10:20." in await doctor.refused(f"/visits/{visit.id}/move", to)
    assert await doctor.refused(f"/visits/{visit.id}/move/overbook", to)
    assert (await doctor.post(f"/visits/{visit.id}/move/overbook", {**to, "why": "Chest pain"}))[0] == 200
    [moved] = await clinic.read(appointments.of_patient, omar.id)
    assert (moved.starts_at, moved.overbooked_why, moved.sequence) == (TUESDAY, "Chest pain", 1)
    assert "appointments:overbook" in await (await as_role("nurse")).refused(
        f"/visits/{visit.id}/move/overbook", {**to, "why": "Chest pain"})


async def test_what_to_do_after_a_visit_is_written_from_the_days_list(clinic, as_role, place, add_patient, clock):
    amina, console = await add_patient(), await as_role("nurse")
    visit = await clinic.run("ops", practice.booked, amina.id, place.check, TUESDAY)
    clock.passes(hours=25)
    console = await as_role("nurse")
    sheet = f"/visits/{visit.id}/after"
    assert f'hx-get="{sheet}"' not in await console.get("/visits?day=2026-11-24")
    await console.post(f"/visits/{visit.id}/state", {"state": "fulfilled"})
    assert f'hx-get="{sheet}"' in await console.get("/visits?day=2026-11-24")
    assert f'hx-get="{sheet}"' in await console.get(f"/patients/{amina.id}")
    assert "What to do, in English" in await console.get(sheet)
    words = {"instructions": "Take one tablet at night.", "question": "When?", "choice-1": "At night", "choice-3": "At noon"}
    assert await console.refused(sheet, words) == "Say which of the answers is right."
    assert await console.refused(sheet, {**words, "right": "0"}) == "Say which of the answers is right."
    assert (await console.post(sheet, {**words, "right": "1"}))[0] == 200
    [said] = await clinic.read(after.of_visit, visit.id)
    assert (said.instructions, said.choices, said.right_choice) == ("Take one tablet at night.", ["At night", "At noon"], 0)
    assert "not answered yet" in await console.get(sheet)
    assert "messages:write" in await (await as_role("coordinator")).refused(sheet, words)


async def test_of_a_series_one_is_moved_or_all_that_follow(clinic, as_role, place, add_patient):
    amina, console = await add_patient(), await as_role("nurse")
    await console.post(f"/patients/{amina.id}/visits", wanted(place, weeks="1", count="3"))
    made = sorted(await clinic.read(appointments.of_patient, amina.id), key=lambda one: one.starts_at)
    assert "This one and the 1 that follow" in await console.get(
        f"/visits/{made[1].id}/move?starts_at=2026-12-01T11:00:00%2B00:00")
    moved = {"starts_at": "2026-12-01T11:00:00+00:00", "site_id": str(place.site), "following": "true"}
    assert (await console.post(f"/visits/{made[1].id}/move", moved))[0] == 200
    ahead = await clinic.read(appointments.of_patient, amina.id)
    assert [f"{one.starts_at:%d %H}" for one in ahead] == ["24 10", "01 11", "08 11"]
    assert (await console.post(f"/visits/{made[0].id}/cancel", {"following": "true"}))[0] == 200
    assert await clinic.read(appointments.of_patient, amina.id) == []


async def test_the_day_is_recorded_in_the_list_and_the_second_approval_is_told_why(clinic, as_role, place, add_patient, clock):
    amina, console = await add_patient(time_zone="America/Sao_Paulo"), await as_role("nurse")
    await clinic.run("ops", lambda turn: turn.db.execute(sa.text("UPDATE visit_types SET needs_approval = true")))

    def ask(turn):
        return booking.confirm(turn, practice.held(turn, amina.id, place.check, TUESDAY), practice.kind(turn, place.check))

    request = await clinic.run("chat:7", ask)
    assert "asks for <b>Tue 24 Nov, 10:00</b>" in await console.get("/visits/requests")
    status, page = await console.post(f"/visits/{request.id}/approve", at_page="/visits/requests")
    assert (status, "Nobody waits for an answer" in page) == (200, True)
    assert await console.refused(f"/visits/{request.id}/approve") == "It waits for nobody's approval: it is booked."
    day = "/visits?day=2026-11-24"
    listed = await console.get(day)
    assert "07:00 there" in listed
    assert "not confirmed" in listed
    assert "confirmed</span>" in (await console.post(f"/visits/{request.id}/confirm", at_page=day))[1]
    assert await console.refused(f"/visits/{request.id}/state", {"state": "noshow"}) == "It has not begun yet."
    clock.passes(hours=25)
    console = await as_role("nurse")
    for state, said in (("arrived", "arrived"), ("booked", "confirmed"), ("noshow", "did not come")):
        assert f"{said}</span>" in (await console.post(f"/visits/{request.id}/state", {"state": state}, at_page=day))[1]
    changes = await console.get("/visits/changes")
    assert changes.index("Nobody came to") < changes.index("Asked for")


async def test_who_sees_no_record_reads_no_note_and_who_only_reads_has_no_buttons(clinic, as_role, place, add_patient):
    amina = await add_patient()
    await clinic.run("ops", practice.booked, amina.id, place.check, TUESDAY, note="HIV follow-up")
    day = "/visits?day=2026-11-24"
    assert "HIV follow-up" in await (await as_role("nurse")).get(day)
    desk = await (await as_role("coordinator")).get(day)
    assert "HIV" not in desk
    assert "Says they come" in desk
    assert "HIV" not in await (await as_role("coordinator")).get(f"/patients/{amina.id}")
    assert "Says they come" not in await (await as_role("pharmacist")).get(day)


async def test_a_visit_by_video_is_joined_from_the_days_list(clinic, as_role, place, add_patient):
    amina, console = await add_patient(), await as_role("nurse")
    await clinic.run("ops", lambda turn: turn.db.execute(sa.text("""UPDATE visit_types SET modes = '["video"]'""")))
    visit = await clinic.run("ops", practice.booked, amina.id, place.check, TUESDAY)
    assert f'href="/visits/{visit.id}/video"' in await console.get("/visits?day=2026-11-24")
    clinic.settings = replace(clinic.settings, appointments=AppointmentSettings(video_link="https://meet.example/{room}"))
    async with console.client.get(f"/visits/{visit.id}/video", headers=console.sent, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"].startswith("https://meet.example/")) == (303, True)
    assert "Join by video" not in await (await as_role("pharmacist")).get("/visits?day=2026-11-24")


async def test_a_time_is_offered_by_hand_and_stands_on_record(clinic, as_role, place, add_patient):
    amina, console = await add_patient(), await as_role("nurse")
    form = {"visit_type_id": str(place.check), "urgency": "urgent", "part": "morning"}
    assert (await console.post(f"/patients/{amina.id}/waiting-list", form))[0] == 200
    [one] = await clinic.read(waiting.everyone)
    assert "10:00" in await console.get(f"/waiting-list/{one.id}/offer")
    offer = {"site_id": str(place.site), "starts_at": TUESDAY.isoformat()}
    assert (await console.post(f"/waiting-list/{one.id}/offer", offer, at_page="/visits/waiting")) == (200, "/visits/waiting")
    assert [made.state for made in await clinic.read(offers.of_waiting, one.id)] == ["open"]
    assert "by hand" in await console.get("/visits/waiting")
    assert await console.refused(f"/waiting-list/{one.id}/offer", offer) == (
        "Dr Ortiz is on offer to somebody who waits. Room 1 is on offer to somebody who waits.")
    await console.post(f"/waiting-list/{one.id}/leave")
    assert await clinic.read(waiting.everyone) == []


async def test_hours_and_leave_are_set_and_what_cannot_be_read_is_named(clinic, as_role, place, add_patient):
    console, doctor = await as_role("coordinator"), place.doctors[0]
    amina = await add_patient()
    await clinic.run("ops", practice.booked, amina.id, place.check, TUESDAY)
    wrong = await console.refused(f"/calendars/{doctor}/hours", {"monday": "9-12", "tuesday": "09:00-12:00", "friday": "noon"})
    assert "Monday: “9-12” is not understood. Write it as 09:00-12:00, 14:00-17:00" in wrong
    assert "Friday: “noon”" in wrong
    assert len((await clinic.read(calendars.get, doctor)).hours) == 10, "nothing was changed"
    saved = await console.post(f"/calendars/{doctor}/hours", {"monday": "9:00 – 12:00; 22:00-24:00"})
    assert "The hours are saved." in saved[1]
    first, second = [await console.get(f"/calendars/{doctor}") for _tab in range(2)]
    seen = re.search(r'name="seen" value="(\w+)"', first)[1]
    week = {"monday": "9:00-12:00, 22:00-24:00", "seen": seen}
    assert (first, (await console.post(f"/calendars/{doctor}/hours", {**week, "friday": "08:00-09:00"}))[0]) == (second, 200)
    assert (await console.post(f"/calendars/{doctor}/hours", week))[0] == 412, "somebody has changed it meanwhile"
    await console.post(f"/calendars/{doctor}/hours", {**week, "seen": ""})
    assert "1 visit is at a time at which it is not open" in saved[1]
    assert (await clinic.read(calendars.get, doctor)).hours == (Hours(0, time(9), time(12)), Hours(0, time(22), time(0)))
    assert await console.refused(f"/calendars/{doctor}/leave", {"first_day": "2026-12-24", "last_day": "2026-12-21"}) == (
        "Give a first and a last day, in this order, at most a year apart.")
    await console.post(f"/calendars/{doctor}/leave", {"first_day": "2026-12-24", "why": "leave"})
    [leave] = (await clinic.read(calendars.get, doctor)).exceptions
    assert (leave.first_day, leave.last_day, leave.opens) == (date(2026, 12, 24), date(2026, 12, 24), False)
    await console.post(f"/calendars/{doctor}/leave/{leave.id}/remove")
    assert (await clinic.read(calendars.get, doctor)).exceptions == ()
    page = await console.get("/calendars")
    assert "25 Dec 2026 (Christmas Day)" in page
    status, onward = await console.post("/calendars", {"site_id": str(place.site), "kind": "room", "name": "Room 9"})
    assert (status, (await clinic.read(calendars.get, int(onward.rsplit("/", 1)[1]))).name) == (200, "Room 9")


async def test_closed_days_strand_visits_and_who_has_them_is_asked_in_two_clicks(clinic, as_role, place, add_patient):
    amina, console = await add_patient(), await as_role("coordinator")
    visit = await clinic.run("ops", practice.booked, amina.id, place.check, at("2026-11-26", "10:00"))
    assert "Nothing to move" in await console.get("/visits/to-move")
    page = (await console.post("/calendars/closed-days", {"first_day": "2026-11-26", "why": "moving house"}))[1]
    assert "moving house" in page
    assert "26 Nov 2026 (closed by the clinic)" in page
    assert "the whole clinic" in page
    free = await console.get(f"/patients/{amina.id}/visits/new?visit_type_id={place.check}")
    assert "Wednesday 25 November" in free
    assert "Thursday 26 November" not in free
    listed = await console.get("/visits/to-move")
    assert "Dr Ortiz, Room 1" in listed
    status, listed = await console.post(f"/visits/{visit.id}/ask-to-move", at_page="/visits/to-move")
    assert (status, "Ask again" in listed) == (200, True)
    assert "Ask for another time" in await (await as_role("nurse")).get(f"/patients/{amina.id}")
    console = await as_role("coordinator")
    [one] = await clinic.read(closed_days.ahead)
    assert "moving house" not in (await console.post(f"/calendars/closed-days/{one.id}/remove"))[1]
    assert "Nothing to move" in await console.get("/visits/to-move")


async def test_a_secret_address_is_shown_once_and_can_be_taken_back(clinic, as_role, place):
    console, doctor = await as_role("coordinator"), place.doctors[0]
    assert "https address first" in await console.refused(f"/calendars/{doctor}/feed")
    clinic.settings = replace(clinic.settings, demo=True)
    assert "there is none" in await console.get(f"/calendars/{doctor}")
    page = (await console.post(f"/calendars/{doctor}/feed"))[1]
    path = re.search(r"/feeds/[\w-]+\.ics", page)[0]
    assert path not in await console.get(f"/calendars/{doctor}"), "shown once"
    async with console.client.get(path) as answer:
        assert answer.status == 200
    assert "there is none" in (await console.post(f"/calendars/{doctor}/feed/revoke"))[1]
    async with console.client.get(path) as answer:
        assert answer.status == 404


async def test_a_kind_of_visit_is_changed_by_its_form_and_keeps_what_that_does_not_show(clinic, as_role, place):
    console = await as_role("administrator")
    kind = await clinic.read(practice.kind, place.check)
    form = {"name-en": "Pressure check", "minutes": "30", "step_minutes": "", "before_minutes": "0", "after_minutes": "5",
            "seats": "1", "ahead_days": "60", "notice_minutes": "120", "cancel_minutes": "1440", "modes": "phone",
            "by_patients": "on", f"need-{place.doctors[0]}": "1", "hours-1": "24", "text-1-en": "Rest for an hour."}
    wrong = await console.refused(f"/calendars/kinds/{kind.id}", {**form, "minutes": "half an hour", "name-en": ""})
    for said in ("How long it is: give a whole number.", "Name: say what patients call it"):
        assert said in wrong
    assert await console.refused(f"/calendars/kinds/{kind.id}", {**form, "minutes": "7"}) == (
        "minutes must be whole 5 minutes, from 5 to 1440.")
    assert (await console.post(f"/calendars/kinds/{kind.id}", form)) == (200, "/calendars")
    changed = await clinic.read(practice.kind, place.check)
    assert (changed.minutes, changed.step_minutes, changed.after_minutes, changed.modes) == (30, 30, 5, ("phone",))
    assert (changed.needs, changed.by_patients, changed.needs_approval) == (((place.doctors[0],),), True, False)
    assert changed.instructions[0].texts == {"en": "Rest for an hour."}
    assert "Rest for an hour." in await console.get(f"/calendars/kinds/{kind.id}")
    assert (await console.post("/calendars/kinds", {**form, "name-en": "Ear check"})) == (200, "/calendars")
    assert "Ear check" in [one.staff_name for one in await clinic.read(visit_types.all_open)]


def test_a_week_is_written_and_read_the_same():
    calendar = Calendar(1, 1, "room", "Room", "UTC", "GB", (
        *(Hours(day, time(9), time(12)) for day in range(4)), Hours(6, time(20), time(0)), Hours(0, time(14), time(15))))
    assert in_short(calendar) == [
        ("Mon", "09:00-12:00, 14:00-15:00"), ("Tue to Thu", "09:00-12:00"), ("Sun", "20:00-24:00")]
    form = HoursForm(**dict(zip(DAYS, week_of(calendar), strict=True)))
    assert {(one.weekday, one.starts, one.ends) for one in form.week().hours} == {
        (one.weekday, one.starts, one.ends) for one in calendar.hours}
    for wrong in ("25:00-26:00", "9-12", "09:60-10:00", "09:00"):
        with pytest.raises(Problem):
            HoursForm(monday=wrong).week()
    assert needs_in({"need-3": "2", "need-4": "1", "need-5": "1", "need-6": "", "need-x": "1"}) == [[4, 5], [3]]
