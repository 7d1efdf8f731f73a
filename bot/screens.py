"""A message of the outbox -> the Bot API call that shows it."""

from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from care.heart.outbox import Claimed


def as_call(message: Claimed) -> tuple[str, dict[str, Any]]:
    """The method and its parameters: an edit where the message takes another's place, else a new message."""
    keyboard = {"inline_keyboard": [
        [{"text": label, "url" if is_link(data) else "callback_data": data} for label, data in row] for row in message.buttons]}
    parameters: dict[str, Any] = {"chat_id": message.chat_id, "text": message.text}
    if message.entities is not None:
        parameters["entities"] = [
            {"type": kind, "offset": offset, "length": length} for kind, offset, length in message.entities]
        parameters["link_preview_options"] = {"is_disabled": True}
    if message.edits is not None:
        return "editMessageText", {**parameters, "message_id": message.edits, "reply_markup": keyboard}
    if message.silent:
        parameters["disable_notification"] = True
    if message.buttons:
        return "sendMessage", {**parameters, "reply_markup": keyboard}
    return "sendMessage", parameters


def keyboard_of(message: Claimed) -> InlineKeyboardMarkup | None:
    """The buttons alone, for what goes with a file."""
    rows = [[InlineKeyboardButton(label, url=data) if is_link(data) else InlineKeyboardButton(label, callback_data=data)
             for label, data in row] for row in message.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def is_link(data: str) -> bool:
    """Whether a button opens an address, and carries nothing back."""
    return data.startswith(("https://", "http://"))
