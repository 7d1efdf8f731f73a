"""The inbox: every update as it came, saved before Telegram is told we have it, then done once, in order, per chat."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, select, update

from care.heart.event import UpdateQuarantined
from care.heart.prepared import Prepared
from care.heart.turn import Turn
from care.tables import inbox

PATIENCE = 5  # failures before an update is quarantined, so that it no longer holds up its chat

earlier = inbox.alias()
STILL_WAITING = and_(
    inbox.c.bot_id == bindparam("this_bot"), inbox.c.update_id == bindparam("this_update"), inbox.c.outcome.is_(None))
HELD_UP = exists().where(
    earlier.c.chat_id == inbox.c.chat_id, earlier.c.id < inbox.c.id, earlier.c.outcome.is_(None),
    earlier.c.bot_id == inbox.c.bot_id)
TAKE = Prepared(update(inbox).where(STILL_WAITING, ~HELD_UP).values(outcome="done"))
IS_WAITING = select(exists().where(STILL_WAITING))
COUNT_FAILURE = (
    update(inbox).where(STILL_WAITING).values(failures=inbox.c.failures + 1, error=bindparam("what_failed"))
    .returning(inbox.c.id, inbox.c.failures, inbox.c.chat_id))
QUARANTINE = update(inbox).where(STILL_WAITING).values(outcome="quarantined")


class NotYet(Exception):
    """An earlier update from the same chat is still waiting."""


def save(turn: Turn, bot_id: int, updates: Iterable[tuple[int, int | None, Any]]) -> None:
    """Keep (update id, chat id, raw update), in this order; what is kept already stays as it is."""
    turn.insert_once(inbox, [
        {"bot_id": bot_id, "update_id": update_id, "chat_id": chat_id, "raw": raw, "received_at": turn.now, "failures": 0}
        for update_id, chat_id, raw in updates
    ])


def first_waiting(turn: Turn, bot_id: int, chat_id: int | None) -> Any:
    """The raw update of this chat that must be handled before any other; None if none waits."""
    return turn.db.scalar(
        select(inbox.c.raw).where(inbox.c.bot_id == bot_id, inbox.c.chat_id == chat_id, inbox.c.outcome.is_(None))
        .order_by(inbox.c.id).limit(1))


def waiting(turn: Turn, bot_id: int, left_for: timedelta | None = None) -> list[tuple[int | None, Any]]:
    """(chat id, raw update) of what is still to be handled, in the order it came; with `left_for`, what came that long ago."""
    open_now = inbox.c.bot_id == bot_id, inbox.c.outcome.is_(None)
    wanted = select(inbox.c.chat_id, inbox.c.raw).where(*open_now).order_by(inbox.c.id)
    if left_for is not None:
        wanted = wanted.where(inbox.c.received_at <= turn.now - left_for)
    return [(chat_id, raw) for chat_id, raw in turn.db.execute(wanted)]


def take(turn: Turn, bot_id: int, update_id: int) -> bool:
    """Mark an update done, in the turn that does it; False if it was done before."""
    this = {"this_bot": bot_id, "this_update": update_id}
    if TAKE.change(turn.db, this):
        return True
    if turn.db.scalar(IS_WAITING, this):
        raise NotYet
    return False


def failed(turn: Turn, bot_id: int, update_id: int, error: str) -> bool:
    """Count a failure; True if nothing is left to try: quarantined by now, or done after all."""
    this = {"this_bot": bot_id, "this_update": update_id}
    counted = turn.db.execute(COUNT_FAILURE, {**this, "what_failed": error[:500]}).one_or_none()
    if counted is None:
        return True
    if counted.failures < PATIENCE:
        return False
    turn.db.execute(QUARANTINE, this)
    turn.happened(UpdateQuarantined(None, counted.chat_id, counted.id))
    return True


def put_aside(turn: Turn, bot_id: int, update_id: int, error: str) -> None:
    """Quarantine an update at once: whoever brought it does not bring it again."""
    found = turn.db.execute(update(inbox).where(
        inbox.c.bot_id == bot_id, inbox.c.update_id == update_id, inbox.c.outcome.is_(None),
    ).values(outcome="quarantined", error=error[:500]).returning(inbox.c.id, inbox.c.chat_id)).one_or_none()
    if found:
        turn.happened(UpdateQuarantined(None, found.chat_id, found.id))


def quarantined(turn: Turn, row: int) -> Any:
    """The raw update in a row of the inbox."""
    return turn.db.scalar(select(inbox.c.raw).where(inbox.c.id == row))


def count_quarantined(turn: Turn) -> int:
    return turn.db.scalar(select(func.count()).select_from(inbox).where(inbox.c.outcome == "quarantined")) or 0
