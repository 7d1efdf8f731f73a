"""Poison among the good: whatever odd shape an update has, the good ones around it are handled, and the odd ones listed."""

import random

from sqlalchemy import select

from care.tables import inbox, patient_messages
from tests.ward import Ward

SEED, ODD, GOOD = 20261121, 80, 80
KINDS = ("message", "edited_message", "callback_query", "my_chat_member", "invented_yesterday", "poll_answer")
ODD_VALUES = (None, True, -1, 2**70, 1.5, "", "x" * 5000, "nul \x00 byte", "half \ud800 pair", [], {}, [[]], {"id": []})


def odd_update(chance: random.Random, chat: dict, user: dict) -> tuple[str, object]:
    """A message with some of its parts replaced by nonsense, or nonsense altogether."""
    kind = chance.choice(KINDS)
    if chance.random() < 0.2:
        return kind, chance.choice(ODD_VALUES)
    body = {"message_id": 1, "date": 1_790_000_000, "chat": chat, "from": user, "id": "1", "data": "say:1:pain:9",
            "chat_instance": "1", "text": chance.choice(["hello", "i cant breathe"])}
    for name in chance.sample(sorted(body), chance.randint(1, 4)):
        if chance.random() < 0.3:
            del body[name]
        else:
            body[name] = chance.choice(ODD_VALUES)
    return kind, body


async def test_odd_updates_hold_up_no_good_ones(ward: Ward):
    chance = random.Random(SEED)
    phone = await ward.enrolled()
    updates = ward.telegram.the_bot().updates
    for n in range(max(ODD, GOOD)):
        kind, body = odd_update(chance, phone.person.chat.wire(), phone.person.user.wire())
        updates.put(kind, body, ward.clock.now)
        phone.person.says(f"good message number {n}")
    await ward.settle()

    kept, outcomes = await ward.clinic.read(lambda turn: (
        set(turn.db.scalars(select(patient_messages.c.text))), list(turn.db.scalars(select(inbox.c.outcome)))))
    assert {f"good message number {n}" for n in range(GOOD)} <= kept
    assert None not in outcomes
    assert 0 < outcomes.count("quarantined") < ODD, "some make no sense at all, some can still be read"


async def test_characters_that_no_database_takes_do_not_silence_a_patient(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("my leg \x00 hurts \ud800 today")
    kept = await ward.clinic.read(lambda turn: list(turn.db.scalars(select(patient_messages.c.text))))
    assert kept == ["my leg  hurts ? today"]
