"""The fuse of the whole clinic: what stops all that is sent to many, what goes on, and who lets it go on."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from care import halts, patients, stopping, worklist
from care.heart import outbox
from care.heart.outbox import Settled
from care.heart.screen import Screen
from care.heart.settings import SendingSettings
from care.heart.turn import Lane
from care.tables import outbox as table
from scheduler import jobs
from tests.care.broadcasting import many, two_people
from tests.ward import Clock


@pytest.fixture
async def clinic(sqlite_url, open_clinic):
    return await open_clinic(sqlite_url)


async def leave(clinic, outcome="sent") -> list[str]:
    claimed = await clinic.run("sender", outbox.claim, 500)
    await clinic.run("sender", outbox.settle, [Settled(one, outcome, 9000 + one.id) for one in claimed])
    return [one.text for one in claimed]


async def say(clinic, patient_id, words, lane=Lane.BROADCAST, topic="news", actor="scheduler"):
    await clinic.run(actor, lambda turn: turn.tell(patients.get(turn, patient_id), Screen(words), lane, topic=topic))


def queued_again(turn, patient_id, lane):
    """It is said ten times more, and the sender comes by each time: in one turn, since a test has no time for two thousand."""
    for _ in range(10):
        turn.tell(patients.get(turn, patient_id), Screen("Please visit your health worker."), lane, topic="news")
        outbox.settle(turn, [Settled(one, "sent", 9000 + one.id) for one in outbox.claim(turn, 10)])


async def obligations(clinic) -> list[str]:
    return [item.reason for item in await clinic.read(worklist.waiting)]


@pytest.mark.parametrize(("lane", "days"), [(Lane.BROADCAST, 1), (Lane.REPLY, 7)])
async def test_a_task_queued_again_for_a_week_reaches_the_patient_five_times_a_day_at_most_and_a_person(
        clinic, clock: Clock, lane, days):
    """A peer sent one patient 1,900 messages in a week: a finished task was queued again whenever another one was stuck."""
    clinic.settings = replace(clinic.settings, sending=SendingSettings(unasked_a_day=20))
    clock.passes(hours=2)
    patient = (await many(clinic, 1))[0]
    a_day: list[int] = []
    for _ in range(days):
        before = sum(a_day)
        for _ in range(27):
            await clinic.run("scheduler", queued_again, patient, lane)
            clock.passes(seconds=24 * 3600 / 27)
        a_day.append(await clinic.read(lambda turn: len(
            turn.db.scalars(select(table.c.id).where(table.c.outcome == "sent")).all())) - before)
    assert a_day[0] == 5
    assert max(a_day) <= 5
    assert (await obligations(clinic))[0].startswith("Sending to many is stopped: patient 1 was about to get the same message")


async def test_what_the_chat_itself_calls_for_is_said_as_often_as_it_is_called_for(clinic):
    patient = (await many(clinic, 1))[0]
    sent = []
    for _ in range(8):
        await say(clinic, patient, "I can do this.", Lane.REPLY, actor="chat:1000")
        sent += await leave(clinic)
    assert len(sent) == 8


async def test_a_halt_holds_what_is_sent_to_many_and_nothing_else(clinic, clock: Clock):
    one, other = await many(clinic, 2)
    staff_id, _ = await two_people(clinic)
    assert await clinic.run("scheduler", halts.halt, "lost", "much was lost.")
    assert not await clinic.run("scheduler", halts.halt, "lost", "much was lost."), "once is enough"
    await say(clinic, one, "news")
    await say(clinic, one, "a check-in", topic="check")
    await say(clinic, one, "your dose", Lane.DOSE, "dose")
    await say(clinic, one, "an answer", Lane.REPLY, "reply")
    await say(clinic, other, "call 999", Lane.SAFETY, "safety")
    assert sorted(await leave(clinic)) == ["a check-in", "an answer", "call 999", "your dose"]
    assert await obligations(clinic) == ["Sending to many is stopped: much was lost."]
    [halt] = await clinic.read(halts.open_now)
    assert await clinic.run(f"staff:{staff_id}", halts.release, halt.id, staff_id)
    assert not await clinic.run(f"staff:{staff_id}", halts.release, halt.id, staff_id)
    assert await leave(clinic) == ["news"]
    assert await obligations(clinic) == ["Sending to many is stopped: much was lost."], "a person closes it"


async def test_three_in_ten_lost_stop_it_and_after_a_release_it_is_counted_anew(clinic, clock: Clock):
    staff_id, _ = await two_people(clinic)
    everybody = await many(clinic, 200)
    for patient in everybody:
        await say(clinic, patient, "news")
    await leave(clinic, "failed")
    await jobs.watch_for_anomalies(clinic)
    [halt] = await clinic.read(halts.open_now)
    assert (halt.kind, halt.reason) == ("lost", "200 of the last 200 messages were refused or lost.")
    await clinic.run(f"staff:{staff_id}", halts.release, halt.id, staff_id)
    await jobs.watch_for_anomalies(clinic)
    assert await clinic.read(halts.open_now) == []


async def test_many_who_stop_within_the_hour_stop_it_for_all(clinic):
    everybody = await many(clinic, 30)
    for patient in everybody:
        await say(clinic, patient, "news")
    await leave(clinic)
    for patient in everybody[:20]:
        await clinic.run("chat:1", lambda turn, whose=patient: stopping.stop_reminders(turn, patients.get(turn, whose)))
    assert [kind for kind, _ in await clinic.read(halts.wrong)] == ["stopping"]


async def test_whoever_is_written_to_without_end_stops_it(clinic):
    patient = (await many(clinic, 1))[0]
    for number in range(halts.TOO_MANY_FOR_ONE + 1):
        await say(clinic, patient, f"number {number}", Lane.REPLY)
    assert [kind for kind, _ in await clinic.read(halts.wrong)] == ["one_patient"]
