"""The inbox: saved before it is confirmed, done once, in order; what cannot be handled blocks nobody."""

import asyncio

import pytest
from sqlalchemy import select

from bot import talk
from bot.handlers import heard
from bot.intake import chat_of
from care import retention, worklist
from care.heart import inbox
from care.tables import inbox as inbox_table
from tests.ward import Ward

BOT = 1234567


async def outcomes(ward: Ward) -> list[str | None]:
    return await ward.clinic.read(lambda turn: list(turn.db.scalars(select(inbox_table.c.outcome).order_by(inbox_table.c.id))))


async def reasons(ward: Ward) -> list[str]:
    return [item.reason for item in await ward.clinic.read(worklist.waiting)]


async def test_what_was_saved_before_a_kill_is_handled_after_the_restart(ward: Ward):
    phone = await ward.enrolled()
    await phone.says("/check")
    raw = phone.person.says("2")
    await ward.run(inbox.save, BOT, [(raw["update_id"], chat_of(raw), raw)])  # and here the process dies

    await ward.restart()  # which takes up the inbox
    await ward.settle()  # and is given the same update again, since the offset had not moved

    assert phone.transcript.count("Do you have a fever?") == 1
    assert set(await outcomes(ward)) == {"done"}


async def test_many_at_once_are_answered_in_the_order_they_were_written(ward: Ward):
    phone = await ward.enrolled()
    for said in ("/check", "2", "yes", "38.5"):
        phone.person.says(said)
    await ward.settle()
    assert phone.lines[-1] == "Is it hard to breathe? [Yes] [No] [Back] [Pause]"


async def test_telegram_keeps_an_update_that_could_not_be_saved(ward: Ward, monkeypatch: pytest.MonkeyPatch):
    phone = await ward.enrolled()
    phone.person.says("hello")
    with monkeypatch.context() as broken:
        broken.setattr(inbox, "save", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await ward.intake.fetch()
    await ward.settle()
    assert "Someone from your care team will read it" in phone.transcript


async def test_what_fails_five_times_is_put_aside_and_a_person_is_told(ward: Ward, monkeypatch: pytest.MonkeyPatch):
    phone = await ward.enrolled()
    tries = []

    def stumble(turn, holding):
        tries.append(1)
        raise KeyError("a bug")

    with monkeypatch.context() as broken:
        broken.setattr(talk, "in_hand", stumble)
        await phone.says("please tell Ann that I can not come")
    await phone.says("hello there")

    assert len(tries) == inbox.PATIENCE
    assert (await outcomes(ward))[-2:] == ["quarantined", "done"]
    assert set(await reasons(ward)) == {"Sent something that the bot could not handle", "Wrote a message"}


async def test_a_cry_for_help_that_we_cannot_handle_is_answered_all_the_same(ward: Ward, monkeypatch: pytest.MonkeyPatch):
    phone = await ward.enrolled()
    with monkeypatch.context() as broken:
        broken.setattr(heard, "as_written", lambda *_, **__: 1 / 0)
        await phone.says("i want to die")
    assert "999" in phone.transcript.split("patient: i want to die")[1]
    severities = {(item.severity, item.kind) for item in await ward.clinic.read(worklist.waiting)}
    assert ("emergency", "red_flag:self_harm") in severities
    assert ("urgent", "unheard") in severities


async def test_an_update_that_makes_no_sense_holds_up_nobody(ward: Ward):
    phone = await ward.enrolled()
    updates = ward.telegram.the_bot().updates
    before = len(await outcomes(ward))
    for kind, body in (("message", "not even an object"), ("message", {"chat": {"id": 7, "type": "private"}}),
                       ("message", None), ("callback_query", {"data": 5}), ("edited_message", [])):
        updates.put(kind, body, ward.clock.now)
    await phone.says("hello there")
    assert "Someone from your care team will read it" in phone.transcript
    assert len(await outcomes(ward)) == before + 6
    assert None not in await outcomes(ward)
    assert (await outcomes(ward))[-1] == "done"


async def test_nothing_is_taken_before_what_came_earlier_from_the_same_chat(clinic):
    await clinic.run("intake", inbox.save, 1, [(11, 7, {}), (12, 7, {}), (13, 8, {})])
    with pytest.raises(inbox.NotYet):
        await clinic.run("chat:7", inbox.take, 1, 12)
    assert await clinic.run("chat:8", inbox.take, 1, 13)
    assert await clinic.run("chat:7", inbox.take, 1, 11)
    assert await clinic.run("chat:7", inbox.take, 1, 12)
    assert not await clinic.run("chat:7", inbox.take, 1, 12)


async def test_two_processes_racing_for_one_update_do_it_once(url: str, open_clinic):
    one = await open_clinic(url)
    two = one if url.startswith("sqlite") else await open_clinic(url)
    for update_id in range(100, 140):
        await one.run("intake", inbox.save, 1, [(update_id, update_id, {})])
        taken = await asyncio.gather(*(clinic.run("chat", inbox.take, 1, update_id) for clinic in (one, two) * 3))
        assert sorted(taken) == [False] * 5 + [True]


async def test_what_was_handled_is_forgotten_in_time_and_what_was_not_stays(clinic, clock):
    handled, too_odd, waits = 1, 2, 3

    def arrive(turn):
        inbox.save(turn, BOT, [(one, 7, {"update_id": one}) for one in (handled, too_odd, waits)])
        turn.db.execute(inbox_table.update().where(inbox_table.c.update_id == handled).values(outcome="done"))
        turn.db.execute(inbox_table.update().where(inbox_table.c.update_id == too_odd).values(outcome="quarantined"))

    await clinic.run("test", arrive)
    kept = select(inbox_table.c.update_id).order_by(inbox_table.c.id)
    clock.passes(days=30)
    assert await clinic.run("scheduler", retention.prune, retention.CATEGORIES[0]) == 0
    clock.passes(seconds=1)
    assert await clinic.run("scheduler", retention.prune, retention.CATEGORIES[0]) == 1
    assert await clinic.read(lambda turn: list(turn.db.scalars(kept))) == [too_odd, waits]
