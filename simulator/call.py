"""One Bot API call: who calls what with which parameters, read as Telegram reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.entities import parse
from simulator.records import Chat, Message, Wire, bad_request, forbidden

if TYPE_CHECKING:
    from simulator.telegram import Bot, Telegram

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
ENTITY = {"type": str, "offset": int, "length": int}


class Upload(NamedTuple):
    file_name: str | None
    content: bytes
    mime: str | None = None


class Call:
    """Parameters come as strings, as JSON's own types, or, containers, as JSON in a string. `chat` and `message` are what it
    turned out to be about."""

    __slots__ = ("bot", "chat", "files", "message", "method", "now", "params", "telegram")

    def __init__(
        self, telegram: Telegram, bot: Bot, method: str, params: Mapping[str, Any], files: Mapping[str, Upload]
    ):  # fmt: skip
        self.telegram, self.bot, self.method = telegram, bot, method
        self.params, self.files = dict(params), files
        self.now = telegram.now()
        self.chat: Chat | None = None
        self.message: Message | None = None

    def text(self, name: str) -> str:
        """A string, never decoded; missing is empty."""
        value = self.params.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            return json.dumps(value)
        if not value.isascii() and not encodable(value):
            raise bad_request("strings must be encoded in UTF-8")
        return value

    def integer(self, name: str, default: int = 0) -> int:
        try:
            return int(self.params.get(name, default))
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        return str(self.params.get(name, "")).lower() in ("true", "yes", "1")

    def container(self, name: str, what: str) -> Any:
        """A list or an object, or None; what cannot be read is refused as «can't parse <what>»."""
        value = self.params.get(name)
        if isinstance(value, str):
            if not value:
                return None
            try:
                value = self.params[name] = json.loads(value)
            except ValueError:
                raise bad_request(f"can't parse {what} JSON object") from None
        return value

    def object(self, name: str, what: str) -> Wire | None:
        value = self.container(name, what)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"can't parse {what}: expected an Object")
        return value

    def objects(self, name: str, what: str) -> list[Wire]:
        value = self.container(name, what)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise bad_request(f"can't parse {what}: expected an Array of Objects")
        return value

    def formatted(self, name: str, entities: str, longest: int, empty: str | None, too_long: str) -> tuple[str, list[Wire]]:
        """A text with its formatting, by `parse_mode` or as a list of entities."""
        given = self.objects(entities, "entities")
        if not all(isinstance(one.get(part), kind) for one in given for part, kind in ENTITY.items()):
            raise bad_request("can't parse MessageEntity: an entity has a type, an offset and a length")
        text, found = parse(self.text(name), None if given else self.text("parse_mode"))
        if given:
            found = sorted(given + found, key=lambda one: one["offset"])
        if not text and empty:
            raise bad_request(empty)
        if len(text) > longest:
            raise bad_request(too_long)
        return text, found

    def content(self) -> Wire:
        text, entities = self.formatted("text", "entities", LONGEST_TEXT, "message text is empty", "message is too long")
        return {"text": text, "entities": entities} if entities else {"text": text}

    def caption(self) -> Wire:
        text, entities = self.formatted("caption", "caption_entities", LONGEST_CAPTION, None, "message caption is too long")
        if not text:
            return {}
        return {"caption": text, "caption_entities": entities} if entities else {"caption": text}

    def find_chat(self) -> Chat:
        """The chat it is about, which the bot may know and yet not be allowed to write to."""
        given = self.params.get("chat_id")
        if given is None or given == "":
            raise bad_request("chat_id is empty")
        if isinstance(given, str) and given.startswith("@"):
            chat = next((chat for chat in self.bot.chats.values() if chat.username == given[1:] and chat.id < 0), None)
        else:
            try:
                chat = self.bot.chats.get(int(given))
            except (TypeError, ValueError):
                chat = None
        if chat is None or (chat.person and not chat.opened):
            raise bad_request("chat not found")
        self.chat = chat
        return chat

    def open_chat(self) -> Chat:
        """The chat it is about, to which the bot can write."""
        chat = self.find_chat()
        if chat.upgraded_to:
            refused = bad_request("group chat was upgraded to a supergroup chat")
            refused.parameters["migrate_to_chat_id"] = chat.upgraded_to
            raise refused
        if chat.person and chat.person.deactivated:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.person and chat.status not in ("member", "administrator"):
            raise forbidden(f"bot was kicked from the {chat.type} chat" if chat.status == "kicked"
                            else f"bot is not a member of the {chat.type} chat")  # fmt: skip
        self.bot.pace.still_refused(chat.id, self.now)
        return chat


def encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
