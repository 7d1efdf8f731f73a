"""A slice of `make races`: nothing begins to leave after the stop is safe, and the race is a real one."""

import pytest

from care.heart.clinic import Clinic
from tests.races import run


async def test_nothing_begins_to_leave_once_a_stop_is_safe(url: str):
    tally = await run(url, seed=1, trials=30)
    assert tally.leaked == []
    assert min(tally.left, tally.held) > 0, "some left before the stop, some were held back"


async def test_without_the_second_look_messages_would_leak(sqlite_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Clinic, "recalled", lambda *_: False)
    assert (await run(sqlite_url, seed=1, trials=30)).leaked != []
