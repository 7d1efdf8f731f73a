"""Two processes on one PostgreSQL: whatever happens between one's looking and its writing, nobody in danger drops off the list.

Where the order matters it is made, not hoped for: a first turn is held open until the second waits for it.
"""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from care import conversations, enrolment, escalations, invitations, messages, patients, worklist
from care.escalations import Severity
from care.heart import inbox as inbox_turns
from care.heart import outbox as outbox_turns
from care.heart.clinic import Clinic
from care.tables import conversations as conversations_table
from care.tables import escalations as escalations_table
from care.tables import inbox, outbox, staff
from tests.ward import BORN, Ward


@pytest.fixture
async def both(open_clinic, postgres_url) -> tuple[Clinic, Clinic]:
    """Two processes' clinics on one database."""
    return await open_clinic(postgres_url), await open_clinic(postgres_url)


@pytest.fixture
async def two_wards(both, telegram, clock) -> list[Ward]:
    return [await Ward(clinic, telegram, clock).open() for clinic in both]


async def a_patient(clinic: Clinic, chat_id: int | None = 7) -> int:
    def act(turn: Any) -> int:
        patient = patients.add(turn, "Amina Yusuf", BORN, "en")
        if chat_id:
            patients.link(turn, patient.id, chat_id, "self")
            patients.change(turn, patient.id, state="active", consented=True)
        return patient.id

    return await clinic.run("ops", act)


async def a_nurse(clinic: Clinic) -> int:
    return await clinic.run("ops", lambda turn: turn.insert(staff, {
        "email": "dana@riverside.example", "name": "Dana", "password_hash": "x", "active": True, "role": "administrator",
        "reach": "clinic", "created_at": turn.now}))


class Held:
    """A turn that has done its work and is not yet committed."""

    def __init__(self, url: str):
        self.engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))

    async def somebody_waits(self) -> None:
        async with self.engine.connect() as connection:
            while not (await connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))).scalar():
                await asyncio.sleep(0.01)


@asynccontextmanager
async def held(clinic: Clinic, url: str, actor: str, act: Callable[..., Any], *args: Any):
    """Do `act` in a turn that is committed at the end of the block."""
    waiter = Held(url)
    try:
        async with waiter.engine.begin() as connection:
            await connection.run_sync(lambda found: act(clinic._turn(found, actor), *args))
            yield waiter
    finally:
        await waiter.engine.dispose()


async def open_items(clinic: Clinic) -> list[worklist.Item]:
    return await clinic.read(worklist.waiting)


@pytest.mark.parametrize("known", [True, False])
async def test_the_same_trouble_seen_by_two_processes_at_once_is_one_obligation(both, known: bool):
    patient_id = await a_patient(both[0]) if known else None
    await asyncio.gather(*(
        both[n % 2].run("sender", escalations.open_, patient_id, Severity.URGENT, "undelivered", "Lost", f"{n}", 7)
        for n in range(20)))
    [item] = await open_items(both[0])
    assert item.times_reported == 20


async def test_trouble_reported_while_a_nurse_closes_the_same_trouble_is_not_closed_with_it(both, postgres_url):
    clinic, other = both
    patient_id, dana = await a_patient(clinic), await a_nurse(clinic)
    first = await clinic.run("chat:7", escalations.open_, patient_id, Severity.URGENT, "red_flag:self_harm", "Words", "once")
    async with held(clinic, postgres_url, f"staff:{dana}", escalations.resolve, first, dana, "reached") as nurse:
        again = asyncio.create_task(other.run(
            "chat:7", escalations.open_, patient_id, Severity.EMERGENCY, "red_flag:self_harm", "Words", "and now again"))
        await nurse.somebody_waits()
    await again
    [item] = await open_items(clinic)
    assert (item.severity, item.value) == ("emergency", "and now again")


async def test_worse_trouble_wins_over_an_acknowledgement_of_the_lesser(both, postgres_url):
    clinic, other = both
    patient_id, dana = await a_patient(clinic), await a_nurse(clinic)
    first = await clinic.run("chat:7", escalations.open_, patient_id, Severity.URGENT, "pain", "Pain", "8")
    async with held(clinic, postgres_url, f"staff:{dana}", escalations.acknowledge, first, dana) as nurse:
        again = asyncio.create_task(other.run(
            "chat:7", escalations.open_, patient_id, Severity.EMERGENCY, "pain", "Pain", "10"))
        await nurse.somebody_waits()
    await again
    [item] = await open_items(clinic)
    assert (item.severity, item.acknowledged_by, item.times_reported) == ("emergency", None, 2)


async def test_a_conversation_does_not_expire_under_an_answer(both, postgres_url, clock):
    clinic, other = both
    patient_id = await a_patient(clinic)

    def begin(turn: Any) -> None:
        conversations.open_(turn, patients.get(turn, patient_id), "symptom_check", 1)

    def answer(turn: Any) -> None:
        patients.in_chat(turn, 7)
        conversations.shows(turn, conversations.current(turn, patient_id), "pain", None)

    await clinic.run("chat:7", begin)
    clock.passes(hours=24, minutes=1)
    async with held(clinic, postgres_url, "chat:7", answer) as patient:
        expiring = asyncio.create_task(other.run("scheduler", conversations.expire, patient_id))
        await patient.somebody_waits()
    await expiring
    assert await clinic.read(lambda turn: turn.db.scalar(select(conversations_table.c.outcome))) is None


async def test_a_chat_that_staff_just_cut_does_not_slip_in_behind_the_cut(both, postgres_url):
    clinic, other = both
    patient_id = await a_patient(clinic)
    link = (await clinic.read(patients.summary, patient_id)).links[0]
    async with held(clinic, postgres_url, "staff:1", patients.cut_link, link.id) as cutting:
        tap = asyncio.create_task(other.run("chat:7", lambda turn: patients.in_chat(turn, 7)))
        await cutting.somebody_waits()
    assert await tap == []


