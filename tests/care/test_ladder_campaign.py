"""A slice of `make ladder`: each rung failing in each way, and the process killed at every step."""

from pathlib import Path

from tests.care.ladder_campaign import WORLDS, run


async def test_whatever_fails_and_dies_somebody_is_called_in_time_and_nothing_closes_by_itself(tmp_path: Path):
    one_of_each = (*WORLDS[::6], ("pool", "off shift"))  # each rung, each way
    tally = await run(tmp_path, seed=11, trials=18, worlds=one_of_each)
    assert (tally.without_action, tally.overdue, tally.late, tally.closed_by_nobody) == ([], [], [], 0)
    assert min(sum(tally.kills.values()), tally.calls, tally.closed, tally.left_open) > 0
