"""Visits, as the patient books, moves and cancels them in the chat."""

from datetime import timedelta

from icalendar import Calendar

from care import worklist
from care.appointments import appointments, booking, desk, visits
from tests.bot.visiting import NEXT, a_patient, books, opened, screen, visits_of
from tests.care.appointments import practice
from tests.care.appointments.practice import at
from tests.ward import Ward


async def test_a_visit_is_booked_in_one_message_that_is_edited(ward: Ward):
    await opened(ward)
    phone = await a_patient(ward)
    await books(phone)
    assert screen(phone) == """\
Blood pressure check
Tuesday, 24 November 2026, 14:00
Riverside Clinic, 5 Main Street
With Dr Ortiz

I keep this time for you for 5 minutes. [Book it] [Another time]"""
    await phone.taps("Book it")
    assert [one for one in phone.lines if one.startswith("bot: ")][-2:] == [
        "bot: Booked. I remind you in time.",
        "bot: <document visit-2026-11-24.ics> For your phone's calendar: open this file."]
    [visit] = await visits_of(phone)
    assert (visit.state, visit.starts_at, visit.sequence) == ("booked", NEXT, 0)
    await phone.says("appointments")
    assert screen(phone) == """\
Your visits

1. Tuesday, 24 November 2026, 14:00
Blood pressure check [1. Tue 24 Nov, 14:00] [Book a visit]"""


async def test_times_are_grouped_by_morning_and_afternoon(quick_ward: Ward):
    await opened(quick_ward, step_minutes=60)
    phone = await a_patient(quick_ward)
    await phone.says("/appointments")
    await phone.taps("Book a visit")
    await phone.taps("Blood pressure check")
    await phone.taps("Tue 24 Nov")
    assert screen(phone) == """\
Blood pressure check, 20 minutes, Riverside Clinic

Tuesday, 24 November 2026
Morning: 09:00, 10:00, 11:00
Afternoon: 14:00, 15:00, 16:00 [09:00] [10:00] [11:00] [14:00] [15:00] [16:00] [Another day]"""


async def test_whoever_is_in_another_zone_sees_both_walls(quick_ward: Ward):
    await opened(quick_ward)
    phone = await a_patient(quick_ward, time_zone="America/Sao_Paulo")
    await books(phone)
    assert "Tuesday, 24 November 2026, 14:00, clinic time.\nWhere you are: Tuesday, 24 November 2026, 11:00." in screen(phone)


async def test_a_time_that_has_gone_meanwhile_gives_the_next_three(quick_ward: Ward):
    place = await opened(quick_ward)
    phone, other = await a_patient(quick_ward), await a_patient(quick_ward, "Omar Said")
    await phone.says("/appointments")
    await phone.taps("Book a visit")
    await phone.taps("Blood pressure check")
    await phone.taps("Tue 24 Nov")
    await phone.taps("Afternoon")
    await quick_ward.run(practice.booked, other.patient_id, place.check, NEXT)
    await phone.taps("14:00")
    assert screen(phone) == """\
This time has just gone. The next ones:

Blood pressure check, 20 minutes, Riverside Clinic [Tue 24 Nov, 14:20] [Tue 24 Nov, 14:40] [Tue 24 Nov, 15:00] \
[Another day] [None fits] [Back]"""
    await phone.taps("Tue 24 Nov, 14:20")
    await phone.taps("Book it")
    assert [one.starts_at for one in await visits_of(phone)] == [NEXT + timedelta(minutes=20)]


async def test_a_held_time_is_nobody_elses_until_it_lapses_and_then_whoever_comes_first(quick_ward: Ward):
    await opened(quick_ward)
    phone, other = await a_patient(quick_ward), await a_patient(quick_ward, "Omar Said")
    await books(phone)
    await books(other, clock="14:20")
    assert "[14:00]" not in other.transcript
    await quick_ward.time_passes(minutes=5)
    await books(other)
    await other.taps("Book it")
    await phone.taps("Book it")
    assert screen(phone).startswith("This time has just gone.")
    assert not await visits_of(phone)


async def test_who_is_slow_still_has_the_time_if_nobody_else_wanted_it(quick_ward: Ward):
    await opened(quick_ward)
    phone = await a_patient(quick_ward)
    await books(phone)
    await quick_ward.time_passes(minutes=30)
    await phone.taps("Book it")
    assert [one.starts_at for one in await visits_of(phone, "booked")] == [NEXT]


