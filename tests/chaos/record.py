"""What is known after a run, from its three witnesses: the phones' journal, the clinic's database, and what each life left."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, select

from care import tables
from care.heart.clinic import Clinic
from care.heart.turn import Lane, Turn
from tests.chaos.people import Sent

Row = dict[str, Any]
READ = ("inbox", "outbox", "conversations", "answers", "patient_messages", "escalations", "events")


class Copy(NamedTuple):
    """One message that reached a phone, in the order of the journal; of which claim on which row of the outbox."""

    n: int
    row: int
    fence: int
    chat_id: int
    method: str
    text: str
    message_id: int
    fault: str | None  # what Telegram then did to its answer


@dataclass
class Record:
    sent: list[Sent]  # what the phones sent, in order
    copies: list[Copy]  # what the phones got
    rows: dict[str, list[Row]]  # the database, by table
    in_flight: set[tuple[int, int]]  # claims (row, fence) that were neither settled nor given back when a process was killed
    unanswered: set[tuple[int, int]]  # claims whose call never got a proper answer, as the transport saw it
    talkers: dict[int, int]  # chat -> patient
    quiet: list[int]  # patients
    news: int  # how many messages nobody asked for were to be written
    counters: dict[str, Any]  # the simulator's

    def table(self, name: str) -> list[Row]:
        return self.rows[name]


async def read_tables(clinic: Clinic) -> dict[str, list[Row]]:
    def everything(turn: Turn) -> dict[str, list[Row]]:
        return {name: [dict(row._mapping) for row in turn.db.execute(select(found).order_by(found.c.id))]
                for name in READ for found in [getattr(tables, name)]}

    return await clinic.read(everything)


def still_open(turn: Turn) -> int:
    """How much waits in the inbox and the outbox."""
    waiting = [select(func.count()).where(found.c.outcome.is_(None)) for found in (tables.inbox, tables.outbox)]
    return sum(turn.db.scalar(count) or 0 for count in waiting)


def unasked(turn: Turn) -> int:
    """How much was written that nobody asked for."""
    return turn.db.scalar(select(func.count()).where(tables.outbox.c.lane == int(Lane.BROADCAST))) or 0


def read_journal(path: Path) -> list[Copy]:
    return [copy for line in path.read_text().splitlines() if (copy := _copy(json.loads(line)))]


def _copy(entry: dict[str, Any]) -> Copy | None:
    claim = entry["params"].get("claim")
    if entry["method"] not in ("sendMessage", "editMessageText"):
        return None
    row, fence = map(int, claim.split("."))
    return Copy(entry["n"], row, fence, entry["chat_id"], entry["method"], entry["params"]["text"], entry["message_id"],
                entry["fault"])


def read_unanswered(path: Path) -> set[tuple[int, int]]:
    claims = path.read_text().split() if path.exists() else []
    return {(int(row), int(fence)) for claim in claims for row, fence in [claim.split(".")]}


def read_in_flight(path: Path) -> set[tuple[int, int]]:
    lives = [json.loads(line) for line in path.read_text().splitlines()]
    return {(row, fence) for life in lives for row, fence, _lane in life["claims"]}
