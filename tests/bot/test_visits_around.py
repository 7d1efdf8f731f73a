"""What comes before, during and after a visit: the way into a video call, questions before it, what to do afterwards."""

import re
from dataclasses import replace

import pytest

from care import threads, worklist
from care.appointments import after, appointments, booking, video
from care.appointments.errors import Refused
from care.heart.settings import AppointmentSettings
from tests.bot.visiting import NEXT, a_patient, opened, screen
from tests.care.appointments import practice
from tests.care.appointments.practice import Practice, at
from tests.care.medicines.pharmacy import daily, prescribed
from tests.ward import Phone, Ward

LINK = re.compile(r"https://meet\.example/[0-9a-f]{32}")


async def with_video(ward: Ward, **more: object) -> tuple[Practice, Phone, int]:
    """A visit by video on Tuesday at two, and the phone of its patient."""
    known = AppointmentSettings(questions_hours=0, video_link="https://meet.example/{room}")
    ward.clinic.settings = replace(ward.clinic.settings, appointments=replace(known, **more))
    place, phone = await opened(ward, modes=["video"], cancel_minutes=60), await a_patient(ward)
    visit = await ward.run(practice.booked, phone.patient_id, place.check, NEXT)
    await ward.settle()
    phone.news()
    return place, phone, visit.id


async def entries(ward: Ward, patient_id: int) -> list[str]:
    return [one.text for one in await ward.clinic.read(threads.thread, patient_id) if one.id.startswith("v")]


async def test_the_link_is_shown_shortly_before_to_who_comes_and_the_clinician_sees_it(ward: Ward):
    _place, phone, visit_id = await with_video(ward)
    await ward.time_passes(hours=28, minutes=44)
    assert "Join now" not in phone.transcript
    await ward.time_passes(minutes=1)
    assert screen(phone) == """\
Your visit by video begins soon:
Tuesday, 24 November 2026, 14:00

When you are ready, join here. [Join now] [I can't get in]"""
    assert not LINK.search(phone.transcript)
    await phone.taps("Join now")
    [link] = LINK.findall(screen(phone))
    assert "Dr Ortiz can see that you are there." in screen(phone)
    visit = await ward.clinic.read(appointments.get, visit_id)
    assert (visit.state, visit.arrived_at, await ward.clinic.read(video.link, visit)) == ("arrived", ward.clock.now, link)
    assert await entries(ward, phone.patient_id) == [
        "Before the visit of 2026-11-24 14:00 (Blood pressure check)\nThe patient was not asked, or did not answer, the "
        "questions before the visit.\nNo medicine is on our list.\nNo allergy is on record."]


async def test_who_cannot_get_in_is_helped_now_and_can_try_again(quick_ward: Ward):
    _place, phone, _visit = await with_video(quick_ward)
    await quick_ward.time_passes(hours=28, minutes=50)
    await phone.taps("I can't get in")
    [item] = await quick_ward.clinic.read(worklist.waiting)
    assert (item.severity, item.reason) == ("urgent", "Cannot join the visit by video of 14:00 with Dr Ortiz: please call")
    assert "I have told the clinic that you cannot get in." in phone.transcript
    assert "It is quicker to call: 020 7946 0000" in phone.transcript
    await phone.taps("I can't get in")
    assert len(await quick_ward.clinic.read(worklist.waiting)) == 1
    await phone.taps("Join now")
    assert LINK.search(phone.transcript)


async def test_a_moved_visit_has_another_room_and_the_way_to_the_old_one_is_gone(quick_ward: Ward):
    place, phone, visit_id = await with_video(quick_ward)
    await quick_ward.time_passes(hours=28, minutes=50)
    before = (await quick_ward.clinic.read(appointments.get, visit_id)).room

    def moved(turn):
        visit, _patient = appointments.locked(turn, visit_id)
        booking.move(turn, visit, practice.kind(turn, place.check), place.site, at("2026-11-26", "10:00"))

    await quick_ward.run(moved)
    await quick_ward.settle()
    assert "Join now" not in phone.transcript
    assert (await quick_ward.clinic.read(appointments.get, visit_id)).room != before
    await phone.does("tap_data", f"visit:join:{visit_id}")
    assert "toast: It is too early to join. I write to you here shortly before." in phone.person.history
    await quick_ward.run(lambda turn: booking.cancel(turn, appointments.get(turn, visit_id)))
    await phone.does("tap_data", f"visit:join:{visit_id}")
    await phone.does("tap_data", f"visit:stuck:{visit_id}")
    assert phone.person.history.count("toast: This button does not work any more.") == 2
    assert not LINK.search(phone.transcript)


async def test_who_wants_no_messages_still_finds_the_way_in(quick_ward: Ward):
    """Nothing is sent to whoever stopped reminders; under their visits it is there."""
    _place, phone, _visit = await with_video(quick_ward)
    await quick_ward.run(lambda turn: practice.patients.change(turn, phone.patient_id, reminders=False))
    await quick_ward.time_passes(hours=29, minutes=5)
    assert "Join now" not in phone.transcript
    await phone.says("/appointments")
    await phone.taps("1. Tue 24 Nov, 14:00")
    await phone.taps("Join now")
    assert LINK.search(screen(phone))


