"""Broadcasts: who gets them and who does not, who lets them go, how they leave, and what becomes of each one."""

import asyncio
from dataclasses import replace
from datetime import date, time

import pytest

from care import cohorts, consent, halts, patients, plans, preferences, restoring, situations, staff
from care.broadcasts import audience, results, sending, steering, texts
from care.broadcasts.steering import Draft, Refused
from care.cohorts import Criteria
from care.heart import outbox
from care.heart.outbox import Settled
from care.heart.settings import SendingSettings
from care.messages import Written, hear
from care.programmes import programmes
from tests.care.broadcasting import (
    WORDS,
    goes_on,
    many,
    sent_off,
    somebody,
    state,
    statuses,
    texts_of,
    two_people,
    written,
)
from tests.ward import Clock


@pytest.fixture
async def clinic(sqlite_url, open_clinic):
    return await open_clinic(sqlite_url)


@pytest.fixture
async def people(clinic) -> tuple[int, int]:
    return await two_people(clinic)


async def leave(clinic, most=100) -> list[int]:
    """The sender comes by, and everything gets through; to which chats."""
    claimed = await clinic.run("sender", outbox.claim, most)
    await clinic.run("sender", outbox.settle, [Settled(one, "sent", 9000 + one.id) for one in claimed])
    return [one.chat_id for one in claimed]


async def test_everybody_who_is_meant_is_counted_once_with_a_reason_for_whoever_is_left_out(clinic, people):
    def act(turn):
        somebody(turn, 1)
        somebody(turn, 2, "es")
        somebody(turn, 3, "ru")
        somebody(turn, 4, reminders=False)
        somebody(turn, 5, consented=False)
        somebody(turn, 6, reachable=False)
        somebody(turn, 7, zone="Asia/Tokyo")
        somebody(turn, 8, paused_until=turn.now.replace(year=2027))
        somebody(turn, None)
        preferences.choose(turn, patients.get(turn, somebody(turn, 9)), "news", wanted=False)
        situations.begin(turn, somebody(turn, 10), "in_hospital")
        patients.change(turn, somebody(turn, 11), state="left")

    await clinic.run("ops", act)
    found = await clinic.read(texts.get, await written(clinic, people[0]))
    counted = await clinic.read(audience.count, found)
    assert (counted.meant, counted.gets, counted.later) == (12, 3, 0)
    assert [(one.language, one.patients) for one in counted.by_language] == [("en", 2), ("es", 1)]
    assert counted.left_out == [
        ("left", 1), ("not_enrolled", 1), ("no_consent", 1), ("in_hospital", 1), ("stopped", 1), ("paused", 1), ("topic", 1),
        ("unreachable", 1), ("no_text", 1)]
    assert counted.without_text == ["ru"]


async def test_at_night_it_waits_for_the_morning_there(clinic, people, clock: Clock):
    clock.passes(hours=5)  # two in the afternoon in London, eleven at night in Tokyo
    await many(clinic, 2)
    await many(clinic, 1, first=50, zone="Asia/Tokyo")
    broadcast = await sent_off(clinic, people[0])
    assert (await clinic.read(lambda turn: audience.count(turn, texts.get(turn, broadcast)))).later == 1
    await goes_on(clinic)
    assert await leave(clinic) == [1000, 1001]
    clock.passes(hours=8, minutes=59)
    await goes_on(clinic)
    assert await leave(clinic) == []
    clock.passes(minutes=1)
    await goes_on(clinic)
    assert await leave(clinic) == [50]
    await goes_on(clinic)
    assert await state(clinic, broadcast) == "finished"


async def test_a_language_without_words_stops_it_until_somebody_says_that_it_may(clinic, people):
    await many(clinic, 1)
    await many(clinic, 1, first=50, language="ru")
    with pytest.raises(Refused, match="read Russian"):
        await sent_off(clinic, people[0])
    broadcast = await sent_off(clinic, people[0], leaves_out=True)
    await goes_on(clinic)
    assert await leave(clinic) == [1000]
    assert await statuses(clinic, broadcast) == {"sent": 1, "left_out": 1}


