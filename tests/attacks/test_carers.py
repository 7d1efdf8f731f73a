"""Several people around one patient, several patients in one chat: who is meant, who is told, who is cut."""

import pytest
from sqlalchemy import select

from care import invitations, messages, patients, staff, threads, worklist
from care.tables import patient_messages
from tests.ward import Phone, Ward


async def carer_of(ward: Ward, *patient_ids: int, consented: bool = True) -> Phone:
    carer = ward.phone("Dana")
    for n, patient_id in enumerate(patient_ids):
        invite = await ward.run(invitations.invite, patient_id, "carer")
        await carer.opens(invite.token)
        if n == 0:
            await carer.taps("English")
        await carer.says("1968-05-23")
        await carer.taps("Yes")
        if "[I agree]" in carer.lines[-1]:
            await carer.taps("I agree" if consented else "No thanks")
    carer.news()
    return carer


async def two(ward: Ward) -> tuple[int, int]:
    return (await ward.invited("Amina Yusuf"))[0], (await ward.invited("Omar Said"))[0]


async def open_items(ward: Ward) -> list[worklist.Item]:
    return [item for item in await ward.clinic.read(worklist.waiting) if item.kind != "new_chat"]


async def test_when_a_carer_of_two_writes_of_danger_staff_see_both_names_at_once(quick_ward: Ward):
    amina, omar = await two(quick_ward)
    carer = await carer_of(quick_ward, amina, omar)
    await carer.says("he cant breathe")
    first = (await open_items(quick_ward))[0]
    assert first.severity == "emergency"
    assert "Amina Yusuf" in first.reason
    assert "Omar Said" in first.reason


async def test_once_the_carer_says_who_is_in_danger_the_emergency_is_that_patients(ward: Ward):
    amina, omar = await two(ward)
    carer = await carer_of(ward, amina, omar)
    await carer.says("he cant breathe")
    await carer.taps("Omar Said")
    found = {(item.patient_name, item.severity) for item in await open_items(ward)}
    assert found == {("Omar Said", "emergency"), ("Omar Said", "routine")}

    await carer.says("and now she cant breathe either")
    await carer.taps("Amina Yusuf")
    emergencies = [item.patient_name for item in await open_items(ward) if item.severity == "emergency"]
    assert sorted(emergencies) == ["Amina Yusuf", "Omar Said"]

    await carer.says("he still cant breathe")
    await carer.taps("Omar Said")
    emergencies = [item.patient_name for item in await open_items(ward) if item.severity == "emergency"]
    assert set(emergencies) == {"Amina Yusuf", "Omar Said"}, "nobody is left as a nameless emergency"


async def test_what_a_carer_answers_is_answered_to_the_carer(quick_ward: Ward):
    """The card says what to do now: it must stand before whoever just said that breathing is hard."""
    amina = await quick_ward.enrolled()
    carer = await carer_of(quick_ward, amina.patient_id)
    amina.news()
    await carer.says("/check")
    for label in ("9",):
        await carer.taps(label)
    await carer.says("chest")
    await carer.taps("No")
    await carer.taps("Yes")
    assert "call 999" in carer.transcript.lower()
    assert "I have told your care team" in carer.transcript
    assert amina.news() == ""


async def test_a_carer_who_blocks_the_bot_does_not_silence_the_patient(ward: Ward):
    amina = await ward.enrolled()
    carer = await carer_of(ward, amina.patient_id)
    await carer.does("blocks")
    assert (await ward.clinic.read(patients.summary, amina.patient_id)).reachable
    await ward.time_passes(days=1, minutes=1)
    assert "check-in for you" in amina.transcript


async def test_a_patient_who_blocks_the_bot_is_not_found_again_by_the_carers_words(quick_ward: Ward):
    amina = await quick_ward.enrolled()
    carer = await carer_of(quick_ward, amina.patient_id)
    await amina.does("blocks")
    await carer.says("she is asleep now")
    assert not (await quick_ward.clinic.read(patients.summary, amina.patient_id)).reachable


async def test_a_carer_who_leaves_leaves_alone(ward: Ward):
    amina = await ward.enrolled()
    carer = await carer_of(ward, amina.patient_id)
    await carer.says("/stop")
    await carer.taps("Leave for good")
    await carer.taps("Yes, leave")
    known = await ward.clinic.read(patients.summary, amina.patient_id)
    assert (known.state, [link.role for link in known.links if not link.cut_at]) == ("active", ["self"])
    assert "You have left." in carer.transcript
    await carer.says("hello?")
    assert "It is for patients of the clinic" in carer.transcript