async def test_a_strangers_tap_opens_nothing(quick_ward: Ward):
    _place, _phone, visit_id = await with_video(quick_ward)
    other = await a_patient(quick_ward, "Omar Said")
    await quick_ward.time_passes(hours=28, minutes=50)
    for verb in ("join", "stuck"):
        await other.does("tap_data", f"visit:{verb}:{visit_id}")
    assert other.person.history.count("toast: This button does not work any more.") == 2
    assert (await quick_ward.clinic.read(appointments.get, visit_id)).state == "booked"


async def test_without_a_template_no_link_is_promised(quick_ward: Ward):
    _place, phone, visit_id = await with_video(quick_ward, video_link="")
    await quick_ward.time_passes(hours=28, minutes=59)
    assert "By video. The clinic sends you the link." in phone.transcript
    assert "Join now" not in phone.transcript
    visit = await quick_ward.clinic.read(appointments.get, visit_id)
    assert await quick_ward.clinic.read(video.link, visit) is None


async def test_the_clinician_reads_what_the_patient_says_and_takes_before_the_visit(quick_ward: Ward):
    _place, phone, visit_id = await with_video(quick_ward, questions_hours=24)
    await prescribed(quick_ward.clinic, phone.patient_id, daily("08:00"))
    await quick_ward.time_passes(hours=5, minutes=1)
    assert "A few short questions, so that there is more time for you. Shall we? [Start] [Not now]" in phone.news()
    await phone.taps("Start")
    await phone.says("the dizzy spells")
    await phone.taps("No")
    await phone.taps("Not quite")
    await phone.says("only half of it at night")
    assert "Your care team reads this before your visit." in phone.transcript
    [item] = await quick_ward.clinic.read(worklist.waiting)
    assert (item.reason, item.value) == (
        "Wrote before the visit of 2026-11-24 14:00",
        "Wants to talk about: the dizzy spells; Takes in another way: only half of it at night")
    assert await entries(quick_ward, phone.patient_id) == []
    await quick_ward.time_passes(hours=23)
    [brief] = await entries(quick_ward, phone.patient_id)
    assert brief.splitlines() == [
        "Before the visit of 2026-11-24 14:00 (Blood pressure check)", "Wants to talk about: the dizzy spells",
        "Takes in another way: only half of it at night", "Nothing has changed, the patient says",
        "Medicines on our list (1):", "- Amlodipine 5 mg, 1 tablet, every day at 08:00",
        "No allergy is on record."]
    await quick_ward.run(lambda turn: booking.cancel(turn, appointments.get(turn, visit_id)))


async def test_what_to_do_afterwards_is_told_and_who_did_not_understand_is_told_again(quick_ward: Ward):
    _place, phone, visit_id = await with_video(quick_ward)
    await quick_ward.time_passes(hours=30)

    def told(turn, *more):
        visit, patient = appointments.locked(turn, visit_id)
        return after.write(turn, practice.patients.get(turn, patient.id), visit, "Take the water tablet in the morning.", *more)

    phone.news()
    await quick_ward.run(told, "When do you take the water tablet?", ("In the morning", "At night"), 0)
    await quick_ward.run(told)
    await quick_ward.settle()
    assert phone.news() == """\
bot: After your visit on Tuesday, 24 November 2026:
Take the water tablet in the morning.

We want to be sure that we said it well.

When do you take the water tablet? [In the morning] [At night] [I am not sure]
bot: After your visit on Tuesday, 24 November 2026:
Take the water tablet in the morning.

We want to be sure that we said it well.

In your own words: what will you do now? Just write it here."""
    await phone.taps("At night")
    assert "Then we did not say it well. Please read it once more." in phone.transcript
    assert [item.reason for item in await quick_ward.clinic.read(worklist.waiting)] == [
        "After the visit of 2026-11-24 14:00: explain again what to do"]
    await phone.does("tap_data", "visit:got:1:0")
    await phone.does("tap_data", "visit:got:2:0")
    await phone.does("tap_data", "visit:got:3:0")
    assert phone.person.history.count("toast: This button does not work any more.") == 3
    assert (await entries(quick_ward, phone.patient_id))[-1] == (
        "When do you take the water tablet? — At night (explain it again)")
    await phone.says("I take it when I get up")
    assert "message" in [item.kind for item in await quick_ward.clinic.read(worklist.waiting)]


async def test_what_cannot_be_asked_is_refused(quick_ward: Ward):
    _place, phone, visit_id = await with_video(quick_ward)

    def told(turn, *words):
        visit, patient = appointments.locked(turn, visit_id)
        after.write(turn, patient, visit, *words)

    with pytest.raises(Refused, match="It has not taken place"):
        await quick_ward.run(told, "Rest.")
    quick_ward.clock.passes(hours=30)
    for wrong in (("Rest.", "When?", ("Now",), 0), ("Rest.", None, ("Now", "Later"), 0),
                  ("Rest.", "When?", ("Now", "Later"), 2), ("Rest.", "When?", ("Now", "x" * 41), 0), (" ",)):
        with pytest.raises(Refused):
            await quick_ward.run(told, *wrong)
    await quick_ward.settle()
    assert phone.news() == ""
