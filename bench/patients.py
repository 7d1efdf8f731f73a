"""Patients by the thousand: enrolled and consenting, with one conversation behind them, put there as rows for the bench."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy.schema import CreateTable

from care.heart import schema
from care.tables import metadata

FIRST_CHAT = 10_000_000  # the chat of patient n is this plus n

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
ROWS = (
    """INSERT INTO patients (id, name, date_of_birth, born_from, language, country, time_zone, state, consented,
                             reachable, reminders, created_at)
       SELECT i, 'Patient ' || i, date('1930-01-01', (i % 25000) || ' days'),
              strftime('%Y', date('1930-01-01', (i % 25000) || ' days')) / 5 * 5,
              CASE i % 4 WHEN 0 THEN 'es' ELSE 'en' END, 'GB',
              'Europe/London', 'active', 1, 1, 1, :earlier FROM n""",
    """INSERT INTO care_plans (id, patient_id, programme, hour, day_0, starts_on, begun_at, next_at)
       SELECT i, i, 'general', '09:00:00.000000', date(:earlier), date(:earlier), :earlier, :later FROM n""",
    """INSERT INTO chat_links (id, chat_id, patient_id, role, linked_at) SELECT i, :first + i, i, 'self', :earlier FROM n""",
    """INSERT INTO chats (chat_id, wrong_links, first_seen_at) SELECT :first + i, 0, :earlier FROM n""",
    """INSERT INTO consents (id, patient_id, version, language, chat_id, given_at)
       SELECT i, i, '2026-11-21', 'en', :first + i, :earlier FROM n""",
    """INSERT INTO conversations (id, patient_id, chat_id, flow, version, opened_at, heard_at, ended_at, outcome, unclear)
       SELECT i, i, :first + i, 'bench', 1, :earlier, :earlier, :earlier, 'finished', 0 FROM n""",
    """INSERT INTO answers (id, conversation_id, key, question, value, words, answered_at)
       SELECT i, i, 'q1', 'How much?', '"1"', 'A little', :earlier FROM n""",
    """INSERT INTO outbox (id, patient_id, chat_id, lane, topic, text, buttons, created_at, not_before, expires_at, attempts,
                           outcome, settled_at, telegram_id)
       SELECT i, i, :first + i, 1, 'question', 'Thank you.', '[]', :earlier, :earlier, :earlier, 1, 'sent', :earlier, i
       FROM n""",
    """INSERT INTO events (id, at, actor, kind, patient_id, facts)
       SELECT i, :earlier, 'bench', 'ConversationEnded', i, '{}' FROM n""",
)


def fill(path: Path, count: int) -> None:
    """A migrated database at `path` with this many patients."""
    asyncio.run(schema.upgrade(f"sqlite:///{path}"))
    now = datetime.now(UTC)
    values = {"count": count, "first": FIRST_CHAT, "later": as_kept(now + timedelta(days=30)),
              "earlier": as_kept(now - timedelta(days=30))}
    database = sqlite3.connect(path)
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-200000"):
        database.execute(f"PRAGMA {pragma}")
    with database:
        for statement in ROWS:
            target, rows = statement.split("SELECT", 1)
            database.execute(f"{target}{NUMBERS}SELECT{rows}", values)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def version() -> str:
    """Changes when these rows, or the schema they go into, change."""
    return sha256(f"{Path(__file__).read_text()}{_schema()}".encode()).hexdigest()[:12]


def _schema() -> str:
    return "".join(str(CreateTable(table)) for table in metadata.sorted_tables)


def as_kept(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
