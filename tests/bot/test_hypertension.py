"""Blood pressure at home: at once with alarm symptoms, measured again without, and never lost in between."""

import pytest

from care import thresholds
from tests.bot.checking_in import answers, begin, worries
from tests.ward import Phone, Ward

UPPER = "Upper blood pressure of 180 or more"


@pytest.fixture
async def amina(quick_ward: Ward) -> Phone:
    phone = await quick_ward.enrolled()
    await begin(phone, "hypertension")
    return phone


async def test_a_well_patient_answers_three_questions_and_nobody_is_called(amina: Phone):
    await answers(amina, "128/79", "No", "Yes, all of it")
    assert "3 of 3" in amina.person.history
    assert amina.transcript.endswith("""\
bot: Thank you. Your care team can see your answers.

If anything changes or worries you, you can write here at any time.
patient: [No]
patient: [Yes, all of it]""")
    assert await worries(amina.ward) == []


async def test_with_an_alarm_symptom_nothing_is_measured_again_and_there_is_no_waiting(amina: Phone):
    await amina.says("192/118")
    assert "This may be high for you." in amina.transcript
    assert await worries(amina.ward) == [], "the next question decides"
    await answers(amina, "1")
    said = amina.transcript.rsplit("patient: 1", 1)[1]
    assert "Call 999 now." in said
    assert "Someone from your care team will look at this today before 09:15." in said
    assert "dizzy when you stand up" in said
    assert "Then measure again" not in amina.transcript
    assert await worries(amina.ward) == [("emergency", "Very high blood pressure with alarm symptoms", "chest pain")]
    await amina.ward.time_passes(minutes=30)
    assert len(await worries(amina.ward)) == 1, "no second reading is waited for"


async def test_twice_very_high_is_for_the_team_today(amina: Phone):
    await answers(amina, "192/104", "None of these")
    assert "Please sit and rest for five minutes. Then measure again." in amina.transcript
    amina.ward.clock.passes(minutes=6)
    await amina.says("184/100")
    assert "Someone will look at this today before 10:06." in amina.transcript
    assert "999" not in amina.news(), "no danger to life, as far as anybody can tell"
    assert await worries(amina.ward) == [("urgent", UPPER, "184 over 100 mmHg (average 188 over 102)")]


async def test_the_average_of_both_counts(amina: Phone):
    await answers(amina, "190/100", "None of these", "168/90", "No", "Yes, all of it")
    assert await worries(amina.ward) == []


@pytest.mark.parametrize("leaves", ["Pause", "is silent"])
async def test_a_second_reading_that_never_comes_reaches_the_team_in_time(amina: Phone, leaves: str):
    await answers(amina, "190/104", "None of these")
    if leaves == "Pause":
        await amina.taps("Pause")
    await amina.ward.time_passes(minutes=19)
    assert await worries(amina.ward) == []
    await amina.ward.time_passes(minutes=1)
    assert await worries(amina.ward) == [("urgent", f"{UPPER}; not measured again", "190 over 104 mmHg")]
    assert "I have not had a second reading from you, so I have told your care team." in amina.transcript
    assert "call 999" in amina.transcript


async def test_it_is_noticed_too_if_the_alarm_question_is_never_answered(amina: Phone):
    await answers(amina, "171/124")
    await amina.ward.time_passes(hours=25)
    assert await worries(amina.ward) == [
        ("urgent", "Lower blood pressure of 120 or more; not measured again", "171 over 124 mmHg")]


async def test_a_late_second_reading_is_judged_with_the_first(amina: Phone):
    await answers(amina, "190/104", "None of these")
    await amina.ward.time_passes(minutes=25)
    await amina.says("150/90")
    assert await worries(amina.ward) == [("urgent", f"{UPPER}; not measured again", "150 over 90 mmHg (measured again)")]


async def test_a_first_reading_that_was_a_slip_calls_nobody(amina: Phone):
    await amina.says("192/108")
    await amina.taps("Change")
    await amina.says("129/80")
    await amina.ward.time_passes(minutes=30)
    assert await worries(amina.ward) == []


async def test_a_second_reading_put_right_is_judged_anew(amina: Phone):
    await answers(amina, "192/108", "None of these", "190/101")
    await amina.taps("Change")
    await amina.says("140/81")
    assert await worries(amina.ward) == [("urgent", UPPER, "140 over 81 mmHg (corrected)")]


async def test_a_nurse_is_called_above_the_number_that_she_set_for_this_patient(amina: Phone):
    omar = await amina.ward.enrolled("Omar Said")
    await amina.ward.run(thresholds.set_, "hypertension.systolic", 170, amina.patient_id)
    for phone in (omar, amina):
        await begin(phone, "hypertension")
        await answers(phone, "172/90", "No", "Yes, all of it")
        wanted = [("urgent", "Upper blood pressure of 170 or more (as set for this patient)", "172 over 90 mmHg")]
        assert await worries(amina.ward) == (wanted if phone is amina else [])


async def test_a_higher_number_of_ones_own_still_measures_again(amina: Phone):
    await amina.ward.run(thresholds.set_, "hypertension.systolic", 200, amina.patient_id)
    await answers(amina, "190/90", "None of these", "188/90", "No", "Yes, all of it")
    await amina.ward.time_passes(minutes=30)
    assert await worries(amina.ward) == []


async def test_dizzy_is_for_the_day_and_fainting_for_now(amina: Phone):
    await answers(amina, "88/56", "Fainted, or nearly")
    assert await worries(amina.ward) == [
        ("emergency", "Fainted, or nearly", "fainted"), ("urgent", "Upper blood pressure below 90", "88 over 56 mmHg")]
