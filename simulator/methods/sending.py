"""Sending: a message from a bot into a chat."""

from simulator import files, keyboards
from simulator.call import Call, Upload
from simulator.methods.table import method
from simulator.records import Message, Refused, StoredFile, Wire, bad_request


@method("sendMessage")
def send_message(call: Call) -> Wire:
    return send(call, call.content())


@method("sendPhoto")
def send_photo(call: Call) -> Wire:
    stored = attached(call, "photo", files.LARGEST_PHOTO)
    if files.dimensions(stored.content) is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    return send(call, {"photo": files.photo(stored)} | call.caption(), stored)


@method("sendDocument")
def send_document(call: Call) -> Wire:
    stored = attached(call, "document", files.LARGEST_UPLOAD)
    return send(call, {"document": files.document(stored)} | call.caption(), stored)


@method("sendVideo")
def send_video(call: Call) -> Wire:
    stored = attached(call, "video", files.LARGEST_UPLOAD)
    return send(call, {"video": files.video(stored)} | call.caption(), stored)


@method("sendChatAction")
def send_chat_action(call: Call) -> bool:
    chat = call.open_chat()
    if not call.text("action"):
        raise bad_request("wrong parameter action in request")
    call.telegram.tell("typing", call.bot, chat, text=call.text("action"))
    return True


def attached(call: Call, name: str, largest: int) -> StoredFile:
    """The file of this parameter: uploaded under its own name, uploaded under another and named by it, or sent before."""
    given = call.text(name)
    upload: Upload | None = call.files.get(given.removeprefix("attach://") if given.startswith("attach://") else name)
    if upload is not None:
        if len(upload.content) > largest:
            raise Refused(413, "Request Entity Too Large")
        if not upload.content:
            raise bad_request("file must be non-empty")
        return call.telegram.files.add(name, upload.content, upload.file_name, upload.mime)
    if not given:
        raise bad_request(f"there is no {name} in the request")
    if given.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")  # a laptop fetches nothing
    try:
        stored = call.telegram.files.get(given)
    except Refused:
        raise bad_request("wrong file identifier/HTTP URL specified") from None
    if stored.kind != name:
        raise bad_request(f"type of file mismatch: can't use file of type {stored.kind.title()} as {name.title()}")
    return stored


def send(call: Call, content: Wire, file: StoredFile | None = None) -> Wire:
    """Put the message into the chat, unless anything about it is wrong or it comes too fast."""
    markup = keyboards.read(call)
    chat = call.open_chat()
    reply_to = replied(call)
    call.bot.pace.check(chat.id, chat.heard_at, call.now, paid=call.flag("allow_paid_broadcast"))
    sender = None if chat.type == "channel" else call.bot.user
    message = Message(
        call.bot.next_message_id(), chat, sender, call.now, content, markup.buttons, markup.keyboard, reply_to, file
    )
    chat.put(message)
    chat.unread += 1
    if markup.keyboard:
        chat.reply_keyboard = None if markup.keyboard.get("remove_keyboard") else markup.keyboard
    call.message = message
    call.telegram.tell("message", call.bot, chat, message)
    return message.wire()


def replied(call: Call) -> Message | None:
    """The message this one answers, by the newer or the older parameter."""
    parameters = call.object("reply_parameters", "reply parameters") or {}
    message_id = parameters.get("message_id") or call.integer("reply_to_message_id")
    if not message_id or call.chat is None:
        return None
    message = call.chat.messages.get(message_id) if isinstance(message_id, int) else None
    if message and not message.deleted:
        return message
    if parameters.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")
