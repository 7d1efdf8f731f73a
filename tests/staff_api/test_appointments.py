"""Appointments through the door: calendars set up, visits booked, moved, decided, kept or missed; who waits."""

from dataclasses import replace

import pytest
from icalendar import Calendar

from care import access
from care.heart.settings import AppointmentSettings

MORNINGS = [{"weekday": day, "starts": "09:00", "ends": "12:00"} for day in range(5)]
TUESDAY = "2026-11-24T10:00:00+00:00"


@pytest.fixture
async def practice(door, clinic):
    site = (await clinic.run("ops", access.add_site, "Riverside Clinic")).id
    await door.put(f"/sites/{site}/place", {"address": "5 Main Street"})
    doctor = await door.post("/calendars", {"site_id": site, "kind": "clinician", "name": "Dr Ortiz", "hours": MORNINGS})
    assert doctor.status == 201
    kind = await door.post("/visit-types", {
        "names": {"en": "Blood pressure check"}, "minutes": 20, "needs": [[doctor.json["id"]]]})
    assert kind.status == 201
    return {"site_id": site, "visit_type_id": kind.json["id"]}, doctor.json["id"]


async def test_a_visit_is_found_booked_and_on_the_days_list(door, practice, add_patient):
    what, doctor = practice
    patient = await add_patient()
    query = f"visit_type_id={what['visit_type_id']}&site_id={what['site_id']}&first_day=2026-11-24&days=1"
    free = (await door.get(f"/free-slots?{query}")).json["items"]
    assert (len(free), free[0]) == (9, {
        "starts_at": "2026-11-24T09:00:00Z", "local": "2026-11-24T09:00:00+00:00", "calendars": [doctor]})
    made = await door.post(f"/patients/{patient.id}/appointments", {**what, "starts_at": TUESDAY, "note": "Swollen ankles"})
    assert made.status == 201
    [visit] = made.json["items"]
    assert (visit["state"], visit["visit_type"], visit["people"]) == ("booked", "Blood pressure check", ["Dr Ortiz"])
    listed = (await door.get(f"/appointments?site_id={what['site_id']}&day=2026-11-24")).json["items"]
    assert [(one["patient"], one["local"]) for one in listed] == [(patient.name, "2026-11-24T10:00:00+00:00")]
    other = await add_patient(chat_id=8)
    taken = await door.post(f"/patients/{other.id}/appointments", {**what, "starts_at": TUESDAY})
    assert (taken.code, taken.json["detail"]) == ("conflict", "Dr Ortiz has a visit from 10:00 to 10:20.")


async def test_the_same_request_books_once(door, practice, add_patient):
    what, _doctor = practice
    patient = await add_patient()
    for _again in range(2):
        made = await door.call("POST", f"/patients/{patient.id}/appointments", json={**what, "starts_at": TUESDAY},
                               headers={"Idempotency-Key": "abc"})
        assert made.status == 201
    assert len((await door.get(f"/patients/{patient.id}/appointments")).json["items"]) == 1


async def test_overbooking_needs_a_permission_of_its_own_and_a_reason(door, practice, add_patient, with_scopes):
    what, _doctor = practice
    first, second = await add_patient(), await add_patient(chat_id=8)
    await door.post(f"/patients/{first.id}/appointments", {**what, "starts_at": TUESDAY})
    wanted = {**what, "starts_at": TUESDAY, "why": "Chest pain since the night"}
    desk = await with_scopes("appointments:read", "appointments:write")
    assert (await desk.post(f"/patients/{second.id}/appointments/overbook", wanted)).code == "missing_scope"
    assert (await door.post(f"/patients/{second.id}/appointments/overbook", {**wanted, "why": " "})).code == "invalid_body"
    made = await door.post(f"/patients/{second.id}/appointments/overbook", wanted)
    assert (made.status, made.json["overbooked_why"]) == (201, "Chest pain since the night")


