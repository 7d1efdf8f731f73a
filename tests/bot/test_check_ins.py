"""Check-ins as patients live them: what they read, who is called, and what the days before have to do with it."""

from datetime import timedelta

import pytest

from bot.flows import CHECK_INS
from care import escalations, thresholds, worklist
from care.office import read_by
from tests.bot.checking_in import answers, begin, worries
from tests.ward import Phone, Ward

WELL = {
    "symptom_check": ("1", "No", "No"),
    "hypertension": ("124/78", "No", "Yes, all of it"),
    "heart_failure": ("72.4 kg", "As usual", "No", "No", "None of these"),
    "diabetes": ("6.1 mmol/L", "No", "No", "Yes, all of it"),
    "copd": ("As usual", "94", "As usual", "No", "No", "None of these"),
    "asthma": ("As usual", "420", "No", "No", "None of these"),
    "mood": ("Better", "Well enough", "Yes", "Yes, all of it", "Skip"),
    "post_discharge": ("Better", "As usual", "No", "None of these", "Yes"),
    "post_surgery": ("3", "None of these", "No", "As usual", "None of these"),
    "pregnancy": ("Pregnant", "118/74", "None of these", "None of these"),
    "kidney": ("I have no dialysis", "71.8 kg", "As usual", "As usual", "None of these"),
    "pain": ("0",),
}


@pytest.fixture
async def amina(quick_ward: Ward) -> Phone:
    return await quick_ward.enrolled()


@pytest.mark.parametrize("flow", CHECK_INS, ids=lambda flow: flow.name)
async def test_a_well_patient_answers_few_questions_and_nobody_is_called(amina: Phone, flow):
    said = WELL[flow.name]
    assert len(said) <= 6
    await begin(amina, flow.name)
    await answers(amina, *said)
    assert "Your care team can see your answers." in amina.transcript.rsplit("bot: ", 1)[1]
    assert await worries(amina.ward) == []


async def weighs(phone: Phone, kg: float, swelling: str = "No") -> None:
    await begin(phone, "heart_failure")
    await phone.says(f"{kg} kg")
    if "That is right" in phone.lines[-1]:
        await phone.taps("That is right")
    await answers(phone, "As usual", "No", swelling, "None of these")


async def test_weight_that_goes_up_from_day_to_day_is_seen_however_the_hour_moves(amina: Phone):
    await weighs(amina, 72.0)
    await amina.ward.time_passes(hours=27)  # a late morning
    await weighs(amina, 72.9)
    assert await worries(amina.ward) == []
    await amina.ward.time_passes(hours=21)
    await weighs(amina, 73.9)
    assert await worries(amina.ward) == [
        ("urgent", "Weight up by 1 kg or more since yesterday", "73.9 kg (+1 since 24 November, when it was 72.9)")]


async def test_weight_that_creeps_up_over_a_week_is_seen_too(amina: Phone):
    for day in range(7):
        await weighs(amina, 72 + 0.4 * day)
        await amina.ward.time_passes(days=1)
    ((_, reason, value),) = await worries(amina.ward)
    assert reason == "Weight up by 2.25 kg or more in 7 days"
    assert value == "74.4 kg (+2.4 since 23 November, when it was 72)"


async def test_a_gain_of_long_ago_is_no_gain_of_today(amina: Phone):
    await weighs(amina, 72)
    await amina.ward.time_passes(days=9)
    await weighs(amina, 76)
    assert await worries(amina.ward) == []


async def test_a_weight_put_right_is_judged_anew(amina: Phone):
    await weighs(amina, 72)
    await amina.ward.time_passes(days=1)
    await begin(amina, "heart_failure")
    await amina.says("74 kg")
    assert len(await worries(amina.ward)) == 1
    await amina.taps("Change")
    await amina.says("72.1 kg")
    assert await worries(amina.ward) == [
        ("urgent", "Weight up by 1 kg or more since yesterday", "72.1 kg (corrected)")]


