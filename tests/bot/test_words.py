"""What a patient writes, at any moment: it reaches people, and danger is heard first."""

from datetime import timedelta

import pytest

from care import escalations, messages, patients, staff, threads, worklist
from care.heart import journal
from tests.ward import Phone, Ward

PNG = bytes.fromhex("89504e470d0a1a0a")


async def items(ward: Ward) -> list[tuple[str, str, str | None]]:
    return [(item.severity, item.kind, item.patient_name) for item in await ward.clinic.read(worklist.waiting)]


async def after(phone: Phone, words: str) -> str:
    """What the chat shows below these words."""
    return phone.transcript.rsplit(words, 1)[1]


async def test_words_reach_the_team_and_the_patient_is_told_by_when(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("My ankles are swollen since Monday, is it the new pill?")
    assert await after(phone, "new pill?") == """
bot: Thank you. I have passed this on. Someone from your care team will read it today before 11:00.

In an emergency, call 999. To reach us sooner, call 020 7946 0000."""
    assert await items(ward) == [("routine", "message", "Amina Yusuf")]


async def test_a_calm_need_is_named_to_the_team_and_alarms_nobody(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("I ran out of my meds and cannot afford the new ones")
    (item,) = await ward.clinic.read(worklist.waiting)
    assert (item.severity, item.kind) == ("routine", "message")
    assert item.reason == "Wrote a message that may be about: medicine stopped, cannot pay"


async def test_words_that_no_rule_knows_are_asked_about_and_what_they_resemble_is_told_to_staff_alone(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("I don't see myself at Christmas")
    assert "We are not sure that we understood you right. Is this urgent for you?" in phone.transcript
    assert "[Yes, urgent] [It can wait]" in phone.transcript
    (item,) = await quick_ward.clinic.read(worklist.waiting)
    assert (item.severity, item.kind) == ("urgent", "red_flag:unclear")
    assert item.reason == "Wrote words that no rule knows but that resemble danger (self harm?): is it urgent?"


async def test_out_of_hours_the_patient_hears_that_nobody_reads_now(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    quick_ward.clock.passes(hours=12)
    await phone.says("are you there at all tonight")
    assert await after(phone, "tonight") == """
bot: Thank you. I have passed this on. Someone from your care team will read it tomorrow before 10:00.

Nobody reads messages right now.

In an emergency, call 999. To reach us sooner, call 020 7946 0000."""


async def test_a_weekend_message_names_the_day(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    quick_ward.clock.passes(days=4, hours=12)  # Friday night
    await phone.says("see you on monday then")
    assert "on Monday, 30 November 2026 before 10:00" in await after(phone, "then")


@pytest.mark.parametrize(("words", "kind"), [
    ("i cant breathe", "red_flag:breathing"), ("chest pain since 10 min", "red_flag:chest_pain"),
    ("i want to die", "red_flag:self_harm"), ("no puedo respirar", "red_flag:breathing"),
    ("me duele el pecho", "red_flag:chest_pain"), ("me quiero morir", "red_flag:self_harm")])
@pytest.mark.parametrize("where", ["idle", "at a scale", "at a free text", "paused"])
async def test_danger_is_heard_at_any_step_in_either_language(quick_ward: Ward, words: str, kind: str, where: str):
    phone = await quick_ward.enrolled()
    if where != "idle":
        await phone.says("/check")
    if where == "at a free text":
        await phone.taps("6")
    if where == "paused":
        await phone.taps("Pause")
    await phone.says(words)
    assert "999" in await after(phone, f"patient: {words}")
    assert ("emergency", kind, "Amina Yusuf") in await items(quick_ward)


async def test_danger_in_an_edit_a_caption_and_a_quote_is_heard(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("all fine today thank you")
    await phone.does("edits", "i want to die")
    assert ("emergency", "red_flag:self_harm", "Amina Yusuf") in await items(ward)
    await phone.does("sends_photo", PNG, caption="chest pain")
    assert ("emergency", "red_flag:chest_pain", "Amina Yusuf") in await items(ward)
    await phone.says("this", reply_to=phone.person.last, quote="i cant breathe")
    assert ("emergency", "red_flag:breathing", "Amina Yusuf") in await items(ward)


async def test_a_stranger_in_danger_gets_the_card_and_becomes_an_obligation(ward: Ward):
    phone = ward.phone("Nobody")
    await phone.says("i want to die")
    assert "999" in await after(phone, "i want to die")
    assert await items(ward) == [("emergency", "red_flag:self_harm", None)]
    entries = await ward.clinic.read(threads.stranger_thread, phone.chat_id)
    assert [(entry.kind, entry.triggered) for entry in entries] == [("patient", True), ("bot", False)]


async def test_a_stranger_is_told_what_this_is_and_nothing_more(quick_ward: Ward):
    phone = quick_ward.phone("Nobody")
    for words in ("hello", "/start", "/check", "/stop", "/privacy", "/help"):
        await phone.says(words)
        assert "It is for patients of the clinic." in await after(phone, words)
    assert await items(quick_ward) == []


async def test_danger_before_consent_is_heard(ward: Ward):
    _, token = await ward.invited()
    phone = ward.phone()
    await phone.opens(token)
    await phone.taps("English")
    await phone.says("i want to die")
    assert "999" in await after(phone, "want to die")
    await phone.says("1968-05-23")
    await phone.says("chest pain")
    assert "999" in await after(phone, "chest pain")
    assert [kind for _, kind, _ in await items(ward)] == ["red_flag:self_harm", "red_flag:chest_pain"]


async def test_the_card_is_shown_once_a_minute_but_every_cry_is_counted(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    for _ in range(3):
        await phone.says("i cant breathe")
    assert phone.transcript.count("999") == 2, "once at enrolment, once now"
    first = (await quick_ward.clinic.read(worklist.waiting))[0]
    assert first.times_reported == 3
    quick_ward.clock.passes(minutes=1)
    await phone.says("i cant breathe")
    assert phone.transcript.count("999") == 3


@pytest.mark.parametrize(("act", "given"), [
    ("sends_photo", (PNG,)), ("sends_voice", ()), ("sends_document", (b"x", "letter.pdf")), ("sends_contact", ("+44 20",))])
async def test_what_a_machine_cannot_read_is_said_so_and_reaches_a_person(quick_ward: Ward, act: str, given: tuple):
    phone = await quick_ward.enrolled()
    await phone.does(act, *given)
    assert "I cannot read pictures, recordings or files myself. A person will look at it." in phone.transcript
    assert await items(quick_ward) == [("routine", "message", "Amina Yusuf")]


async def test_where_somebody_is_and_whom_to_call_reach_people_and_a_place_that_moves_is_one_message(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.does("sends_contact", "+44 20 7946 0001", "Leila Yusuf")
    await phone.does("sends", {"location": {"latitude": 51.507351, "longitude": -0.127758, "live_period": 900}})
    await phone.does("sends", {"location": {"latitude": 51.5, "longitude": -0.1}, "venue": {
        "title": "Blue Café", "address": "4 Mill Lane", "location": {"latitude": 51.5, "longitude": -0.1}}})

    async def shown() -> list[str]:
        found = await quick_ward.clinic.read(threads.thread, phone.patient_id)
        return [entry.text for entry in found if entry.kind == "patient"][-3:]

    assert await shown() == ["Leila Yusuf, +44 20 7946 0001", "51.507351, -0.127758", "Blue Café, 4 Mill Lane, 51.5, -0.1"]
    waits = (await quick_ward.clinic.read(worklist.waiting))[0]
    assert (waits.value, waits.times_reported) == ("Blue Café, 4 Mill Lane, 51.5, -0.1", 3)
    phone.news()
    live = next(one for one in phone.person.chat.newest_first() if one.content.get("location", {}).get("live_period"))
    for step in range(1, 4):
        live.content["location"] = {"latitude": 51.507 + step, "longitude": -0.127, "live_period": 900}
        phone.person.bot.updates.put("edited_message", live.wire(), quick_ward.clock.now)
        await quick_ward.settle()
    assert phone.news() == "", "a phone that moves says nothing new each minute"
    assert (await shown())[1] == "54.507, -0.127", "and people see where it is now"
    assert (await quick_ward.clinic.read(worklist.waiting))[0].times_reported == 3


@pytest.mark.parametrize("said", [
    "أشعر بألم شديد في صدري", "我胸口很痛", "मुझे सांस नहीं आ रही है", "göğsüm çok ağrıyor nefes alamıyorum"])
async def test_words_that_no_rule_can_read_are_said_to_be_unread_and_reach_a_person(quick_ward: Ward, said: str):
    phone = await quick_ward.enrolled()
    await phone.says(said)
    assert "I cannot read these words myself. A person will look at them." in phone.transcript
    assert "In an emergency, call" in phone.lines[-1] or "In an emergency, call" in phone.transcript
    assert await items(quick_ward) == [("routine", "message", "Amina Yusuf")]


async def test_a_reply_can_be_undone_for_ten_seconds_and_the_next_one_is_read(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("is it the new pill then?")
    dana = await ward.run(staff.add, "dana@clinic.example", "Dana", "hash")
    wrong = await ward.run(messages.reply, phone.patient_id, "See you Tuesday", dana.id, dana.name)
    await ward.settle()
    assert "Tuesday" not in phone.transcript
    assert await ward.run(messages.undo, wrong.id, dana.id)
    right = await ward.run(messages.reply, phone.patient_id, "See you on Thursday", dana.id, dana.name)
    ward.clock.passes(seconds=11)
    await ward.settle()
    assert phone.lines[-1] == "bot: Dana: See you on Thursday"
    assert not await ward.run(messages.undo, right.id, dana.id), "it has left"
    states = {entry.text: entry.state for entry in await ward.clinic.read(threads.thread, phone.patient_id) if entry.author}
    assert states == {"Dana: See you Tuesday": "undone", "Dana: See you on Thursday": "sent"}
    item = (await ward.clinic.read(worklist.waiting))[0]
    assert (item.kind, item.waiting_since) == ("message", None), "answered, and open until a person closes it"


async def test_writing_again_after_an_answer_waits_anew(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("is it the new pill then?")
    dana = await quick_ward.run(staff.add, "dana@clinic.example", "Dana", "hash")
    await quick_ward.run(messages.reply, phone.patient_id, "No", dana.id, dana.name)
    quick_ward.clock.passes(minutes=5)
    await quick_ward.settle()
    await phone.says("but they are still swollen")
    item = (await quick_ward.clinic.read(worklist.waiting))[0]
    assert (item.waiting_since, item.times_reported) == (quick_ward.clock.now, 2)


async def test_a_patient_who_blocks_the_bot_becomes_a_task_and_is_found_again(ward: Ward):
    phone = await ward.enrolled()
    await phone.does("blocks")
    assert await items(ward) == [("urgent", "unreachable", "Amina Yusuf")]
    assert not (await ward.clinic.read(patients.get, phone.patient_id)).reachable
    await phone.does("unblocks")
    assert (await ward.clinic.read(patients.get, phone.patient_id)).reachable


async def test_a_message_that_meets_a_block_becomes_a_task_too(ward: Ward):
    phone = await ward.enrolled()
    dana = await ward.run(staff.add, "dana@clinic.example", "Dana", "hash")
    await ward.run(messages.reply, phone.patient_id, "Hello", dana.id, dana.name)
    phone.person.leaves_telegram()
    ward.clock.passes(seconds=11)
    await ward.settle()
    assert {kind for _, kind, _ in await items(ward)} == {"unreachable", "undelivered"}


async def test_a_group_gets_nothing_clinical_and_the_bot_leaves(ward: Ward):
    phone = await ward.enrolled()
    group = ward.telegram.group("Family")
    ward.telegram.the_bot().privacy = False
    await phone.does("adds_bot_to", group)
    assert group.status == "left"
    assert not list(ward.telegram.journal.of("sendMessage", group.id))


@pytest.mark.parametrize("words", ["STOP", "stop.", "Parar", "unsubscribe"])
async def test_stop_typed_alone_means_stop(quick_ward: Ward, words: str):
    phone = await quick_ward.enrolled()
    await phone.says("/check")
    await phone.says(words)
    assert "What would you like to do?" in await after(phone, words)


@pytest.mark.parametrize("words", ["help", "HELP", "ayuda", "/help"])
async def test_help_says_who_reads_and_by_when(quick_ward: Ward, words: str):
    phone = await quick_ward.enrolled()
    await phone.says(words)
    assert "A message sent now will be read today before 11:00." in phone.transcript


async def test_an_emergency_that_nobody_takes_grows_more_overdue_not_fresher(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("i cant breathe")
    due = (await quick_ward.clinic.read(worklist.waiting))[0].due_at
    for _ in range(12):
        await quick_ward.time_passes(minutes=5)
    assert (await quick_ward.clinic.read(worklist.waiting))[0].due_at == due
    kinds = [happened.kind for happened in await quick_ward.clinic.read(journal.since, 0)]
    assert (kinds.count("EscalationExhausted"), kinds.count("EscalationResolved")) == (1, 0), "nobody is on staff to be called"
    steps = await quick_ward.clinic.read(escalations.steps, 1)
    assert [step.kind for step in steps] == ["exhausted"]
    assert (await quick_ward.clinic.read(escalations.get, 1)).next_action_at == quick_ward.clock.now + timedelta(minutes=5)