async def test_a_series_keeps_its_time_on_the_wall_and_moves_one_or_all(door, practice, add_patient):
    what, doctor = practice
    patient = await add_patient()
    made = await door.post(f"/patients/{patient.id}/appointments", {
        **what, "starts_at": "2027-03-23T10:00:00+00:00", "repeat": {"weeks": 1, "count": 3}})
    assert [one["local"][11:16] for one in made.json["items"]] == ["10:00"] * 3, "the clock changes on 28 March"
    assert [one["starts_at"][11:16] for one in made.json["items"]] == ["10:00", "09:00", "09:00"]
    second = made.json["items"][1]
    moved = await door.post(f"/appointments/{second['id']}/move", {"starts_at": "2027-03-31T10:20:00+01:00", "following": True})
    assert [one["local"] for one in moved.json["items"]] == ["2027-03-31T10:20:00+01:00", "2027-04-07T10:20:00+01:00"]
    await door.post(f"/calendars/{doctor}/exceptions", {"first_day": "2027-04-07", "last_day": "2027-04-07", "why": "leave"})
    stranded = (await door.get(f"/calendars/{doctor}/stranded")).json["items"]
    assert [one["local"][:10] for one in stranded] == ["2027-04-07"]
    off = await door.post(f"/appointments/{second['id']}/cancel", {"following": True})
    assert [one["state"] for one in off.json["items"]] == ["cancelled"] * 2
    other = await door.post(f"/patients/{patient.id}/appointments", {
        **what, "starts_at": "2027-03-24T10:00:00+00:00", "repeat": {"weeks": 1, "count": 3}})
    assert (other.code, other.json["detail"]) == ("conflict", "Wed 7 Apr 2027, 10:00: Dr Ortiz is not open for it then.")
    listed = (await door.get(f"/patients/{patient.id}/appointments")).json["items"]
    assert [one["state"] for one in listed].count("booked") == 1, "of the second series none was booked"


async def test_the_day_is_recorded_and_mistakes_are_taken_back(door, practice, add_patient, clock):
    what, _doctor = practice
    patient = await add_patient()
    visit = (await door.post(f"/patients/{patient.id}/appointments", {**what, "starts_at": TUESDAY})).json["items"][0]["id"]
    early = await door.post(f"/appointments/{visit}/state", {"state": "noshow"})
    assert (early.code, early.json["detail"]) == ("conflict", "It has not begun yet.")
    clock.passes(hours=25)
    for state in ("arrived", "booked", "arrived", "fulfilled"):
        assert (await door.post(f"/appointments/{visit}/state", {"state": state})).json["state"] == state
    assert (await door.post(f"/appointments/{visit}/cancel", {})).code == "conflict"


async def test_a_request_is_decided_once(door, practice, add_patient, clinic):
    from care.appointments import booking
    from tests.care.appointments import practice as of

    what, _doctor = practice
    await door.call("PUT", f"/visit-types/{what['visit_type_id']}", json={
        "names": {"en": "Blood pressure check"}, "minutes": 20, "needs": [[_doctor]], "needs_approval": True})
    patient = await add_patient()

    def ask(turn):
        held = of.held(turn, patient.id, what["visit_type_id"], of.at("2026-11-24", "10:00"))
        return booking.confirm(turn, held, of.kind(turn, what["visit_type_id"])).id

    request = await clinic.run("chat:7", ask)
    assert [one["id"] for one in (await door.get("/appointment-requests")).json["items"]] == [request]
    assert (await door.post(f"/appointments/{request}/approve")).json["state"] == "booked"
    refused = await door.post(f"/appointments/{request}/refuse", {"why": "No"})
    assert (refused.code, refused.json["detail"]) == ("conflict", "It waits for nobody's approval: it is booked.")


