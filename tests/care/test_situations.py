"""What happens to patients that changes everything to come: nothing that waited leaks out, and a mistake can be undone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from care import conversations, escalations, invitations, messages, patients, plans, situations, staff, worklist
from care.heart.screen import Screen
from care.heart.turn import Lane
from care.programmes import programmes
from care.situations import Refused
from tests.bot.test_doses import known
from tests.care.medicines.pharmacy import daily, prescribed
from tests.ward import Phone, Ward


async def waits(ward: Ward, phone: Phone, words: str, lane: Lane = Lane.BROADCAST, **how) -> None:
    def tell(turn):
        turn.tell(patients.get(turn, phone.patient_id), Screen(words), lane, expires_at=turn.now + timedelta(days=2), **how)

    await ward.run(tell)


async def begins(ward: Ward, phone: Phone, kind: str, **more) -> situations.Situation:
    return await ward.run(situations.begin, phone.patient_id, kind, actor="staff:1", **more)


async def reasons(ward: Ward) -> list[str]:
    return [item.reason for item in await ward.clinic.read(worklist.waiting)]


async def test_after_a_death_the_familys_phone_hears_only_what_a_person_writes(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("/check")
    await waits(ward, phone, "A lesson about salt")
    await waits(ward, phone, "Time for your tablet", Lane.DOSE)
    await waits(ward, phone, "An answer of the bot", Lane.REPLY)
    phone.news()
    await begins(ward, phone, "deceased", note="Called by the daughter")
    for _ in range(3):
        await ward.time_passes(days=1)
    assert phone.news() == ""

    await phone.says("this is her daughter, she died on sunday")
    assert "bot:" not in phone.news()
    assert "Wrote a message" in await reasons(ward), "a person reads it"
    nurse = await ward.run(staff.add, "ana@clinic.example", "Ana", "hash")
    await ward.run(messages.reply, phone.patient_id, "We are so sorry.", nurse.id, "Ana")
    await ward.time_passes(seconds=11)
    assert "bot: Ana: We are so sorry." in phone.news()
    await phone.says("/check")
    assert "bot:" not in phone.news()


async def test_after_a_death_words_of_danger_are_still_answered(ward: Ward):
    phone = await ward.enrolled()
    await begins(ward, phone, "deceased")
    phone.news()
    await phone.says("i want to die too")
    assert "call" in phone.news().lower()


async def test_a_death_put_on_record_by_mistake_is_undone_whole(ward: Ward):
    phone = await ward.enrolled()
    plan = (await ward.clinic.read(plans.of_patient, phone.patient_id))[0]
    await waits(ward, phone, "A lesson about salt", not_before=ward.clock.now + timedelta(hours=1))
    wrong = await begins(ward, phone, "deceased")
    assert await ward.clinic.read(plans.of_patient, phone.patient_id) == []
    await ward.run(situations.undo, wrong.id, actor="staff:1")
    assert [one.id for one in await ward.clinic.read(plans.of_patient, phone.patient_id)] == [plan.id]
    await ward.time_passes(hours=2)
    assert "A lesson about salt" in phone.news()
    await ward.time_passes(hours=22)
    assert "short check-in" in phone.news()
    with pytest.raises(Refused, match="undone before"):
        await ward.run(situations.undo, wrong.id)


async def test_in_hospital_nobody_is_asked_and_at_home_again_the_check_goes_on(ward: Ward):
    phone = await ward.enrolled()
    await begins(ward, phone, "in_hospital", until=ward.clock.now.date() + timedelta(days=3))
    phone.news()
    for _ in range(4):
        await ward.time_passes(days=1)
    assert phone.news() == ""
    assert "The patient is in hospital: was expected to end by 2026-11-26. Has it?" in await reasons(ward)
    await phone.says("hello")
    assert "Someone from your care team will read it" in phone.news(), "whoever writes is answered"
    await ward.run(situations.end, phone.patient_id)
    await ward.time_passes(days=1)
    assert "short check-in" in phone.news()
    assert await ward.run(situations.end, phone.patient_id) is None


async def test_on_a_journey_the_hour_is_that_of_the_place_and_at_home_that_of_home(ward: Ward):
    phone = await ward.enrolled()
    home = (await ward.run(patients.get, phone.patient_id)).time_zone
    with pytest.raises(Refused, match="time zone"):
        await begins(ward, phone, "travelling", time_zone="Mars/Olympus")
    await begins(ward, phone, "travelling", time_zone="Asia/Tokyo", until=ward.clock.now.date() + timedelta(days=2))
    (plan,) = await ward.clinic.read(plans.of_patient, phone.patient_id)
    assert plan.next_at.hour == 0, "nine in Tokyo"
    for _ in range(3):
        await ward.time_passes(days=1)
    assert (await ward.run(patients.get, phone.patient_id)).time_zone == home
    assert (await ward.run(patients.get, phone.patient_id)).situation is None


async def test_the_loss_of_a_pregnancy_ends_what_belonged_to_it_without_a_word(ward: Ward, monkeypatch):
    phone = await ward.enrolled()
    general = programmes()["general"]
    monkeypatch.setitem(programmes(), "expecting", replace(general, name="expecting", pregnancy=True))
    await ward.run(lambda turn: plans.add(turn, patients.get(turn, phone.patient_id), programmes()["expecting"]))
    await waits(ward, phone, "Your baby is as big as a plum")
    phone.news()
    lost = await begins(ward, phone, "pregnancy_loss")
    assert await ward.clinic.read(plans.of_patient, phone.patient_id) == []
    await ward.time_passes(days=3)
    assert phone.news() == ""
    assert (await ward.run(patients.get, phone.patient_id)).situation is None
    await ward.run(situations.undo, lost.id)
    assert len(await ward.clinic.read(plans.of_patient, phone.patient_id)) == 1


async def test_what_was_offered_before_the_loss_asks_no_more_about_the_baby(quick_ward: Ward):
    ward = quick_ward
    phone = await ward.enrolled()
    pregnancy = programmes()["pregnancy"]
    await ward.run(lambda turn: plans.add(turn, patients.get(turn, phone.patient_id), pregnancy, schedule="daily"))
    await ward.time_passes(days=1)
    assert phone.lines[-1].endswith("[Start] [Not today]")
    await begins(ward, phone, "pregnancy_loss")
    phone.news()
    await ward.time_passes(hours=6)
    assert phone.news() == "", "it is not asked once more"
    await phone.taps("Start")
    assert "baby" not in phone.transcript
    assert "toast: This button does not work any more." in phone.person.history
    await ward.time_passes(days=1)
    assert "silent" not in [item.kind for item in await ward.clinic.read(worklist.waiting)]


async def test_who_is_looked_after_elsewhere_gets_nothing_unasked_and_no_link_opens(ward: Ward):
    phone = await ward.enrolled()
    invite = await ward.run(invitations.invite, phone.patient_id, "carer")
    await begins(ward, phone, "transferred")
    assert await ward.run(invitations.by_token, invite.token) is None
    phone.news()
    for _ in range(2):
        await ward.time_passes(days=1)
    assert phone.news() == ""


async def test_one_situation_takes_the_place_of_another_and_the_same_is_not_told_twice(ward: Ward):
    phone = await ward.enrolled()
    await begins(ward, phone, "in_hospital")
    with pytest.raises(Refused, match="on record already"):
        await begins(ward, phone, "in_hospital")
    died = await begins(ward, phone, "deceased")
    first, *rest = await ward.clinic.read(situations.of_patient, phone.patient_id)
    assert (first.id, first.ended_at) == (died.id, None)
    assert [one.ended_at is not None for one in rest] == [True]
    assert await ward.clinic.read(conversations.current, phone.patient_id) is None
    for refused in ((situations.begin, phone.patient_id, "travelling"), (situations.end, phone.patient_id)):
        with pytest.raises(Refused, match="undo it"):
            await ward.run(*refused, **({"time_zone": "Asia/Tokyo"} if refused[0] is situations.begin else {}))


@pytest.mark.parametrize("mistake", ["deceased", "transferred"])
async def test_a_mistake_undone_leaves_who_is_in_hospital_in_hospital(quick_ward: Ward, mistake: str):
    ward = quick_ward
    phone = await known(ward)
    await prescribed(ward.clinic, phone.patient_id, daily("12:00"))
    stay = await begins(ward, phone, "in_hospital", note="Ward 5")
    ward.clock.passes(hours=2)
    wrong = await begins(ward, phone, mistake, note="meant for somebody else")
    ward.clock.passes(minutes=5)
    await ward.run(situations.undo, wrong.id, actor="staff:1")
    now_on = await ward.clinic.read(situations.current, phone.patient_id)
    assert (now_on.id, now_on.kind, now_on.ended_at) == (stay.id, "in_hospital", None)
    phone.news()
    await ward.time_passes(hours=1)
    assert phone.news() == "", "the ward gives the tablets: to ask about them too is a dose taken twice"
    await ward.run(situations.end, phone.patient_id, actor="staff:1")
    await ward.time_passes(hours=23, minutes=57)
    assert "something short for you" in phone.news()


async def test_a_journey_that_a_mistake_ended_is_asked_about(quick_ward: Ward):
    ward = quick_ward
    phone = await known(ward)
    await begins(ward, phone, "travelling", time_zone="Asia/Tokyo", note="with a daughter in Osaka")
    ward.clock.passes(hours=2)
    wrong = await begins(ward, phone, "deceased")
    await ward.run(situations.undo, wrong.id, actor="staff:1")
    assert (await ward.run(patients.get, phone.patient_id)).situation is None
    assert "with a daughter in Osaka" in [one.value for one in await ward.clinic.read(worklist.waiting)], "where to begin"
    assert "A journey on record was ended by a mistake: is the patient still away, and where?" in await reasons(ward)


async def test_what_was_found_due_and_has_ended_since_ends_nothing_else(quick_ward: Ward):
    ward = quick_ward
    phone = await known(ward)
    journey = await begins(ward, phone, "travelling", time_zone="Asia/Tokyo", until=ward.clock.now.date())
    ward.clock.passes(days=1)
    assert await ward.clinic.read(situations.due) == [journey.id]
    stay = await begins(ward, phone, "in_hospital")  # between the look of the clock's job and its turn
    await ward.run(situations.look_in, journey.id, actor="scheduler")
    assert (await ward.clinic.read(situations.current, phone.patient_id)).id == stay.id


async def test_a_stay_without_an_end_is_asked_about_every_week(quick_ward: Ward):
    ward = quick_ward
    phone = await known(ward)
    await begins(ward, phone, "in_hospital")
    asked = "The patient is in hospital, and nothing was said for a week: are they still there?"
    await ward.time_passes(days=6)
    assert asked not in await reasons(ward)
    await ward.time_passes(days=1, minutes=1)
    assert asked in await reasons(ward), "or nobody would ask about their tablets ever again"
    [item] = [one for one in await ward.clinic.read(worklist.waiting) if one.reason == asked]
    nurse = await ward.run(staff.add, "ana@clinic.example", "Ana", "hash")
    await ward.run(escalations.resolve, item.escalation_id, nurse.id, "other", "still on ward 5")
    await ward.time_passes(days=6)
    assert asked not in await reasons(ward)
    await ward.time_passes(days=1, minutes=1)
    assert asked in await reasons(ward)
