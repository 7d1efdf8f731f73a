"""Editing and deleting: what a bot can still change of what is in a chat."""

from datetime import timedelta

from simulator import keyboards
from simulator.call import Call
from simulator.methods.table import method
from simulator.records import Message, Wire, bad_request

DELETABLE = timedelta(hours=48)


@method("editMessageText")
def edit_message_text(call: Call) -> Wire:
    content, message = call.content(), editable(call)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return edit(call, message, content)


@method("editMessageCaption")
def edit_message_caption(call: Call) -> Wire:
    caption, message = call.caption(), editable(call)
    if "text" in message.content:
        raise bad_request("there is no caption in the message to edit")
    kept = {name: value for name, value in message.content.items() if name not in ("caption", "caption_entities")}
    return edit(call, message, kept | caption)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(call: Call) -> Wire:
    message = editable(call)
    return edit(call, message, message.content)


@method("deleteMessage")
def delete_message(call: Call) -> bool:
    chat = call.open_chat()
    message = chat.messages.get(call.integer("message_id"))
    if message is None or message.deleted:
        raise bad_request("message to delete not found")
    may = message.by_bot or chat.type == "private" or chat.status == "administrator"
    if not may or call.now - message.date > DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    message.deleted, call.message = True, message
    chat.note("bot deletes", message)
    call.telegram.tell("delete", call.bot, chat, message)
    return True


def editable(call: Call) -> Message:
    if call.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")  # inline mode is not simulated
    chat = call.open_chat()
    message = chat.messages.get(call.integer("message_id"))
    if message is None or message.deleted:
        raise bad_request("message to edit not found")
    mine = message.by_bot or (chat.type == "channel" and chat.status == "administrator")
    if not mine or message.keyboard:  # what carried a reply keyboard stays as it is
        raise bad_request("message can't be edited")
    return message


def edit(call: Call, message: Message, content: Wire) -> Wire:
    """Show the new content and buttons; an edit that brings no buttons takes the old ones away."""
    buttons = keyboards.read_inline(call)
    if content == message.content and buttons == message.buttons:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    message.content, message.buttons, message.edited_at = content, buttons, call.now
    call.message = message
    message.chat.note("bot edits", message)
    call.telegram.tell("edit", call.bot, message.chat, message)
    return message.wire()
