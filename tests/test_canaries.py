"""A small canary hunt; `make canaries` hunts for a hundred people on both databases."""

import logging

from tests.canaries.campaign import campaign


async def test_nothing_of_whoever_was_erased_is_left_and_their_neighbours_are_whole(sqlite_url, tmp_path):
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    try:
        found = await campaign(sqlite_url, tmp_path, 1, 2, seed=7)
    finally:
        root.handlers[:], root.level = kept
    assert found.columns > 100
    assert sum(found.after.values()) == 0, found.after
    assert min(found.before[place] for place in ("the database file", "media", "a fresh backup")) >= 1
    assert found.kept["the database file"] >= found.columns
    assert found.kept["a fresh backup"] >= found.columns
    assert found.kept["a neighbour's copy"] > 5
    assert found.kept["log at debug"] == 0
    assert found.log_lines > 3
