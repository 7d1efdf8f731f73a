"""The journal: every call that was accepted, written down before anything can go wrong with its answer."""

import json
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)


class Entry(NamedTuple):
    n: int
    at: datetime
    bot_id: int
    method: str
    chat_id: int | None
    params: dict[str, Any]  # as sent, containers decoded; of a file, its name and size
    message_id: int | None  # the message it made, changed or answered
    fault: str | None  # what was then done to the answer

    @property
    def text(self) -> str | None:
        return self.params.get("text") or self.params.get("caption")

    @property
    def buttons(self) -> list[list[str]]:
        """Labels, row by row."""
        markup = self.params.get("reply_markup")
        rows = markup.get("inline_keyboard") or markup.get("keyboard") or [] if isinstance(markup, dict) else []
        return [[button if isinstance(button, str) else button.get("text", "") for button in row] for row in rows]

    def line(self) -> str:
        return ENCODER.encode(self._asdict() | {"at": self.at.isoformat()})


class Journal:
    """Kept in memory (the last `keep` entries, or all) and, given a path, in a file of one JSON object a line."""

    def __init__(self, path: str | Path | None = None, keep: int | None = None):
        self.entries: deque[Entry] = deque(maxlen=keep)
        self.count = 0
        self._file = open(path, "a", buffering=1, encoding="utf-8", errors="replace") if path else None  # noqa: SIM115 - open as long as we are

    def append(
        self, at: datetime, bot_id: int, method: str, chat_id: int | None, params: dict[str, Any], message_id: int | None,
        fault: str | None = None,
    ) -> None:  # fmt: skip
        self.count += 1
        entry = Entry(self.count, at, bot_id, method, chat_id, params, message_id, fault)
        self.entries.append(entry)
        if self._file:
            self._file.write(entry.line() + "\n")

    def of(self, method: str, chat_id: int | None = None) -> list[Entry]:
        return [entry for entry in self.entries if entry.method == method and chat_id in (None, entry.chat_id)]

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def close(self) -> None:
        if self._file:
            self._file.close()