async def test_dry_weight_counts_once_the_team_has_set_it(amina: Phone):
    await weighs(amina, 72)
    await amina.ward.run(thresholds.set_, "heart_failure.dry_weight", 69.5, amina.patient_id)
    await amina.ward.time_passes(days=1)
    await weighs(amina, 72)
    assert await worries(amina.ward) == [
        ("urgent", "Weight 2 kg or more above the dry weight", "72 kg (+2.5 from the usual 69.5)")]


async def test_more_swelling_than_last_time_is_worse_than_last_time(amina: Phone):
    await weighs(amina, 72, "A little")
    assert await worries(amina.ward) == []
    await amina.ward.time_passes(days=1)
    await weighs(amina, 72, "A little")
    assert await worries(amina.ward) == []
    await amina.ward.time_passes(days=1)
    await weighs(amina, 72, "A lot")
    ((severity, reason, _value),) = await worries(amina.ward)
    assert (severity, reason) == ("urgent", "A lot of swelling; More swelling than last time")


async def test_low_sugar_is_treated_first_and_measured_again(amina: Phone):
    await begin(amina, "diabetes")
    await amina.says("3.6 mmol/L")
    assert "Take 15 to 20 grams of fast sugar now" in amina.transcript
    await amina.taps("None of these")
    assert "Please wait 15 minutes. Then measure again." in amina.transcript
    await amina.ward.time_passes(minutes=16)
    await answers(amina, "5.6 mmol/L", "No", "No", "Yes, all of it")
    await amina.ward.time_passes(hours=1)
    assert await worries(amina.ward) == [], "treated, and above it again"


@pytest.mark.parametrize("then", ["still low", "nothing"])
async def test_sugar_that_stays_low_or_is_not_measured_again_is_for_the_team(amina: Phone, then: str):
    await begin(amina, "diabetes")
    await answers(amina, "66 mg/dL", "None of these")
    await amina.ward.time_passes(minutes=16)
    if then == "still low":
        await amina.says("68")
        assert await worries(amina.ward) == [("urgent", "Blood sugar below 70 mg/dL, and not above it again", "68 mg/dL")]
    else:
        await amina.ward.time_passes(minutes=15)
        assert [reason for _, reason, _ in await worries(amina.ward)] == [
            "Blood sugar below 70 mg/dL, and not above it again; not measured again"]


async def test_very_low_sugar_is_an_emergency_and_sugar_comes_first(amina: Phone):
    await begin(amina, "diabetes")
    await amina.says("48 mg/dL")
    said = amina.transcript.rsplit("patient: 48 mg/dL", 1)[1]
    assert said.index("If you can swallow, eat or drink sugar now") < said.index("call 999 now")
    assert "Take 15 to 20 grams" in said
    assert (await worries(amina.ward))[0] == ("emergency", "Blood sugar below 54 mg/dL", "48 mg/dL")


async def test_words_beside_the_number_are_still_searched_for_danger(amina: Phone):
    await begin(amina, "diabetes")
    await amina.says("3.6 mmol and I am so shaky I cannot eat, on insulin")
    assert (await worries(amina.ward))[0][:2] == ("emergency", "Wrote words that may mean: low sugar")


async def test_high_sugar_twice_in_a_day_is_an_emergency(amina: Phone):
    for expected in ("urgent", "emergency"):
        await begin(amina, "diabetes")
        await amina.says("17 mmol/L")
        assert (await worries(amina.ward))[0][0] == expected
        await amina.ward.time_passes(hours=20)


async def test_oxygen_is_held_against_what_is_usual_for_this_patient(amina: Phone):
    for reading in (95, 96, 95, 94, 95, 96, 95):
        await begin(amina, "copd")
        await answers(amina, "As usual", str(reading))
        await amina.ward.time_passes(days=1)
    assert await worries(amina.ward) == []
    await begin(amina, "copd")
    await answers(amina, "As usual", "92")
    assert await worries(amina.ward) == [
        ("emergency", "Oxygen 3 points or more below what is usual", "92 % (-3 from the usual 95)")]