async def test_who_waits_is_listed_by_urgency(door, practice, add_patient):
    what, _doctor = practice
    calm, pressed = await add_patient(), await add_patient(chat_id=8)
    kind = {"visit_type_id": what["visit_type_id"]}
    await door.post(f"/patients/{calm.id}/waiting-list", kind)
    made = await door.post(f"/patients/{pressed.id}/waiting-list", {**kind, "urgency": "urgent", "part": "morning"})
    assert made.status == 201
    listed = (await door.get("/waiting-list")).json["items"]
    assert [(one["patient_id"], one["urgency"]) for one in listed] == [(pressed.id, "urgent"), (calm.id, "routine")]
    assert (await door.call("DELETE", f"/waiting-list/{made.json['id']}")).status == 204
    assert len((await door.get("/waiting-list")).json["items"]) == 1


@pytest.mark.parametrize(("address", "body", "says"), [
    ("/calendars", {"site_id": 1, "kind": "clinician", "name": "Dr Lang", "hours": [
        {"weekday": 0, "starts": "12:00", "ends": "09:00"}]}, "It must begin before it ends; an end of 00:00 is midnight."),
    ("/calendars", {"site_id": 9, "kind": "room", "name": "Room 1"}, "There is no such site."),
    ("/visit-types", {"names": {"en": "Check"}, "minutes": 7, "needs": [[1]]},
     "minutes must be whole 5 minutes, from 5 to 1440."),
    ("/visit-types", {"names": {"en": "Check"}, "minutes": 10, "needs": [[1], [1]]},
     "needs must give at least one calendar for each need, and each calendar once."),
])
async def test_what_cannot_be_is_refused_with_what_would_be_right(door, practice, address, body, says):
    refused = await door.post(address, body)
    assert (refused.code, refused.json["detail"]) == ("conflict", says)


async def test_absences_in_the_rota_are_leave_in_the_calendar(door, practice, nurse):
    what, _doctor = practice
    hers = await door.post("/calendars", {
        "site_id": what["site_id"], "kind": "clinician", "name": "Dana", "hours": MORNINGS, "staff_id": nurse.id})
    kind = await door.post("/visit-types", {"names": {"en": "Dressing"}, "minutes": 20, "needs": [[hers.json["id"]]]})
    query = f"visit_type_id={kind.json['id']}&site_id={what['site_id']}&first_day=2026-11-24&days=1"
    assert (await door.get(f"/free-slots?{query}")).json["items"]
    await door.post("/rota/absences", {"staff_id": nurse.id, "first_day": "2026-11-24", "last_day": "2026-11-24"})
    assert (await door.get(f"/free-slots?{query}")).json["items"] == []


async def test_a_visit_by_video_and_what_comes_after_it(door, practice, add_patient, clinic, clock, with_scopes):
    what, _doctor = practice
    kind = (await door.get("/visit-types")).json["items"][0]
    changed = {**kind, "modes": ["in_person", "video"]}
    del changed["id"]
    assert (await door.put(f"/visit-types/{kind['id']}", changed)).status == 200
    patient = await add_patient()
    booked = {**what, "starts_at": TUESDAY, "mode": "video"}
    made = await door.post(f"/patients/{patient.id}/appointments", booked)
    assert "room" not in made.json["items"][0]
    at = f"/appointments/{made.json['items'][0]['id']}"
    assert (await door.get(f"{at}/video")).code == "conflict", "the clinic has no template"
    clinic.settings = replace(clinic.settings, appointments=AppointmentSettings(video_link="https://meet.example/{room}"))
    call = (await door.get(f"{at}/video")).json
    assert (call["opens_at"], call["arrived_at"], len(call["link"])) == ("2026-11-24T09:45:00Z", None, 53)
    reader = await with_scopes("appointments:read")
    assert (await reader.get(f"{at}/video")).code == "missing_scope"
    assert (await door.post(f"{at}/after-visit", {"instructions": "Rest."})).code == "conflict", "it has not taken place"
    clock.passes(days=1, hours=2)
    assert (await door.post(f"{at}/state", {"state": "fulfilled"})).status == 200
    told = await door.post(f"{at}/after-visit", {
        "instructions": "Rest.", "question": "What helps?", "choices": ["Rest", "Running"], "right": 0})
    assert (told.status, told.json["answer"]) == (201, None)
    assert [one["instructions"] for one in (await door.get(f"{at}/after-visit")).json["items"]] == ["Rest."]
    assert (await door.get(f"{at}/video")).code == "conflict", "it is over"


