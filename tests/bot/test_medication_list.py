"""/meds: what a patient takes, "I took one" with its count, taken early, and asking for more before it runs out."""

from datetime import date, timedelta

import pytest

from care import patients, worklist
from care.medicines import adherence, orders, supplies
from tests.bot.test_doses import a_patient, known, openly, worries
from tests.care.medicines.pharmacy import DANA, TODAY, all_doses, daily, lines, prescribed
from tests.ward import BORN, Phone, Ward

PARACETAMOL = {"kind": "as_needed", "most": 3, "hours_between": 4}


async def opens(phone: Phone, name: str) -> None:
    await phone.says("/meds")
    await phone.taps(name)


async def test_the_list_tells_what_why_how_and_whose_order_it_is(quick_ward: Ward):
    phone = await known(quick_ward)
    about = {"purpose": "your blood pressure", "looks": "white and round", "missed_advice": "Take it when you think of it.",
             "supplied_on": TODAY, "supply_days": 30}
    await prescribed(quick_ward.clinic, phone.patient_id, daily("08:00", "20:00"), medicine=about, food="with")
    await phone.says("/meds")
    assert phone.transcript.split("bot: ")[-1] == """\
Your medicines
1. Amlodipine 5 mg, 1 tablet, every day at 08:00, 20:00 [Amlodipine 5 mg] [Show names at once] [Looking back] \
[My times of day] [In my calendar]"""
    await phone.taps("Amlodipine 5 mg")
    assert phone.transcript.split("bot: ")[-1].split("\npatient")[0] == """\
Amlodipine 5 mg: 1 tablet, every day at 08:00, 20:00, with food
What it is for: your blood pressure
How it looks: white and round
Ordered by Dr Ortiz, Monday, 23 November 2026.
Next: Monday, 23 November 2026, 20:00
Next: Tuesday, 24 November 2026, 08:00
Next: Tuesday, 24 November 2026, 20:00
What you have lasts until Tuesday, 22 December 2026.
If you miss a dose: Take it when you think of it. [Back]"""


@pytest.mark.parametrize(("how", "said"), [
    ({"kind": "daily", "times": ["08:00"], "every": 3}, "1 tablet, every 3 days at 08:00"),
    ({"kind": "weekly", "times": ["08:00"], "days": ["Mon", "Thu"]}, "1 tablet, Monday, Thursday at 08:00"),
    ({"kind": "monthly", "times": ["08:00"], "days": [1, 15]}, "1 tablet, each month on day 1, 15 at 08:00"),
    ({"kind": "cycle", "times": ["08:00"], "on": 21, "off": 7}, "1 tablet, 21 days on, 7 days off, at 08:00"),
    ({"kind": "interval", "hours": 8, "first": "08:00"}, "1 tablet, every 8 hours"),
    ({"kind": "steps", "steps": [{"begins": "2026-11-24", "times": ["08:00"], "amount": "4 tablets"}]}, "by a plan with dates"),
    (PARACETAMOL, "1 tablet, when you need it, at most 3 in 24 hours, 4 hours apart")])
async def test_every_way_of_taking_a_medicine_can_be_said(quick_ward: Ward, how: dict, said: str):
    phone = await known(quick_ward)
    await prescribed(quick_ward.clinic, phone.patient_id, how)
    await phone.says("/meds")
    assert f"1. Amlodipine 5 mg, {said} [" in phone.transcript


async def test_a_taper_says_how_much_from_which_day_on(quick_ward: Ward):
    steps = [{"begins": f"2026-11-{day}", "times": times, "amount": amount} for day, times, amount in (
        (16, ["08:00"], "6 tablets"), (20, ["08:00", "20:00"], "2 tablets"), (26, ["08:00"], "1 tablet"), (30, [], ""))]
    phone = await known(quick_ward)
    await prescribed(quick_ward.clinic, phone.patient_id, {"kind": "steps", "steps": steps}, "Prednisolone 5 mg")
    await opens(phone, "Prednisolone 5 mg")
    assert phone.transcript.split("bot: ")[-1].split("\nOrdered by")[0] == """\
Prednisolone 5 mg: by a plan with dates
From Friday, 20 November 2026: 2 tablets at 08:00, 20:00
From Thursday, 26 November 2026: 1 tablet at 08:00
From Monday, 30 November 2026: none"""


async def test_without_medicines_the_list_says_so(quick_ward: Ward):
    phone = await known(quick_ward)
    await phone.says("/meds")
    assert "There is no medicine on your list." in phone.transcript


