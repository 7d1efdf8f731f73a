"""Answers by one tap to what a person wrote: heard as if typed, once, and never for another question."""

import pytest

from care import consent, messages, patients, quick_answers, staff, threads, worklist
from tests.ward import Phone, Ward


async def dana(ward: Ward) -> int:
    return (await ward.run(staff.add, "dana@clinic.example", "Dana", "hash")).id


async def asks(ward: Ward, phone: Phone, by: int, words: str, *answers: str) -> messages.Reply:
    written = await ward.run(messages.reply, phone.patient_id, words, by, "Dana", answers=answers)
    ward.clock.passes(seconds=11)
    await ward.settle()
    return written


async def said(ward: Ward, phone: Phone, words: str) -> list[threads.Entry]:
    return [entry for entry in await ward.clinic.read(threads.thread, phone.patient_id) if entry.text == words]


async def withdraws(ward: Ward, phone: Phone) -> None:
    await ward.run(lambda turn: consent.withdraw(turn, patients.get(turn, phone.patient_id)))


async def test_a_tap_is_an_answer_on_the_thread_and_counts_once(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("my ankles are swollen")
    await asks(ward, phone, await dana(ward), "Is it better today?", "Yes, better", "No, worse")
    assert phone.lines[-1] == "bot: Dana: Is it better today? [Yes, better] [No, worse]"
    asked, data = phone.person.last, phone.person.last.buttons[1][0]["callback_data"]
    await phone.taps("No, worse")
    assert phone.transcript.split("020 7946 0000.\n")[-1] == """\
bot: Dana: Is it better today?

You answered: No, worse
patient: [No, worse]
bot: Thank you. I have passed this on. Someone from your care team will read it today before 11:00.

In an emergency, call 999. To reach us sooner, call 020 7946 0000."""
    (item,) = await ward.clinic.read(worklist.waiting)
    assert (item.kind, item.value, item.waiting_since) == ("message", "No, worse", ward.clock.now), "it waits anew"
    (tapped,) = await said(ward, phone, "No, worse")
    assert (tapped.kind, tapped.question, tapped.state) == ("patient", "Dana: Is it better today?", None)
    (shown,) = await said(ward, phone, "Dana: Is it better today?")
    assert shown.answers == ("Yes, better", "No, worse")
    await phone.does("tap_data", data, message=asked)  # from a screen that had not caught up
    assert phone.lines[-1] == "toast: I have passed this on already."
    assert len(await said(ward, phone, "No, worse")) == 1


async def test_of_two_questions_only_the_newer_can_be_answered_by_a_tap(quick_ward: Ward):
    phone, by = await quick_ward.enrolled(), await dana(quick_ward)
    await asks(quick_ward, phone, by, "Did you take it?", "Yes", "No")
    old, data = phone.person.last, phone.person.last.buttons[0][0]["callback_data"]
    newer = await quick_ward.run(messages.reply, phone.patient_id, "Do you feel well?", by, "Dana", answers=("Yes", "No"))
    await quick_ward.settle()
    assert phone.lines[-1] == "bot: Dana: Did you take it? [Yes] [No]", "nothing changes before the newer one has left"
    assert await quick_ward.run(messages.undo, newer.id, by)
    quick_ward.clock.passes(seconds=11)
    await quick_ward.settle()
    assert phone.lines[-1] == "bot: Dana: Did you take it? [Yes] [No]", "it was taken back"
    await asks(quick_ward, phone, by, "Do you feel well?", "Yes", "No")
    assert phone.lines[-2:] == ["bot: Dana: Did you take it?", "bot: Dana: Do you feel well? [Yes] [No]"]
    await phone.does("tap_data", data, message=old)
    assert phone.lines[-1] == "toast: This button does not work any more."
    assert await said(quick_ward, phone, "Yes") == []
    quick_ward.clock.passes(days=8)
    await phone.taps("Yes")
    assert (await said(quick_ward, phone, "Yes"), phone.transcript.count("[Yes] [No]")) == ([], 0), "of last week"


async def test_a_tap_before_the_newer_question_has_left_answers_the_old_one(quick_ward: Ward):
    phone, by = await quick_ward.enrolled(), await dana(quick_ward)
    await asks(quick_ward, phone, by, "Did you take it?", "Yes", "No")
    await quick_ward.run(messages.reply, phone.patient_id, "Or shall I call?", by, "Dana", answers=("Call me", "No call"))
    await phone.taps("Yes")
    quick_ward.clock.passes(seconds=11)
    await quick_ward.settle()
    assert "bot: Dana: Did you take it?\n\nYou answered: Yes" in phone.transcript
    assert [entry.question for entry in await said(quick_ward, phone, "Yes")] == ["Dana: Did you take it?"]
    assert phone.lines[-1] == "bot: Dana: Or shall I call? [Call me] [No call]"


async def test_what_is_tapped_is_screened_like_any_words(quick_ward: Ward):
    phone, by = await quick_ward.enrolled(), await dana(quick_ward)
    await asks(quick_ward, phone, by, "What is it like?", "I am fine", "I can't breathe")
    await phone.taps("I can't breathe")
    assert "999" in phone.transcript.rsplit("[I can't breathe]", 1)[1]
    (item,) = await quick_ward.clinic.read(worklist.waiting)
    assert (item.severity, item.kind) == ("emergency", "red_flag:breathing")
    assert (await said(quick_ward, phone, "I can't breathe"))[0].triggered


async def test_without_consent_a_tap_is_no_answer_yet_and_can_be_tapped_again(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await asks(quick_ward, phone, await dana(quick_ward), "What is it like?", "I am fine", "I can't breathe")
    asked, data = phone.person.last, [row[0]["callback_data"] for row in phone.person.last.buttons]
    await withdraws(quick_ward, phone)
    await phone.does("tap_data", data[0], message=asked)
    assert "You answered" not in phone.transcript
    assert await said(quick_ward, phone, "I am fine") == []
    assert "[I agree]" in phone.lines[-1]
    await phone.taps("I agree")
    await phone.does("tap_data", data[0], message=asked)
    assert "You answered: I am fine" in phone.transcript
    assert len(await said(quick_ward, phone, "I am fine")) == 1


async def test_danger_is_heard_from_a_tap_without_consent(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await asks(quick_ward, phone, await dana(quick_ward), "What is it like?", "I am fine", "I can't breathe")
    await withdraws(quick_ward, phone)
    await phone.taps("I can't breathe")
    assert "You answered: I can't breathe" in phone.transcript
    assert [one.kind for one in await quick_ward.clinic.read(worklist.waiting)] == ["red_flag:breathing"]


@pytest.mark.parametrize(("answers", "wrong"), [
    (("a", "b", "c", "d", "e"), "at most 4 quick answers fit under a message"),
    (("x" * 33,), "a quick answer needs 1 to 32 characters"),
    (("Yes", "yes "), "two quick answers say the same")])
def test_answers_that_cannot_be_offered(answers: tuple[str, ...], wrong: str):
    with pytest.raises(ValueError, match=wrong):
        quick_answers.checked(answers)
