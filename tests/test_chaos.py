"""Kills on each database; `make chaos` has five hundred and more."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from care.heart.turn import Lane
from tests.chaos import campaign, checks, defects
from tests.chaos.campaign import Run
from tests.chaos.plan import Plan
from tests.chaos.record import Record
from tests.temp_pg import Postgres

pytestmark = pytest.mark.timeout(300)  # half a minute on an idle machine; a busy one only takes longer
PLANS = {
    "sqlite": Plan(seed=25, kills=10, updates=150, talkers=15, quiet=10),
    "postgres": Plan(seed=25, kills=6, updates=100, talkers=12, quiet=8),
}
NUMBERS = count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def finished(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A run that is over."""
    folder = tmp_path_factory.mktemp("chaos")
    if request.param == "sqlite":
        empty: Path = request.getfixturevalue("empty_sqlite")
        yield asyncio.run(campaign.run(PLANS["sqlite"], folder, f"sqlite:///{shutil.copy(empty, folder / 'clinic.db')}"))
    else:
        server: Postgres = request.getfixturevalue("postgres_server")
        name = f"chaos_{next(NUMBERS)}"
        yield asyncio.run(campaign.run(PLANS["postgres"], folder, server.create_database(name, template="empty")))
        server.drop_database(name)


def test_kills_lose_nothing_and_change_nothing_twice(finished: Run):
    assert finished.strange_ends == []
    assert finished.kills.total() == finished.plan.kills
    assert checks.broken(finished.record) == []
    counted = checks.tally(finished.record)
    assert counted.inbound == finished.plan.updates
    assert counted.outbound.keys() == {"safety", "reply", "broadcast"}
    assert counted.outbound.total() > finished.plan.updates
    for lane in ("safety", "reply"):
        assert counted.extra_by_kill[lane] <= counted.in_flight[lane]
    assert counted.unknown_by_kill <= counted.in_flight["broadcast"]


def lose_an_update(record: Record) -> None:
    record.table("inbox").pop()


def forget_an_answer(record: Record) -> None:
    record.table("answers").pop()


def save_an_answer_twice(record: Record) -> None:
    record.table("answers").append(record.table("answers")[-1])


def keep_a_message_twice(record: Record) -> None:
    record.table("patient_messages").append(record.table("patient_messages")[-1])


def report_trouble_twice(record: Record) -> None:
    record.table("escalations")[0]["reports"] += 1


def lose_a_message_on_its_way(record: Record) -> None:
    row = next(row for row in record.table("outbox") if row["lane"] == Lane.SAFETY)
    record.copies = [copy for copy in record.copies if copy.row != row["id"]]


def send_a_broadcast_twice(record: Record) -> None:
    rows = {row["id"] for row in record.table("outbox") if row["lane"] == Lane.BROADCAST and row["outcome"] == "sent"}
    copy = next(copy for copy in record.copies if copy.row in rows)
    record.copies.append(copy._replace(n=len(record.copies), fence=copy.fence + 1))


def send_a_reply_again_for_no_reason(record: Record) -> None:
    copy = next(copy for copy in record.copies if not copy.fault
                and (copy.row, copy.fence) not in record.in_flight | record.unanswered)
    record.copies.insert(record.copies.index(copy), copy._replace(n=0, fence=0))


def let_a_message_overtake_another(record: Record) -> None:
    lanes = {row["id"]: row["lane"] for row in record.table("outbox")}
    first = next(copy for copy in record.copies if any(
        later.chat_id == copy.chat_id and lanes[later.row] == lanes[copy.row] and later.row > copy.row
        for later in record.copies))
    record.copies.remove(first)
    record.copies.append(first)


def say_what_nobody_wrote(record: Record) -> None:
    record.copies[0] = record.copies[0]._replace(text="Something else")


@pytest.mark.parametrize("spoil", [
    lose_an_update, forget_an_answer, save_an_answer_twice, keep_a_message_twice, report_trouble_twice,
    lose_a_message_on_its_way, send_a_broadcast_twice, send_a_reply_again_for_no_reason, let_a_message_overtake_another,
    say_what_nobody_wrote])
def test_the_checks_notice_a_single_fault_in_a_record(finished: Run, spoil: Callable[[Record], None]):
    spoiled = deepcopy(finished.record)
    spoil(spoiled)
    assert checks.broken(spoiled)


def test_the_same_seed_plans_the_same_kills():
    plan = PLANS["sqlite"]
    assert plan.lives() == plan.lives() != replace(plan, seed=26).lives()


@pytest.mark.parametrize("name", defects.DEFECTS)
def test_every_seeded_defect_still_fits_the_product(name: str):
    assert defects.changed(name)
    assert defects.DEFECTS[name].breaks in {check.__name__ for check in checks.CHECKS}