async def test_taken_early_is_not_asked_about(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"))
    await opens(phone, "Amlodipine 5 mg")
    await phone.taps("I took it")
    assert "✓ taken at 09:00" in phone.transcript
    before = phone.transcript
    await quick_ward.time_passes(hours=1)
    assert phone.transcript == before
    assert (await lines(quick_ward.clinic))[0] == "23 10:00 taken"


async def test_taken_by_the_list_strips_the_reminder_of_its_buttons(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"))
    await quick_ward.time_passes(hours=1)
    await opens(phone, "Amlodipine 5 mg")
    await phone.taps("I took it")
    assert "1. Amlodipine 5 mg, 1 tablet: ✓ taken at 10:00 [Change]" in phone.transcript
    assert "[Taken]" not in phone.transcript


async def test_what_we_did_not_ask_about_can_still_be_said_to_be_taken(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"))
    await quick_ward.time_passes(hours=3)
    await opens(phone, "Amlodipine 5 mg")
    await phone.taps("I took it, 10:00")
    assert (await lines(quick_ward.clinic))[0] == "23 10:00 taken"
    item = (await quick_ward.clinic.read(worklist.waiting))[0]
    assert item.value == "Amlodipine 5 mg, 23.11. 10:00 (taken after all)"


async def test_tomorrows_dose_is_too_early(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("08:00"))
    await opens(phone, "Amlodipine 5 mg")
    assert "[I took it]" not in phone.transcript
    await phone.does("tap_data", "meds:took:1")
    assert "toast: It is too early for this one." in phone.person.history
    assert (await lines(quick_ward.clinic))[0] == "24 08:00 planned"


async def test_as_needed_counts_and_warns_before_one_too_many(quick_ward: Ward):
    phone = await a_patient(quick_ward, PARACETAMOL)
    for number in (1, 2, 3):
        await opens(phone, "Amlodipine 5 mg")
        await phone.taps("I took one")
        assert f"In the last 24 hours: {number} of at most 3." in phone.transcript.split("bot: ")[-1]
        quick_ward.clock.passes(hours=4)
    await opens(phone, "Amlodipine 5 mg")
    await phone.taps("I took one")
    assert "The next one is not before 09:00, Tuesday, 24 November 2026." in phone.transcript
    await phone.taps("I have not taken it")
    assert len(await lines(quick_ward.clinic)) == 3
    assert await worries(quick_ward) == []


async def test_below_the_most_nobody_is_asked_twice(quick_ward: Ward):
    phone = await a_patient(quick_ward, {"kind": "as_needed", "most": 5})
    for _ in range(5):
        await opens(phone, "Amlodipine 5 mg")
        await phone.taps("I took one")
    assert len(await lines(quick_ward.clinic, "taken")) == 5


async def test_one_too_many_is_words_and_staff_at_once(quick_ward: Ward):
    phone = await a_patient(quick_ward, {"kind": "as_needed", "most": 1})
    await opens(phone, "Amlodipine 5 mg")
    await phone.taps("I took one")
    await opens(phone, "Amlodipine 5 mg")
    await phone.taps("I took one")
    await phone.taps("I have taken it")
    last = phone.transcript.split("bot: ")[-1]
    assert "That is more than your plan says. Please take no more for now. I have told your care team." in last
    assert "In an emergency, call 999." in last
    assert await worries(quick_ward) == [("urgent", "Took more than the most for 24 hours")]
    await phone.taps("I have not taken it")
    item = (await quick_ward.clinic.read(worklist.waiting))[0]
    assert item.value == "Amlodipine 5 mg, 23.11. 09:00 (not taken after all)"


async def test_one_too_many_of_a_critical_medicine_is_treated_as_an_overdose(quick_ward: Ward):
    phone = await known(quick_ward)
    ordered = await prescribed(quick_ward.clinic, phone.patient_id, {"kind": "as_needed", "most": 1}, "Morphine 10 mg",
                               {"critical": True})
    await quick_ward.run(orders.decide, ordered.id, "staff:2", True)
    for _ in range(2):
        await opens(phone, "Morphine 10 mg")
        await phone.taps("I took one")
    await phone.taps("I have taken it")
    assert ("emergency", "Took more than the most for 24 hours") in await worries(quick_ward)
    assert "999" in phone.transcript


async def test_the_same_tap_twice_is_one_taken(ward: Ward):
    phone = await a_patient(ward, {"kind": "as_needed", "most": 4})
    await opens(phone, "Amlodipine 5 mg")
    for _ in range(20):
        phone.person.tap_data("meds:more:1:0")
    await ward.settle()
    assert len(await lines(ward.clinic)) == 1


async def test_names_at_once_or_after_a_tap_is_the_patients_choice(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"), discreet=True)
    await phone.says("/meds")
    await phone.taps("Show names at once")
    await quick_ward.time_passes(hours=1)
    assert "Medicines for 10:00" in phone.transcript
    await phone.says("/meds")
    await phone.taps("Hide names at first")
    assert "something short" not in phone.transcript
    await quick_ward.time_passes(days=1)
    assert "bot: Riverside has something short for you. [Show]" in phone.transcript


async def test_a_carer_of_two_says_whose_list_it_is(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"))
    def another(turn) -> None:
        omar = patients.add(turn, "Omar Said", BORN, "en")
        patients.link(turn, omar.id, phone.chat_id, "carer")
        patients.change(turn, omar.id, state="active", consented=True)

    await quick_ward.run(another)
    await phone.says("/meds")
    await phone.taps("Amina Yusuf")
    assert "Amina Yusuf: Your medicines" in phone.transcript


# Refills


async def supplied(ward: Ward, days: int, critical: bool = False) -> Phone:
    phone = await known(ward)
    await openly(phone)
    ordered = await prescribed(ward.clinic, phone.patient_id, daily("23:00"), medicine={
        "supplied_on": TODAY, "supply_days": days, "critical": critical}, nudges=0)
    if critical:
        await ward.run(orders.decide, ordered.id, "staff:2", True)
    return phone


async def test_more_is_asked_about_seven_and_three_days_before_the_end(quick_ward: Ward):
    phone = await supplied(quick_ward, 10)  # until 2 December
    asked = []
    for day in range(12):
        await quick_ward.time_passes(days=1, minutes=61 if day == 0 else 0)  # each day at 10:01
        if "lasts until" in phone.transcript.split("patient:")[-1] and "[I will get it]" in phone.transcript:
            asked.append(quick_ward.clock.now.day)
            await phone.taps("I will get it")
    assert asked == [25, 29]


async def test_what_stands_in_the_way_goes_to_staff(quick_ward: Ward):
    phone = await supplied(quick_ward, 8)
    await quick_ward.time_passes(days=1, hours=1, minutes=1)
    assert "Amlodipine 5 mg lasts until Monday, 30 November 2026. Do you have more of it?" in phone.transcript
    await phone.taps("Something is in the way")
    await phone.taps("The cost")
    assert ("routine", "Cannot get more of a medicine: the cost (social worker)") in await worries(quick_ward)
    assert "I have told your care team" in phone.transcript


async def test_whoever_has_more_is_not_asked_again(quick_ward: Ward):
    phone = await supplied(quick_ward, 8)
    await quick_ward.time_passes(days=1, hours=1, minutes=1)
    await phone.taps("I have more")
    await quick_ward.time_passes(days=4)
    assert phone.transcript.count("lasts until") == 0
    await quick_ward.run(supplies.handed_out, 1, date(2026, 12, 1), 30)
    assert await quick_ward.clinic.read(supplies.due) == []


async def test_a_stopped_medicine_is_not_asked_about(quick_ward: Ward):
    phone = await supplied(quick_ward, 8)
    await quick_ward.run(orders.stop, 1, DANA, "no more needed")
    await quick_ward.time_passes(days=1, hours=1, minutes=1)
    assert "lasts until" not in phone.transcript


@pytest.mark.parametrize("data", [
    "meds:list:99", "meds:openly:99", "meds:one:99", "meds:more:1:0", "meds:sure:1:0", "meds:more:1", "meds:took:99",
    "meds:undo:1", "refill:have:99", "refill:have:1", "refill:why:1:nothing", "refill:why:1"])
async def test_forged_buttons_change_nothing_and_are_answered(quick_ward: Ward, data: str):
    phone = await a_patient(quick_ward, daily("10:00"))
    before = await all_doses(quick_ward.clinic)
    await phone.does("tap_data", data)
    assert await all_doses(quick_ward.clinic) == before
    assert all(query.answered for query in quick_ward.telegram.the_bot().queries.values())


# What is known


async def test_reported_doses_are_counted_by_what_became_of_them(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"), daily("12:00"))
    await quick_ward.time_passes(hours=1)
    await phone.taps("Taken")
    await quick_ward.time_passes(hours=2)
    await phone.taps("Skip")
    await phone.taps("The cost")
    await quick_ward.time_passes(hours=24)
    found = await quick_ward.clinic.read(adherence.reported, phone.patient_id, TODAY, TODAY + timedelta(days=1))
    overall, amlodipine, sertraline = found
    assert (overall.taken, overall.skipped.total(), overall.missed_by_us, overall.asked) == (1, 1, 1, 2)
    assert (overall.share, amlodipine.share, sertraline.share) == (0.5, 1.0, 0.0)
    assert sertraline.skipped == {"cost": 1}
    days = await quick_ward.clinic.read(adherence.by_day, phone.patient_id, TODAY, TODAY)
    assert [one.state for one in days[TODAY]] == ["taken", "skipped"]


async def test_the_hour_most_often_unanswered_is_named_once_there_are_four(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"))
    for day in range(4):
        for hours in (1, 6, 17):
            await quick_ward.time_passes(hours=hours)
        hour = await quick_ward.clinic.read(adherence.unanswered_hour, phone.patient_id, TODAY, TODAY + timedelta(days=9))
        assert hour == (10 if day == 3 else None)
