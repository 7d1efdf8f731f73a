"""What a Telegram is made of: people, chats, messages and files."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Wire = dict[str, Any]
QUERY_LIFETIME = timedelta(seconds=30)  # how long a tap waits for its answer


class Refused(Exception):
    """The answer is no: the code, the words and the parameters that Telegram would send."""

    def __init__(self, code: int, description: str, **parameters: int):
        super().__init__(code, description)
        self.code, self.description, self.parameters = code, description, parameters


def bad_request(words: str) -> Refused:
    return Refused(400, f"Bad Request: {words}")


def forbidden(words: str) -> Refused:
    return Refused(403, f"Forbidden: {words}")


@dataclass(slots=True, eq=False)
class User:
    id: int
    first_name: str
    language_code: str = "en"
    is_bot: bool = False
    username: str | None = None
    last_name: str | None = None
    deactivated: bool = False

    def wire(self) -> Wire:
        wire: Wire = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.last_name:
            wire["last_name"] = self.last_name
        if self.username:
            wire["username"] = self.username
        if not self.is_bot:
            wire["language_code"] = self.language_code
        return wire


@dataclass(slots=True, eq=False)
class StoredFile:
    id: str
    unique_id: str
    path: str
    content: bytes
    name: str | None
    mime: str
    kind: str  # photo, video, document or voice: a file_id of one kind cannot be sent as another


@dataclass(slots=True, eq=False)
class Message:
    """One message. `content` holds the wire fields that say what it is; an edit replaces the whole of it."""

    id: int
    chat: Chat
    sender: User | None  # None in a channel
    date: datetime
    content: Wire
    buttons: list[list[Wire]] = field(default_factory=list)
    keyboard: Wire | None = None  # the reply keyboard, or its removal, that came with it
    reply_to: Message | None = None
    file: StoredFile | None = None
    edited_at: datetime | None = None
    deleted: bool = False

    @property
    def by_bot(self) -> bool:
        return self.sender is not None and self.sender.is_bot

    @property
    def text(self) -> str:
        """What can be read: the text or the caption."""
        return str(self.content.get("text") or self.content.get("caption") or "")

    def wire(self, with_reply: bool = True) -> Wire:
        wire: Wire = {"message_id": self.id, "chat": self.chat.wire(), "date": int(self.date.timestamp())}
        if self.sender:
            wire["from"] = self.sender.wire()
        else:
            wire["sender_chat"] = wire["chat"]
        wire.update(self.content)
        if self.edited_at:
            wire["edit_date"] = int(self.edited_at.timestamp())
        if self.buttons:
            wire["reply_markup"] = {"inline_keyboard": self.buttons}
        if self.reply_to and with_reply:
            wire["reply_to_message"] = self.reply_to.wire(with_reply=False)
        return wire


@dataclass(slots=True, eq=False)
class Chat:
    """One chat of one bot, as both ends see it."""

    id: int
    type: str  # private, group, supergroup or channel
    person: User | None = None
    title: str | None = None
    username: str | None = None
    keep: int | None = None  # how many messages are remembered; None is all
    opened: bool = False  # the person has written once, so the bot may write
    blocked: bool = False
    status: str = "left"  # the bot's own standing in a group or channel
    upgraded_to: int | None = None
    heard_at: datetime | None = None  # when the person last did something here
    reply_keyboard: Wire | None = None
    unread: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    timeline: deque[tuple[str, Any]] = field(default_factory=deque)  # what the screen shows, in order
    happenings: deque[tuple[str, Any]] = field(default_factory=deque)  # everything, in order, never rewritten

    def __post_init__(self) -> None:
        self.timeline, self.happenings = deque(maxlen=self.keep), deque(maxlen=self.keep)

    def wire(self) -> Wire:
        wire: Wire = {"id": self.id, "type": self.type}
        if self.person:
            wire["first_name"] = self.person.first_name
            if self.person.last_name:
                wire["last_name"] = self.person.last_name
        if self.title:
            wire["title"] = self.title
        if username := self.username or (self.person and self.person.username):
            wire["username"] = username
        return wire

    def put(self, message: Message) -> None:
        self.messages[message.id] = message
        if self.keep and len(self.messages) > self.keep:
            del self.messages[next(iter(self.messages))]
        self.timeline.append(("message", message))
        self.note("bot" if message.by_bot else "patient", message)

    def note(self, what: str, message: Message | str) -> None:
        """Remember a happening as it was at this moment."""
        if isinstance(message, Message):
            self.happenings.append((what, (message.content, message.buttons, message.keyboard)))
        else:
            self.happenings.append((what, message))

    def newest_first(self) -> Iterable[Message]:
        return (message for message in reversed(self.messages.values()) if not message.deleted)


@dataclass(slots=True)
class Query:
    """A tap on a button, which the bot is to answer once and soon."""

    id: str
    chat: Chat
    message: Message | None
    at: datetime
    answered: bool = False
