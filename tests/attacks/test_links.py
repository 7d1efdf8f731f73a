"""Links in the wrong hands, phones that change, patients who come back: words go to people, answers to the right phone."""

import pytest
from sqlalchemy import select

from care import invitations, messages, patients, worklist
from care.tables import patient_messages, staff
from tests.ward import Phone, Ward


async def nurse(ward: Ward) -> int:
    return await ward.run(lambda turn: turn.insert(staff, {
        "email": "dana@riverside.example", "name": "Dana", "password_hash": "x", "active": True, "role": "administrator",
        "reach": "clinic", "created_at": turn.now}))


async def said_to_people(ward: Ward) -> list[str]:
    return await ward.clinic.read(lambda turn: list(turn.db.scalars(select(patient_messages.c.text))))


async def test_a_patient_who_opened_somebody_elses_link_still_reaches_people(quick_ward: Ward):
    """Anyone can send a patient a link. What the patient writes afterwards is for the care team."""
    phone = await quick_ward.enrolled()
    _, token = await quick_ward.invited("Omar Said")
    await phone.opens(token)
    await phone.says("my leg is swollen today")
    assert await said_to_people(quick_ward) == ["my leg is swollen today"]
    await phone.says("/check")
    await phone.says("4")
    assert "Do you have a fever?" in phone.transcript
    quick_ward.clock.passes(hours=73)
    await phone.says("it is worse now")
    assert (await said_to_people(quick_ward))[-1] == "it is worse now"


async def new_phone(ward: Ward, patient_id: int, name: str = "Amina") -> Phone:
    invite = await ward.run(invitations.invite, patient_id)
    phone = ward.phone(name)
    await phone.opens(invite.token)
    await phone.taps("English")
    await phone.says("1968-05-23")
    return phone


async def test_a_reply_never_reaches_the_old_phone_and_staff_hear_that_it_did_not_arrive(ward: Ward):
    old, dana = await ward.enrolled(), await nurse(ward)
    await ward.run(messages.reply, old.patient_id, "Your result is positive.", dana, "Dana")
    new = await new_phone(ward, old.patient_id)
    await ward.time_passes(seconds=11)
    for phone in (old, new):
        assert "positive" not in phone.transcript
    kinds = {item.kind: item for item in await ward.clinic.read(worklist.waiting)}
    assert "undelivered" in kinds
    assert kinds["undelivered"].patient_id == old.patient_id


@pytest.mark.parametrize("why", ["blocks", "leaves"])
async def test_a_reply_that_the_gate_holds_back_is_not_lost_in_silence(quick_ward: Ward, why: str):
    phone, dana = await quick_ward.enrolled(), await nurse(quick_ward)
    await quick_ward.run(messages.reply, phone.patient_id, "Please come today.", dana, "Dana")
    if why == "blocks":
        await phone.does("blocks")
    else:
        await phone.says("/stop")
        await phone.taps("Leave for good")
        await phone.taps("Yes, leave")
    await quick_ward.time_passes(seconds=11)
    assert "Please come today" not in phone.transcript
    assert "undelivered" in {item.kind for item in await quick_ward.clinic.read(worklist.waiting)}


async def test_a_reply_taken_back_troubles_nobody(quick_ward: Ward):
    phone, dana = await quick_ward.enrolled(), await nurse(quick_ward)
    reply = await quick_ward.run(messages.reply, phone.patient_id, "Wrong words.", dana, "Dana")
    quick_ward.clock.passes(seconds=9, milliseconds=999)
    await quick_ward.settle()
    assert await quick_ward.run(messages.undo, reply.id, dana)
    await quick_ward.time_passes(seconds=1)
    assert "Wrong words" not in phone.transcript
    assert await quick_ward.clinic.read(worklist.waiting) == []


async def test_words_of_a_patient_who_agreed_long_ago_reach_people_from_the_new_phone_at_once(quick_ward: Ward):
    old = await quick_ward.enrolled()
    new = await new_phone(quick_ward, old.patient_id)
    await new.says("my leg is swollen today")
    await new.taps("No")
    await new.says("it is worse than yesterday")
    assert await said_to_people(quick_ward) == ["my leg is swollen today", "it is worse than yesterday"]


async def test_a_patient_who_left_comes_back_by_a_new_link_and_agrees_anew(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("/stop")
    await phone.taps("Leave for good")
    await phone.taps("Yes, leave")
    invite = await ward.run(invitations.invite, phone.patient_id)
    await phone.opens(invite.token)
    await phone.says("1968-05-23")
    await phone.taps("Yes")
    assert "[I agree]" in phone.lines[-1]
    await phone.taps("I agree")
    known = await ward.clinic.read(patients.summary, phone.patient_id)
    assert (known.state, len([link for link in known.links if not link.cut_at])) == ("active", 1)
    await ward.time_passes(days=1, minutes=1)
    assert "check-in for you" in phone.transcript


async def test_a_link_taken_up_by_two_chats_lets_in_one(quick_ward: Ward):
    patient_id, token = await quick_ward.invited()
    two = [quick_ward.phone(name) for name in ("Amina", "Thief")]
    for phone in two:
        await phone.opens(token)
        await phone.taps("English")
    for phone in two:
        phone.person.says("1968-05-23")
    await quick_ward.settle()
    assert sorted("Is it 09:00 where you are now?" in phone.transcript for phone in two) == [False, True]
    assert len((await quick_ward.clinic.read(patients.summary, patient_id)).links) == 1
