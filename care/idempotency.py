"""Doing once what is asked twice: the answer to a request is kept under its key for a day."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from care.heart.turn import Turn
from care.tables import idempotency_keys, insert_once

KEPT = timedelta(hours=24)


class OtherRequest(Exception):
    """The key was used before, for another request."""


class Raced(Exception):
    """The same request came twice at once, and the other was faster: nothing was done here, and its answer can be had now."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any


def before(turn: Turn, key: str, request_hash: str) -> Answer | None:
    """The answer that this actor's key got before; None if it is new. Raises OtherRequest."""
    row = turn.db.execute(select(idempotency_keys).where(
        idempotency_keys.c.actor == turn.actor, idempotency_keys.c.key == key,
        idempotency_keys.c.at > turn.now - KEPT)).first()
    if row is None:
        return None
    if row.request_hash != request_hash:
        raise OtherRequest
    return Answer(row.status, row.body)


def keep(turn: Turn, key: str, request_hash: str, status: int, body: Any, patient_id: int | None = None) -> None:
    """Keep the answer, in the turn that did the work. Of whom it tells, so that it is forgotten with them. Raises Raced."""
    turn.db.execute(delete(idempotency_keys).where(
        idempotency_keys.c.actor == turn.actor, idempotency_keys.c.key == key, idempotency_keys.c.at <= turn.now - KEPT))
    kept = turn.db.execute(insert_once(idempotency_keys, turn.db.dialect.name), {
        "actor": turn.actor, "key": key, "request_hash": request_hash, "status": status, "body": body, "at": turn.now,
        "patient_id": patient_id}).rowcount
    if not kept:
        raise Raced
