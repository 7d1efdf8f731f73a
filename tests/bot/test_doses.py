"""Reminders of medicines, as the patient sees them, and what becomes of each dose."""


import pytest

from care import pools, worklist
from care.medicines import orders
from care.tables import dose_settings
from scheduler import jobs
from tests.care.medicines import pharmacy
from tests.care.medicines.pharmacy import DANA, OMAR, all_doses, changed, daily, every, lines, prescribed
from tests.ward import Phone, Ward


async def openly(phone: Phone) -> None:
    await phone.ward.run(lambda turn: turn.insert_once(dose_settings, {"patient_id": phone.patient_id, "openly": True}))


async def known(ward: Ward, name: str = "Amina Yusuf") -> Phone:
    """A patient's phone, without the way in."""
    phone = ward.phone(name.split()[0])
    await phone.opens("")
    phone.patient_id = await pharmacy.a_patient(ward.clinic, chat_id=phone.chat_id)
    return phone


async def a_patient(ward: Ward, *hows: dict, discreet: bool = False, **more) -> Phone:
    phone = await known(ward)
    if not discreet:
        await openly(phone)
    for number, how in enumerate(hows):
        name = ("Amlodipine 5 mg", "Sertraline 50 mg", "Metformin 500 mg")[number]
        await prescribed(ward.clinic, phone.patient_id, how, name, **more)
    phone.news()
    return phone


async def worries(ward: Ward) -> list[tuple[str, str]]:
    return [(item.severity, item.reason) for item in await ward.clinic.read(worklist.waiting)]


async def test_all_that_is_due_together_comes_as_one_message_and_names_wait_for_a_tap(ward: Ward):
    phone = await a_patient(ward, daily("10:00"), daily("10:00"), discreet=True, food="with")
    await ward.time_passes(hours=1)
    assert phone.news() == "bot: Riverside has something short for you. [Show]"
    await phone.taps("Show")
    assert phone.transcript.split("bot: ")[-1] == """\
Medicines for 10:00
1. Amlodipine 5 mg, 1 tablet, with food
2. Sertraline 50 mg, 1 tablet, with food [All taken] [Choose] [Later] [Skip all]
patient: [Show]"""
    ward.clock.passes(minutes=3)
    await phone.taps("All taken")
    assert "toast: Noted. Thank you." in phone.person.history
    assert "1. Amlodipine 5 mg, 1 tablet: ✓ taken at 10:03\n2. Sertraline 50 mg, 1 tablet: ✓ taken at 10:03 [Change]" in (
        phone.transcript)
    assert await lines(ward.clinic, "taken", "asked") == ["23 10:00 taken"] * 2
    assert await worries(ward) == []


