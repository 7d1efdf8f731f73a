"""Test to me: whoever writes a broadcast reads it first, in their own chat, just as patients would."""

import secrets
from datetime import timedelta

from sqlalchemy import select, update

from care import events
from care.broadcasts import texts
from care.broadcasts.texts import Broadcast
from care.heart.language import Lines, _, english
from care.heart.screen import Screen
from care.heart.turn import Turn
from care.patients import Stranger
from care.staff import hashed
from care.tables import insert_once, staff, staff_chats

PREFIX = "team-"  # of the link's token: it is told from a patient's invitation by it
GOOD_FOR = timedelta(minutes=30)


class NoChat(Exception):
    """Nobody can be shown anything before their chat is linked."""


def link(turn: Turn, staff_id: int) -> str:
    """The token of a link that joins whichever chat opens it to somebody on staff, once. An earlier one stops working."""
    token = PREFIX + secrets.token_urlsafe(32)
    turn.db.execute(insert_once(staff_chats, turn.db.dialect.name), {"staff_id": staff_id})
    turn.db.execute(update(staff_chats).where(staff_chats.c.staff_id == staff_id).values(
        token_hash=hashed(token), expires_at=turn.now + GOOD_FOR))
    return token


def take_link(turn: Turn, chat: Stranger, token: str) -> bool:
    """A chat has opened such a link; False if it is none, or works no more."""
    joined = turn.db.execute(update(staff_chats).where(
        staff_chats.c.token_hash == hashed(token), staff_chats.c.expires_at > turn.now,
    ).values(chat_id=chat.chat_id, linked_at=turn.now, token_hash=None, expires_at=None)
        .returning(staff_chats.c.staff_id)).scalar()
    if joined is None:
        turn.tell(chat, Screen(_("This link does not work.")))
        return False
    name = turn.db.scalar(select(staff.c.name).where(staff.c.id == joined))
    turn.happened(events.StaffChatLinked(None, joined))
    turn.tell(chat, Screen(_("{name}, what you test comes here.", name=name)))
    return True


def chat_of(turn: Turn, staff_id: int) -> int | None:
    """The chat of somebody who is still on staff; None if there is none."""
    return turn.db.scalar(
        select(staff_chats.c.chat_id).join(staff, staff.c.id == staff_chats.c.staff_id)
        .where(staff_chats.c.staff_id == staff_id, staff.c.active))


def send(turn: Turn, broadcast: Broadcast, staff_id: int) -> int:
    """Send it to this person, in every language that it has words in; returns how many messages that makes. Raises NoChat."""
    chat_id = chat_of(turn, staff_id)
    if chat_id is None:
        raise NoChat
    told = 0
    for language in broadcast.texts:
        for screen in texts.screens(turn, broadcast, language):
            heading = f"Test, {english(language)}:"
            turn.tell(Stranger(chat_id, language), Screen(Lines((heading, screen.text)), screen.buttons), topic="trial")
            told += 1
    turn.happened(events.BroadcastTried(None, broadcast.id))
    return told
