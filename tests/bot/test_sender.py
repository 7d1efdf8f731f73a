"""The one door out: each of Telegram's answers means one thing, and nothing is lost or said twice by it."""

import asyncio

import pytest
from sqlalchemy import select

from bot.pace import BURST, LIMIT, Pace
from bot.sender import Sender
from care import worklist
from care.heart.outbox import Claimed
from care.heart.screen import Button, Screen
from care.heart.turn import Lane
from care.patients import Stranger
from care.tables import outbox
from tests.ward import Ward


async def tell(ward: Ward, phone, text: str, lane: Lane = Lane.REPLY, **screen) -> None:
    await ward.run(lambda turn: turn.tell(Stranger(phone.chat_id, "en"), Screen(text, **screen), lane))


async def outcome(ward: Ward, text: str) -> tuple[str | None, str | None]:
    def found(turn):
        return turn.db.execute(select(outbox.c.outcome, outbox.c.why).where(outbox.c.text == text)).one()

    return tuple(await ward.clinic.read(found))


async def phone_of(ward: Ward):
    phone = ward.phone()
    await phone.says("hello")
    phone.news()
    return phone


@pytest.mark.parametrize("fault", ["500", "502", "html", "timeout_before", "drop_before"])
async def test_a_reply_that_telegram_did_not_take_is_said_again(quick_ward: Ward, fault: str):
    phone = await phone_of(quick_ward)
    quick_ward.telegram.faults.next(fault, "sendMessage")
    await tell(quick_ward, phone, "an answer")
    await quick_ward.settle()
    assert phone.news() == ""
    await quick_ward.time_passes(minutes=1)
    assert phone.news() == "bot: an answer"


@pytest.mark.parametrize("fault", ["timeout_after", "drop_after", "500_after", "html_after"])
async def test_a_reply_that_was_taken_and_not_confirmed_is_said_again_a_broadcast_is_not(quick_ward: Ward, fault: str):
    phone = await phone_of(quick_ward)
    for lane, copies in ((Lane.REPLY, 2), (Lane.SAFETY, 2), (Lane.BROADCAST, 1)):
        quick_ward.telegram.faults.next(fault, "sendMessage")
        await tell(quick_ward, phone, f"in lane {lane}", lane)
        await quick_ward.settle()
        await quick_ward.time_passes(minutes=1)
        assert phone.transcript.count(f"in lane {lane}") == copies
    assert (await outcome(quick_ward, "in lane 3"))[0] == "unknown"


async def test_a_refusal_is_waited_out(quick_ward: Ward):
    phone = await phone_of(quick_ward)
    quick_ward.telegram.faults.next("429", "sendMessage", retry_after=7)
    await tell(quick_ward, phone, "an answer")
    await quick_ward.settle()
    await quick_ward.time_passes(seconds=6)
    assert phone.news() == ""
    await quick_ward.time_passes(seconds=2)
    assert phone.news() == "bot: an answer"


async def test_an_edit_that_changes_nothing_is_done(quick_ward: Ward):
    phone = await phone_of(quick_ward)
    await tell(quick_ward, phone, "a question", buttons=((Button("Yes", "x:1"),),))
    await quick_ward.settle()
    await tell(quick_ward, phone, "a question", buttons=((Button("Yes", "x:1"),),), edits=phone.person.last.id)
    await quick_ward.settle()
    waiting = await quick_ward.clinic.read(lambda turn: turn.db.execute(
        select(outbox.c.id).where(outbox.c.outcome.is_(None))).all())
    assert waiting == []


async def test_an_edit_of_a_message_that_is_gone_becomes_a_message(quick_ward: Ward):
    phone = await phone_of(quick_ward)
    await tell(quick_ward, phone, "the next question", edits=99999)
    await quick_ward.settle()
    assert phone.news() == "bot: the next question"


async def test_what_telegram_will_never_take_fails_and_is_not_tried_again(quick_ward: Ward):
    phone = await phone_of(quick_ward)
    await tell(quick_ward, phone, "x" * 5000)
    await quick_ward.settle()
    assert (await outcome(quick_ward, "x" * 5000)) == ("failed", "Message is too long")


async def test_a_closed_account_is_out_of_reach(ward: Ward):
    phone = await ward.enrolled()
    phone.person.leaves_telegram()
    await ward.time_passes(days=1)
    assert [item.kind for item in await ward.clinic.read(worklist.waiting)] == ["unreachable"]


async def test_a_safety_card_that_cannot_get_through_calls_for_a_person(ward: Ward):
    phone = await ward.enrolled()
    phone.person.says("i cant breathe")
    phone.person.leaves_telegram()
    await ward.settle()
    kinds = [(item.severity, item.kind) for item in await ward.clinic.read(worklist.waiting)]
    assert ("emergency", "undelivered_safety") in kinds


