"""The daily check, as the patient sees it, and what of it reaches the team."""

from dataclasses import replace

import pytest

from bot import flows
from bot.buttons import LONGEST
from bot.flows.engine import Ask
from bot.flows.kinds import Number
from care import conversations, escalations, staff, threads, worklist
from care.heart.language import _
from tests.ward import Phone, Ward


async def answers(phone: Phone) -> dict:
    def standing(turn):
        current = conversations.current(turn, phone.patient_id)
        return conversations.answers_of(turn, current) if current else None

    return await phone.ward.clinic.read(standing)


async def worries(ward: Ward) -> list[tuple[str, str, str | None]]:
    return [(item.severity, item.reason, item.value) for item in await ward.clinic.read(worklist.waiting)]


async def test_a_quiet_day_takes_one_message_edited_in_place(ward: Ward):
    phone = await ward.enrolled()
    before = len(phone.person.chat.timeline)
    await phone.taps("Try a check-in now")
    assert phone.lines[-3:] == [
        "1 of 3", "How strong is your pain, from 0 (none) to 10 (the worst)? "
        "[0] [1] [2] [3] [4] [5] [6] [7] [8] [9] [10] [Pause]", "patient: [Try a check-in now]"]
    await phone.taps("2")
    await phone.taps("No")
    assert phone.transcript.split("bot: ")[-1] == """\
3 of 3
Is it hard to breathe? [Yes] [No] [Back] [Pause]
patient: [Try a check-in now]
patient: [2]
patient: [No]"""
    await phone.taps("No")
    assert "bot: Thank you. Your care team can see your answers." in phone.transcript
    assert len(phone.person.chat.timeline) == before + 4, "nothing was sent but edits; the rest are her taps"
    assert await worries(ward) == []


async def test_a_worrying_answer_reaches_the_staff_and_the_patient_hears_what_happens_next(ward: Ward):
    phone = await ward.enrolled()
    await phone.taps("Try a check-in now")
    phone.news()
    await phone.taps("9")
    await phone.says("my back")
    await phone.says("no")
    await phone.says("yes")
    assert phone.transcript.split("How strong is your pain")[1] == """\
, from 0 (none) to 10 (the worst)?
✓ 9
patient: [Try a check-in now]
patient: [9]
bot: Thank you for telling me. I have told your care team. Someone will look at this today before 10:00.
bot: 2 of 4
Where does it hurt? Please type it.
✓ my back
patient: my back
bot: 3 of 4
Do you have a fever?
✓ No
patient: no
bot: 4 of 4
Is it hard to breathe?
✓ Yes
patient: yes
bot: """ + phone.transcript.rsplit("patient: yes\nbot: ", 1)[1]
    assert "999" in phone.transcript.rsplit("patient: yes", 1)[1]
    assert await worries(ward) == [("emergency", "Trouble breathing", "yes"), ("urgent", "Pain of 8 or more", "9")]

    ann = await ward.run(staff.add, "ann@clinic.example", "Ann", "hash")
    bob = await ward.run(staff.add, "bob@clinic.example", "Bob", "hash")
    for nurse in (ann, bob):
        taken = await ward.run(escalations.acknowledge, 1, nurse.id)
        assert taken.acknowledged_by == ann.id, "the first to say so has it"
    assert len(await worries(ward)) == 2, "acknowledging clears nothing"
    await ward.run(escalations.resolve, 1, ann.id, "reached")
    assert await worries(ward) == [("emergency", "Trouble breathing", "yes")]