async def test_more_than_the_clinic_has_set_need_a_second_person_who_is_another(clinic, people):
    author, second = people
    await many(clinic, 51)
    broadcast = await sent_off(clinic, author)
    assert await state(clinic, broadcast) == "waiting"
    await goes_on(clinic)
    assert await leave(clinic) == []
    with pytest.raises(Refused, match="ask a colleague"):
        await clinic.run(f"staff:{author}", steering.approve, broadcast, author)
    await clinic.run(f"staff:{second}", steering.approve, broadcast, second)
    await goes_on(clinic)
    assert len(await leave(clinic)) == 51


async def test_whom_the_second_person_edits_it_cannot_let_go_either(clinic, people):
    author, second = people
    await many(clinic, 51)
    broadcast = await sent_off(clinic, author)
    await clinic.run(f"staff:{second}", steering.change, broadcast, Draft("Flu", {"en": "Come at nine."}), second)
    with pytest.raises(Refused, match="ask a colleague"):
        await clinic.run(f"staff:{second}", steering.approve, broadcast, second)
    await clinic.run(f"staff:{author}", steering.approve, broadcast, author)
    assert await state(clinic, broadcast) == "sending"


async def test_a_cohort_that_grew_since_it_was_agreed_is_looked_at_again(clinic, people, clock: Clock):
    author, second = people
    await many(clinic, 51)
    broadcast = await sent_off(clinic, author, on_date=date(2026, 11, 24), at_time=time(10))
    await clinic.run(f"staff:{second}", steering.approve, broadcast, second)
    await many(clinic, 49, first=5000)
    clock.passes(days=1)
    await goes_on(clinic)
    assert await state(clinic, broadcast) == "waiting"
    assert (await clinic.read(texts.get, broadcast)).counted == 100


@pytest.mark.parametrize("by_the_way", ["at its hour", "paused and resumed"])
async def test_a_cohort_that_is_another_since_it_was_agreed_is_looked_at_again(clinic, people, clock: Clock, by_the_way: str):
    author, second = people
    await many(clinic, 51)
    await many(clinic, 51, first=5000, language="es")
    cohort = await clinic.run(f"staff:{author}", cohorts.save, "Flu", Criteria(languages=("en",)))
    broadcast = await sent_off(clinic, author, cohort_id=cohort.id, on_date=date(2026, 11, 24), at_time=time(10))
    await clinic.run(f"staff:{second}", steering.approve, broadcast, second)
    if by_the_way != "at its hour":
        await clinic.run(f"staff:{author}", steering.pause, broadcast)
    await clinic.run(f"staff:{author}", cohorts.save, "Flu", Criteria(languages=("es",)), cohort.id)
    if by_the_way != "at its hour":
        await clinic.run(f"staff:{author}", steering.resume, broadcast)
    clock.passes(days=1)
    await goes_on(clinic)
    assert await state(clinic, broadcast) == "waiting", "fifty others are nobody that a second person has agreed to"
    assert await leave(clinic) == []
    await clinic.run(f"staff:{second}", steering.approve, broadcast, second)
    clock.passes(hours=1)
    await goes_on(clinic)
    assert len(await leave(clinic)) == 51


async def test_it_comes_at_the_same_hour_on_every_wall(clinic, people, clock: Clock):
    await many(clinic, 1)
    await many(clinic, 1, first=50, zone="America/New_York")
    broadcast = await sent_off(clinic, people[0], on_date=date(2026, 11, 23), at_time=time(15))
    await goes_on(clinic)
    assert await leave(clinic) == []
    clock.passes(hours=6)
    await goes_on(clinic)
    assert await leave(clinic) == [1000]
    clock.passes(hours=5)
    await goes_on(clinic)
    assert await leave(clinic) == [50]
    shown = [one.due_at.isoformat() for one in await clinic.read(results.results, broadcast)]
    assert shown == ["2026-11-23T15:00:00+00:00", "2026-11-23T20:00:00+00:00"]


