"""A validated questionnaire, as a patient meets it: verbatim, by tap or by the number on the form, item 9 heard at its tap."""

import pytest

from care import questionnaires, worklist
from tests.ward import Phone, Ward

ZERO = {"en": "Not at all", "es": "Ningún día"}


async def sent(ward: Ward, name: str = "phq9", language: str = "en") -> Phone:
    phone = await ward.enrolled(language=language)
    assert await ward.run(questionnaires.send, phone.patient_id, name) is None
    await ward.settle()
    phone.news()
    return phone


async def kinds(ward: Ward) -> list[tuple[str, str]]:
    return [(item.severity, item.kind) for item in await ward.clinic.read(worklist.waiting)]


async def test_the_patient_hears_who_reads_it_and_begins_it_with_a_tap(ward: Ward):
    phone = await sent(ward)
    assert "A few questions from your care team. They read your answers today before 11:00." in phone.transcript
    await phone.taps("Start")
    assert "1 of 9" in phone.transcript
    assert "Over the last 2 weeks, how often have you been bothered by any of the following problems?" in phone.transcript
    for _ in range(9):
        await phone.taps("Not at all")
    assert "Your answers add up to 0 of 27." in phone.transcript
    assert "This is not a diagnosis." in phone.transcript
    (scored,) = await ward.clinic.read(questionnaires.history, phone.patient_id, "phq9")
    assert (scored.total, scored.band) == (0, "none-minimal")
    assert await kinds(ward) == []


async def test_in_spanish_it_is_the_official_spanish_text(quick_ward: Ward):
    phone = await sent(quick_ward, language="es")
    await phone.taps("Empezar")
    assert "Poco interés o placer en hacer cosas" in phone.transcript
    for _ in range(9):
        await phone.taps("Ningún día")
    (scored,) = await quick_ward.clinic.read(questionnaires.history, phone.patient_id, "phq9")
    assert scored.total == 0


@pytest.mark.parametrize(("answer", "severity"), [("1", "urgent"), ("2", "emergency"), ("Nearly every day", "emergency")])
async def test_item_nine_is_answered_at_once_and_the_questionnaire_goes_on(ward: Ward, answer: str, severity: str):
    phone = await sent(ward)
    await phone.taps("Start")
    for _ in range(8):
        await phone.says("0")  # the number on the form, not the place of the button
    await phone.says(answer)
    assert (severity, "instrument:phq9:q9") in await kinds(ward)
    assert "999" in phone.transcript.rsplit(f"patient: {answer}", 1)[1]
    assert "10 of 10" in phone.transcript, "something troubles her, so the last question is asked too"
    await phone.taps("Somewhat difficult")
    (scored,) = await ward.clinic.read(questionnaires.history, phone.patient_id, "phq9")
    assert scored.total == {"1": 1, "2": 2}.get(answer, 3)


async def test_a_restart_at_every_item_changes_nothing(ward: Ward):
    phone = await sent(ward)
    await phone.taps("Start")
    for number in range(9):
        await ward.restart()
        await phone.says(str(number % 3) if number < 8 else "0")
    await phone.taps("Not difficult at all")
    (scored,) = await ward.clinic.read(questionnaires.history, phone.patient_id, "phq9")
    assert scored.total == sum(number % 3 for number in range(8))


async def test_it_is_not_given_twice_within_its_recall_period(quick_ward: Ward):
    phone = await sent(quick_ward)
    await phone.taps("Start")
    for _ in range(9):
        await phone.taps("Not at all")
    assert await quick_ward.run(questionnaires.send, phone.patient_id, "phq9") is not None
    await phone.does("tap_data", f"flow:phq9:{phone.patient_id}")
    assert "You answered these questions not long ago." in phone.transcript


async def test_a_change_of_language_ends_the_run_it_is_another_text(quick_ward: Ward):
    phone = await sent(quick_ward)
    await phone.taps("Start")
    await phone.taps("Several days")
    await phone.says("/language")
    await phone.taps("Español")
    await phone.does("tap_data", "say:1:q2:1")
    (scored,) = await quick_ward.clinic.read(questionnaires.history, phone.patient_id, "phq9")
    assert scored.total is None


@pytest.mark.parametrize("name", ["gad7", "phq4", "steadi-stay-independent"])
async def test_the_other_forms_come_to_a_score_too(quick_ward: Ward, name: str):
    phone = await sent(quick_ward, name)
    await phone.taps("Start")
    for _ in range(20):
        if "This is not a diagnosis." in phone.transcript:
            break
        buttons = phone.person.last.buttons
        await phone.taps(buttons[0][0]["text"], message=phone.person.last)
    (scored,) = await quick_ward.clinic.read(questionnaires.history, phone.patient_id, name)
    assert scored.total is not None


async def test_not_now_is_a_good_answer(ward: Ward):
    phone = await sent(ward)
    await phone.taps("Not now")
    assert "All right. If you change your mind, write to your care team here." in phone.transcript
