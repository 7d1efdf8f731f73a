"""What a bot says of itself: its names and its lists of commands, by language and by who is looking."""

import re
from typing import Any

from simulator.records import Chat, Wire, bad_request

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MOST_COMMANDS = 100
LONGEST_COMMAND_DESCRIPTION = 256
SCOPES = (
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat", "chat_administrators", "chat_member",
)  # fmt: skip


class Profile:
    def __init__(self, name: str):
        self._commands: dict[tuple[str, str], list[Wire]] = {}
        self._texts: dict[tuple[str, str], str] = {("name", ""): name}
        self.menu_button: dict[int | None, Wire] = {}

    def set_commands(self, scope: Any, language: str, commands: list[Wire]) -> None:
        if len(commands) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(str(command.get("description", ""))) <= LONGEST_COMMAND_DESCRIPTION:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        kept = [{"command": str(one["command"]).removeprefix("/"), "description": str(one["description"])} for one in commands]
        self._commands[scope_key(scope), language] = kept

    def commands(self, scope: Any, language: str) -> list[Wire]:
        return self._commands.get((scope_key(scope), language), [])

    def delete_commands(self, scope: Any, language: str) -> None:
        self._commands.pop((scope_key(scope), language), None)

    def commands_seen_in(self, chat: Chat) -> list[Wire]:
        """What the menu of this chat shows: the narrowest scope first, within a scope the person's own language first."""
        language = chat.person.language_code if chat.person else ""
        for scope in (f"chat:{chat.id}", "all_private_chats" if chat.person else "all_group_chats", "default"):
            for spoken in (language, ""):
                if found := self._commands.get((scope, spoken)):
                    return found
        return []

    def set_text(self, what: str, language: str, text: str, longest: int) -> None:
        if len(text) > longest:
            raise bad_request(f"bot {what} is too long")
        if text or (what == "name" and not language):
            self._texts[what, language] = text or self._texts[what, ""]
        else:
            self._texts.pop((what, language), None)

    def text(self, what: str, language: str) -> str:
        return self._texts.get((what, language)) or self._texts.get((what, ""), "")


def scope_key(scope: Any) -> str:
    if not scope:
        return "default"
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in SCOPES:
        raise bad_request("unsupported type specified in BotCommandScope")
    return ":".join([kind, *(str(scope[part]) for part in ("chat_id", "user_id") if part in scope)])