async def test_nobody_gets_it_twice_however_often_it_is_pressed_or_run(clinic, people):
    await many(clinic, 3)
    broadcast = await sent_off(clinic, people[0])
    with pytest.raises(Refused, match="before"):
        await clinic.run("staff:1", steering.send, broadcast, people[0])
    for _ in range(3):
        await goes_on(clinic)
        await clinic.run("scheduler", sending.plan, broadcast)
        await clinic.run("scheduler", sending.release, broadcast)
    assert sorted(await leave(clinic)) == [1000, 1001, 1002]
    await goes_on(clinic)
    assert await leave(clinic) == []
    assert await statuses(clinic, broadcast) == {"sent": 3}


async def test_the_outbox_gets_no_more_than_can_leave_in_a_few_seconds(clinic, people):
    await many(clinic, 330)
    clinic.settings = replace(clinic.settings, sending=SendingSettings(second_person_above=1000))
    broadcast = await sent_off(clinic, people[0])
    for _ in range(3):
        await goes_on(clinic)
    assert len(await texts_of(clinic, None)) == 0  # nothing has an outcome of that name
    assert await statuses(clinic, broadcast) == {"leaving": 120, "waiting": 210}
    await leave(clinic, 100)
    await goes_on(clinic)
    assert await statuses(clinic, broadcast) == {"sent": 100, "leaving": 120, "waiting": 110}


async def test_paused_nothing_leaves_and_resumed_everybody_gets_it_once(clinic, people):
    await many(clinic, 5)
    broadcast = await sent_off(clinic, people[0])
    await goes_on(clinic)
    assert len(await leave(clinic, 2)) == 2
    claimed = await clinic.run("sender", outbox.claim, 1)  # just leaving
    before = clinic.recalls
    await clinic.run("staff:1", steering.pause, broadcast)
    assert clinic.recalled(claimed[0].patient_id, before), "its sender asks the gate once more"
    await clinic.run("sender", outbox.settle, [Settled(claimed[0], "refused")])
    clinic._clock.passes(seconds=2)
    assert await leave(clinic) == []
    await goes_on(clinic)
    assert await statuses(clinic, broadcast) == {"sent": 2, "waiting": 3}
    await clinic.run("staff:1", steering.resume, broadcast)
    await goes_on(clinic)
    assert len(await leave(clinic)) == 3
    assert await statuses(clinic, broadcast) == {"sent": 5}


async def test_cancelled_half_way_nobody_gets_it_any_more_and_every_person_is_accounted_for(clinic, people):
    await many(clinic, 5)
    broadcast = await sent_off(clinic, people[0])
    await goes_on(clinic)
    await leave(clinic, 2)
    claimed = await clinic.run("sender", outbox.claim, 1)
    await clinic.run("staff:1", steering.cancel, broadcast)
    await clinic.run("sender", outbox.settle, [Settled(claimed[0], "refused")])
    clinic._clock.passes(minutes=5)
    await goes_on(clinic)
    assert await leave(clinic) == []
    assert await statuses(clinic, broadcast) == {"sent": 2, "cancelled": 3}
    with pytest.raises(Refused, match="cancelled"):
        await clinic.run("staff:1", steering.pause, broadcast)
    with pytest.raises(Refused, match="It is over"):
        await clinic.run("staff:1", steering.change, broadcast, Draft("Flu", WORDS), people[0])


async def test_after_a_restore_nobody_gets_it_again(clinic, people, clock: Clock):
    await many(clinic, 3)
    broadcast = await sent_off(clinic, people[0])
    await goes_on(clinic)
    await clinic.run("ops", restoring.wake, clock.now, 0, 0)
    await goes_on(clinic)
    assert await leave(clinic) == []
    assert await statuses(clinic, broadcast) == {"cancelled": 3}