async def test_moving_keeps_the_old_time_until_the_new_one_is_sure(ward: Ward):
    await opened(ward, cancel_minutes=60)
    phone = await a_patient(ward)
    await books(phone)
    await phone.taps("Book it")
    await phone.taps("Move it")
    await phone.taps("Wed 25 Nov")
    await phone.taps("10:00")
    assert [one.starts_at for one in await visits_of(phone, "booked")] == [NEXT]
    await phone.taps("Move it here")
    assert screen(phone).startswith("Your visit has a new time.\n\nBlood pressure check\nWednesday, 25 November 2026, 10:00")
    [visit] = await visits_of(phone)
    assert (visit.state, visit.starts_at, visit.sequence) == ("booked", at("2026-11-25", "10:00"), 1)
    await books(await a_patient(ward, "Omar Said"))  # the old time is free again


async def test_cancelling_asks_once_whether_to_move_it(quick_ward: Ward):
    await opened(quick_ward, cancel_minutes=60)
    phone = await a_patient(quick_ward)
    await books(phone)
    await phone.taps("Book it")
    await phone.taps("Cancel")
    assert screen(phone) == """\
Cancel this visit, or move it?
Tuesday, 24 November 2026, 14:00 [Move it] [Yes, cancel it] [Keep it]"""
    await phone.taps("Yes, cancel it")
    assert screen(phone).startswith("This visit is cancelled.")
    assert [one.state for one in await visits_of(phone)] == ["cancelled"]
    assert phone.transcript.count("<document") == 2, "the phone's calendar is told too"


async def test_too_near_to_change_it_here_the_desk_is_told(quick_ward: Ward):
    await opened(quick_ward)
    phone = await a_patient(quick_ward)
    await books(phone, day="Mon 23 Nov")
    await phone.taps("Book it")
    await phone.taps("Cancel")
    assert screen(phone).startswith("This visit is too near to change it here. I have told the clinic.")
    assert "020 7946 0000" in screen(phone)
    assert [item.reason for item in await quick_ward.clinic.read(worklist.waiting)] == [
        "Wants to cancel the visit of 2026-11-23 14:00: too late to do it in the chat"]
    assert [one.state for one in await visits_of(phone)] == ["booked"]


async def test_a_request_waits_for_the_clinic_and_keeps_its_time(quick_ward: Ward):
    await opened(quick_ward, needs_approval=True)
    phone = await a_patient(quick_ward)
    await books(phone)
    await phone.taps("Ask for this time")
    assert "I have asked the clinic for this time." in phone.transcript
    [item] = await quick_ward.clinic.read(worklist.waiting)
    assert item.reason == "Asks for a visit: Blood pressure check, 2026-11-24 14:00"
    [request] = await quick_ward.clinic.read(desk.requests)

    def refused(turn):
        found, patient = appointments.locked(turn, request.id)
        visits.tell_refused(turn, patient, booking.refuse(turn, found, "Dr Ortiz is in theatre."))

    await quick_ward.run(refused)
    await quick_ward.settle()
    assert "The clinic could not book this time for you: Dr Ortiz is in theatre." in phone.transcript
    await phone.taps("Find another time")
    assert "Which day?" in screen(phone)


async def test_a_calendar_shows_the_month_and_only_free_days_can_be_tapped(quick_ward: Ward):
    await opened(quick_ward)
    phone = await a_patient(quick_ward)
    await phone.says("/appointments")
    await phone.taps("Book a visit")
    await phone.taps("Blood pressure check")
    await phone.taps("Calendar")
    assert "[November 2026] [Mo] [Tu] [We] [Th] [Fr] [Sa] [Su]" in screen(phone)
    assert "[23] [24] [25] [26] [27] [·] [·]" in screen(phone)
    await phone.taps("·")
    assert "toast: Please tap a day that has a number." in phone.person.history
    await phone.taps("December 2026")
    await phone.taps("14")
    assert "Monday, 14 December 2026" in screen(phone)


