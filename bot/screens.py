"""A message of the outbox -> the Bot API call that shows it."""

from typing import Any

from care.heart.outbox import Claimed


def as_call(message: Claimed) -> tuple[str, dict[str, Any]]:
    """The method and its parameters: an edit where the message takes another's place, else a new message."""
    keyboard = {"inline_keyboard": [[{"text": label, "callback_data": data} for label, data in row] for row in message.buttons]}
    parameters: dict[str, Any] = {"chat_id": message.chat_id, "text": message.text}
    if message.edits is not None:
        return "editMessageText", {**parameters, "message_id": message.edits, "reply_markup": keyboard}
    if message.buttons:
        return "sendMessage", {**parameters, "reply_markup": keyboard}
    return "sendMessage", parameters


def as_new_message(message: Claimed) -> tuple[str, dict[str, Any]]:
    """The same as a message of its own: for when what it should have taken the place of is gone."""
    return as_call(message._replace(edits=None))