async def test_changed_on_its_way_the_rest_get_the_new_words_and_what_went_is_kept(clinic, people):
    await many(clinic, 4)
    broadcast = await sent_off(clinic, people[0], openly=True)
    await goes_on(clinic)
    await leave(clinic, 2)
    with pytest.raises(Refused, match="keep to these languages"):
        await clinic.run("staff:1", steering.change, broadcast, Draft("Flu", {"en": "Saturday."}, openly=True), people[0])
    with pytest.raises(Refused, match="only its title and its words"):
        await clinic.run("staff:1", steering.change, broadcast, Draft("Flu", WORDS, topic="survey", openly=True), people[0])
    now = Draft("Flu", {**WORDS, "en": "The flu clinic is open on Saturday."}, openly=True)
    await clinic.run("staff:1", steering.change, broadcast, now, people[0])
    await goes_on(clinic)
    await leave(clinic)
    assert ["Friday" in text for text in await texts_of(clinic, "sent")] == [True, True, False, False]
    assert [one.version for one in await clinic.read(results.results, broadcast)] == [1, 1, 2, 2]
    assert (await clinic.read(texts.words, broadcast, 1))["en"] == WORDS["en"]


async def test_what_asks_for_answers_leaves_only_while_somebody_is_there(clinic, people, clock: Clock):
    await many(clinic, 3)
    broadcast = await sent_off(clinic, people[0], topic="survey", expects_answers=True)
    await goes_on(clinic)
    await leave(clinic, 1)
    clock.passes(hours=9, minutes=30)  # half past six, and the office is closed
    await goes_on(clinic)
    assert await leave(clinic) == []
    assert await statuses(clinic, broadcast) == {"sent": 1, "waiting": 2}
    clock.passes(hours=13, minutes=30)
    await goes_on(clinic)
    assert len(await leave(clinic)) == 2
    clock.passes(minutes=10)
    first = (await clinic.read(results.results, broadcast))[0].patient_id
    await clinic.run("chat", lambda turn: hear(turn, patients.get(turn, first), Written(1, "text", "yes, I am coming")))
    assert [one.answered_at is not None for one in await clinic.read(results.results, broadcast)] == [True, False, False]


async def test_whoever_stops_or_says_no_to_the_topic_after_it_was_planned_gets_nothing(clinic, people):
    one, two, three, _four = await many(clinic, 4)
    broadcast = await sent_off(clinic, people[0])
    await goes_on(clinic)
    await clinic.run("chat", lambda turn: patients.change(turn, one, reminders=False))
    await clinic.run("chat", lambda turn: preferences.choose(turn, patients.get(turn, two), "news", wanted=False))
    await clinic.run("chat", lambda turn: consent.withdraw(turn, patients.get(turn, three)))
    assert await leave(clinic) == [1003]
    assert await statuses(clinic, broadcast) == {"sent": 1, "suppressed": 3}
    reasons = {one.why for one in await clinic.read(results.results, broadcast, status="suppressed")}
    assert reasons == {"the patient stopped reminders", "the patient does not want messages about this", "no consent"}


async def test_who_has_lost_a_pregnancy_since_it_was_planned_hears_of_no_class_for_parents(clinic, people, clock: Clock):
    lost, expects = await many(clinic, 2)
    for one in (lost, expects):
        await clinic.run("ops", lambda turn, one=one: plans.add(turn, patients.get(turn, one), programmes()["pregnancy"]))
    broadcast = await sent_off(clinic, people[0], criteria=Criteria(programmes=("pregnancy",)),
                               on_date=date(2026, 11, 23), at_time=time(18))
    await goes_on(clinic)
    clock.passes(hours=4)
    await clinic.run("staff:1", situations.begin, lost, "pregnancy_loss")
    clock.passes(hours=5)
    await goes_on(clinic)
    assert await leave(clinic) == [1001]
    assert await statuses(clinic, broadcast) == {"sent": 1, "left_out": 1}
    [left_out] = await clinic.read(results.results, broadcast, status="left_out")
    assert (left_out.patient_id, left_out.why) == (lost, "is not meant any more")
    opens = (results.show, await clinic.read(patients.get, expects), broadcast, 1)
    assert await clinic.run("chat:1001", *opens)
    clock.passes(hours=1)
    await clinic.run("staff:1", situations.begin, expects, "pregnancy_loss")
    assert not await clinic.run("chat:1001", *opens), "what came discreetly before the loss opens no more"


