"""Buttons under a message and keyboards in place of the phone's own, checked as Telegram checks them."""

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from simulator.call import Call
from simulator.records import Wire, bad_request

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
LONGEST_DATA = 64  # bytes
LONGEST_PLACEHOLDER = 64
ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
STYLES = ("danger", "primary", "success")


class Markup(NamedTuple):
    """What came as `reply_markup`: rows of buttons under the message, or a keyboard (or its removal, or a forced reply)."""

    buttons: list[list[Wire]]
    keyboard: Wire | None


def read(call: Call) -> Markup:
    if "reply_markup" not in call.params:
        return Markup([], None)
    markup = call.container("reply_markup", "reply keyboard markup")
    if not markup:
        return Markup([], None)
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return Markup(checked(markup["inline_keyboard"], inline_button), None)
    if "keyboard" in markup:
        rows = checked(markup["keyboard"], reply_button)
        if len(str(markup.get("input_field_placeholder") or "")) > LONGEST_PLACEHOLDER:
            raise bad_request("input field placeholder is too long")
        return Markup([], markup | {"keyboard": rows})
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return Markup([], markup)
    return Markup([], None)


def read_inline(call: Call) -> list[list[Wire]]:
    """The buttons of an edit, which can bring no other kind of keyboard."""
    markup = read(call)
    if markup.keyboard:
        raise bad_request("inline keyboard expected")
    return markup.buttons


def checked(rows: Any, button: Any) -> list[list[Wire]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" of the reply markup must be an Array of Arrays')
    read_rows = [[button(one) for one in row] for row in rows if row]
    if sum(map(len, read_rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in read_rows):
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return read_rows


def inline_button(button: Any) -> Wire:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not str(button.get("text") or "").strip():
        raise bad_request("can't parse inline keyboard button: Button text must be non-empty")
    actions = [action for action in ACTIONS if action in button]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        check_url(str(button["url"]))
    check_style(button)
    return button


def reply_button(button: Any) -> Wire:
    read_button: Wire = {"text": button} if isinstance(button, str) else button
    if not isinstance(read_button, dict) or not str(read_button.get("text") or "").strip():
        raise bad_request("can't parse keyboard button: Button text must be non-empty")
    check_style(read_button)
    return read_button


def check_style(button: Wire) -> None:
    if button.get("style") is not None and button["style"] not in STYLES:
        raise bad_request("can't parse keyboard button: invalid button style specified")


def check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    host = parts.hostname or ""
    usable = parts.scheme == "tg" or (parts.scheme in ("http", "https", "") and "." in (host or parts.path.split("/")[0]))
    if not usable:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
