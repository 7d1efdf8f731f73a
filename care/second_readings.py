"""Readings that are to be taken again before they count: noted when the first comes, so that a second which never comes is
noticed, whatever became of the conversation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from care.heart.turn import Turn
from care.tables import second_readings


@dataclass(frozen=True)
class Waiting:
    """A first reading that a person must see at `due_at`, unless the second has come by then."""

    id: int
    patient_id: int
    conversation_id: int
    chat_id: int
    key: str
    reason: str
    value: str
    due_at: datetime


def expect(
    turn: Turn, patient_id: int, conversation_id: int, chat_id: int, key: str, minutes: int, reason: str, value: str,
) -> None:
    """From now on the second reading is waited for; if it is already, for no longer than was said first."""
    was = turn.db.execute(select(second_readings).where(
        second_readings.c.conversation_id == conversation_id, second_readings.c.key == key)).first()
    settle(turn, conversation_id, key)
    due_at = turn.now + timedelta(minutes=minutes)
    turn.insert(second_readings, {
        "patient_id": patient_id, "conversation_id": conversation_id, "chat_id": chat_id, "key": key, "reason": reason,
        "value": value, "due_at": min(due_at, was.due_at) if was else due_at})


def settle(turn: Turn, conversation_id: int, key: str | None = None) -> None:
    """No longer waited for: it came, or nothing is to be measured again. Without a key, nothing of this conversation."""
    wanted = delete(second_readings).where(second_readings.c.conversation_id == conversation_id)
    turn.db.execute(wanted if key is None else wanted.where(second_readings.c.key == key))


def due(turn: Turn, limit: int = 200) -> list[int]:
    """Those that have not come in time."""
    return list(turn.db.scalars(
        select(second_readings.c.id).where(second_readings.c.due_at <= turn.now)
        .order_by(second_readings.c.due_at).limit(limit)))


def take(turn: Turn, waiting_id: int) -> Waiting | None:
    """One that has not come in time, taken off the list; None if it has come meanwhile."""
    row = turn.db.execute(delete(second_readings).where(
        second_readings.c.id == waiting_id, second_readings.c.due_at <= turn.now).returning(*second_readings.c)).first()
    return Waiting(*row) if row else None