async def test_whoever_wants_one_a_day_gets_one_a_day(clinic, people):
    patient = (await many(clinic, 1))[0]
    await clinic.run("chat", lambda turn: preferences.limit(turn, patients.get(turn, patient), 1))
    for number in range(2):
        await sent_off(clinic, people[0], texts={"en": f"News {number}"})
        await goes_on(clinic)
        await leave(clinic)
    assert len(await texts_of(clinic, "sent")) == 1
    found = await clinic.read(texts.get, await written(clinic, people[0]))
    assert (await clinic.read(audience.count, found)).used_up == 1


async def test_halted_nothing_leaves_that_is_sent_to_many_until_a_person_releases_it(clinic, people):
    await many(clinic, 2)
    broadcast = await sent_off(clinic, people[0])
    await goes_on(clinic)
    await clinic.run("scheduler", halts.halt, "lost", "half of it was lost.")
    assert await leave(clinic) == []
    await goes_on(clinic)
    assert await state(clinic, broadcast) == "sending"
    [halt] = await clinic.read(halts.open_now)
    assert await clinic.run("staff:1", halts.release, halt.id, people[0])
    assert len(await leave(clinic)) == 2


@pytest.mark.parametrize(("how", "field"), [
    ({"texts": {}}, "texts"), ({"texts": {"xx": "hello"}}, "texts"), ({"texts": {"en": " "}}, "texts"),
    ({"texts": {"en": "x" * 3501}}, "texts"), ({"title": " "}, "title"), ({"topic": "gossip"}, "topic"),
    ({"on_date": date(2026, 12, 1)}, "on_date"), ({"criteria": Criteria(age_from=80, age_to=20)}, "criteria"),
    ({"cohort_id": 7}, "cohort_id")])
async def test_what_cannot_be_is_refused_with_what_is_wrong(clinic, people, how, field):
    with pytest.raises(Refused) as refused:
        await written(clinic, people[0], **how)
    assert refused.value.field == field


async def test_it_is_not_sent_to_nobody_nor_into_the_past(clinic, people):
    with pytest.raises(Refused, match="Nobody would get it"):
        await sent_off(clinic, people[0])
    await many(clinic, 1)
    with pytest.raises(Refused, match="has passed"):
        await sent_off(clinic, people[0], on_date=date(2026, 11, 22), at_time=time(10))


async def test_two_who_approve_at_once_and_two_programs_that_send_at_once_are_one(open_clinic, postgres_url):
    here, there = await open_clinic(postgres_url), await open_clinic(postgres_url)
    author, second = await two_people(here)
    third = (await here.run("ops", staff.add, "mia@example.org", "Mia", "-")).id
    await many(here, 51)
    broadcast = await sent_off(here, author)
    said = await asyncio.gather(
        here.run(f"staff:{second}", steering.approve, broadcast, second),
        there.run(f"staff:{third}", steering.approve, broadcast, third), return_exceptions=True)
    assert sorted(type(one).__name__ for one in said) == ["Broadcast", "Refused"]
    await asyncio.gather(*(goes_on(clinic) for clinic in (here, there, here, there)))
    gone = await asyncio.gather(*(leave(clinic) for clinic in (here, there, here, there)))
    assert sorted(chat for chats in gone for chat in chats) == list(range(1000, 1051))
    said = await asyncio.gather(
        here.run(f"staff:{author}", steering.pause, broadcast), there.run(f"staff:{second}", steering.cancel, broadcast),
        return_exceptions=True)
    assert await state(here, broadcast) == "cancelled", "whichever came first"
