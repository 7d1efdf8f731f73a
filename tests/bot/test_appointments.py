"""Visits, as the patient books, moves and cancels them in the chat, and what comes before and after."""

from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar

from care import worklist
from care.appointments import appointments, booking, desk, offers, visits, waiting
from care.appointments.appointments import Appointment
from scheduler import jobs
from tests.care.appointments import practice
from tests.care.appointments.practice import Practice, at
from tests.ward import Phone, Ward

NEXT = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # Tuesday


async def a_patient(ward: Ward, name: str = "Amina Yusuf", **changed: Any) -> Phone:
    """A patient's phone, without the way in."""
    phone = ward.phone(name.split()[0])
    await phone.opens("")
    phone.patient_id = await ward.run(practice.somebody, name, phone.chat_id, **changed)
    phone.news()
    return phone


async def opened(ward: Ward, **more: Any) -> Practice:
    opened: Practice = await ward.run(practice.open_practice, **more)
    return opened


async def visits_of(phone: Phone, *states: str) -> list[Appointment]:
    found: list[Appointment] = await phone.ward.clinic.read(appointments.all_of_patient, phone.patient_id)
    return [one for one in found if not states or one.state in states]


def screen(phone: Phone) -> str:
    """What the message with buttons shows now."""
    return next(part for part in reversed(phone.transcript.split("bot: ")) if "[" in part.split("\npatient:")[0]).split(
        "\npatient:")[0]


async def books(phone: Phone, day: str = "Tue 24 Nov", half: str | None = "Afternoon", clock: str = "14:00") -> None:
    await phone.says("/appointments")
    await phone.taps("Book a visit")
    await phone.taps("Blood pressure check")
    await phone.taps(day)
    if half:
        await phone.taps(half)
    await phone.taps(clock)


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


async def test_reminders_come_in_time_and_are_answered(quick_ward: Ward):
    await opened(quick_ward, cancel_minutes=60)
    phone = await a_patient(quick_ward)
    await books(phone, day="Wed 25 Nov")
    await phone.taps("Book it")
    phone.news()
    await quick_ward.time_passes(hours=28)
    assert phone.news() == ""
    await quick_ward.time_passes(hours=1)
    assert phone.news() == """\
bot: Your visit at Riverside:
Wednesday, 25 November 2026, 14:00
Riverside Clinic, 5 Main Street [Confirm] [Move it] [Cancel]"""
    await phone.taps("Confirm")
    assert "Thank you. We expect you:\nWednesday, 25 November 2026, 14:00" in phone.transcript
    assert (await visits_of(phone))[0].confirmed_at
    await quick_ward.time_passes(hours=22)
    assert phone.transcript.count("Your visit at Riverside:") == 1, "the second one, without Confirm; the first was answered"
    await quick_ward.time_passes(hours=3)
    assert not await quick_ward.clinic.read(desk.to_call)


async def test_no_answer_puts_the_visit_on_the_desks_list(quick_ward: Ward):
    await opened(quick_ward)
    phone = await a_patient(quick_ward)
    await books(phone, day="Wed 25 Nov")
    await phone.taps("Book it")
    await quick_ward.time_passes(hours=29)
    assert not await quick_ward.clinic.read(desk.to_call)
    await quick_ward.time_passes(hours=4)
    [item] = await quick_ward.clinic.read(desk.to_call)
    assert (item.appointment.patient_id, item.why) == (phone.patient_id, "did not answer the reminder")


async def test_who_stopped_reminders_is_not_reminded_but_called(quick_ward: Ward):
    place = await opened(quick_ward)
    phone = await a_patient(quick_ward, reminders=False)
    await quick_ward.run(practice.booked, phone.patient_id, place.check, NEXT)
    phone.news()
    await quick_ward.time_passes(hours=6)
    assert phone.news() == ""
    [item] = await quick_ward.clinic.read(desk.to_call)
    assert item.why == "wants no messages here"


async def test_a_reminder_that_is_too_late_is_never_sent(quick_ward: Ward):
    """We were down from before the reminder until the visit had begun."""
    place = await opened(quick_ward)
    phone = await a_patient(quick_ward)
    await quick_ward.run(practice.booked, phone.patient_id, place.check, NEXT)
    phone.news()
    await quick_ward.time_passes(hours=30)
    assert phone.news() == ""


async def test_an_early_visit_is_reminded_of_while_people_are_awake(quick_ward: Ward):
    """Two hours before nine is within the quiet hours: it comes when they end."""
    place = await opened(quick_ward)
    phone = await a_patient(quick_ward)
    await quick_ward.run(practice.booked, phone.patient_id, place.check, at("2026-11-25", "09:00"))
    await quick_ward.time_passes(hours=24)
    phone.news()
    await quick_ward.time_passes(hours=22, minutes=50)
    assert phone.news() == ""
    await quick_ward.time_passes(minutes=10)
    assert phone.news().startswith("bot: Your visit at Riverside:")