async def test_whoever_prefers_it_reads_the_names_at_once(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"))
    await quick_ward.time_passes(hours=1)
    assert phone.news() == "bot: Medicines for 10:00\n1. Amlodipine 5 mg, 1 tablet [Taken] [Later] [Skip]"


async def test_one_nudge_and_then_no_more(ward: Ward):
    phone = await a_patient(ward, daily("10:00"))
    await ward.time_passes(hours=1)
    for _ in range(8):
        await ward.time_passes(minutes=10)
    keyboards = [line for line in phone.lines if "[Taken]" in line]
    assert len(keyboards) == 1, "the first message has no buttons any more"
    assert phone.transcript.count("1. Amlodipine 5 mg") == 2
    for _ in range(6):
        await ward.time_passes(hours=1)
    assert await lines(ward.clinic, "no_answer", "asked") == ["23 10:00 no_answer"]
    assert phone.transcript.count("1. Amlodipine 5 mg") == 2
    assert not [line for line in phone.lines if "[Taken]" in line]
    assert await worries(ward) == [], "a single miss goes to nobody"


async def test_later_asks_again_when_the_patient_said(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"))
    await quick_ward.time_passes(hours=1)
    await phone.taps("Later")
    await phone.taps("In 30 minutes")
    assert "All right. I ask again at 10:30. [I took it now]" in phone.transcript
    phone.news()
    await quick_ward.time_passes(minutes=29)
    assert phone.news() == ""
    await quick_ward.time_passes(minutes=1)
    assert phone.transcript.count("1. Amlodipine 5 mg, 1 tablet [Taken] [Later] [Skip]") == 1
    assert "1. Amlodipine 5 mg, 1 tablet: asked again below" in phone.transcript
    assert "[I took it now]" not in phone.transcript
    await phone.taps("Taken")
    assert await lines(quick_ward.clinic, "taken") == ["23 10:00 taken"]
    assert not (await all_doses(quick_ward.clinic))[0].late


async def test_put_off_and_taken_meanwhile_is_asked_no_more(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"))
    await quick_ward.time_passes(hours=1)
    await phone.taps("Later")
    await phone.taps("In 1 hour")
    await phone.taps("I took it now")
    before = phone.transcript
    await quick_ward.time_passes(hours=2)
    assert phone.transcript == before


async def test_too_late_to_put_off_it_can_still_be_answered(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00", "12:00"))
    await quick_ward.time_passes(hours=1)
    quick_ward.clock.passes(minutes=50)
    await phone.taps("Later")
    assert "It is too late to put this off. [Taken] [Later] [Skip]" in phone.transcript


async def test_choosing_books_each_dose_by_itself(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"), daily("10:00"))
    await quick_ward.time_passes(hours=1)
    await phone.taps("Choose")
    await phone.taps("1 taken")
    assert "1. Amlodipine 5 mg, 1 tablet: ✓ taken at 10:00" in phone.transcript
    assert "2. Sertraline 50 mg, 1 tablet [Taken] [Later] [Skip]" in phone.transcript
    await phone.taps("Skip")
    await phone.taps("I felt well")
    assert "2. Sertraline 50 mg, 1 tablet: not taken, I felt well [Change]" in phone.transcript
    found = [(one.state, one.reason) for one in await all_doses(quick_ward.clinic)]
    assert found[:2] == [("taken", None), ("skipped", "felt_well")]


@pytest.mark.parametrize(("label", "critical", "expected"), [
    ("I forgot", False, []), ("I felt well", False, []), ("Another reason", False, []),
    ("Side effect", False, [("urgent", "Skipped a dose because of a side effect")]),
    ("I ran out", False, [("routine", "Has run out of a medicine")]),
    ("The cost", False, [("routine", "Skipped a dose because of the cost (social worker)")]),
    ("I was told to stop", False, [("routine", "Was told to stop a medicine that is still ordered")]),
    ("I ran out", True, [("urgent", "Has run out of a medicine")]),
    ("I felt well", True, [("urgent", "Skipped a dose of a critical medicine")])])
async def test_why_a_dose_was_skipped_goes_where_it_belongs(quick_ward: Ward, label: str, critical: bool, expected: list):
    phone = await known(quick_ward)
    for name, topic in (("Nurses", "side_effects"), ("Social work", "costs"), ("Pharmacy", "medicines")):
        await quick_ward.run(pools.keep, name, (topic,), False, ())
    await openly(phone)
    ordered = await prescribed(quick_ward.clinic, phone.patient_id, daily("10:00"), medicine={"critical": critical})
    if critical:
        await quick_ward.run(orders.decide, ordered.id, "staff:2", True)
    await quick_ward.time_passes(hours=1)
    await phone.taps("Skip")
    phone.news()
    await phone.taps(label)
    assert await worries(quick_ward) == expected
    whose = {"Side effect": "Nurses", "The cost": "Social work"}.get(label, "Pharmacy")
    assert [item.pool for item in await quick_ward.clinic.read(worklist.waiting)] == [whose] * len(expected)
    assert ("I have told your care team" in phone.transcript) == bool(expected)
    assert ("In an emergency, call" in phone.news()) == (label == "Side effect")
    assert ("Please do not take two doses at once" in phone.transcript) == (label == "I forgot")


async def test_advice_about_a_missed_dose_is_the_prescribers_own_where_there_is_any(quick_ward: Ward):
    phone = await known(quick_ward)
    await openly(phone)
    advice = "Take it if less than 8 hours have passed."
    await prescribed(quick_ward.clinic, phone.patient_id, daily("10:00"), medicine={"missed_advice": advice})
    await quick_ward.time_passes(hours=1)
    await phone.taps("Skip")
    await phone.taps("I forgot")
    assert f"Amlodipine 5 mg: {advice}" in phone.transcript
    assert "Please do not take two doses" not in phone.transcript


@pytest.mark.parametrize(("name", "medicine"), [
    ("Warfarina 5 mg", {}), ("Trexan", {"ingredient": "méthotrexate"}), ("Лантус", {"ingredient": "Инсулин гларгин"}),
    ("Combivir", {"ingredient": "lamivudine/zidovudine"}), ("Something", {"critical": True})])
async def test_where_being_wrong_does_harm_nothing_general_is_advised(quick_ward: Ward, name: str, medicine: dict):
    phone = await known(quick_ward)
    await openly(phone)
    ordered = await prescribed(quick_ward.clinic, phone.patient_id, daily("10:00"), name, medicine=medicine)
    if medicine.get("critical"):
        await quick_ward.run(orders.decide, ordered.id, OMAR, True)
    await prescribed(quick_ward.clinic, phone.patient_id, daily("12:00"), "Amlodipine 5 mg")
    await quick_ward.time_passes(hours=1)
    await phone.taps("Skip")
    await phone.taps("I forgot")
    assert f"{name}: ask your care team or your pharmacist what to do about this dose." in phone.transcript
    assert "Please do not take two doses" not in phone.transcript
    await quick_ward.time_passes(hours=2)
    await phone.taps("Skip")
    await phone.taps("I forgot")
    assert "Please do not take two doses" in phone.transcript, "of any other, what is true of all"


async def test_a_second_tap_says_what_is_on_record_and_offers_a_change(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"))
    await quick_ward.time_passes(hours=1)
    await phone.taps("Taken")
    quick_ward.clock.passes(minutes=5)
    await phone.does("tap_data", "dose:all:1")
    assert "toast: This is on record already. To change it, tap Change." in phone.person.history
    assert (await all_doses(quick_ward.clinic))[0].taken_at.minute == 0
    await phone.taps("Change")
    await phone.taps("1 not taken")
    await phone.taps("I forgot")
    assert [one for one in await lines(quick_ward.clinic) if one.startswith("23")] == ["23 10:00 skipped"]
    await phone.taps("Change")
    await phone.taps("1 taken")
    assert "✓ taken at 10:05" in phone.transcript


async def test_yesterdays_button_never_books_todays_dose(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"))
    await quick_ward.time_passes(hours=1)
    for _ in range(24):
        await quick_ward.time_passes(hours=1)
    assert await lines(quick_ward.clinic, "no_answer", "asked") == ["23 10:00 no_answer", "24 10:00 asked"]
    await phone.does("tap_data", "dose:all:1")
    await phone.does("tap_data", "dose:why:1:0:forgot")
    assert await lines(quick_ward.clinic, "no_answer", "asked") == ["23 10:00 no_answer", "24 10:00 asked"]


@pytest.mark.parametrize("data", [
    "dose:all:99", "dose:all:2", "dose:one:1:2", "dose:one:1", "dose:why:1:0:bored", "dose:why:1", "dose:in:1:500", "dose:in:1",
    "dose:amend:1:1:taken", "dose:amend:1:2:taken", "dose:undo:1:9", "dose:nothing:1", "dose:skip:1:2", "dose:change:1"])
async def test_forged_buttons_change_nothing_and_are_answered(quick_ward: Ward, data: str):
    phone = await a_patient(quick_ward, daily("10:00"))
    await quick_ward.time_passes(hours=1)
    before = await all_doses(quick_ward.clinic)
    await phone.does("tap_data", data)
    assert await all_doses(quick_ward.clinic) == before
    assert all(query.answered for query in quick_ward.telegram.the_bot().queries.values())


async def test_another_patients_button_does_nothing(quick_ward: Ward):
    amina, omar = await known(quick_ward, "Amina Yusuf"), await known(quick_ward, "Omar Said")
    await prescribed(quick_ward.clinic, amina.patient_id, daily("10:00"))
    await quick_ward.time_passes(hours=1)
    await omar.does("tap_data", "dose:all:1")
    assert (await lines(quick_ward.clinic))[0] == "23 10:00 asked"


async def test_a_dose_past_its_window_is_never_asked_about_and_both_sides_hear_once(ward: Ward):
    phone = await a_patient(ward, daily("10:00", "14:00"), daily("10:00"))
    await ward.time_passes(hours=2, minutes=1)  # we were down
    assert await lines(ward.clinic, "missed_by_us") == ["23 10:00 missed_by_us"] * 2
    assert phone.news().startswith("bot: Riverside: a reminder did not reach you in time. That was our doing, not yours.")
    assert "Please do not take two doses at once" in phone.transcript
    assert await worries(ward) == [("routine", "We did not ask about a dose in time")] * 2
    await ward.time_passes(hours=4)
    assert len(await lines(ward.clinic, "missed_by_us")) == 3
    assert phone.news() == "", "at most one such message a day"


async def test_what_we_missed_at_night_is_said_in_the_morning(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("22:00"))
    await quick_ward.time_passes(hours=15, minutes=30)  # half past midnight
    assert phone.news() == ""
    await quick_ward.time_passes(hours=8)
    assert "That was our doing" in phone.transcript


async def test_a_prompt_that_cannot_leave_in_time_is_not_sent_later(ward: Ward):
    phone = await a_patient(ward, daily("10:00"))
    ward.clock.passes(hours=1)
    await jobs.attend_to_doses(ward.clinic)  # in the outbox at 10:00, but nobody sends
    ward.clock.passes(hours=1)
    await ward.settle()
    assert "Amlodipine" not in phone.news()
    assert await lines(ward.clinic, "missed_by_us") == ["23 10:00 missed_by_us"]


async def test_stopping_a_medicine_takes_back_what_is_queued_and_the_buttons_of_what_is_not(ward: Ward):
    phone = await a_patient(ward, daily("10:00"), daily("11:00"))
    await ward.time_passes(hours=1)
    await ward.run(orders.stop, 1, DANA, "swelling")
    await ward.settle()
    assert "1. Amlodipine 5 mg, 1 tablet: not asked any more" in phone.transcript
    assert not [line for line in phone.lines if "[Taken]" in line]
    ward.clock.passes(hours=1)
    await jobs.attend_to_doses(ward.clinic)
    await ward.run(orders.stop, 2, DANA, "swelling")
    phone.news()
    await ward.settle()
    news = phone.news()
    assert news.startswith("bot: Your care team stopped this medicine: Sertraline 50 mg\nI do not ask about it any more.")
    assert "[Taken]" not in news


async def test_an_hour_that_is_changed_while_the_dose_is_asked_moves_the_question(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"))
    await quick_ward.time_passes(hours=1, minutes=5)
    await changed(quick_ward.clinic, 1, daily("12:00"))
    await quick_ward.settle()
    assert "1. Amlodipine 5 mg, 1 tablet: I ask again at 12:00" in phone.transcript
    await quick_ward.time_passes(hours=1, minutes=55)
    assert "Medicines for 12:00" in phone.transcript
    await phone.taps("Taken")
    assert [one for one in await lines(quick_ward.clinic) if one.startswith("23")] == ["23 12:00 taken"]


async def test_whoever_pauses_messages_is_not_asked_and_nobody_is_blamed(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"))
    await phone.says("/stop")
    await phone.taps("Pause for a week")
    await quick_ward.time_passes(hours=1)
    assert (await lines(quick_ward.clinic))[0] == "23 10:00 cancelled"
    assert await worries(quick_ward) == []
    assert "Amlodipine" not in phone.transcript


async def test_a_patient_who_blocked_the_bot_is_not_asked_and_staff_know(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"))
    await phone.does("blocks")
    await quick_ward.time_passes(hours=1)
    assert (await lines(quick_ward.clinic))[0] == "23 10:00 missed_by_us"
    assert ("routine", "We did not ask about a dose in time") in await worries(quick_ward)


async def test_no_answer_about_a_critical_medicine_goes_to_staff_and_taking_it_after_all_is_said_there(quick_ward: Ward):
    phone = await known(quick_ward)
    await openly(phone)
    ordered = await prescribed(quick_ward.clinic, phone.patient_id, daily("10:00"), medicine={"critical": True})
    await quick_ward.run(orders.decide, ordered.id, "staff:2", True)
    await quick_ward.time_passes(hours=1)
    for _ in range(6):
        await quick_ward.time_passes(hours=1)
    assert await worries(quick_ward) == [("urgent", "No answer about a critical medicine")]
    await phone.taps("Change")
    await phone.taps("1 taken")
    item = (await quick_ward.clinic.read(worklist.waiting))[0]
    assert item.value == "Amlodipine 5 mg, 23.11. 10:00 (taken after all)"


async def test_three_days_in_seven_are_a_pattern_and_two_are_not(quick_ward: Ward):
    await a_patient(quick_ward, daily("10:00"))
    for day in range(1, 4):
        for hours in (1, 6, 17):
            await quick_ward.time_passes(hours=hours)
        assert len(await worries(quick_ward)) == (day == 3)
    assert await worries(quick_ward) == [("routine", "Doses not taken, or not answered, on 3 days in 7")]


async def test_an_interval_is_asked_about_so_many_hours_after_it_was_taken(quick_ward: Ward):
    phone = await a_patient(quick_ward, every(4))
    await quick_ward.time_passes(hours=1)
    quick_ward.clock.passes(minutes=20)
    await phone.taps("Taken")
    phone.news()
    await quick_ward.time_passes(hours=3, minutes=59)
    assert phone.news() == ""
    await quick_ward.time_passes(minutes=1)
    assert "Medicines for 14:20" in phone.news()


async def test_a_restart_changes_nothing(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"), daily("10:00"))
    await quick_ward.time_passes(hours=1)
    for label in ("Choose", "1 taken", "Later", "Back", "Skip", "The cost"):
        await quick_ward.restart()
        await phone.taps(label)
    assert [one.state for one in await all_doses(quick_ward.clinic)][:2] == ["taken", "skipped"]


async def test_doses_neither_wait_for_the_night_to_end_nor_for_room_in_the_day(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("02:00", "05:00", "12:00", "15:00", "18:00"))
    asked = 0
    for hours in (3, 3, 3, 8, 3):
        await quick_ward.time_passes(hours=hours)
        asked += "Medicines for" in phone.news()
        await phone.does("tap_data", f"dose:all:{asked}")
    assert asked == 5


async def test_a_reminder_that_was_never_opened_can_be_answered_after_it_closed(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"), discreet=True)
    await quick_ward.time_passes(hours=1)
    await quick_ward.time_passes(hours=6)
    assert "bot: Riverside: this one is closed. [Show]" in phone.transcript
    await phone.taps("Show")
    await phone.taps("Change")
    await phone.taps("1 taken")
    assert (await lines(quick_ward.clinic))[0] == "23 10:00 taken"
    assert (await all_doses(quick_ward.clinic))[0].late


@pytest.mark.parametrize("times", [50])
async def test_fifty_taps_at_once_are_one_record(ward: Ward, times: int):
    phone = await a_patient(ward, daily("10:00"))
    await ward.time_passes(hours=1)
    for _ in range(times):
        phone.person.tap_data("dose:all:1")
    await ward.settle()
    dose = (await all_doses(ward.clinic))[0]
    assert (dose.state, dose.taken_at) == ("taken", ward.clock.now)
    ended = await ward.clinic.read(lambda turn: turn.db.exec_driver_sql(
        "SELECT count(*) FROM events WHERE kind = 'DoseEnded'").scalar())
    assert ended == 1