async def test_oxygen_that_is_usual_with_copd_calls_nobody(amina: Phone):
    await amina.ward.run(thresholds.set_, "copd.usual_oxygen", 91, amina.patient_id)
    await begin(amina, "copd")
    await answers(amina, "As usual", "90")
    assert await worries(amina.ward) == []


async def test_peak_flow_is_held_against_the_personal_best(amina: Phone):
    await amina.ward.run(thresholds.set_, "asthma.best_peak_flow", 500, amina.patient_id)
    await begin(amina, "asthma")
    await answers(amina, "As usual", "390")
    assert [(severity, reason) for severity, reason, _ in await worries(amina.ward)] == [
        ("urgent", "Peak flow below 80 % of the personal best")]
    await begin(amina, "asthma")
    await answers(amina, "As usual", "240")
    assert (await worries(amina.ward))[0] == (
        "emergency", "Peak flow below 50 % of the personal best", "240 L/min (48 % of 500)")


async def test_a_fever_counts_when_it_comes_twice_in_a_day(amina: Phone):
    for hours, expected in ((30, 0), (10, 0), (0, 1)):
        await begin(amina, "post_discharge")
        await answers(amina, "Better", "As usual", "Yes, I measured it", "38.2")
        assert len(await worries(amina.ward)) == expected
        await amina.ward.time_passes(hours=hours)


async def test_pain_that_rises_is_seen_below_the_limit_too(amina: Phone):
    await begin(amina, "post_surgery")
    await amina.taps("2")
    await amina.ward.time_passes(days=1)
    await begin(amina, "post_surgery")
    await amina.taps("5")
    assert await worries(amina.ward) == [
        ("urgent", "Pain 3 or more above last time", "5 (+3 since 23 November, when it was 2)")]


async def test_pressure_that_is_severe_in_pregnancy_does_not_wait_for_a_second_reading(amina: Phone):
    await begin(amina, "pregnancy")
    await answers(amina, "Baby is born", "162/104")
    assert "Call 999 now." in amina.transcript
    ((severity, reason, value),) = await worries(amina.ward)
    assert (severity, value) == ("emergency", "162 over 104 mmHg")
    assert reason == "Upper blood pressure of 160 or more in pregnancy or the year after"


async def test_each_card_that_is_needed_is_shown(amina: Phone):
    await begin(amina, "pregnancy")
    await answers(amina, "Pregnant", "Skip", "1 12")
    assert "This could be an emergency. Call 999 now." in amina.transcript
    assert "You do not have to carry this alone." in amina.transcript


async def test_who_does_not_feel_safe_gets_the_card_and_a_person(amina: Phone):
    await begin(amina, "mood")
    await answers(amina, "Worse", "I barely can", "I am not sure")
    assert "are you safe right now?" in amina.transcript
    assert (await worries(amina.ward))[0][:2] == ("emergency", "Is not sure to be safe")


async def test_out_of_hours_the_patient_hears_when_somebody_looks(amina: Phone):
    amina.ward.clock.passes(hours=12)
    await begin(amina, "kidney")
    await amina.taps("Yes, I missed one")
    assert "Someone will look at this tomorrow before 09:00." in amina.transcript


async def test_one_trouble_reported_again_stays_one(amina: Phone):
    for _ in range(2):
        await begin(amina, "kidney")
        await amina.taps("Yes, I missed one")
    ((item),) = await amina.ward.clinic.read(worklist.waiting)
    assert item.times_reported == 2
    due = await amina.ward.clinic.read(escalations.get, item.escalation_id)
    assert due.due_at - amina.ward.clock.now == timedelta(hours=1)
    assert await amina.ward.clinic.read(read_by, 60) == due.due_at
