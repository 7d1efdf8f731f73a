"""A person holds the thread: the bot keeps quiet but for doses and safety, says so, and comes back by itself."""

import pytest

from care import holds, messages, patients, staff, threads, worklist
from care.heart.turn import Turn
from tests.care.medicines.pharmacy import daily, prescribed
from tests.ward import Phone, Ward

QUIET = ("bot: Ana Ruiz from your care team is with you in this chat now. I keep quiet until 09:30, but for your medicines and "
         "your safety.")
BACK = "Ana Ruiz has left this chat, and I am here again."
OFFER = "Riverside has a short check-in for you."


async def held(ward: Ward) -> tuple[Phone, int]:
    phone = await ward.enrolled()
    ana = (await ward.run(staff.add, "ana@example.org", "Ana Ruiz", "-")).id
    phone.news()
    await ward.run(holds.begin, phone.patient_id, ana, actor=f"staff:{ana}")
    await ward.settle()
    return phone, ana


async def test_while_a_person_writes_the_bot_passes_on_in_silence_and_returns_by_itself(ward: Ward):
    phone, ana = await held(ward)
    assert phone.news() == QUIET
    await phone.says("are you there?")
    assert phone.news() == "patient: are you there?"
    (waits,) = await ward.clinic.read(worklist.waiting)
    assert (waits.kind, waits.value) == ("message", "are you there?")
    await ward.time_passes(minutes=20)
    await ward.run(messages.reply, phone.patient_id, "Yes, I am here.", ana, "Ana Ruiz", actor=f"staff:{ana}")
    await ward.time_passes(minutes=29)
    assert BACK not in phone.news(), "every reply of hers lets it last"
    await ward.time_passes(minutes=2)
    assert phone.news().splitlines()[0] == f"bot: {BACK}"
    assert await ward.clinic.read(holds.current, phone.patient_id) is None
    said = [entry.text for entry in await ward.clinic.read(threads.thread, phone.patient_id) if entry.kind == "event"]
    assert said == ["Ana Ruiz took the chat: the bot keeps quiet", "The hold of Ana Ruiz ended: its time was over"]
    await phone.says("thank you")
    assert "I have passed this on." in phone.news()


async def test_doses_and_danger_are_never_held(quick_ward: Ward):
    phone, _ana = await held(quick_ward)
    await prescribed(quick_ward.clinic, phone.patient_id, daily("09:10"))
    await quick_ward.time_passes(minutes=11)
    assert "Riverside has something short for you. [Show]" in phone.news()
    await phone.says("my chest hurts")
    assert "999" in phone.news()
    assert [item.severity for item in await quick_ward.clinic.read(worklist.waiting)] == ["emergency"]


async def test_what_is_typed_to_a_person_is_no_search_and_books_nothing(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("/learn")
    await phone.taps("Search")
    ana = (await quick_ward.run(staff.add, "ana@example.org", "Ana Ruiz", "-")).id
    await quick_ward.run(holds.begin, phone.patient_id, ana, actor=f"staff:{ana}")
    await quick_ward.settle()
    phone.news()
    await phone.says("my ankle, since yesterday")
    await phone.says("appointments")
    assert phone.news() == "patient: my ankle, since yesterday\npatient: appointments"
    (waits,) = await quick_ward.clinic.read(worklist.waiting)
    assert (waits.kind, waits.value, waits.times_reported) == ("message", "appointments", 2)


async def test_check_ins_are_not_offered_meanwhile(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    ana = (await quick_ward.run(staff.add, "ana@example.org", "Ana Ruiz", "-")).id
    await quick_ward.time_passes(hours=23, minutes=50)
    await quick_ward.run(holds.begin, phone.patient_id, ana, 60)
    await quick_ward.time_passes(minutes=20)
    assert OFFER not in phone.transcript


async def test_questions_on_screen_wait_and_go_on_afterwards(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    ana = (await quick_ward.run(staff.add, "ana@example.org", "Ana Ruiz", "-")).id
    await phone.says("/check")
    await quick_ward.run(holds.begin, phone.patient_id, ana)
    await quick_ward.settle()
    assert "These questions wait. Your answers are kept." in phone.transcript
    await phone.says("7")
    assert [item.value for item in await quick_ward.clinic.read(worklist.waiting)] == ["7"], "it was said to a person"
    await quick_ward.run(holds.end, phone.patient_id, ana)
    await quick_ward.settle()
    await phone.taps("Go on")
    assert "How strong is your pain" in phone.lines[-2] + phone.lines[-1]


async def test_a_colleague_can_take_it_over_and_whoever_left_is_not_held(quick_ward: Ward):
    phone, _ana = await held(quick_ward)
    omar = (await quick_ward.run(staff.add, "omar@example.org", "Omar", "-")).id
    await quick_ward.run(holds.begin, phone.patient_id, omar)
    assert (await quick_ward.clinic.read(holds.current, phone.patient_id)).by == "Omar"
    await phone.says("/stop")
    await phone.taps("Leave for good")
    await phone.taps("Yes, leave")
    assert await quick_ward.clinic.read(holds.current, phone.patient_id) is None
    phone.news()
    await quick_ward.time_passes(hours=2)
    assert phone.news() == ""
    with pytest.raises(holds.Refused):
        await quick_ward.run(holds.begin, phone.patient_id, omar)


async def test_staff_can_end_questions_that_are_stuck(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("/check")
    assert await quick_ward.run(holds.end_questions, phone.patient_id)
    await quick_ward.settle()
    assert "These questions have ended. What you answered is kept." in phone.transcript
    assert await quick_ward.run(holds.end_questions, phone.patient_id) is None

    def held_until(turn: Turn) -> object:
        found = patients.get(turn, phone.patient_id)
        return found and found.held_until

    assert await quick_ward.clinic.read(held_until) is None
