"""What a turn promises: wholly or not at all, alone, and answered only when it is safe."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError

from care.heart.clinic import TURNS_AT_ONCE, Clinic
from care.heart.screen import Screen
from care.heart.writer import MOST, NotSaved
from care.patients import Stranger
from care.tables import outbox

SOMEONE = Stranger(7, "en")


def write(turn, text):
    turn.tell(SOMEONE, Screen(text))
    return text


def stumble(turn, text):
    turn.tell(SOMEONE, Screen(text))
    raise ValueError(text)


def written(turn):
    return list(turn.db.scalars(select(outbox.c.text).order_by(outbox.c.id)))


@pytest.fixture
async def sqlite_clinic(sqlite_url, open_clinic) -> Clinic:
    return await open_clinic(sqlite_url)


async def together(*turns):
    """Run turns in one pass of the loop, and so in one commit."""
    return await asyncio.gather(*turns, return_exceptions=True)


async def test_a_turn_that_raises_leaves_its_neighbours_untouched(clinic):
    results = await together(
        clinic.run("test", write, "before"), clinic.run("test", stumble, "undone"), clinic.run("test", write, "after"))
    assert results[0] == "before"
    assert isinstance(results[1], ValueError)
    assert results[2] == "after"
    assert sorted(await clinic.read(written)) == ["after", "before"]


@pytest.mark.parametrize("stop", [StopIteration, SystemExit, asyncio.CancelledError])
async def test_whatever_a_turn_raises_it_is_answered(sqlite_clinic, stop):
    def leave(turn):
        raise stop

    with pytest.raises(RuntimeError if stop is StopIteration else stop):
        await sqlite_clinic.run("test", leave)
    assert await sqlite_clinic.run("test", write, "still here") == "still here"


async def test_a_read_can_change_nothing(clinic):
    with pytest.raises(DBAPIError):
        await clinic.read(write, "no")
    await clinic.run("test", write, "yes")
    assert await clinic.read(written) == ["yes"]


async def test_turns_that_wait_share_a_commit_up_to_a_limit(sqlite_clinic):
    commits = []
    event.listen(sqlite_clinic._writer._engine, "commit", lambda _: commits.append("commit"))
    results = await together(*(sqlite_clinic.run("test", write, str(n)) for n in range(2 * MOST)))
    assert results == await sqlite_clinic.read(written) == [str(n) for n in range(2 * MOST)]
    assert len(commits) == 2


def promise_what_cannot_be_kept(turn):
    """Found out only by the commit: a message of a patient who does not exist."""
    turn.db.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    turn.insert(outbox, {
        "patient_id": 999, "chat_id": 7, "lane": 1, "topic": "x", "text": "x", "buttons": [], "created_at": turn.now,
        "not_before": turn.now, "expires_at": turn.now})


async def test_a_lost_commit_is_told_to_everyone_in_it_and_the_clinic_goes_on(sqlite_clinic):
    results = await together(sqlite_clinic.run("test", write, "before"),
                             sqlite_clinic.run("test", promise_what_cannot_be_kept), sqlite_clinic.run("test", write, "after"))
    assert [type(result) for result in results] == [NotSaved] * 3
    assert await sqlite_clinic.run("test", write, "next") == "next"
    assert await sqlite_clinic.read(written) == ["next"]


async def test_a_turn_that_loses_the_transaction_loses_it_for_everyone(sqlite_clinic):
    """As a full disk may: SQLite then undoes the transaction by itself, and a later commit would say nothing."""

    def lose_it(turn):
        write(turn, "undone")
        turn.db.exec_driver_sql("ROLLBACK")
        raise ValueError("the disk is full")

    before, lost, after = await together(
        sqlite_clinic.run("test", write, "before"), sqlite_clinic.run("test", lose_it),
        sqlite_clinic.run("test", write, "after"))
    assert isinstance(before, NotSaved)
    assert isinstance(lost, ValueError)
    assert after == "after"
    assert await sqlite_clinic.read(written) == ["after"]


async def test_a_locked_database_is_an_error_now_and_none_later(sqlite_clinic, tmp_path):
    await sqlite_clinic.run("test", lambda turn: turn.db.exec_driver_sql("PRAGMA busy_timeout=20"))
    with closing(sqlite3.connect(tmp_path / "clinic.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotSaved, match="locked"):
            await sqlite_clinic.run("test", write, "not now")
    assert await sqlite_clinic.run("test", write, "now") == "now"
    assert await sqlite_clinic.read(written) == ["now"]


async def test_a_full_disk_loses_nothing_that_was_answered(sqlite_clinic):
    pages = await sqlite_clinic.run("test", lambda turn: turn.db.exec_driver_sql("PRAGMA page_count").scalar())
    await sqlite_clinic.run("test", lambda turn: turn.db.exec_driver_sql(f"PRAGMA max_page_count={pages + 60}"))
    big = [f"{n} " + "x" * 20_000 for n in range(40)]
    results = await together(*(sqlite_clinic.run("test", write, text) for text in big))
    assert any(isinstance(result, Exception) for result in results)
    assert await sqlite_clinic.read(written) == [text for text in big if text in results]


async def test_who_stops_waiting_has_it_done_all_the_same(sqlite_clinic):
    asking = asyncio.create_task(sqlite_clinic.run("test", write, "done too"))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait([asking])
    assert asking.cancelled()
    await sqlite_clinic.run("test", write, "next")
    assert await sqlite_clinic.read(written) == ["done too", "next"]


async def test_closing_does_what_was_handed_in_and_takes_no_more(sqlite_clinic):
    asked = [asyncio.create_task(sqlite_clinic.run("test", write, str(n))) for n in range(50)]
    await asyncio.sleep(0)
    await sqlite_clinic.close()
    assert await asyncio.gather(*asked) == [str(n) for n in range(50)]
    with pytest.raises(NotSaved):
        await sqlite_clinic.run("test", write, "too late")


async def test_a_commit_is_on_the_disk_and_references_hold(sqlite_clinic):
    def setting(turn, name):
        return turn.db.exec_driver_sql(f"PRAGMA {name}").scalar()

    full = 2
    assert await sqlite_clinic.run("test", setting, "synchronous") == full
    assert await sqlite_clinic.run("test", setting, "journal_mode") == "wal"
    assert await sqlite_clinic.run("test", setting, "foreign_keys") == 1


async def test_a_bell_rung_between_looking_and_waiting_is_heard(clinic):
    heard = clinic.outbox_rung
    await clinic.run("test", write, "something")
    await asyncio.wait_for(clinic.outbox_rings(3600, heard), 5)


async def test_saying_it_once_twice_says_it_once(clinic):
    def say(turn, text):
        return turn.tell(SOMEONE, Screen(text), once="today")

    assert await clinic.run("test", say, "first") is not None
    assert await clinic.run("test", say, "second") is None
    assert await clinic.read(written) == ["first"]


async def test_on_postgresql_nobody_who_comes_back_gets_ahead_of_those_who_wait(postgres_url, open_clinic):
    clinic, begun = await open_clinic(postgres_url), []

    async def comes_twice():
        for visit in ("first", "second"):
            await clinic.run("test", lambda turn, visit: begun.append(visit), visit)

    callers = 6 * TURNS_AT_ONCE
    await asyncio.gather(*(comes_twice() for _ in range(callers)))
    # All had asked for their first turn before anyone asked for a second; only what was let in together may mix.
    assert begun.index("second") >= callers - TURNS_AT_ONCE


async def test_on_postgresql_two_turns_that_stand_in_each_others_way_are_both_done_once(postgres_url, open_clinic):
    clinic, tries = await open_clinic(postgres_url), []
    held = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")

    def take(turn, mine, theirs):
        first_try = mine not in tries
        tries.append(mine)
        turn.db.execute(text(f"SELECT pg_advisory_xact_lock({mine})"))
        while first_try and turn.db.scalar(held) < 2:  # until each holds what the other will want
            pass
        turn.db.execute(text(f"SELECT pg_advisory_xact_lock({theirs})"))
        return write(turn, f"turn {mine}")

    assert await together(clinic.run("test", take, 1, 2), clinic.run("test", take, 2, 1)) == ["turn 1", "turn 2"]
    assert len(tries) == 3, "one was undone by the database, and run again"
    assert sorted(await clinic.read(written)) == ["turn 1", "turn 2"]


async def test_on_postgresql_a_turn_whose_server_is_lost_says_that_it_was_not_saved(postgres_url, open_clinic):
    clinic = await open_clinic(postgres_url)

    def lose_the_server(turn, words):
        write(turn, words)
        turn.db.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(NotSaved):
        await clinic.run("test", lose_the_server, "lost")
    assert await clinic.run("test", write, "kept") == "kept"
    assert await clinic.read(written) == ["kept"]


async def test_a_server_that_cannot_be_reached_is_said_to_be_away(open_clinic, tmp_path):
    clinic = await open_clinic(f"postgresql://test@/nowhere?host={tmp_path}")
    with pytest.raises(NotSaved, match="away"):
        await clinic.run("test", write, "lost")
