"""Stopping, and what leaves after it: nothing that nobody asked for."""

from care import checks, patients, worklist
from tests.ward import Phone, Ward

OFFER = "Riverside has a short check-in for you."


async def tomorrow(ward: Ward) -> None:
    """To the next day's hour of the check, as the clock goes."""
    await ward.time_passes(days=1, minutes=1)


async def test_the_check_is_offered_once_a_day_at_the_patients_hour(ward: Ward):
    phone = await ward.enrolled(time_zone="America/New_York")
    await ward.time_passes(hours=1)
    assert OFFER not in phone.transcript
    await ward.time_passes(hours=4, minutes=1)  # nine in New York
    await ward.time_passes(minutes=1)
    assert phone.transcript.count(OFFER) == 1
    await phone.taps("Start")
    assert "How strong is your pain" in phone.transcript
    assert OFFER not in phone.transcript, "the offer became the first question"


async def test_not_today_is_a_good_answer(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await tomorrow(quick_ward)
    await phone.taps("Not today")
    assert "All right. I will ask again tomorrow." in phone.transcript
    await tomorrow(quick_ward)
    assert phone.transcript.count(OFFER) == 1


async def test_a_check_whose_hour_passed_while_we_were_down_is_not_offered_late(ward: Ward):
    phone = await ward.enrolled()
    await ward.time_passes(days=1, hours=3)
    assert OFFER not in phone.transcript
    await ward.time_passes(hours=21)
    assert phone.transcript.count(OFFER) == 1


async def test_nobody_is_interrupted_in_a_conversation(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    quick_ward.clock.passes(hours=23, minutes=50)
    await phone.says("/check")
    await quick_ward.time_passes(minutes=11)
    assert OFFER not in phone.transcript


async def choose(phone: Phone, label: str) -> None:
    await phone.says("/stop")
    await phone.taps(label)


async def test_a_week_of_pause_is_a_week(ward: Ward):
    phone = await ward.enrolled()
    await choose(phone, "Pause for a week")
    assert "Paused. I will write again on Monday" in phone.transcript
    for _ in range(6):
        await tomorrow(ward)
    assert OFFER not in phone.transcript
    for _ in range(2):
        await tomorrow(ward)
    assert OFFER in phone.transcript


async def test_stopped_reminders_stay_stopped_until_she_says_so(ward: Ward):
    phone = await ward.enrolled()
    await choose(phone, "Stop reminders")
    for _ in range(3):
        await tomorrow(ward)
    assert OFFER not in phone.transcript
    await phone.taps("Start reminders again")
    await tomorrow(ward)
    assert OFFER in phone.transcript


async def test_leaving_ends_everything_and_the_chat_is_cut(ward: Ward):
    phone = await ward.enrolled()
    await choose(phone, "Leave for good")
    await phone.taps("Yes, leave")
    assert "You have left." in phone.transcript
    known = await ward.clinic.read(patients.summary, phone.patient_id)
    assert (known.state, known.consented_at) == ("left", None)
    assert all(link.cut_at for link in known.links)
    for _ in range(3):
        await tomorrow(ward)
    await phone.says("hello?")
    assert "It is for patients of the clinic" in phone.transcript
    assert OFFER not in phone.transcript


async def test_thinking_better_of_leaving_changes_nothing(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await choose(phone, "Leave for good")
    await phone.taps("No, stay")
    assert "Everything stays as it is." in phone.transcript
    assert (await quick_ward.clinic.read(patients.summary, phone.patient_id)).state == "active"


async def test_an_offer_that_waits_in_the_outbox_does_not_leave_after_a_stop(ward: Ward):
    phone = await ward.enrolled()
    ward.clock.passes(days=1, minutes=1)
    assert await ward.run(checks.attend, phone.patient_id)
    phone.person.says("/stop")
    await ward.intake.fetch()
    await ward.intake.idle()
    await choose(phone, "Stop reminders")
    assert OFFER not in phone.transcript.split("Stop reminders")[-1]


async def test_leaving_is_seen_by_a_person(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await choose(phone, "Leave for good")
    await phone.taps("Yes, leave")
    assert [item.kind for item in await quick_ward.clinic.read(worklist.waiting)] == ["left"]
