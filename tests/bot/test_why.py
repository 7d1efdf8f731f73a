"""Why did I get this message? What the patient reads, and the way out of just that."""

from care import messages, patients, plans, staff, worklist
from care.programmes import programmes
from tests.care.medicines.pharmacy import daily, prescribed
from tests.ward import Phone, Ward


async def test_check_ins_say_who_began_them_and_can_be_stopped_one_by_one(ward: Ward):
    phone = await ward.enrolled()
    ana = await ward.run(staff.add, "ana@example.org", "Ana Ruiz", "-")
    patient = (await ward.run(patients.in_chat, phone.chat_id))[0]
    await ward.run(plans.add, patient, programmes()["diabetes"], actor=f"staff:{ana.id}")
    await ward.time_passes(days=1, minutes=1)
    phone.news()
    await phone.says("/why")
    assert phone.news().splitlines() == [
        "patient: /why",
        "bot: 24 November, 09:01: “Riverside has a short check-in for you. It takes about a…”",
        "You are followed for: Blood sugar. Ana Ruiz from your care team began this on 23 November.",
        "To choose another hour, send /hour. To stop just this, tap below.",
        "",
        "To pause or stop all messages, send /stop. [Stop just this]"]
    await phone.taps("Stop just this")
    assert "I will not ask about this any more: Blood sugar." in phone.transcript
    (seen,) = await ward.clinic.read(worklist.waiting)
    assert (seen.severity, seen.reason) == ("routine", "Has stopped the check-ins: Blood sugar")
    assert await ward.clinic.read(plans.of_patient, phone.patient_id) == []
    await phone.taps("Ask me again")
    assert [plan.programme for plan in await ward.clinic.read(plans.of_patient, phone.patient_id)] == ["diabetes"]
    assert [item.value for item in await ward.clinic.read(worklist.waiting)] == ["has begun them again since"]


async def test_a_dose_names_who_ordered_it_but_no_more_than_its_message_did(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await prescribed(quick_ward.clinic, phone.patient_id, daily("10:00"))
    await quick_ward.time_passes(hours=1)
    phone.news()
    await phone.says("/why")
    told = phone.news()
    assert "It was time for something on your list, ordered by Dr Ortiz." in told
    assert "Amlodipine" not in told
    await phone.taps("Show")
    phone.news()
    await phone.says("/why")
    assert "It was time for Amlodipine 5 mg, ordered by Dr Ortiz." in phone.news()


async def test_what_a_person_wrote_names_the_person_and_a_reply_asks_about_one_message(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    ana = await quick_ward.run(staff.add, "ana@example.org", "Ana Ruiz", "-")
    await phone.says("my chest hurts")
    card = next(message for message in phone.person.chat.newest_first() if message.by_bot)
    await quick_ward.run(messages.reply, phone.patient_id, "I will call you.", ana.id, "Ana")
    await quick_ward.time_passes(seconds=11)
    phone.news()
    await phone.says("/why")
    told = phone.news()
    assert "Ana Ruiz from your care team wrote this to you." in told
    assert "can be a sign of danger" in told
    await phone.says("/why", reply_to=card)
    told = phone.news()
    assert "can be a sign of danger" in told
    assert "wrote this to you" not in told


async def test_it_can_be_asked_in_words_in_every_language(quick_ward: Ward):
    phone: Phone = await quick_ward.enrolled(language="fr", name="Anne Petit")
    phone.news()
    await phone.says("Pourquoi ce message ?")
    assert "C’était une réponse à ce que vous avez écrit ou touché." in phone.news()


async def test_no_one_reads_the_reasons_of_another(quick_ward: Ward):
    await quick_ward.enrolled()
    await quick_ward.time_passes(days=1, minutes=1)
    stranger = quick_ward.phone("Bea")
    await stranger.says("/why")
    assert "It is for patients of the clinic" in stranger.transcript
    assert "followed for" not in stranger.transcript
