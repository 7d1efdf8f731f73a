"""The outbox: who goes first, who may send, what the gate lets through, and what an unknown outcome means."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from care import patients
from care.heart import outbox
from care.heart.outbox import LEASE, Claimed, Settled
from care.heart.screen import Screen
from care.heart.settings import SendingSettings
from care.heart.turn import Lane
from care.patients import Stranger
from care.tables import outbox as table
from tests.ward import BORN, Clock

SOMEONE, SOMEONE_ELSE = Stranger(7, "en"), Stranger(8, "en")


def tell(turn, *texts, to=SOMEONE, lane=Lane.REPLY, **how):
    for text in texts:
        turn.tell(to, Screen(text), lane, **how)


async def claim(clinic, most=50, unasked=None) -> list[Claimed]:
    return await clinic.run("sender", outbox.claim, most, unasked)


async def settle(clinic, claimed, outcome, **more):
    await clinic.run("sender", outbox.settle, [Settled(claimed, outcome, **more)])


async def leave(clinic) -> list[str]:
    """Send everything that may leave, one after another, and tell in which order it left."""
    left = []
    while claimed := await claim(clinic, 1):
        left.append(claimed[0].text)
        await settle(clinic, claimed[0], "sent", telegram_id=1)
    return left


async def rows(clinic) -> dict[str, tuple[str | None, str | None]]:
    found = await clinic.read(lambda turn: turn.db.execute(select(table.c.text, table.c.outcome, table.c.why)).all())
    return {text: (outcome, why) for text, outcome, why in found}


@pytest.fixture
async def amina(clinic):
    """A patient who has agreed, with a phone."""
    def settle_in(turn):
        patient = patients.add(turn, "Amina", BORN, "en")
        patients.link(turn, patient.id, 9, "self")
        patients.change(turn, patient.id, state="active", consented=True)
        return patients.get(turn, patient.id)

    return await clinic.run("test", settle_in)


async def test_the_pressing_overtakes_and_what_is_held_delays_nobody(clinic, clock: Clock):
    def fill(turn):
        tell(turn, "a lesson", lane=Lane.BROADCAST)
        tell(turn, "an answer", not_before=turn.now + timedelta(hours=1))
        tell(turn, "another answer")
        tell(turn, "call 112 now", lane=Lane.SAFETY)

    await clinic.run("test", fill)
    assert await leave(clinic) == ["call 112 now", "another answer", "a lesson"]
    clock.passes(hours=1)
    assert await leave(clinic) == ["an answer"]


async def test_in_one_lane_a_chats_messages_leave_in_the_order_written(clinic):
    await clinic.run("test", tell, "one", "two", "three")
    await clinic.run("test", tell, "eins", "zwei", to=SOMEONE_ELSE)
    first = await claim(clinic)
    assert sorted(c.text for c in first) == ["eins", "one"], "one of each chat at a time"
    assert await claim(clinic) == []
    for claimed in first:
        await settle(clinic, claimed, "sent")
    assert sorted(c.text for c in await claim(clinic)) == ["two", "zwei"]


async def test_a_message_that_is_tried_again_still_goes_before_the_next(clinic, clock: Clock):
    await clinic.run("test", tell, "one", "two")
    (one,) = await claim(clinic)
    await settle(clinic, one, "unsent")
    assert await claim(clinic) == []
    clock.passes(seconds=2)
    assert await leave(clinic) == ["one", "two"]


async def test_who_lost_the_lease_can_no_longer_settle(clinic, clock: Clock):
    await clinic.run("test", tell, "one")
    (slow,) = await claim(clinic)
    clock.passes(seconds=LEASE.total_seconds() + 1)
    (quick,) = await claim(clinic)
    assert quick.fence == slow.fence + 1
    await settle(clinic, slow, "failed")
    assert (await rows(clinic))["one"] == (None, None)
    await settle(clinic, quick, "sent")
    await settle(clinic, slow, "failed")
    assert (await rows(clinic))["one"][0] == "sent"


@pytest.mark.parametrize(("lane", "again"), [
    (Lane.SAFETY, True), (Lane.REPLY, True), (Lane.DOSE, True), (Lane.BROADCAST, False)])
async def test_what_an_unknown_outcome_means_is_said_by_the_lane(clinic, clock: Clock, lane: Lane, again: bool):
    await clinic.run("test", tell, "perhaps", lane=lane)
    (claimed,) = await claim(clinic)
    await settle(clinic, claimed, "unknown", why="a timeout")
    clock.passes(minutes=10)
    assert await leave(clinic) == (["perhaps"] if again else [])
    assert (await rows(clinic))["perhaps"][0] == ("sent" if again else "unknown")


async def test_a_dose_is_said_once_again_and_no_more(clinic, clock: Clock):
    await clinic.run("test", tell, "your dose", lane=Lane.DOSE)
    for _ in range(2):
        (claimed,) = await claim(clinic)
        await settle(clinic, claimed, "unknown")
        clock.passes(minutes=1)
    assert await claim(clinic) == []
    assert (await rows(clinic))["your dose"][0] == "unknown"


async def test_a_sender_that_died_with_a_broadcast_never_sends_it_twice(clinic, clock: Clock):
    await clinic.run("test", tell, "a lesson", lane=Lane.BROADCAST)
    await clinic.run("test", tell, "an answer")
    assert len(await claim(clinic)) == 2  # and here the sender dies
    clock.passes(seconds=LEASE.total_seconds() + 1)
    assert await leave(clinic) == ["an answer"]
    assert (await rows(clinic))["a lesson"] == ("unknown", "the sender stopped while sending")


async def test_a_restart_on_a_database_of_its_own_waits_for_no_lease(clinic):
    await clinic.run("test", tell, "an answer")
    await clinic.run("test", tell, "a lesson", lane=Lane.BROADCAST)
    await claim(clinic)
    await clinic.run("sender", outbox.void_leases)
    assert await leave(clinic) == ["an answer"]
    assert (await rows(clinic))["a lesson"][0] == "unknown"


async def test_a_refusal_puts_off_the_whole_chat_and_no_other(clinic, clock: Clock):
    await clinic.run("test", tell, "one", "two")
    await clinic.run("test", tell, "elsewhere", to=SOMEONE_ELSE)
    one, elsewhere = sorted(await claim(clinic), key=lambda claimed: claimed.chat_id)
    await settle(clinic, one, "refused", retry_in=timedelta(seconds=30))
    await settle(clinic, elsewhere, "sent")
    assert await leave(clinic) == []
    clock.passes(seconds=30)
    assert await leave(clinic) == ["one", "two"]


async def test_what_nobody_asked_for_keeps_to_its_share(clinic):
    for chat in range(10, 15):
        await clinic.run("test", tell, f"lesson {chat}", to=Stranger(chat, "en"), lane=Lane.BROADCAST)
    await clinic.run("test", tell, "an answer")
    assert len(await claim(clinic, unasked=2)) == 3
    assert len(await claim(clinic, unasked=0)) == 0


async def test_what_could_not_leave_in_time_expires_and_is_on_record(clinic, clock: Clock, amina):
    await clinic.run("test", tell, "a lesson", to=amina, lane=Lane.BROADCAST, expires_at=clock.now + timedelta(hours=2))
    clock.passes(hours=2)
    assert await leave(clinic) == []
    assert (await rows(clinic))["a lesson"] == ("expired", "it could not leave in time")


SETTLED_LATER = [
    ({"state": "left"}, "the patient has left"), ({"consented": False}, "no consent"),
    ({"reachable": False}, "the patient has blocked the bot"), ({"reminders": False}, "the patient stopped reminders"),
    ({"paused_until": Clock().now + timedelta(days=1)}, "the patient paused messages")]


@pytest.mark.parametrize(("changed", "why"), SETTLED_LATER)
async def test_the_gate_is_asked_when_the_message_leaves(clinic, amina, changed, why):
    await clinic.run("test", tell, "a lesson", to=amina, lane=Lane.BROADCAST)
    await clinic.run("test", tell, "an answer", to=amina)
    await clinic.run("test", tell, "call 999", to=amina, lane=Lane.SAFETY)
    await clinic.run("test", lambda turn: patients.change(turn, amina.id, **changed))
    assert await leave(clinic) == ["call 999", "an answer"], "safety, and the answer to what she just did, pass"
    assert (await rows(clinic))["a lesson"] == ("suppressed", why)


async def test_nothing_goes_to_a_chat_that_was_cut_but_a_safety_card(clinic, amina):
    await clinic.run("test", tell, "an answer", to=amina)
    await clinic.run("test", tell, "call 999", to=amina, lane=Lane.SAFETY)
    await clinic.run("test", lambda turn: patients.cut_all(turn, amina.id))
    assert await leave(clinic) == ["call 999"]
    assert (await rows(clinic))["an answer"] == ("suppressed", "this chat is no longer the patient's")


async def test_quiet_hours_hold_what_nobody_asked_for_until_the_morning(clinic, clock: Clock, amina):
    clock.passes(hours=13)  # ten at night
    await clinic.run("test", tell, "a lesson", to=amina, lane=Lane.BROADCAST, expires_at=clock.now + timedelta(days=1))
    await clinic.run("test", tell, "an answer", to=amina)
    assert await leave(clinic) == ["an answer"]
    clock.passes(hours=9, minutes=59)
    assert await leave(clinic) == []
    clock.passes(minutes=1)
    assert await leave(clinic) == ["a lesson"]


async def test_a_message_that_cannot_be_judged_stops_nobody_and_is_on_record(clinic, clock: Clock, amina):
    clock.passes(hours=13)  # ten at night, so the zone is asked
    await clinic.run("test", tell, "a lesson", to=amina, lane=Lane.BROADCAST)
    await clinic.run("test", tell, "call 999", to=amina, lane=Lane.SAFETY)
    await clinic.run("test", lambda turn: patients.change(turn, amina.id, time_zone="Atlantis/Capital"))
    await clinic.run("test", tell, "another lesson", to=SOMEONE, lane=Lane.BROADCAST)
    assert await leave(clinic) == ["call 999", "another lesson"]
    assert (await rows(clinic))["a lesson"] == ("failed", "it could not be judged: ZoneInfoNotFoundError")


async def test_a_day_has_room_for_three_messages_that_nobody_asked_for(clinic, clock: Clock, amina):
    for n in range(5):
        await clinic.run("test", tell, f"lesson {n}", to=amina, lane=Lane.BROADCAST)
    assert await leave(clinic) == ["lesson 0", "lesson 1", "lesson 2"]
    assert (await rows(clinic))["lesson 3"] == ("suppressed", "the day's messages are used up")
    clock.passes(days=1)
    await clinic.run("test", tell, "lesson 6", to=amina, lane=Lane.BROADCAST)
    assert await leave(clinic) == ["lesson 6"]


async def test_a_loop_that_says_the_same_thing_all_day_blows_the_fuse(clinic, clock: Clock, amina):
    clinic.settings = replace(clinic.settings, sending=SendingSettings(unasked_a_day=20))
    for _ in range(30):
        await clinic.run("test", tell, "please charge your phone", to=amina, lane=Lane.BROADCAST)
        await leave(clinic)
        clock.passes(minutes=5)
    sent = await clinic.read(lambda turn: len(turn.db.execute(select(table.c.id).where(table.c.outcome == "sent")).all()))
    assert sent == 5


async def test_an_edit_of_what_was_never_sent_stays(clinic):
    def ask(turn):
        asked = turn.tell(SOMEONE, Screen("a question"))
        turn.tell(SOMEONE, Screen("a question, answered", closes=asked))
        turn.db.execute(update(table).where(table.c.id == asked).values(outcome="failed"))

    await clinic.run("test", ask)
    assert await leave(clinic) == []
    assert (await rows(clinic))["a question, answered"][0] == "suppressed"
