"""A small canary hunt; `make canaries` hunts for a hundred people on both databases."""

import logging
import sqlite3
from contextlib import closing

from tests.canaries import hunt
from tests.canaries.campaign import campaign
from tests.canaries.filling import FIRST_CHAT


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


def test_the_number_of_a_chat_is_seen_in_figures_and_as_sqlite_keeps_it(tmp_path):
    file, chat = tmp_path / "clinic.db", FIRST_CHAT + 7
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE events (actor TEXT, facts TEXT, chat_id INTEGER)")
        database.execute("INSERT INTO events VALUES (?, ?, ?)", (f"chat:{chat}", f'{{"chat_id": {chat}}}', chat))
        database.execute("INSERT INTO events VALUES ('chat:8f0c3a', '{\"chat\": \"8f0c3a\"}', 47)")
    assert hunt.in_file(file) == {7: 3}
