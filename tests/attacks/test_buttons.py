"""Buttons of somebody's own making, taps in a hurry, taps on two phones: nothing changes that must not, nothing is stuck."""

import asyncio

import pytest
from sqlalchemy import func, select

from care import conversations, worklist
from care import patients as people
from care.tables import answers, care_plans, consents, inbox
from tests.ward import Ward

FORGED = (
    f"about:{2**70}:1", f"about:{2**63}:{{me}}", f"pass:{2**63}:{{me}}", f"pass:{'9' * 50}:{{me}}", "about:٣:{me}",
    "say:٣:pain:9", f"say:{2**70}:pain:9", "say:{now}:pain:9:9", "say:{now}:pain:٩", "say:{now}:pain:10.0", "say:{now}:pain:11",
    "say:{now}:pain:-1", "say:{now}:pain:\x00", "say:{now}:pain_where:my knee", "say:{now}:temperature:41",
    "say:{now}:fever:yes", "say:0:pain:9", "back:{now}:pain", "back:{now}:nothing", f"go:{2**70}:1", "go:{now}:pain",
    f"change:{2**63}:pain", f"person:{2**70}", "flow:symptom_check:999", "flow:nothing:{me}", "zone:{me}:Mars/Olympus",
    "zone:999:yes", "lang:xx", "consent:{me}:agree:1999-01-01", "consent:999:agree:2026-11-21", "stop:left:999", "later:999",
    "wish:mostfew:{me}", "wish:nothing:{me}", "wish:checks:999", "news:show:1", "news:show:999", "lesson:open:999",
    f"lesson:card:{10**17}:1", "lesson:video:999", "lesson:say:999:0:9", "learn:one:nothing:{me}", "learn:one:low_sugar:999",
    ":", "", "say", "say::::", "%s", "{me}", "🙂" * 16)


async def test_forged_buttons_change_nothing_and_are_always_answered(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("/check")
    now = (await ward.clinic.read(conversations.current, phone.patient_id)).id
    for data in FORGED:
        phone.person.tap_data(data.replace("{me}", str(phone.patient_id)).replace("{now}", str(now)))
    await ward.settle()

    def state(turn):
        return (turn.db.scalar(select(func.count()).select_from(answers)), set(turn.db.scalars(select(inbox.c.outcome))),
                [item.reason for item in worklist.waiting(turn)], conversations.current(turn, phone.patient_id).asked)

    assert await ward.clinic.read(state) == (0, {"done"}, [], "pain")
    await phone.taps("3")
    assert "Do you have a fever?" in phone.transcript


async def test_fifty_taps_of_one_button_are_one_answer(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("/check")
    screen = phone.person.last
    for _ in range(50):
        phone.person.taps("9", message=screen)
    await quick_ward.settle()
    kept = await quick_ward.clinic.read(lambda turn: turn.db.execute(select(answers.c.key, answers.c.value)).all())
    assert [tuple(row) for row in kept] == [("pain", 9)]
    [item] = await quick_ward.clinic.read(worklist.waiting)
    assert item.times_reported == 1


async def test_taps_of_one_chat_that_two_processes_take_are_one_answer(open_clinic, postgres_url, telegram, clock):
    wards = [await Ward(await open_clinic(postgres_url), telegram, clock).open() for _ in range(2)]
    phone = await wards[0].enrolled()
    await phone.says("/check")
    screen = phone.person.last
    raw = [phone.person.taps("9", message=screen) for _ in range(12)]
    await asyncio.gather(*(wards[n % 2].intake._save([one]) for n, one in enumerate(raw)))
    await asyncio.gather(*(ward.intake.idle() for ward in wards))
    await wards[0].settle()
    kept = await wards[0].clinic.read(lambda turn: (
        list(turn.db.scalars(select(answers.c.value))), set(turn.db.scalars(select(inbox.c.outcome)))))
    assert kept == ([9], {"done"})
    [item] = await wards[0].clinic.read(worklist.waiting)
    assert item.times_reported == 1


async def test_consent_tapped_by_two_thumbs_in_two_processes_is_given_once(open_clinic, postgres_url, telegram, clock):
    wards = [await Ward(await open_clinic(postgres_url), telegram, clock).open() for _ in range(2)]
    _, token = await wards[0].invited()
    phone = wards[0].phone()
    await phone.opens(token)
    await phone.taps("English")
    await phone.says("1968-05-23")
    await phone.taps("Yes")
    screen = phone.person.last
    raw = [phone.person.taps("I agree", message=screen) for _ in range(2)]
    await asyncio.gather(*(ward.intake._save([one]) for ward, one in zip(wards, raw, strict=True)))
    await asyncio.gather(*(ward.intake.idle() for ward in wards))
    await wards[0].settle()
    assert await wards[0].clinic.read(lambda turn: turn.db.scalar(select(func.count()).select_from(consents))) == 1
    assert phone.transcript.count("You are all set.") == 1


@pytest.mark.parametrize("label", ["Sí", "si", "YES", "1"])
async def test_a_label_typed_after_the_language_was_switched_in_mid_question_still_answers(quick_ward: Ward, label: str):
    phone = await quick_ward.enrolled()
    for words in ("/check", "3", "/language"):
        await phone.says(words)
    await phone.taps("Español")
    await phone.says(label)
    kept = await quick_ward.clinic.read(lambda turn: turn.db.execute(
        select(answers.c.key, answers.c.value).order_by(answers.c.id)).all())
    assert [tuple(row) for row in kept] == [("pain", 3), ("fever", "yes")]


async def test_a_chat_cut_in_mid_conversation_answers_nothing_more(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("/check")
    link = (await quick_ward.clinic.read(people.summary, phone.patient_id)).links[0]
    await quick_ward.run(people.cut_link, link.id)
    await phone.taps("9")
    await phone.says("9")
    assert await quick_ward.clinic.read(lambda turn: turn.db.scalar(select(func.count()).select_from(answers))) == 0
    assert "toast: That question is closed." in phone.person.history


async def test_a_conversation_silent_for_a_day_is_over_and_its_buttons_say_so(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await quick_ward.run(lambda turn: turn.db.execute(care_plans.update().values(next_at=None)))
    await phone.says("/check")
    await quick_ward.time_passes(hours=24, minutes=1)
    assert "These questions have ended. What you answered is kept." in phone.transcript
    await phone.does("tap_data", "say:1:pain:9")  # from a phone that has not heard of it yet
    assert "toast: That question is closed." in phone.person.history
    await phone.says("/check")
    await phone.taps("9")
    assert "Where does it hurt?" in phone.transcript
