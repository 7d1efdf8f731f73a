"""A validated questionnaire, as a patient meets it: verbatim, by tap or by the number on the form, item 9 heard at its tap."""

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import select

from care import questionnaires, rota, staff, worklist
from care.tables import instrument_scores
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
    locale = await quick_ward.clinic.read(lambda turn: turn.db.scalar(select(instrument_scores.c.locale)))
    assert locale == "en", "as it was read"


async def test_choosing_the_same_language_again_ends_nothing(quick_ward: Ward):
    phone = await sent(quick_ward)
    await phone.taps("Start")
    await phone.says("/language")
    await phone.taps("English")
    await phone.says("1")
    assert "2 of 10" in phone.transcript


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


async def test_sent_when_nobody_is_there_it_is_offered_when_the_clinic_opens(ward: Ward):
    phone = await ward.enrolled()
    ward.clock.passes(days=4, hours=10)  # Friday, 19:00
    phone.news()
    assert await ward.run(questionnaires.send, phone.patient_id, "phq9") is None
    await ward.settle()
    assert phone.news() == ""
    ward.clock.passes(days=2, hours=13)  # Monday, 08:00
    await ward.settle()
    assert "A few questions from your care team. They read your answers today before 10:00." in phone.news()
    assert "Nobody reads" not in phone.transcript


@pytest.mark.parametrize("name", ["phq9", "phq2", "gad7"])
async def test_started_when_nobody_is_there_it_says_so_first(quick_ward: Ward, name: str):
    phone = await sent(quick_ward, name)
    quick_ward.clock.passes(hours=10)  # 19:00
    await phone.taps("Start")
    said = phone.person.last.text
    assert said.startswith("A few questions from your care team. They read your answers tomorrow before 10:00.\n\n"
                           "Nobody reads messages right now.\n\nFor any emergency, call 999.")
    assert said.index("Nobody reads") < said.index("1 of ")


async def test_with_somebody_on_call_it_is_offered_in_the_evening_too(ward: Ward):
    phone = await ward.enrolled()
    nurse = await ward.run(staff.add, "grace@example.org", "Grace", "hash")
    await ward.run(rota.add_shift, nurse.id, "on_call", time(18), time(8), on_date=date(2026, 11, 23))
    ward.clock.passes(hours=10)  # 19:00
    phone.news()
    assert await ward.run(questionnaires.send, phone.patient_id, "phq9") is None
    await ward.settle()
    assert "A few questions from your care team." in phone.news()
    await phone.taps("Start")
    assert "Nobody reads" not in phone.transcript


async def test_the_shorter_form_is_a_clinics_own_choice_and_says_what_it_leaves_out(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    refused = await quick_ward.run(questionnaires.send, phone.patient_id, "phq8")
    assert refused == "Not given: the PHQ-8 does not ask about self-harm. A clinic that wants it sets clinic.offer_phq8 = true."
    with_setting(quick_ward, offer_phq8=True)
    assert await quick_ward.run(questionnaires.send, phone.patient_id, "phq8") is None
    await quick_ward.settle()
    left_out = "This form does not ask about thoughts of death or self-harm. If you have any, call 999 or tell us here."
    assert left_out in phone.person.last.text
    await phone.taps("Start")
    assert left_out in phone.person.last.text, "also while it is being answered"
    for _ in range(8):
        await phone.says("3")
    assert "Your answers add up to 24 of 24." in phone.transcript
    assert "hurting yourself" not in phone.person.history


@pytest.mark.parametrize("name", ["phq9", "phq2", "gad7", "phq4", "steadi-stay-independent"])
async def test_a_clinic_may_insist_on_texts_that_a_person_has_compared(quick_ward: Ward, name: str):
    phone = await sent(quick_ward, name)
    with_setting(quick_ward, only_compared_texts=True)
    refused = await quick_ward.run(questionnaires.send, phone.patient_id, name)
    assert refused
    assert "not yet compared with the official form by a person" in refused
    await phone.taps("Start")
    assert phone.person.last.text == "Your care team does not use these questions here. They can ask you in person."


async def test_they_are_asked_of_the_patient_and_not_of_a_carer(quick_ward: Ward):
    """One chat: her own, and she cares for Omar. What is asked is asked by name, and of her alone."""
    phone = await quick_ward.enrolled()
    omar, token = await quick_ward.invited("Omar Said", role="carer")
    await phone.opens(token)
    await phone.says("1968-05-23")
    await phone.taps("Yes")
    await phone.taps("I agree")
    refused = await quick_ward.run(questionnaires.send, omar, "phq9")
    assert refused == "Not given: the chat is a carer's, and these questions are for the patient alone. Ask in person."
    await phone.does("tap_data", f"flow:phq9:{omar}")
    assert "These questions are for Omar Said alone." in phone.person.last.text
    assert await quick_ward.run(questionnaires.send, phone.patient_id, "phq9") is None
    await quick_ward.settle()
    await phone.taps("Start")
    for _ in range(9):
        assert phone.person.last.text.startswith("Amina Yusuf: ")
        await phone.taps("Not at all")


def with_setting(ward: Ward, **changed: object) -> None:
    settings = ward.clinic.settings
    ward.clinic.settings = replace(settings, clinic=replace(settings.clinic, **changed))


async def test_what_ends_by_itself_leaves_no_button_behind_and_says_so(ward: Ward):
    phone = await sent(ward)
    await phone.taps("Start")
    await phone.says("/language")
    await phone.taps("Español")
    assert "bot: These questions have ended. What you answered is kept." in phone.lines
    await phone.says("/check")
    await ward.time_passes(hours=25)
    assert "bot: Ya no hay más preguntas. Guardo lo que me dijo." in phone.lines
    rows = [row for message in phone.person.chat.newest_first() for row in message.buttons]
    left = [button["callback_data"] for row in rows for button in row]
    assert [data for data in left if data.startswith(("say:", "pause:", "go:"))] == []