async def test_one_invitation_in_two_hands_at_once_lets_in_one(two_wards):
    one, other = two_wards
    patient_id, token = await one.invited()
    phones = [one.phone("Amina"), other.phone("Thief")]
    for phone in phones:
        await phone.opens(token)
        await phone.taps("English")
    raw = [phone.person.says("1968-05-23") for phone in phones]
    await asyncio.gather(*(ward.intake._save([update]) for ward, update in zip(two_wards, raw, strict=True)))
    await asyncio.gather(*(ward.intake.idle() for ward in two_wards))
    await one.settle()
    assert sorted("Is it 09:00 where you are now?" in phone.transcript for phone in phones) == [False, True]
    assert len((await one.clinic.read(patients.summary, patient_id)).links) == 1


async def test_staff_replace_a_link_while_its_holder_types_the_date_and_neither_fails(both, postgres_url):
    """Both need the patient and the invitation: in the same order, or PostgreSQL ends one of them."""
    clinic, other = both
    patient_id = await a_patient(clinic, None)
    token = (await clinic.run("staff:1", invitations.invite, patient_id)).token

    def take_up(turn: Any) -> None:
        enrolment.take_link(turn, patients.stranger(turn, 9), token)
        enrolment.choose_language(turn, patients.stranger(turn, 9), "en", None)

    await clinic.run("chat:9", take_up)

    def types(turn: Any) -> None:
        enrolment.hear(turn, patients.stranger(turn, 9), [], "1968-05-23")

    async with held(clinic, postgres_url, "staff:1", patients.lock, patient_id) as nurse:
        typing = asyncio.create_task(other.run("chat:9", types))
        await nurse.somebody_waits()
        async with nurse.engine.connect() as connection:
            taken = await connection.execute(
                text("SELECT count(*) FROM (SELECT 1 FROM invitations FOR UPDATE SKIP LOCKED) AS nobodys"))
            assert taken.scalar() == 1, "whoever waits for the patient does not sit on the invitation"
    await typing
    assert len((await clinic.read(patients.summary, patient_id)).links) == 1


async def test_a_reply_is_either_taken_back_or_sent_and_never_both(both, clock):
    clinic, other = both
    patient_id, dana = await a_patient(clinic), await a_nurse(clinic)
    for span in (9.999, 10, 10.001):
        reply = await clinic.run(f"staff:{dana}", messages.reply, patient_id, "Hello", dana, "Dana")
        clock.passes(seconds=span)
        undone, claimed = await asyncio.gather(
            clinic.run(f"staff:{dana}", messages.undo, reply.id, dana), other.run("sender", outbox_turns.claim, 10))
        assert undone != bool([one for one in claimed if one.id == reply.id])
        await other.run("sender", outbox_turns.settle, [outbox_turns.Settled(one, "sent", 1) for one in claimed])
    assert await clinic.read(lambda turn: turn.db.scalar(
        select(func.count()).select_from(outbox).where(outbox.c.outcome.is_(None)))) == 0


async def leave_behind(old: Ward) -> None:
    """A bot is replaced while it has an update in hand; the new one was at work before the old one was gone."""
    await old.intake.stop()
    base = old.app.bot.base_url
    [update] = await old.app.bot.request.post(f"{base}/getUpdates")
    await old.intake._save([update])
    await old.app.bot.request.post(f"{base}/getUpdates?offset={update['update_id'] + 1}")  # confirmed, and never handled


async def test_what_a_process_left_behind_does_not_silence_its_chat(two_wards):
    old, new = two_wards
    phone = await new.enrolled()
    phone.person.says("first words")
    await leave_behind(old)
    await phone.says("second words")
    outcomes = await new.clinic.read(lambda turn: set(turn.db.scalars(select(inbox.c.outcome))))
    assert outcomes == {"done"}
    assert phone.transcript.count("I have passed this on") == 2


async def test_what_a_process_left_behind_is_taken_up_even_if_the_patient_writes_no_more(two_wards, clock):
    old, new = two_wards
    phone = await new.enrolled()
    phone.person.says("I cannot breathe")
    await leave_behind(old)
    clock.passes(minutes=1)
    await new.intake.beat()
    await new.settle()
    assert "999" in phone.transcript


async def test_updates_of_one_chat_that_are_pushed_at_once_do_not_wait_for_each_other_for_ever(two_wards):
    ward, _ = two_wards
    phone = await ward.enrolled()
    raw = [phone.person.says(f"words number {n}") for n in range(8)]
    await ward.clinic.run("intake", ward_saves, ward, list(reversed(raw)))
    for one in raw:
        ward.intake._line_up(phone.chat_id, one)
    await asyncio.wait_for(ward.intake.idle(), 20)
    outcomes = await ward.clinic.read(lambda turn: set(turn.db.scalars(select(inbox.c.outcome))))
    assert outcomes == {"done"}


def ward_saves(turn: Any, ward: Ward, raw: list[Any]) -> None:
    inbox_turns.save(turn, ward.app.bot.id, [(one["update_id"], one["message"]["chat"]["id"], one) for one in raw])


async def test_escalations_count_is_whole(both):
    clinic, _ = both
    patient_id = await a_patient(clinic)
    await asyncio.gather(*(
        both[n % 2].run("sender", escalations.open_, patient_id, Severity.ROUTINE, f"kind{n % 3}", "Trouble", None, 7)
        for n in range(18)))
    reports = await clinic.read(lambda turn: list(turn.db.scalars(select(escalations_table.c.reports))))
    assert reports == [6, 6, 6]