async def test_the_sender_runs_by_itself_and_comes_down_gently(quick_ward: Ward):
    phone = await phone_of(quick_ward)
    sender = Sender(quick_ward.clinic, quick_ward.app.bot, Pace())
    running = asyncio.create_task(sender.run())
    heard = asyncio.Event()
    quick_ward.telegram.listeners.append(lambda *_: heard.set())
    await tell(quick_ward, phone, "an answer")
    await asyncio.wait_for(heard.wait(), 10)
    await sender.stop()
    await asyncio.wait_for(running, 10)
    assert (await outcome(quick_ward, "an answer"))[0] == "sent"


def most_in_a_second(times: list[float]) -> int:
    return max(sum(start <= when < start + 1 for when in times[number:]) for number, start in enumerate(times))


def test_the_pace_over_all_is_kept_within_a_twentieth_whatever_comes_between():
    pace, sent = Pace(), []
    for tick in range(10_000):  # ten seconds, looked at every millisecond, with a pause and many a hitch
        now = tick / 1000
        if 4 <= now < 6 or tick % 1000 < 250:
            continue
        if pace.room(now):
            sent.append(now)
    assert most_in_a_second(sent) <= LIMIT
    assert len(sent) >= 0.95 * LIMIT * 7.5  # it was looked at from 0.25 to 4 and from 6.25 to 10


def test_who_takes_over_from_the_dead_waits_for_their_last_second():
    before, after = Pace(), Pace()
    sent = [tick / 1000 for tick in range(2000) if before.room(tick / 1000)]
    after.begin(2.0)
    sent += [tick / 1000 for tick in range(2000, 5000) if after.room(tick / 1000)]
    assert most_in_a_second(sent) <= LIMIT
    assert max(sent) > 4.9


def test_what_was_late_on_its_way_out_leaves_in_no_crowd():
    pace = Pace()
    come = [max(0.5, number / LIMIT) for number in range(300)]  # those of the first half second come all at once
    left = [when + pace.crowded(when) for when in come]
    assert left == sorted(left)
    assert most_in_a_second(left) <= LIMIT


class Hurried(Sender):
    """On a clock of its own: its timers ring a little early, and to ask the database takes longer than that."""

    clock, taken = 100.0, 0

    def _now(self) -> float:
        return self.clock

    async def _deliver(self, claimed: Claimed, recalls: int) -> None:
        self.taken += 1


async def test_a_timer_that_rings_early_costs_nothing_of_the_pace(quick_ward: Ward):
    for chat_id in range(1, 310):
        await quick_ward.run(lambda turn, chat_id=chat_id: turn.tell(Stranger(chat_id, "en"), Screen("news"), Lane.BROADCAST))
    sender = Hurried(quick_ward.clinic, quick_ward.app.bot, Pace())
    while sender.clock < 110:
        busy = await sender._take()
        sender.clock += 0.0007
        if not busy:
            sender.clock += sender._until_next_look() - 0.0004
    assert sender.taken >= 0.95 * LIMIT * 10


def test_a_chat_takes_a_short_burst_and_then_one_a_second():
    pace = Pace()
    waits = [pace.wait(7, 100.0) for _ in range(BURST + 3)]
    assert waits == [0.0] * BURST + [1.0, 2.0, 3.0]
    assert pace.wait(8, 100.0) == 0.0
    assert pace.wait(7, 200.0) == 0.0


async def test_a_button_is_answered_even_if_its_turn_fails(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    phone = await quick_ward.enrolled()
    await phone.says("/check")
    monkeypatch.setattr("bot.talk.tapped", lambda *_: 1 / 0)
    await phone.taps("3")
    assert all(query.answered for query in quick_ward.telegram.the_bot().queries.values())


async def test_a_late_message_expires_and_a_person_hears_of_it(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    quick_ward.telegram.faults.rates({"502": 1.0}, methods=["sendMessage"])
    phone.person.says("i cant breathe")
    await quick_ward.settle()
    for _ in range(30):
        await quick_ward.time_passes(hours=1)
    kinds = [item.kind for item in await quick_ward.clinic.read(worklist.waiting)]
    assert "undelivered_safety" in kinds


async def test_what_became_of_a_message_is_written_down_even_if_the_database_was_away(
        quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    phone = await phone_of(quick_ward)
    settle, failures = quick_ward.clinic.run, iter([OSError, OSError])

    async def sometimes(actor, act, *args, **kwargs):
        if act.__name__ == "settle" and (failure := next(failures, None)):
            raise failure("away")
        return await settle(actor, act, *args, **kwargs)

    monkeypatch.setattr(quick_ward.clinic, "run", sometimes)
    monkeypatch.setattr("bot.sender.SETTLE_AGAIN", 0)
    await tell(quick_ward, phone, "an answer")
    running = asyncio.create_task(quick_ward.sender.run())
    while (await outcome(quick_ward, "an answer"))[0] is None:
        await asyncio.sleep(0)
    await quick_ward.sender.stop()
    await running
    assert phone.transcript.count("an answer") == 1
