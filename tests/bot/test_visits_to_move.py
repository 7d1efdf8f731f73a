"""Visits that cannot stay where they are: the patient is asked for another time, and nobody on staff overlooks them."""

from datetime import date

import pytest

from care import office, situations, worklist
from care.appointments import calendars, closed_days, lost, stranded
from care.appointments.errors import Refused
from tests.bot.visiting import a_patient, opened, screen, visits_of
from tests.care.appointments import practice
from tests.care.appointments.practice import at
from tests.ward import Ward

THURSDAY, FRIDAY = at("2026-11-26", "10:00"), at("2026-11-27", "10:00")


async def still_open(ward: Ward) -> list[str]:
    return [item.reason for item in await ward.clinic.read(worklist.waiting)]


def asks(turn, which):
    stranded.ask_to_move(turn, practice.patient(turn, which.patient_id), which)


async def test_who_is_asked_for_another_time_keeps_theirs_until_they_have_it(quick_ward: Ward):
    place = await opened(quick_ward)
    phone = await a_patient(quick_ward)
    visit = await quick_ward.run(practice.booked, phone.patient_id, place.check, THURSDAY)
    leave = await quick_ward.run(
        calendars.add_exception, place.doctors[0], date(2026, 11, 26), date(2026, 11, 26), why="leave", actor="staff:1")
    await quick_ward.time_passes(minutes=1)
    assert await still_open(quick_ward) == [], "it is more than three days ahead, and on the page"
    await quick_ward.time_passes(hours=2)
    told = "Has a visit on 2026-11-26 10:00 at which is not open: Dr Ortiz. Find another time"
    assert await still_open(quick_ward) == [told]
    await quick_ward.run(calendars.remove_exception, leave)
    await quick_ward.time_passes(minutes=1)
    assert await still_open(quick_ward) == [], "it is open then after all"
    await quick_ward.run(closed_days.add, date(2026, 11, 26), date(2026, 11, 26), place.site)
    await quick_ward.time_passes(minutes=1)
    assert await still_open(quick_ward) == [told.replace("Dr Ortiz", "Dr Ortiz, Room 1")]
    phone.news()
    await quick_ward.run(asks, visit, actor="staff:1")
    await quick_ward.settle()
    assert phone.news() == """\
bot: Your clinic cannot see you at this time:
Thursday, 26 November 2026, 10:00

We are sorry. Please choose another time. [Move it] [Cancel]"""
    assert await quick_ward.clinic.read(stranded.asked_at, visit)
    await phone.says("/why")
    assert "Nobody is at the clinic for you at the time of your visit." in phone.news()
    await phone.taps("Move it")
    assert "26 Nov" not in screen(phone), "the closed day has no room"
    await phone.taps("Fri 27 Nov")
    await phone.taps("10:00")
    [still] = await visits_of(phone, "booked")
    assert still.starts_at == THURSDAY, "until it is sure"
    await phone.taps("Move it here")
    [moved] = await visits_of(phone, "booked")
    assert moved.starts_at == FRIDAY
    assert await still_open(quick_ward) == []
    assert await quick_ward.clinic.read(stranded.shut_for, moved) == []


async def test_staff_hear_once_of_what_they_keep_on_purpose_and_whom_to_call(quick_ward: Ward):
    place = await opened(quick_ward, cancel_minutes=4 * 24 * 60)
    phone = await a_patient(quick_ward)
    near = await quick_ward.run(practice.booked, phone.patient_id, place.check, THURSDAY)
    await quick_ward.time_passes(hours=12)
    evening = at("2026-11-26", "20:00")
    await quick_ward.run(practice.booked, phone.patient_id, place.check, evening, overbook_why="Works all day")
    await quick_ward.time_passes(minutes=1)
    assert await still_open(quick_ward) == [], "what was booked outside the hours was so on purpose"
    await quick_ward.run(calendars.add_exception, place.doctors[0], date(2026, 11, 26), date(2026, 11, 26))
    await quick_ward.time_passes(minutes=1)
    assert len(await still_open(quick_ward)) == 2
    with pytest.raises(Refused, match="it is too near"):
        await quick_ward.run(asks, near, actor="staff:1")
    silent = await a_patient(quick_ward, "Omar Said", reminders=False)
    far = await quick_ward.run(practice.booked, silent.patient_id, place.check, at("2026-12-10", "10:00"))
    with pytest.raises(Refused, match="Call them"):
        await quick_ward.run(asks, far, actor="staff:1")


async def test_a_visit_cancelled_by_a_mistake_is_offered_anew(quick_ward: Ward):
    place = await opened(quick_ward)
    phone = await a_patient(quick_ward)
    visit = await quick_ward.run(practice.booked, phone.patient_id, place.check, THURSDAY)
    wrong = await quick_ward.run(situations.begin, phone.patient_id, "transferred", actor="staff:1")
    assert await quick_ward.clinic.read(lost.to_book_again) == []
    await quick_ward.run(situations.undo, wrong.id, actor="staff:1")
    [one] = await quick_ward.clinic.read(lost.to_book_again)
    assert one.id == visit.id
    phone.news()

    def offer(turn):
        lost.offer(turn, practice.patient(turn, phone.patient_id), one)

    await quick_ward.run(offer, actor="staff:1")
    await quick_ward.settle()
    assert phone.news() == (
        "bot: Your visit at Riverside on Thursday, 26 November 2026 was cancelled by mistake. We are sorry. "
        "Shall we find a new time? [Find a new time] [Not now]")
    with pytest.raises(Refused, match="asked already"):
        await quick_ward.run(offer, actor="staff:1")
    await phone.taps("Find a new time")
    assert "Thu 26 Nov" in screen(phone)


async def test_on_the_clinics_own_closed_days_nobody_is_promised_an_answer(quick_ward: Ward):
    """Monday at nine: an answer is promised within the morning, unless it is closed."""
    at_once = await quick_ward.clinic.read(office.read_by)
    assert at_once.date() == date(2026, 11, 23)
    place = await opened(quick_ward)
    await quick_ward.run(closed_days.add, date(2026, 11, 23), date(2026, 11, 24), place.site)
    assert await quick_ward.clinic.read(office.read_by) == at_once, "one site is not the office"
    shut = await quick_ward.run(closed_days.add, date(2026, 11, 23), date(2026, 11, 24), why="moving house")
    assert (await quick_ward.clinic.read(office.read_by)).date() == date(2026, 11, 25)
    assert not await quick_ward.clinic.read(office.staffed)
    await quick_ward.run(closed_days.add, date(2026, 11, 24), date(2026, 11, 24), opens=True)
    assert (await quick_ward.clinic.read(office.read_by)).date() == date(2026, 11, 24), "the newest word counts"
    await quick_ward.run(closed_days.remove, shut.id)
    assert await quick_ward.clinic.read(office.read_by) == at_once
    with pytest.raises(Refused, match="in this order"):
        await quick_ward.run(closed_days.add, date(2026, 11, 24), date(2026, 11, 23))
