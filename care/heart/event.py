"""What every event is: something that happened, to be journalled and reacted to."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True)
class Event:
    patient_id: int | None
    unwritten: ClassVar[tuple[str, ...]] = ()  # what must stay erasable is not for the journal, which is for ever

    def facts(self) -> dict[str, Any]:
        """Ids and keys, never a patient's words or values. In the journal a `chat_id` is a `chat`: its name (chat_names.py)."""
        kind = type(self)
        names = _WRITTEN.get(kind)
        if names is None:
            names = _WRITTEN[kind] = tuple(f.name for f in fields(kind) if f.name not in (*kind.unwritten, "patient_id"))
        return {name: getattr(self, name) for name in names}


_WRITTEN: dict[type[Event], tuple[str, ...]] = {}


@dataclass(frozen=True)
class UpdateQuarantined(Event):
    """An update could not be handled, however often it was tried. `update` is its row in the inbox."""

    chat_id: int | None
    update: int


@dataclass(frozen=True)
class ChatUnreachable(Event):
    """Telegram says that nothing gets through to this chat: the bot is blocked, or the account is gone."""

    chat_id: int


@dataclass(frozen=True)
class MessageSent(Event):
    """What a person on staff wrote has reached Telegram. (What the bot says is journalled by what caused it.)"""

    message: int


@dataclass(frozen=True)
class MessageHeldBack(Event):
    """A message did not leave, and why."""

    chat_id: int
    message: int
    lane: int
    outcome: str
    why: str
