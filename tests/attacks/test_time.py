"""Clocks that jump and people far away: a check a day at their hour, no bunches, no silence, nothing blocks the others."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from care import enrolment, escalations, messages, patients, worklist
from care.escalations import Severity
from care.heart.gate import quiet_until
from care.heart.screen import Screen
from care.heart.time import OfficeHours, local, next_local
from care.heart.turn import Lane
from care.tables import care_plans, outbox, staff
from scheduler import jobs
from tests.ward import Ward

ZONES = ("Pacific/Apia", "Pacific/Auckland", "Pacific/Pago_Pago", "Pacific/Kiritimati", "Asia/Kathmandu", "Australia/Lord_Howe",
         "America/St_Johns", "America/New_York", "Europe/London", "Africa/Cairo", "America/Havana", "Asia/Beirut",
         "Atlantic/Azores", "America/Santiago", "Africa/Casablanca", "Antarctica/Troll", "Pacific/Chatham", "UTC")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", [time(0), time(0, 30), time(2, 30), time(9), time(23, 59)])
def test_a_patients_hour_comes_once_a_day_all_year_round(zone: str, at: time):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    days = []
    for _ in range(366):
        now = next_local(now, at, zone)
        days.append(local(now, zone).date())
    assert days == [days[0] + timedelta(days=n) for n in range(366)]


@pytest.mark.parametrize("zone", ZONES)
def test_quiet_hours_end_and_end_at_eight_whatever_the_clock_does(zone: str):
    moment = datetime(2026, 1, 1, 0, 7, tzinfo=UTC)
    while moment < datetime(2027, 1, 1, tzinfo=UTC):
        until = quiet_until(moment, zone)
        here = local(moment, zone)
        assert (until is None) == (time(8) <= here.time() < time(21))
        if until:
            assert moment < until <= moment + timedelta(hours=13)
            assert local(until, zone).time() == time(8)
        moment += timedelta(hours=5, minutes=13)


@pytest.mark.parametrize(("written", "read"), [
    ("2026-11-20 17:30", "2026-11-23 09:30"), ("2026-11-21 12:00", "2026-11-23 10:00"),
    ("2026-11-22 23:59", "2026-11-23 10:00"), ("2026-03-27 17:00", "2026-03-30 09:00"),
    ("2026-10-23 17:00", "2026-10-26 09:00"), ("2026-11-23 07:59", "2026-11-23 10:00")])
def test_a_promise_made_at_a_weekend_is_for_monday_also_when_the_clock_changes_on_sunday(written: str, read: str):
    zone = ZoneInfo("Europe/London")
    hours = OfficeHours.read("Mon-Fri 08:00-18:00")
    by = hours.after(datetime.fromisoformat(written).replace(tzinfo=zone), 120, "Europe/London")
    assert by.astimezone(zone).strftime("%Y-%m-%d %H:%M") == read


async def test_one_patient_whose_hour_cannot_be_reckoned_keeps_nobody_from_theirs(ward: Ward):
    """A zone that this machine's tzdata no longer knows, first in line for ever."""
    lost, phone = await ward.enrolled("Lost Zone"), await ward.enrolled()

    def loses(turn) -> None:
        patients.change(turn, lost.patient_id, time_zone="Mars/Olympus")
        turn.db.execute(update(care_plans).where(care_plans.c.patient_id == lost.patient_id).values(
            next_at=turn.now - timedelta(days=1)))

    await ward.run(loses)
    other = await ward.run(escalations.open_, phone.patient_id, Severity.EMERGENCY, "pain", "Pain")
    ward.clock.passes(days=1, minutes=1)
    await jobs.run_due(ward.clinic)
    await ward.settle()
    assert "check-in for you" in phone.transcript
    assert (await ward.clinic.read(escalations.get, other)).next_action_at > ward.clock.now


async def test_a_patient_who_moves_across_the_date_line_is_asked_at_the_new_hour(quick_ward: Ward):
    phone = await quick_ward.enrolled(time_zone="Pacific/Auckland")

    def moves(turn):
        patient = patients.in_chat(turn, phone.chat_id)[0]
        enrolment.zone_answer(turn, patient, "America/Los_Angeles", None)

    await quick_ward.run(moves)
    due = await quick_ward.clinic.read(lambda turn: turn.db.scalar(select(care_plans.c.next_at)))
    assert local(due, "America/Los_Angeles").time() == time(9)


async def test_the_days_budget_is_a_days_wherever_the_patient_is(quick_ward: Ward):
    phone = await quick_ward.enrolled(time_zone="Pacific/Kiritimati")  # 23:00 there
    def say(turn, n: int) -> None:
        turn.tell(patients.get(turn, phone.patient_id), Screen(f"news {n}"), Lane.BROADCAST, topic="news",
                  expires_at=turn.now + timedelta(days=3))

    for n in range(5):
        await quick_ward.run(say, n)
    await quick_ward.time_passes(minutes=1)
    assert "news" not in phone.transcript, "it is night there"
    await quick_ward.time_passes(hours=9)
    assert phone.transcript.count("news") == 3
    outcomes = await quick_ward.clinic.read(lambda turn: list(turn.db.scalars(
        select(outbox.c.outcome).where(outbox.c.topic == "news").order_by(outbox.c.id))))
    assert outcomes == ["sent"] * 3 + ["suppressed"] * 2


async def test_words_of_a_nurse_that_could_not_leave_in_a_day_are_a_persons_business_again(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    dana = await quick_ward.run(lambda turn: turn.insert(staff, {
        "email": "d@r.example", "name": "Dana", "password_hash": "x", "active": True, "role": "administrator",
        "reach": "clinic", "created_at": turn.now}))
    await quick_ward.run(messages.reply, phone.patient_id, "Please call us.", dana, "Dana")
    await quick_ward.time_passes(hours=25)
    assert "Please call us" not in phone.transcript
    assert "undelivered" in {item.kind for item in await quick_ward.clinic.read(worklist.waiting)}


def test_office_hours_until_midnight_lose_no_minute():
    always, evening = OfficeHours.read("Mon-Sun 00:00-24:00"), OfficeHours.read("Fri 20:00-24:00")
    late = datetime(2026, 11, 27, 23, 59, 30, tzinfo=UTC)  # a Friday
    assert [one.staffed(late, "UTC") for one in (always, evening)] == [True, True]
    assert always.after(late, 2, "UTC") == late + timedelta(minutes=2)
    assert evening.closed_last(late + timedelta(minutes=2), "UTC") == datetime(2026, 11, 28, tzinfo=UTC)
    for wrong in ("Fri 24:00-24:00", "Fri 18:00-08:00"):
        with pytest.raises(ValueError, match="closes before it opens"):
            OfficeHours.read(wrong)
