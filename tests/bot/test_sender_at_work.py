"""The sender at work beside everything else: many messages in the air at once."""

import asyncio
from contextlib import suppress

from care import patients, stopping
from care.heart import outbox
from care.heart.screen import Screen
from care.heart.turn import Lane
from tests.ward import Phone, Ward

ROUNDS = 4


async def test_whatever_came_down_is_written_down_however_many_are_in_the_air(ward: Ward):
    phones = [await ward.enrolled(f"Patient{n} Test") for n in range(5)]
    ward.telegram.latency = 0.01  # long enough for some to come down while others are being written down
    sending = asyncio.create_task(ward.sender.run())
    for number in range(ROUNDS):
        for phone in phones:
            await ward.run(tell, phone, f"Ward news {number}")
    for _ in range(200):
        if not await ward.clinic.read(outbox.waiting):
            break
        await ward.clinic.outbox_rings(0.05)
    left = await ward.clinic.read(outbox.waiting)
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending
    assert left == 0
    expected = [f"bot: Ward news {number}" for number in range(ROUNDS)]
    assert [phone.lines[-ROUNDS:] for phone in phones] == [expected] * len(phones)


def tell(turn, phone: Phone, words: str) -> None:
    (patient,) = patients.in_chat(turn, phone.chat_id)
    turn.tell(patient, Screen(words))


async def test_what_was_claimed_just_before_a_stop_does_not_begin_to_leave_after_it(ward: Ward, monkeypatch):
    phone, other = await ward.enrolled("Amina Yusuf"), await ward.enrolled("Omar Said")
    whose = [await ward.run(patients.get, one.patient_id) for one in (phone, other)]
    for patient in whose:
        await ward.run(lambda turn, to: turn.tell(to, Screen("A lesson"), Lane.BROADCAST), patient)
    run, stopped = ward.clinic.run, []

    async def run_and_stop(actor, act, *args):
        result = await run(actor, act, *args)
        if act is outbox.claim and not stopped:
            stopped.append(await run("chat", stopping.stop_reminders, whose[0]))
        return result

    monkeypatch.setattr(ward.clinic, "run", run_and_stop)
    await ward.settle()
    assert "A lesson" not in phone.transcript
    assert "I will not write first any more" in phone.transcript
    assert "A lesson" in other.transcript
