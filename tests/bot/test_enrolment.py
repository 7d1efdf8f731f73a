"""From an invitation's link to a patient who has agreed."""

from datetime import timedelta

import pytest

from care import invitations, patients, worklist
from tests.ward import BORN, Ward

NO_SUCH_LINK = "bot: This link does not work. Please ask Riverside for a new one: 020 7946 0000."


async def reasons(ward: Ward) -> list[str]:
    return [item.reason for item in await ward.clinic.read(worklist.waiting)]


async def test_a_patient_comes_in_by_link_and_agrees(ward: Ward):
    patient_id, token = await ward.invited()
    phone = ward.phone()
    await phone.opens(token)
    await phone.taps("English")
    await phone.says("23 May 1968")
    await phone.taps("Yes")
    await phone.taps("I agree")

    assert phone.transcript == f"""\
patient: /start {token}
bot: I will write in English.
patient: [English]
bot: Hello. I am the automated assistant of Riverside.

To be sure that this link is for you: what is the patient's date of birth? Please type it like this: 14 March 1950.
patient: 23 May 1968
bot: Good. Your time: 09:00.
patient: [Yes]
bot: Thank you. You agreed on Monday, 23 November 2026.
patient: [I agree]
bot: You are all set. Each day at 09:00 I will offer a short check-in.

You can write to your care team here at any time: just type.

In an emergency, call 999. To reach us sooner, call 020 7946 0000. [Try a check-in now]"""
    known = await ward.clinic.read(patients.summary, patient_id)
    assert (known.state, known.consent_version, [link.role for link in known.links]) == ("active", "2026-11-21", ["self"])


async def test_a_restart_at_every_step_of_enrolment_changes_nothing(ward: Ward):
    patient_id, token = await ward.invited()
    phone = ward.phone()
    await phone.opens(token)
    for act, words in (("taps", "English"), ("says", "23.5.1968"), ("taps", "No"), ("says", "10"),
                       ("taps", "Berlin"), ("taps", "Read more"), ("taps", "I agree")):
        await ward.restart()
        await getattr(phone, act)(words)
    assert "You are all set." in phone.transcript
    known = await ward.clinic.read(patients.summary, patient_id)
    assert known.time_zone == "Europe/Berlin"


async def wrong_link(ward: Ward) -> str:
    return "nobody-ever-made-this-token"


async def used_link(ward: Ward) -> str:
    _, token = await ward.invited("Omar Said")
    await ward.run(lambda turn: invitations.use(turn, invitations.by_token(turn, token), 5))
    return token


async def expired_link(ward: Ward) -> str:
    _, token = await ward.invited("Omar Said")
    ward.clock.passes(hours=73)
    return token


async def replaced_link(ward: Ward) -> str:
    patient_id, token = await ward.invited("Omar Said")
    await ward.run(invitations.invite, patient_id)
    return token


@pytest.mark.parametrize("link", [wrong_link, used_link, expired_link, replaced_link])
async def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(quick_ward: Ward, link):
    phone = quick_ward.phone()
    await phone.opens(await link(quick_ward))
    assert phone.lines[-1] == NO_SUCH_LINK


async def test_guessing_links_is_slowed_down_even_for_the_right_one(quick_ward: Ward):
    _, token = await quick_ward.invited()
    phone = quick_ward.phone()
    for n in range(5):
        await phone.opens(f"guess-{n}")
    await phone.opens(token)
    assert phone.lines[-1] == NO_SUCH_LINK
    quick_ward.clock.passes(hours=1, seconds=1)
    await phone.opens(token)
    assert "[English]" in phone.lines[-1]


async def test_a_forwarded_link_opens_nothing_without_the_date_of_birth(ward: Ward):
    patient_id, token = await ward.invited()
    finder = ward.phone("Finder")
    await finder.opens(token)
    await finder.taps("English")
    for words in ("1 1 1970", "2/2/1971", "3 March 1972"):
        await finder.says(words)
    assert finder.lines[-1] == NO_SUCH_LINK
    assert await reasons(ward) == ["Three wrong dates of birth on an invitation: who has the link?"]
    assert (await ward.clinic.read(patients.get, patient_id)).chat_id is None

    late = ward.phone("Amina")
    await late.opens(token)
    assert late.lines[-1] == NO_SUCH_LINK


async def test_words_that_are_no_date_are_asked_again_and_cost_nothing(quick_ward: Ward):
    _, token = await quick_ward.invited()
    phone = quick_ward.phone()
    await phone.opens(token)
    await phone.taps("English")
    for words in ("why?", "soon", "I do not know", "1968"):
        await phone.says(words)
        assert phone.lines[-1] == "bot: Please type the date of birth like this: 14 March 1950."
    await phone.says("19680523")
    assert phone.lines[-1] == "Is it 09:00 where you are now? [Yes] [No]"