async def test_a_moved_visit_takes_its_reminder_back(quick_ward: Ward):
    place = await opened(quick_ward)
    phone = await a_patient(quick_ward)
    visit = await quick_ward.run(practice.booked, phone.patient_id, place.check, NEXT)
    await quick_ward.time_passes(hours=5, minutes=1)
    assert "[Confirm]" in phone.transcript

    def moved(turn):
        found, _patient = appointments.locked(turn, visit.id)
        booking.move(turn, found, practice.kind(turn, place.check), place.site, at("2026-11-26", "10:00"))

    await quick_ward.run(moved)
    await quick_ward.settle()
    assert "[Confirm]" not in phone.transcript
    assert "This visit was changed. Your visits: /appointments" in phone.transcript
    await quick_ward.time_passes(hours=48)
    assert phone.transcript.count("Thursday, 26 November 2026, 10:00") == 1


async def test_who_did_not_come_is_gently_offered_a_new_time(quick_ward: Ward):
    place = await opened(quick_ward)
    phone = await a_patient(quick_ward)
    visit = await quick_ward.run(practice.booked, phone.patient_id, place.check, NEXT)
    await quick_ward.time_passes(hours=30)
    phone.news()
    await quick_ward.run(lambda turn: booking.missed(turn, appointments.get(turn, visit.id)))
    await quick_ward.settle()
    assert phone.news() == """\
bot: You had a visit at Riverside on Tuesday, 24 November 2026. We hope you are well. Shall we find a new time? \
[Find a new time] [Not now]"""
    await phone.taps("Find a new time")
    assert "Which day?" in screen(phone)


async def test_after_a_death_nothing_is_booked_nothing_is_said_and_the_time_is_free(quick_ward: Ward):
    from care import situations

    place = await opened(quick_ward)
    phone = await a_patient(quick_ward)
    await quick_ward.run(practice.booked, phone.patient_id, place.check, NEXT)
    await quick_ward.settle()
    phone.news()
    await quick_ward.run(situations.begin, phone.patient_id, "deceased")
    await quick_ward.time_passes(hours=6)
    assert phone.news() == ""
    assert [one.state for one in await visits_of(phone)] == ["cancelled"]


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


async def test_a_freed_time_goes_to_who_waits_and_the_others_are_told_kindly(ward: Ward):
    place = await opened(ward, step_minutes=60)
    holder = await a_patient(ward, "Holder One")
    visit = await ward.run(practice.booked, holder.patient_id, place.check, NEXT)
    phone, other = await a_patient(ward), await a_patient(ward, "Omar Said")
    for one in (phone, other):
        await one.says("/appointments")
        await one.taps("Book a visit")
        await one.taps("Blood pressure check")
        await one.taps("None fits")
        await one.taps("Afternoons")
        assert screen(one) == (
            "You are on the waiting list. When a time becomes free, I ask you here. [Take me off the list]")
    await ward.run(lambda turn: booking.cancel(turn, appointments.get(turn, visit.id)))
    await ward.settle()
    assert screen(phone) == """\
A time has become free that you may like:
Blood pressure check
Tuesday, 24 November 2026, 14:00

Others are asked too: the first to answer has it. It is offered to you until 11:00. [Yes, I take it] [No, thank you]"""
    await phone.taps("Yes, I take it")
    assert [one.starts_at for one in await visits_of(phone, "booked")] == [NEXT]
    assert "This time has gone to somebody else. You stay on the list, and I write again." in other.transcript
    assert [one.patient_id for one in await ward.clinic.read(waiting.everyone)] == [other.patient_id]
    [gone] = await ward.clinic.read(lambda turn: offers.of_waiting(turn, waiting.of_patient(turn, other.patient_id)[0].id))
    assert gone.state == "gone"


async def test_a_time_on_offer_is_nobody_elses_and_nobody_answering_frees_it(quick_ward: Ward):
    place = await opened(quick_ward, step_minutes=60)
    holder, phone, other = [await a_patient(quick_ward, name) for name in ("Holder One", "Amina Yusuf", "Omar Said")]
    visit = await quick_ward.run(practice.booked, holder.patient_id, place.check, NEXT)
    await quick_ward.run(lambda turn: waiting.join(
        turn, practice.patient(turn, phone.patient_id), practice.kind(turn, place.check), "in_person"))
    await quick_ward.run(lambda turn: booking.cancel(turn, appointments.get(turn, visit.id)))
    await books(other, half=None, clock="15:00")
    assert "[14:00]" not in other.transcript
    await quick_ward.time_passes(hours=2)
    assert "The time for this offer is over." in phone.transcript
    await books(other, half=None)
    await other.taps("Book it")
    assert [one.starts_at for one in await visits_of(other, "booked")] == [NEXT]


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


async def test_the_jobs_find_nothing_to_do_twice(quick_ward: Ward):
    place = await opened(quick_ward)
    phone = await a_patient(quick_ward)
    await quick_ward.run(practice.booked, phone.patient_id, place.check, NEXT)
    await quick_ward.time_passes(hours=5, minutes=1)
    phone.news()
    await jobs.run_due(quick_ward.clinic)
    await quick_ward.settle()
    assert phone.news() == ""


async def test_whoever_is_erased_is_expected_no_more_and_their_time_is_free(quick_ward: Ward):
    from care import erasure

    place = await opened(quick_ward)
    phone, other = await a_patient(quick_ward), await a_patient(quick_ward, "Omar Said")
    await quick_ward.run(practice.booked, phone.patient_id, place.check, NEXT)
    await quick_ward.run(erasure.erase, phone.patient_id, "staff:1", "asked to")
    await books(other)
    await other.taps("Book it")
    assert [one.starts_at for one in await visits_of(other, "booked")] == [NEXT]
