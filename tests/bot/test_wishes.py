"""What a patient wants to hear about, said in the chat; and messages to many, as the patient sees them."""

import pytest

from care import plans, preferences
from care.broadcasts import results, texts, trial
from tests.care.broadcasting import goes_on, sent_off, two_people, written
from tests.ward import Ward


async def test_a_patient_says_what_they_want_to_hear_about(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    phone.news()
    await phone.says("/settings")
    assert phone.news() == """\
patient: /settings
bot: What may I write to you about? Tap to change it. Your medicines are in /meds.

Without being asked I send at most this many messages a day: 3. Medicines and urgent messages come as well.

Your screen shows only that something came. [✓ Check-ins] [✓ Lessons] [✓ News from the clinic] [✓ Surveys] \
[✗ 1 a day] [✗ 2 a day] [✓ 3 a day] [Show my words at once] [Another hour]"""
    await phone.taps("✓ News from the clinic")
    await phone.taps("✗ 1 a day")
    await phone.taps("Show my words at once")
    assert "Your screen shows my words at once. [✓ Check-ins] [✓ Lessons] [✗ News from the clinic]" in phone.transcript
    assert "[✓ 1 a day] [✗ 2 a day]" in phone.transcript
    await phone.taps("Another hour")
    assert "At what time of day shall I ask?" in phone.transcript.split("bot: ")[-1]


async def test_whoever_wants_no_check_ins_is_not_asked_until_they_want_them_again(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("/settings")
    await phone.taps("✓ Check-ins")
    assert await quick_ward.clinic.read(plans.first, phone.patient_id) is None
    await quick_ward.time_passes(days=1)
    assert "short check-in for you" not in phone.transcript
    await phone.taps("✗ Check-ins")
    assert await quick_ward.clinic.read(plans.first, phone.patient_id) is not None
    assert await quick_ward.clinic.read(preferences.refused, phone.patient_id) == set()


async def test_a_broadcast_comes_discreetly_and_is_opened_by_a_tap(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    author, _second = await two_people(quick_ward.clinic)
    phone.news()
    broadcast = await sent_off(quick_ward.clinic, author, expects_answers=True)
    await goes_on(quick_ward.clinic)
    await quick_ward.settle()
    assert phone.news() == "bot: Riverside has a message for you. [Show]"
    await phone.says("/why")
    assert phone.news().endswith("""Riverside sent this to many patients. Dana from your care team wrote it.
To get no more of these, tap below.

To pause or stop all messages, send /stop. [Stop just this]""")
    await phone.taps("Show")
    assert """\
bot: A message from Riverside:

The flu clinic is open on Friday.

You can answer by typing here. Your care team reads it.
""" in phone.transcript
    [result] = await quick_ward.clinic.read(results.results, broadcast)
    assert (result.status, result.opened_at, result.answered_at) == ("sent", quick_ward.clock.now, None)
    await phone.says("I will be there")
    assert (await quick_ward.clinic.read(results.results, broadcast))[0].answered_at


async def test_whoever_shows_words_at_once_reads_it_at_once(quick_ward: Ward):
    phone = await quick_ward.enrolled("Ana Ruiz", "es")
    author, _second = await two_people(quick_ward.clinic)
    await phone.says("/settings")
    await phone.taps("Mostrar mis palabras")
    await sent_off(quick_ward.clinic, author)
    await goes_on(quick_ward.clinic)
    await quick_ward.settle()
    assert phone.transcript.endswith("bot: Un mensaje de Riverside:\n\nLa clínica de la gripe abre el viernes.")


async def test_somebody_on_staff_tries_it_on_their_own_phone_first(quick_ward: Ward):
    author, _second = await two_people(quick_ward.clinic)
    broadcast = await quick_ward.clinic.read(texts.get, await written(quick_ward.clinic, author))
    with pytest.raises(trial.NoChat):
        await quick_ward.run(trial.send, broadcast, author)
    token = await quick_ward.run(trial.link, author)
    phone = quick_ward.phone("Dana")
    await phone.opens(token)
    assert phone.lines[-1] == "bot: Dana, what you test comes here."
    await quick_ward.run(trial.send, broadcast, author)
    await quick_ward.settle()
    assert phone.news().count("bot: Test, ") == 4
    assert "bot: Test, Spanish:\n\nUn mensaje de Riverside:\n\nLa clínica" in phone.transcript
    other = quick_ward.phone("Erik")
    await other.opens(token)
    assert other.lines[-1] == "bot: This link does not work.", "it works once"