async def test_a_carer_is_all_that_a_patient_without_a_phone_has_so_both_leave(quick_ward: Ward):
    patient_id, _ = await quick_ward.invited()
    carer = await carer_of(quick_ward, patient_id)
    await carer.says("/stop")
    await carer.taps("Leave for good")
    await carer.taps("Yes, leave")
    known = await quick_ward.clinic.read(patients.summary, patient_id)
    assert (known.state, known.consented_at) == ("left", None)


async def test_one_patient_who_has_not_agreed_does_not_silence_the_other(quick_ward: Ward):
    amina, omar = await two(quick_ward)
    carer = await carer_of(quick_ward, amina)
    invite = await quick_ward.run(invitations.invite, omar, "carer")
    await carer.opens(invite.token)
    await carer.says("1968-05-23")
    await carer.taps("Yes")
    await carer.taps("No thanks")
    await carer.says("her leg is swollen today")
    kept = await quick_ward.clinic.read(lambda turn: turn.db.execute(
        select(patient_messages.c.patient_id, patient_messages.c.text)).all())
    assert [tuple(row) for row in kept] == [(amina, "her leg is swollen today")]


async def test_nothing_is_kept_of_two_patients_before_either_has_agreed(quick_ward: Ward):
    amina, omar = await two(quick_ward)
    carer = await carer_of(quick_ward, amina, omar, consented=False)
    await carer.says("her leg is swollen today")
    await carer.does("sends_photo", b"a picture", "her leg")
    assert await quick_ward.clinic.read(lambda turn: list(turn.db.scalars(select(patient_messages.c.text)))) == []


async def test_a_reply_as_long_as_we_take_fits_even_under_the_longest_names(quick_ward: Ward):
    amina = (await quick_ward.invited("A" * 200))[0]
    omar = (await quick_ward.invited("Omar Said"))[0]
    carer = await carer_of(quick_ward, amina, omar)
    await quick_ward.run(lambda turn: messages.reply(turn, amina, "x" * messages.LONGEST, 1, "N" * 100))
    await quick_ward.time_passes(seconds=11)
    assert "x" * messages.LONGEST in carer.transcript


async def test_a_nurses_answer_goes_to_whoever_wrote_and_says_whose_phone_it_was(ward: Ward):
    amina = await ward.enrolled("Amina Yusuf")
    carer = await carer_of(ward, amina.patient_id)
    await carer.says("she will not eat")
    nurse = await ward.run(staff.add, "ana@clinic.example", "Ana", "hash")
    await ward.run(messages.reply, amina.patient_id, "Since when?", nurse.id, "Ana")
    ward.clock.passes(seconds=11)
    await ward.settle()
    assert "Since when?" in carer.news()
    assert "Since when?" not in amina.news()
    entries = await ward.clinic.read(threads.thread, amina.patient_id)
    assert {(entry.text, entry.role) for entry in entries} >= {
        ("she will not eat", "carer"), ("Amina Yusuf: Ana: Since when?", "carer")}


async def test_a_nurse_may_choose_the_phone_and_a_phone_that_was_cut_gets_nothing(ward: Ward):
    amina = await ward.enrolled("Amina Yusuf")
    carer = await carer_of(ward, amina.patient_id)
    await carer.says("she will not eat")
    nurse = await ward.run(staff.add, "ana@clinic.example", "Ana", "hash")
    links = {link.role: link.id for link in (await ward.clinic.read(patients.summary, amina.patient_id)).links}
    await ward.run(messages.reply, amina.patient_id, "How are you, Amina?", nurse.id, "Ana", links["self"])
    await ward.run(patients.cut_link, links["carer"])
    with pytest.raises(messages.CannotReach, match="no longer linked"):
        await ward.run(messages.reply, amina.patient_id, "Still there?", nurse.id, "Ana", links["carer"])
    await ward.run(messages.reply, amina.patient_id, "Call me", nurse.id, "Ana")
    ward.clock.passes(seconds=11)
    await ward.settle()
    assert {"bot: Ana: How are you, Amina?", "bot: Ana: Call me"} <= set(amina.lines)
    assert "Call me" not in carer.transcript
