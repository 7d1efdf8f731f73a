"""The sender at work beside everything else: many messages in the air at once."""

import asyncio
from contextlib import suppress

from care import patients
from care.heart import outbox
from care.heart.screen import Screen
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
