"""A Telegram put by and taken up again: people, chats and messages of its one bot, as JSON.

What only matters for a moment (open taps, waiting updates, pace) is not kept: put it by when all is quiet.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections import deque
from datetime import datetime
from itertools import count
from typing import Any

from simulator.people import Person
from simulator.records import Chat, Message, StoredFile, User, Wire
from simulator.telegram import Bot, Telegram

FORMAT = 1
PLAIN = ("opened", "blocked", "status", "reply_keyboard", "unread")


def dump(telegram: Telegram) -> Wire:
    """Everything that can be seen on the phones, and where the numbering stands."""
    bot = telegram.the_bot()
    people = [_person(person) for person in telegram.people.values()]
    newest = max((message for person in telegram.people.values() for message in person.chat.messages), default=0)
    return {
        "format": FORMAT,
        "bot": {"token": bot.token, "username": bot.user.username, "first_name": bot.user.first_name},
        "next_message_id": newest + 1,
        "next_update_id": bot.updates._next_id,
        "last_update_at": _moment(bot.updates._last_at),
        "people": people,
    }


def load(telegram: Telegram, kept: Wire) -> Bot:
    """Take it up in a Telegram that has no bot yet."""
    if kept.get("format") != FORMAT:
        raise ValueError(f"a snapshot of format {FORMAT} is expected")
    bot = telegram.add_bot(**kept["bot"])
    bot._message_ids = count(kept["next_message_id"])
    bot.updates._next_id, bot.updates._last_at = kept["next_update_id"], _read_moment(kept["last_update_at"])
    for one in kept["people"]:
        _add_person(telegram, bot, one)
    return bot


def _person(person: Person) -> Wire:
    user, chat = person.user, person.chat
    return {
        "id": user.id, "first_name": user.first_name, "last_name": user.last_name, "language_code": user.language_code,
        "deactivated": user.deactivated, "heard_at": _moment(chat.heard_at),
        "chat": {name: getattr(chat, name) for name in PLAIN},
        "messages": [_message(message) for message in chat.messages.values()],
        "timeline": [[what, it.id if isinstance(it, Message) else it] for what, it in chat.timeline],
    }  # fmt: skip


def _message(message: Message) -> Wire:
    return {
        "id": message.id, "by_bot": message.by_bot, "date": _moment(message.date), "content": message.content,
        "buttons": message.buttons, "keyboard": message.keyboard, "edited_at": _moment(message.edited_at),
        "reply_to": message.reply_to.id if message.reply_to else None, "deleted": message.deleted,
        "file": _file(message.file) if message.file else None,
    }  # fmt: skip


def _file(stored: StoredFile) -> Wire:
    kept: dict[str, Any] = {name: getattr(stored, name) for name in ("id", "unique_id", "path", "name", "mime", "kind")}
    return kept | {"content": b64encode(stored.content).decode("ascii")}


def _add_person(telegram: Telegram, bot: Bot, kept: Wire) -> None:
    user = User(
        kept["id"], kept["first_name"], kept["language_code"], last_name=kept["last_name"], deactivated=kept["deactivated"]
    )
    chat = bot.chat_with(user)
    for name in PLAIN:
        setattr(chat, name, kept["chat"][name])
    chat.heard_at = _read_moment(kept["heard_at"])
    for one in kept["messages"]:
        chat.messages[one["id"]] = _read_message(telegram, bot, chat, one)
    chat.timeline = deque(
        ((what, chat.messages[it] if what == "message" else it) for what, it in kept["timeline"]), chat.timeline.maxlen
    )
    telegram.people[bot.user.id, user.id] = Person(telegram, bot, chat)


def _read_message(telegram: Telegram, bot: Bot, chat: Chat, kept: Wire) -> Message:
    stored = None
    if kept["file"]:
        stored = StoredFile(**{**kept["file"], "content": b64decode(kept["file"]["content"])})
        telegram.files._by_id[stored.id] = telegram.files._by_path[stored.path] = stored
    at = _read_moment(kept["date"])
    assert at
    return Message(
        kept["id"], chat, bot.user if kept["by_bot"] else chat.person, at, kept["content"], kept["buttons"], kept["keyboard"],
        chat.messages.get(kept["reply_to"]), stored, _read_moment(kept["edited_at"]), kept["deleted"],
    )  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _read_moment(words: str | None) -> datetime | None:
    return datetime.fromisoformat(words) if words else None