async def test_a_typed_wish_is_read_and_asked_back(quick_ward: Ward):
    await opened(quick_ward)
    phone = await a_patient(quick_ward)
    await phone.says("/appointments")
    await phone.taps("Book a visit")
    await phone.taps("Blood pressure check")
    await phone.says("next tuesday afternoon please")
    assert phone.lines[-1] == (
        "bot: When do you mean? [Tue 24 Nov, afternoon] [Tue 1 Dec, afternoon] [Something else]")
    assert "[None fits]" not in phone.transcript, "what is answered by typing has no buttons any more"
    await phone.says("thursday")
    assert phone.lines[-1].endswith("[Something else]")
    assert phone.transcript.count("[Something else]") == 1
    await phone.says("next tuesday afternoon")
    await phone.taps("Tue 1 Dec, afternoon")
    assert "Tuesday, 1 December 2026\nAfternoon:" in screen(phone)
    assert "Morning" not in screen(phone)
    await phone.taps("14:00")
    await phone.taps("Book it")
    await phone.says("see you on tuesday")
    assert [item.kind for item in await quick_ward.clinic.read(worklist.waiting)] == ["message"], "nothing is chosen any more"


async def test_other_words_meanwhile_reach_people_as_ever(quick_ward: Ward):
    await opened(quick_ward)
    phone = await a_patient(quick_ward)
    await phone.says("/appointments")
    await phone.taps("Book a visit")
    await phone.taps("Blood pressure check")
    await phone.says("my ankles are swollen since the new tablets")
    assert [item.kind for item in await quick_ward.clinic.read(worklist.waiting)] == ["message"]


def read_by_hand(file: bytes) -> dict[str, str]:
    """A file with one event, read by the letter of RFC 5545 and not by the library that wrote it."""
    assert file.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in file.replace(b"\r\n", b"")
    assert max(map(len, file.split(b"\r\n"))) <= 75, "octets in a line"
    lines = file.decode().replace("\r\n ", "").split("\r\n")[:-1]
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VEVENT")
    found = dict(line.split(":", 1) for line in lines if not line.startswith(("BEGIN:", "END:")))
    assert {"VERSION", "PRODID", "UID", "DTSTAMP", "DTSTART", "DTEND"} <= set(found)
    return found


async def test_the_calendar_file_survives_a_move_and_a_cancellation(quick_ward: Ward):
    await opened(quick_ward, cancel_minutes=60)
    phone = await a_patient(quick_ward)
    await books(phone)
    await phone.taps("Book it")
    await phone.taps("Move it")
    await phone.taps("Wed 25 Nov")
    await phone.taps("10:00")
    await phone.taps("Move it here")
    await phone.taps("Cancel")
    await phone.taps("Yes, cancel it")
    files = [stored.content for stored in quick_ward.telegram.files._by_id.values() if (stored.name or "").endswith(".ics")]
    found = [Calendar.from_ical(one).walk("VEVENT")[0] for one in files]
    assert len({str(one["UID"]) for one in found}) == 1
    assert [int(one["SEQUENCE"]) for one in found] == [0, 1, 2]
    assert [str(one["STATUS"]) for one in found] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    by_hand = [read_by_hand(one) for one in files]
    assert [(one["METHOD"], one["SEQUENCE"], one["STATUS"]) for one in by_hand] == [
        ("PUBLISH", "0", "CONFIRMED"), ("PUBLISH", "1", "CONFIRMED"), ("CANCEL", "2", "CANCELLED")]
    assert [one["DTSTART"] for one in by_hand] == ["20261124T140000Z", *["20261125T100000Z"] * 2]
    assert [one["DTSTART"].dt for one in found] == [NEXT, *[at("2026-11-25", "10:00")] * 2]
    assert b"Blood" not in b"".join(files), "not what it is for"


async def test_another_patients_buttons_do_nothing(quick_ward: Ward):
    place = await opened(quick_ward)
    phone, other = await a_patient(quick_ward), await a_patient(quick_ward, "Omar Said")
    visit = await quick_ward.run(practice.booked, other.patient_id, place.check, NEXT)
    await phone.says("/appointments")
    for data in (f"visit:sure:{visit.id}", f"visit:move:{visit.id}", f"visit:list:{other.patient_id}",
                 f"visit:days:{phone.patient_id}:{place.check}i{place.site}m{visit.id}", "visit:book:99",
                 f"visit:day:{phone.patient_id}:{place.check}i{place.site}m0:99999999:0",
                 f"visit:at:{phone.patient_id}:{place.check}i{place.site}m0:999999999999999999", "visit:take:7", "visit:off:1"):
        await phone.does("tap_data", data)
    assert (await quick_ward.clinic.read(appointments.get, visit.id)).state == "booked"
    assert phone.person.history.count("toast: This button does not work any more.") == 9
