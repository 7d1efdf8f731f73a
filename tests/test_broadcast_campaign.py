"""The campaign of broadcasts finds each promise that is broken, and tells calm waits from those that met a restart."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.broadcasts import checks
from tests.broadcasts.campaign import WORDS, Plan, Record

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
PLAN = Plan(seed=1, patients=4, stops=1)


def call(chat: int, seconds: float, words: str = WORDS) -> dict[str, Any]:
    at = (NOON + timedelta(seconds=seconds)).isoformat()
    return {"method": "sendMessage", "chat_id": chat, "params": {"text": words}, "at": at}


def kept() -> Record:
    """Two had it, one stopped before, one was left by the cancel; one who cried has a card."""
    return Record(
        accepted=[call(1, 0), call(2, 1), call(3, 2, "Please call 999")],
        statuses=Counter(sent=2, suppressed=1, cancelled=1), rows=[(1, "sent"), (2, "sent"), (3, "suppressed")],
        stopped={3: NOON}, cried={3: NOON.timestamp() + 0.5}, cancelled_at=NOON + timedelta(seconds=3), planned=4)


def test_a_run_that_kept_everything_has_nothing_broken():
    assert checks.broken(PLAN, kept()) == []


@pytest.mark.parametrize(("breaks", "said"), [
    (lambda run: run.accepted.append(call(1, 2)), "chat 1 got it twice"),
    (lambda run: run.accepted.append(call(4, 9)), "after the cancel"),
    (lambda run: run.accepted.append(call(3, 2)), "chat 3 got it after its stop"),
    (lambda run: run.stopped.clear(), "0 of 1 stops are on record"),
    (lambda run: run.statuses.update(sent=1), "the results add up to 5, not 4"),
    (lambda run: run.statuses.update(sent=-1, waiting=1), "somebody still waits"),
    (lambda run: run.rows.append((4, "sent")), "chat 4 is said to have it and has not"),
    (lambda run: run.rows.remove((2, "sent")), "chat 2 has it and nobody knows"),
    (lambda run: run.accepted.pop(), "chat 3 cried and heard nothing")])
def test_what_was_not_kept_is_found(breaks: Callable[[Record], Any], said: str):
    run = kept()
    breaks(run)
    assert any(said in one for one in checks.broken(PLAN, run)), checks.broken(PLAN, run)


def test_a_card_that_met_a_restart_is_counted_apart():
    run, at = kept(), NOON.timestamp()
    assert checks.waits(run) == ([1.5], [])
    run.down = [(at + 1, at + 4)]
    assert checks.waits(run) == ([], [1.5])
