"""The demo is the product itself on invented people: the same weeks each time, and nothing left behind."""

import asyncio
import json
import shutil
import signal
import sqlite3
import time
import urllib.request
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ops.demo import history, kept
from ops.demo.cast import CAST
from ops.demo.playing import RunningClock
from simulator import snapshot

DAYS = 3
# Made anew each time: secrets and the salt of a password.
DRAWN = {"token_hash", "password_hash"}


def played(folder: Path, seed: int = history.SEED) -> tuple[dict[str, list], dict]:
    """The rows, by table, and the phones after the first days."""
    database = folder / f"{seed}.db"
    telegram = asyncio.run(history.build(database, seed, DAYS))
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        tables = [row[0] for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%'")]
        rows = {table: [{name: row[name] for name in row.keys() if name not in DRAWN}  # noqa: SIM118
                        for row in connection.execute(f"SELECT * FROM {table} ORDER BY rowid")] for table in tables}
    return rows, snapshot.dump(telegram)


@pytest.fixture(scope="module")
def first_days(tmp_path_factory):
    return played(tmp_path_factory.mktemp("first"))


def test_the_same_seed_plays_the_same_weeks(first_days, tmp_path):
    rows, phones = first_days
    again, same_phones = played(tmp_path)
    for table in rows.keys() - {"inbox"}:  # where the links that were opened are drawn anew
        assert again[table] == rows[table]
    assert len(again["inbox"]) == len(rows["inbox"])
    assert [one["id"] for one in same_phones["people"]] == [one["id"] for one in phones["people"]]


def test_the_weeks_came_about_through_the_product_itself(first_days):
    rows, phones = first_days
    assert {row["outcome"] for row in rows["inbox"]} == {"done"}, "every update was handled"
    assert {row["outcome"] for row in rows["outbox"]} == {"sent"}
    kinds = {row["kind"] for row in rows["events"]}
    assert {"PatientInvited", "ChatLinked", "ConsentGiven", "CheckOffered", "AnswerSaved"} <= kinds
    assert all(row["state"] == "active" for row in rows["patients"])
    assert any(row["language"] == "es" for row in rows["patients"])
    spanish = next(one for one in phones["people"] if one["first_name"] == "Carmen")
    assert any("fiebre" in message["content"].get("text", "") for message in spanish["messages"])


def test_ten_people_live_in_several_zones_and_languages():
    assert len(CAST) == 10
    assert len({role.zone for role in CAST}) >= 4
    assert {role.language for role in CAST} == {"en", "es"}


def test_the_history_is_built_once_for_each_version_of_the_code(tmp_path, monkeypatch):
    built = []
    play = history.build
    day = asyncio.run(play(tmp_path / "day.db", days=1))

    async def build(database: Path):
        built.append(shutil.copy(tmp_path / "day.db", database))
        return day

    monkeypatch.setattr(history, "build", build)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for run in ("one", "two"):
        folder = tmp_path / run
        folder.mkdir()
        found = asyncio.run(kept.at_hand(folder, lambda: None))
        assert found.database.parent == folder
        assert found.phones["people"]
    assert len(built) == 1
    monkeypatch.setattr(kept, "version", lambda: "newer")
    asyncio.run(kept.at_hand(folder, lambda: None))
    assert len(built) == 2
    assert [one.name for one in (tmp_path / "cache" / "careward" / "demo").iterdir()] == ["newer"]


def test_the_clock_of_the_demo_runs_and_can_only_be_moved_on():
    real = datetime(2026, 1, 1, tzinfo=UTC)
    clock = RunningClock(history.OPENS, lambda: real)
    assert clock() == history.OPENS
    clock.move_to(history.OPENS + timedelta(hours=1))
    clock.move_to(history.OPENS)
    real += timedelta(minutes=1)
    assert clock() == history.OPENS + timedelta(hours=1, minutes=1)


@pytest.mark.parametrize("variable", ["CAREWARD_TELEGRAM__TOKEN", "CAREWARD_CONFIG"])
def test_the_demo_refuses_a_real_token(place, variable):
    place.environment[variable] = "1234567:" + "a" * 35 if variable.endswith("TOKEN") else str(place.file)
    done = place.run("demo")
    assert done.returncode == 2
    assert done.stderr.startswith("telegram.token is set: the demo runs on invented people")
    assert done.stdout == ""


def test_the_demo_opens_plays_time_and_leaves_nothing_behind(place, tmp_path, free_port, monkeypatch):
    """With a cache of one day, so that it is quick."""
    place.file.unlink()
    place.secrets.unlink()
    cache, temporary = tmp_path / "cache", tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    play = history.build
    monkeypatch.setattr(history, "build", lambda database: play(database, days=1))
    asyncio.run(kept.build(kept.cache() / kept.version()))
    place.environment |= {"XDG_CACHE_HOME": str(cache), "TMPDIR": str(temporary)}

    running = place.start("demo", "--port", str(free_port), "--questions", "page")
    try:
        lines = (line for line in running.stdout if not line.startswith("Building"))
        said = [next(lines) for _ in range(4)]
        phones, console = (line.split()[-1] for line in said[:2])
        assert said[2].split()[-1] == f"{console}api/docs"
        assert said[3] == "Ctrl-C ends it. Everyone in it is invented.\n"
        state = fetched(f"{phones}/api/state")
        assert state["banner"] == "Demo: these people are invented"
        assert state["clock"] is True
        assert "invented" in urllib.request.urlopen(f"{console}sign-in").read().decode()
        later = fetched(f"{phones}/api/clock", {"advance": "1h"})["now"]
        passed = datetime.fromisoformat(later) - datetime.fromisoformat(state["now"])
        assert timedelta(hours=1) <= passed < timedelta(hours=1, minutes=5)
        after = fetched(f"{phones}/api/state")
        offered = [phone for phone in after["phones"] if phone["last"] and phone["last"]["at"] > state["now"]]
        assert offered, "what fell due happened"
        page = link_to_a_page(phones, state["phones"])
        assert page.startswith(f"{console}page/")
        assert 'name="year"' in urllib.request.urlopen(page).read().decode(), "it asks for the date of birth"
    finally:
        running.send_signal(signal.SIGINT)
    _, log = running.communicate(timeout=30)
    assert running.returncode == 0, log
    assert list(temporary.iterdir()) == []


def link_to_a_page(phones: str, people: list[dict]) -> str:
    """What somebody gets in the chat who asks for their check-in."""
    chat = f"{phones}/api/chats/{people[0]['chat_id']}"
    fetched(f"{chat}/text", {"text": "/check"})
    for _ in range(600):
        for message in fetched(chat)["messages"]:
            for button in (button for row in message["buttons"] for button in row):
                if "/page/" in button.get("url", ""):
                    return button["url"]
        time.sleep(0.1)
    raise LookupError("no link came")


def fetched(url: str, body: dict | None = None) -> dict:
    data = json.dumps(body).encode() if body else None
    with urllib.request.urlopen(urllib.request.Request(url, data, {"Content-Type": "application/json"}), timeout=30) as answer:
        return json.load(answer)
