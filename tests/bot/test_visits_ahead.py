"""What comes of a visit that is booked: reminders, the day itself, a freed time, and whoever is gone."""

from care.appointments import appointments, booking, desk, offers, waiting
from scheduler import jobs
from tests.bot.visiting import NEXT, a_patient, books, opened, screen, visits_of
from tests.care.appointments import practice
from tests.care.appointments.practice import at
from tests.ward import Ward


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
