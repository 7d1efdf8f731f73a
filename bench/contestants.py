"""Who takes part: how each bot is started, and where its answers can be read afterwards."""

import json
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.flow import VALUES
from bench.peers import environment

PEERS = Path(__file__).parent / "peers"
Answers = dict[int, list[int]]  # chat -> the buttons chosen, in the order they were kept


@dataclass(frozen=True)
class Contestant:
    name: str
    does: str
    command: tuple[str, ...]
    begin: str  # what a patient sends to begin
    answers: Callable[[Path], Answers]  # from the folder of a run
    durable: bool


def in_memory(folder: Path) -> Answers:
    kept = json.loads((folder / "answers.json").read_text())
    return {int(chat_id): values for chat_id, values in kept.items() if values}


def of_the_product(folder: Path) -> Answers:
    """Every answer, in order; one that is out of place in its conversation stands as -1."""
    found: Answers = {}
    places: dict[int, int] = {}
    for chat_id, conversation, key, value in rows(folder, """
            SELECT c.chat_id, c.id, a.key, a.value FROM answers a JOIN conversations c ON c.id = a.conversation_id
            WHERE a.asked_by IS NOT NULL AND a.superseded_at IS NULL ORDER BY a.id"""):
        places[conversation] = places.get(conversation, 0) + 1
        found.setdefault(chat_id, []).append(VALUES.index(json.loads(value)) if key == f"q{places[conversation]}" else -1)
    return found


def of_a_durable_peer(folder: Path) -> Answers:
    found: Answers = {}
    for chat_id, value in rows(folder, """
            SELECT p.chat_id, a.value FROM answers a JOIN patients p ON p.id = a.patient_id ORDER BY a.id"""):
        found.setdefault(chat_id, []).append(value)
    return found


def rows(folder: Path, query: str) -> list[tuple[int, ...]]:
    with sqlite3.connect(folder / "bot.db") as database:
        return database.execute(query).fetchall()


def product() -> Contestant:
    return Contestant("careward", "the whole product, SQLite, synchronous=FULL", (sys.executable, "-m", "bench.product"),
                      "/bench", of_the_product, durable=True)


def peers() -> list[Contestant]:
    """Those that can be had on this machine."""
    python, node = environment.python(), environment.node()
    found = [
        Contestant("ptb", "python-telegram-bot as documented, in memory", (python, str(PEERS / "ptb_memory.py")),
                   "/start", in_memory, durable=False),
        Contestant("ptb-sqlalchemy", "python-telegram-bot + SQLAlchemy async + aiosqlite, FULL",
                   (python, str(PEERS / "ptb_durable.py")), "/start", of_a_durable_peer, durable=True),
        Contestant("aiogram", "aiogram, MemoryStorage", (python, str(PEERS / "aiogram_memory.py")),
                   "/start", in_memory, durable=False),
        Contestant("aiogram-sqlalchemy", "aiogram + SQLAlchemy async + aiosqlite, FULL",
                   (python, str(PEERS / "aiogram_durable.py")), "/start", of_a_durable_peer, durable=True),
    ]
    if node:
        found.append(Contestant("grammy", "grammY, runner, session in memory", (node, str(PEERS / "grammy_memory.js")),
                                "/start", in_memory, durable=False))
    return found