async def test_nothing_about_health_is_asked_or_kept_before_consent(quick_ward: Ward):
    _, token = await quick_ward.invited()
    phone = quick_ward.phone()
    await phone.opens(token)
    await phone.taps("English")
    await phone.says("1968-05-23")
    await phone.taps("Yes")
    phone.news()
    for words in ("/check", "my knee hurts a little"):
        await phone.says(words)
        assert phone.lines[-1] == "You can stop at any time with /stop. [I agree] [Read more] [No thanks]"
    await phone.taps("No thanks")
    assert "[Show it again]" in phone.lines[-2]
    assert await reasons(quick_ward) == []
    quick_ward.clock.passes(days=1)
    await quick_ward.time_passes(hours=1)
    assert "check-in for you" not in phone.transcript


async def test_a_new_phone_cuts_the_old_one_and_staff_are_told(ward: Ward):
    old = await ward.enrolled()
    invite = await ward.run(invitations.invite, old.patient_id)
    new = ward.phone("Amina")
    await new.opens(invite.token)
    await new.taps("English")
    await new.says("1968-05-23")
    await new.taps("Yes")
    assert "You are all set." in new.transcript, "she has agreed before, and need not again"

    await old.says("/check")
    assert old.lines[-1] == "In an emergency, call 999."
    assert "It is for patients of the clinic" in old.transcript
    assert await reasons(ward) == ["A new chat now writes for this patient (self): expected?"]
    ward.clock.passes(days=1)
    await ward.time_passes(minutes=1)
    assert "check-in for you" in new.transcript
    assert "check-in for you" not in old.transcript


async def test_staff_can_cut_a_chat_at_once_and_what_waits_for_it_stays(ward: Ward):
    phone = await ward.enrolled()
    link = (await ward.clinic.read(patients.summary, phone.patient_id)).links[0]
    phone.person.says("/check")
    await ward.intake.fetch()
    await ward.intake.idle()  # the answer waits in the outbox
    assert await ward.run(patients.cut_link, link.id)
    phone.news()
    await ward.settle()
    assert "How strong is your pain" not in phone.news()


async def test_a_carer_of_two_is_asked_whom_it_is_about(ward: Ward):
    carer = ward.phone("Dana")
    for name in ("Amina Yusuf", "Omar Said"):
        _, token = await ward.invited(name, role="carer")
        await carer.opens(token)
        if name.startswith("Amina"):
            await carer.taps("English")
        await carer.says("1968-05-23")
        await carer.taps("Yes")
        await carer.taps("I agree")
    carer.news()

    await carer.says("/check")
    assert carer.lines[-1] == "bot: Who is this for? [Amina Yusuf] [Omar Said]"
    await carer.taps("Omar Said")
    assert "Omar Said: A few short questions about today." in carer.transcript
    await carer.taps("9")
    await carer.says("his back")
    items = await ward.clinic.read(worklist.waiting)
    assert [(item.patient_name, item.reason) for item in items] == [("Omar Said", "Pain of 8 or more")]

    await carer.taps("Pause")
    await carer.says("she has not slept since Monday")
    assert carer.lines[-1] == "bot: Who is this about? [Amina Yusuf] [Omar Said]"
    await carer.taps("Amina Yusuf")
    items = await ward.clinic.read(worklist.waiting)
    assert {(item.patient_name, item.reason) for item in items} == {
        ("Omar Said", "Pain of 8 or more"), ("Amina Yusuf", "Wrote a message")}
    await carer.taps("Omar Said")
    assert "toast: I know this already." in carer.person.history
    await carer.does("sends_voice")
    await carer.taps("Omar Said")
    assert "Omar Said: I cannot read pictures, recordings or files myself." in carer.transcript


async def test_a_twin_with_the_same_birthday_is_still_another_patient(quick_ward: Ward):
    amina, omar = await quick_ward.enrolled("Amina Yusuf"), await quick_ward.enrolled("Omar Said")
    assert amina.patient_id != omar.patient_id
    assert [p.date_of_birth for p in await quick_ward.clinic.read(patients.find)] == [BORN, BORN]


async def test_an_invitation_is_good_for_three_days(quick_ward: Ward):
    patient_id, _ = await quick_ward.invited()
    invite = await quick_ward.run(invitations.invite, patient_id)
    assert invite.expires_at - quick_ward.clock.now == timedelta(hours=72)
    assert len(invite.token) <= 64
