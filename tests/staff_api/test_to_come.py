"""The dry run: what a patient will receive, on their own wall, and why nothing would leave."""

from datetime import UTC, date, datetime, time

import pytest

from care import consent, patients, plans, to_come
from care.heart.time import local
from care.medicines import looking_back, orders
from care.medicines.orders import NewMedicine, Order
from care.medicines.timing import Daily
from care.programmes import programmes
from care.tables import lesson_series
from scheduler import jobs
from tests.care.appointments import practice


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


async def shown(signed_in, patient, days: int = 14) -> list[tuple[str, str, str]]:
    seen = (await signed_in.get(f"/patients/{patient.id}/to-come?days={days}")).json
    return [(one["local"][:16], one["kind"], one["what"]) for one in seen["items"]]


async def test_everything_that_will_come_is_shown_at_the_hour_of_the_patients_wall(clinic, signed_in, add_patient):
    patient = await add_patient(time_zone="America/Bogota")

    def arrange(turn):
        patients.change(turn, patient.id, consented=False)
        consent.give(turn, patients.get(turn, patient.id), "1")
        here = patients.get(turn, patient.id)
        plans.add(turn, here, programmes()["heart_failure"], time(6, 30))
        order = Order(Daily((time(8), time(20))), "1 tablet", "Dr Ortiz", date(2026, 11, 24))
        orders.prescribe(turn, patient.id, NewMedicine("Bisoprolol 2.5 mg", supply_days=9), order, "staff:1")

    await clinic.run("ops", arrange)
    await jobs.run_due(clinic)
    before = await shown(signed_in, patient, 3)
    assert [one for one in before if one[1] == "dose"] == [
        (f"2026-11-{day}T{hour}", "dose", "Bisoprolol 2.5 mg, 1 tablet") for day in (24, 25) for hour in ("08:00", "20:00")]
    checks = [at for at, kind, _what in before if kind == "check_in"]
    assert checks == ["2026-11-23T06:30", "2026-11-24T06:30", "2026-11-25T06:30"], "it comes at the hour they chose"
    assert {at[11:13] for at, kind, _what in await shown(signed_in, patient, 56) if kind == "lesson"} <= {"10", "11"}
    assert before == await shown(signed_in, patient, 3), "looking changes nothing"
    refills = [what for _at, kind, what in await shown(signed_in, patient, 14) if kind == "refill"]
    assert refills == ["Is there more of Bisoprolol 2.5 mg?"]
    whole = await shown(signed_in, patient, to_come.LONGEST)
    assert whole == sorted(whole)
    assert len([one for one in whole if one[1] == "dose"]) == 2 * 55


async def test_where_clocks_change_everything_keeps_its_hour(clinic, clock, add_patient):
    clock.now = datetime(2027, 3, 20, 8, tzinfo=UTC)  # clocks go forward on the 28th, a Sunday
    patient = await add_patient(time_zone="Europe/London")

    def arrange(turn):
        looking_back.prefer_weekly(turn, patients.get(turn, patient.id), True, 1)
        turn.insert(lesson_series, {  # its days have passed: from now on one a day
            "patient_id": patient.id, "series": "first_weeks", "day_0": date(2027, 3, 1), "step": 1,
            "next_at": datetime(2027, 3, 27, 10, tzinfo=UTC), "begun_at": turn.now})

    await clinic.run("ops", arrange)
    found = await clinic.read(lambda turn: to_come.of(turn, patients.get(turn, patient.id), 21))
    here = {kind: [f"{local(one.at, 'Europe/London'):%m-%d %H:%M}" for one in found if one.kind == kind]
            for kind in ("weekly", "lesson")}
    assert here == {"weekly": ["03-21 18:00", "03-28 18:00", "04-04 18:00"],
                    "lesson": ["03-27 10:00", "03-28 10:00", "03-29 10:00"]}


async def test_it_says_why_nothing_leaves(clinic, signed_in, add_patient):
    patient = await add_patient(chat_id=None)
    seen = (await signed_in.get(f"/patients/{patient.id}/to-come")).json
    assert (seen["items"], seen["held_back"]) == ([], "The patient has not agreed to messages yet: nothing is sent.")
    other = await add_patient("Bob Hill", 8, reminders=False)
    held = (await signed_in.get(f"/patients/{other.id}/to-come")).json["held_back"]
    assert held == "The patient has stopped messages: nothing of this is sent."
    assert (await signed_in.get(f"/patients/{other.id}/to-come?days=57")).status == 400


async def test_a_visit_has_its_notices(clinic, signed_in, add_patient):
    patient = await add_patient()

    def book(turn):
        opened = practice.open_practice(turn)
        practice.booked(turn, patient.id, opened.check, practice.at("2026-11-26", "14:00"))

    await clinic.run("ops", book)
    assert ("2026-11-25T14:00", "visit", "Reminder of a visit: Blood pressure check") in await shown(signed_in, patient)
