"""A screen: what a patient is to see, in the clinic's words. How it becomes a Telegram message is the bot's affair."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from care.heart.language import Text


class Button(NamedTuple):
    """A button: what it says and what it carries back (at most 64 bytes), or the address that it opens."""

    label: Text
    data: str


@dataclass(frozen=True)
class Screen:
    """A message with its rows of buttons.

    `edits` is the Telegram message that this screen takes the place of; `closes` an outbox row whose message it takes the
    place of, wherever that message is by then. `picture` says what to draw, in the caller's terms; then the text is its
    caption, and what is sent if it cannot be drawn. `attachment` is a file that goes with it (care/files.py).
    """

    text: Text
    buttons: tuple[tuple[Button, ...], ...] = ()
    edits: int | None = None
    closes: int | None = None
    placeholder: Text = ""
    picture: Mapping[str, Any] | None = None
    attachment: int | None = None