async def test_the_team_hears_even_if_the_patient_stops_half_way(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("/check")
    await phone.taps("9")
    assert await worries(ward) == [("urgent", "Pain of 8 or more", "9")]


async def test_a_restart_between_any_two_steps_changes_nothing(ward: Ward):
    phone = await ward.enrolled()
    for act, words in (("says", "/check"), ("taps", "6"), ("says", "my knee"), ("taps", "Yes"), ("taps", "Back"),
                       ("says", "sí"), ("says", "38,5 °C"), ("taps", "Pause"), ("taps", "Go on")):
        await ward.restart()
        await getattr(phone, act)(words)
    assert await answers(phone) == {"pain": 6, "pain_where": "my knee", "fever": "yes", "temperature": 38.5}
    await ward.restart()
    await phone.taps("No")
    assert "Thank you. Your care team can see your answers." in phone.transcript


async def test_the_same_update_twice_counts_once(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("/check")
    update = phone.person.taps("2")
    await ward.settle()
    shown = phone.person.history
    ward.telegram.the_bot().updates.redeliver(update)
    await ward.settle()
    assert await answers(phone) == {"pain": 2}
    assert phone.person.history == shown


async def test_nine_back_nine_is_one_trouble_reported_twice(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("/check")
    await phone.taps("9")
    await phone.taps("Back")
    await phone.taps("9")
    assert [(item.value, item.times_reported) for item in await ward.clinic.read(worklist.waiting)] == [("9", 2)]
    told = [entry for entry in await ward.clinic.read(threads.thread, phone.patient_id) if "told your care team" in entry.text]
    assert len(told) == 1
    kept = [(entry.text, entry.state) for entry in await ward.clinic.read(threads.thread, phone.patient_id)
            if entry.kind == "answer"]
    assert kept == [("9", "changed"), ("9", None)]


@pytest.mark.parametrize("words", ["lots", "11", "-1", "5.5", "9 9"])
async def test_words_that_are_no_answer_are_asked_again_kindly(quick_ward: Ward, words: str):
    phone = await quick_ward.enrolled()
    await phone.says("/check")
    await phone.says(words)
    assert "bot: Please " in phone.transcript.rsplit(f"patient: {words}", 1)[1]
    assert "[Send to the care team]" in phone.lines[-1]
    assert await answers(phone) == {}
    await phone.taps("Send to the care team")
    assert await worries(quick_ward) == [("routine", "Wrote a message", words)]
    await phone.taps("4")
    assert await answers(phone) == {"pain": 4}


async def test_two_unclear_answers_in_a_row_reach_a_person(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("/check")
    await phone.says("hmm")
    await phone.says("dunno")
    assert await worries(quick_ward) == [("routine", "Wrote a message", "dunno")]
    assert "Someone from your care team will read it today before 11:00" in phone.transcript
    assert "How strong is your pain" in phone.lines[-1]


async def test_a_sentence_at_a_question_goes_to_people_and_the_question_stays(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("/check")
    await phone.says("my ankles are swollen since Monday")
    assert await worries(quick_ward) == [("routine", "Wrote a message", "my ankles are swollen since Monday")]
    assert "How strong is your pain" in phone.lines[-1]


def deploy_newer_version(monkeypatch: pytest.MonkeyPatch, *added: Ask) -> None:
    old = flows.FLOWS["symptom_check"]
    monkeypatch.setitem(flows.FLOWS, old.name, replace(old, version=2, items=(*added, *old.items)))


WEIGHT = Ask("weight", _("What do you weigh?"), Number(20, 300))


async def test_a_question_added_in_mid_conversation_is_asked_next(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    phone = await quick_ward.enrolled()
    await phone.says("/check")
    await phone.taps("2")
    deploy_newer_version(monkeypatch, WEIGHT)
    await phone.taps("No")
    assert "What do you weigh?" in phone.transcript


async def test_words_answer_the_question_on_screen_not_one_added_before_it(
        quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    phone = await quick_ward.enrolled()
    await phone.says("/check")
    await phone.taps("2")
    await phone.taps("Yes")
    deploy_newer_version(monkeypatch, WEIGHT)
    await phone.says("38.5")
    assert await answers(phone) == {"pain": 2, "fever": "yes", "temperature": 38.5}
    assert "What do you weigh?" in phone.lines[-1]


async def test_yesterdays_button_is_not_todays_answer(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("/check")
    await phone.says("/check")
    await phone.does("tap_data", "say:1:pain:9")
    assert "toast: That question is closed." in phone.person.history
    assert await answers(phone) == {}


@pytest.mark.parametrize("data", [
    "say:1:pain:99", "say:1:nothing:1", "say:999:pain:9", "say:x:pain:9", "back:1:fever", "flow:nothing:1", "go:1:999", "zzz",
    "say:99999999999999999999:pain:1", "stop:leave:999", "consent:999:agree:2026-11-21", "zone:1:Mars/Olympus", "lang:xx",
    "about:1:1", "pass:1:1", "later:999"])
async def test_forged_buttons_change_nothing_and_are_answered(ward: Ward, data: str):
    phone = await ward.enrolled()
    await phone.says("/check")
    before = await answers(phone)
    await phone.does("tap_data", data)
    assert await answers(phone) == before
    assert all(query.answered for query in ward.telegram.the_bot().queries.values())


async def test_another_patients_button_does_nothing(ward: Ward):
    amina, omar = await ward.enrolled("Amina Yusuf"), await ward.enrolled("Omar Said")
    await amina.says("/check")
    await omar.does("tap_data", "say:1:pain:9")
    await omar.does("tap_data", f"stop:left:{amina.patient_id}")
    assert await answers(amina) == {}
    assert await worries(ward) == []


async def test_a_silent_conversation_ends_after_a_day_with_its_answers_kept(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("/check")
    await phone.taps("3")
    await quick_ward.time_passes(hours=24, minutes=1)
    assert await answers(phone) is None
    assert "These questions have ended. What you answered is kept." in phone.transcript
    await phone.does("tap_data", "say:1:fever:no")  # from a phone that has not heard of it yet
    assert "toast: That question is closed." in phone.person.history
    kept = [entry.text for entry in await quick_ward.clinic.read(threads.thread, phone.patient_id) if entry.kind == "answer"]
    assert kept == ["3"]


def test_every_button_fits_in_telegrams_64_bytes():
    for flow in flows.FLOWS.values():
        for question in flow.questions:
            for row in question.kind.buttons():
                for _label, value in row:
                    assert len(f"say:{10**12}:{question.key}:{value}".encode()) <= LONGEST


async def test_a_typed_yes_that_may_mean_danger_has_the_card_as_its_last_word(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("/check")
    for words in ("2", "no", "yes"):
        await phone.says(words)
    assert phone.person.last.text.startswith("This could be an emergency. Call 999 now.")
    assert "Thank you. Your care team can see your answers." not in phone.transcript


async def test_a_carer_is_told_whom_it_is_about(quick_ward: Ward):
    _id, token = await quick_ward.invited("Omar Said", role="carer")
    phone = quick_ward.phone("Dana")
    await phone.opens(token)
    await phone.taps("English")
    await phone.says("1968-05-23")
    await phone.taps("Yes")
    await phone.taps("I agree")
    await phone.says("/check")
    assert phone.person.last.text.startswith("Omar Said: ")