async def test_a_clinicians_feed_gives_initials_and_can_be_taken_back(door, practice, add_patient, clinic, stranger, clock):
    what, doctor = practice
    patient = await add_patient()
    await door.post(f"/patients/{patient.id}/appointments", {**what, "starts_at": TUESDAY, "note": "Swollen ankles"})
    assert (await door.post(f"/calendars/{doctor}/feed", None)).code == "conflict", "there is no address to give"
    clinic.settings = replace(clinic.settings, staff=replace(clinic.settings.staff, public_url="https://care.example/"))

    async def renewed():
        made = await door.post(f"/calendars/{doctor}/feed", None)
        assert made.status == 201
        return made.json["address"].removeprefix("https://care.example")

    first = await renewed()
    feed = await stranger.call("GET", first)
    assert (feed.status, feed.headers["Cache-Control"], feed.headers["X-Robots-Tag"]) == (
        200, "private, no-store", "noindex, nofollow")
    [event] = Calendar.from_ical(feed.text).walk("VEVENT")
    assert (str(event["SUMMARY"]), event["DTSTART"].dt.isoformat()) == ("A. Y.", "2026-11-24T10:00:00+00:00")
    assert "ankles" not in feed.text
    second = await renewed()
    assert (await stranger.call("GET", first)).status == 404, "the address before is dead"
    assert (await stranger.call("GET", second)).status == 200
    await door.post("/appointments/1/cancel", {"why": ""})
    assert not Calendar.from_ical((await stranger.call("GET", second)).text).walk("VEVENT")
    assert (await door.delete(f"/calendars/{doctor}/feed")).status == 204
    assert (await door.delete(f"/calendars/{doctor}/feed")).status == 404
    assert (await stranger.call("GET", second)).status == 404, "revoked"
    answers = [(await stranger.call("GET", f"/feeds/{'x' * 30}{number}.ics")).status for number in range(20)]
    assert (answers[0], answers[-1]) == (404, 429)
    clock.passes(hours=2)
    assert (await stranger.call("GET", second)).status == 404


async def test_who_was_called_says_that_they_come_and_every_change_is_listed(door, practice, add_patient):
    what, _doctor = practice
    patient = await add_patient()
    visit = (await door.post(f"/patients/{patient.id}/appointments", {**what, "starts_at": TUESDAY})).json["items"][0]["id"]
    assert (await door.post(f"/appointments/{visit}/confirm")).json["confirmed_at"]
    await door.post(f"/appointments/{visit}/cancel", {})
    refused = await door.post(f"/appointments/{visit}/confirm")
    assert (refused.code, refused.json["detail"]) == ("conflict", "There is nothing to confirm: it is cancelled, or has begun.")
    changes = (await door.get("/appointment-changes")).json["items"]
    assert [(one["what"], one["patient"], one["starts"]) for one in changes] == [
        (said, patient.name, "2026-11-24T10:00:00+00:00") for said in ("Cancelled", "Confirmed", "Booked")]


async def test_a_time_is_offered_by_hand_and_what_stands_against_it_is_said(door, practice, add_patient):
    what, _doctor = practice
    patient = await add_patient()
    waits = (await door.post(f"/patients/{patient.id}/waiting-list", {"visit_type_id": what["visit_type_id"]})).json["id"]
    wanted = {"site_id": what["site_id"], "starts_at": TUESDAY}
    made = await door.post(f"/waiting-list/{waits}/offers", wanted)
    assert (made.status, made.json["round"], made.json["state"]) == (201, 0, "open")
    again = await door.post(f"/waiting-list/{waits}/offers", wanted)
    assert (again.code, again.json["detail"]) == ("conflict", "Dr Ortiz is on offer to somebody who waits.")
