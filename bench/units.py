"""One durable unit, without Telegram: find the patient and the conversation, keep an answer, journal it, ask the next question.

`python -m bench.units clinic|orm FULL|NORMAL database` measures it at 64 callers at once and prints one JSON object. "clinic"
is this product's turn; "orm" the usual way: SQLAlchemy's AsyncSession and ORM on aiosqlite, a transaction a unit, same tables.
"""

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import uvloop
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import registry

from bench.patients import FIRST_CHAT
from bench.product import settings
from care import conversations, events, patients, tables
from care.heart.clinic import Clinic
from care.heart.screen import Button, Screen
from care.reactions import REACTIONS

CALLERS = 64
UNITS = {"clinic": 4000, "orm": 700}  # a measurement
PATIENTS = 1000
Unit = Callable[[int, int], Awaitable[None]]


class Patient: ...


class ChatLink: ...


class Conversation: ...


class Answer: ...


class Event: ...


class Message: ...


for mapped, table in ((Patient, tables.patients), (ChatLink, tables.chat_links), (Conversation, tables.conversations),
                      (Answer, tables.answers), (Event, tables.events), (Message, tables.outbox)):
    registry().map_imperatively(mapped, table)


def new(mapped: type, **values: Any) -> Any:
    made = mapped()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def turn_unit(turn: Any, n: int, chat_id: int) -> None:
    (patient,) = patients.in_chat(turn, chat_id)
    conversation = conversations.current(turn, patient.id)
    assert conversation
    turn.insert(tables.answers, {
        "conversation_id": conversation.id, "key": f"k{n}", "value": 3, "question": "How much?", "words": "3",
        "asked_by": conversation.screen, "answered_at": turn.now})
    turn.happened(events.ConversationOpened(patient.id, conversation.id, "bench"))
    buttons = ((Button("Yes", "say:1:fever:yes"), Button("No", "say:1:fever:no")),)
    shown = turn.tell(patient, Screen("And the next question?", buttons))
    conversations.shows(turn, conversation, f"k{n}", shown)


async def orm_unit(engine: Any, n: int, chat_id: int) -> None:
    async with AsyncSession(engine, expire_on_commit=False) as db, db.begin():
        now = datetime.now(UTC)
        patient = await db.scalar(
            select(Patient).join(ChatLink, ChatLink.patient_id == Patient.id)
            .where(ChatLink.chat_id == chat_id, ChatLink.cut_at.is_(None)))
        conversation = await db.scalar(select(Conversation).filter_by(patient_id=patient.id, ended_at=None))
        message = new(
            Message, patient_id=patient.id, chat_id=chat_id, lane=1, topic="reply", text="And the next question?",
            created_at=now, not_before=now, expires_at=now + timedelta(days=1),
            buttons=[[["Yes", "say:1:fever:yes"], ["No", "say:1:fever:no"]]])
        db.add_all([
            new(Answer, conversation_id=conversation.id, key=f"k{n}", value=3, question="How much?", words="3", answered_at=now,
                asked_by=conversation.screen),
            new(Event, at=now, actor="bench", kind="ConversationOpened", patient_id=patient.id,
                facts={"conversation_id": conversation.id, "flow": "bench"}),
            message])
        await db.flush()
        conversation.asked, conversation.screen, conversation.heard_at = f"k{n}", message.id, now


def opened(database: str, kind: str, synchronous: str) -> tuple[Unit, Callable[[], Awaitable[None]]]:
    """The unit, and how to close what it stands on."""
    if kind == "clinic":
        url = f"sqlite:///{database}"
        clinic = Clinic(url, settings("", "", database), REACTIONS)
        assert clinic._writer
        set_pragmas(clinic._writer._engine, synchronous)
        return lambda n, chat_id: clinic.run("bench", turn_unit, n, chat_id), clinic.close
    engine = create_async_engine(f"sqlite+aiosqlite:///{database}")
    set_pragmas(engine.sync_engine, synchronous)
    return lambda n, chat_id: orm_unit(engine, n, chat_id), engine.dispose


def set_pragmas(engine: Any, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def opened(connection: Any, _: Any) -> None:
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", "busy_timeout=20000"):
            connection.execute(f"PRAGMA {pragma}").close()


async def measure(unit: Unit, units: int, first: int) -> dict[str, float]:
    todo, took = list(range(first, first + units)), list[float]()

    async def caller() -> None:
        while todo:
            n = todo.pop()
            began = time.perf_counter()
            await unit(n, FIRST_CHAT + n % PATIENTS + 1)
            took.append(time.perf_counter() - began)

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    took.sort()
    return {"rate": units / seconds, "cpu_ms": spent * 1000 / units,
            "p50": took[units // 2] * 1000, "p99": took[units * 99 // 100] * 1000}


async def run(kind: str, synchronous: str, database: str) -> dict[str, Any]:
    unit, close = opened(database, kind, synchronous)
    units = UNITS[kind]
    await measure(unit, units // 5, 0)  # warm
    found: dict[str, Any] = await measure(unit, units, units)
    await close()
    kept = rows(database, "SELECT count(*), count(DISTINCT key) FROM answers WHERE key LIKE 'k%'")
    found["wrong"] = None if kept == (units + units // 5,) * 2 else f"{kept} answers kept of {units + units // 5}"
    return found


def rows(database: str, query: str) -> Any:
    with sqlite3.connect(database) as connection:
        return connection.execute(query).fetchone()


def open_conversations(database: str) -> None:
    """Everybody has been asked something."""
    with sqlite3.connect(database) as connection:
        connection.execute("""
            INSERT INTO conversations (patient_id, chat_id, flow, version, opened_at, heard_at, asked, unclear)
            SELECT patient_id, chat_id, 'bench', 1, opened_at, heard_at, 'k', 0 FROM conversations""")


def main() -> None:
    kind, synchronous, database = sys.argv[1:]
    open_conversations(database)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(run(kind, synchronous, database))))


if __name__ == "__main__":
    main()
