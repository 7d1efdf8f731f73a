"""The person at the other end: types, taps, sends pictures, blocks. How the bot gets its updates is not their business."""

from __future__ import annotations

import re

from simulator import files, transcript
from simulator.entities import find
from simulator.groups import change_standing
from simulator.records import Chat, Message, StoredFile, Wire
from simulator.telegram import Bot, Telegram

DEEP_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Person:
    """One account and its chat with one bot.

    Every act returns the update it made (None if the bot does not hear of it). `update_id` asks for a certain number, also one
    used before; `telegram.the_bot().updates.redeliver(update)` delivers one again.
    """

    def __init__(self, telegram: Telegram, bot: Bot, chat: Chat):
        assert chat.person is not None
        self.telegram, self.bot, self.chat, self.user = telegram, bot, chat, chat.person

    # What a person does

    def says(
        self,
        text: str,
        update_id: int | None = None,
        reply_to: Message | None = None,
        quote: str | None = None,
        in_: Chat | None = None,
    ) -> Wire | None:
        """Type and send; a reply to an earlier message may quote a part of it."""
        text = text.strip()
        if not text:
            raise ValueError("there is nothing to send")
        content: Wire = {"text": text}
        if entities := find(text):
            content["entities"] = entities
        if quote:
            position = max(0, reply_to.text.find(quote)) if reply_to else 0
            content["quote"] = {"text": quote, "position": position, "is_manual": True}
        return self._sends(content, update_id, reply_to, in_)

    def opens_link(self, payload: str = "", update_id: int | None = None) -> Wire | None:
        """Open `t.me/<bot>?start=<payload>` and press Start, which also unblocks."""
        if payload and not DEEP_LINK.fullmatch(payload):
            raise ValueError("a deep link carries 1 to 64 of A-Z a-z 0-9 _ -")
        self.unblocks()
        return self.says(f"/start {payload}".strip(), update_id)

    def taps(self, label: str, update_id: int | None = None, message: Message | None = None) -> Wire | None:
        """Tap the newest button with this label (or this message's), else this key of the keyboard on screen."""
        for candidate in [message] if message else self.chat.newest_first():
            for row in candidate.buttons:
                for button in row:
                    if button["text"] == label and "callback_data" in button:
                        return self._taps(candidate, label, button["callback_data"], update_id)
        if message is None and label in self.keys:
            return self.says(label, update_id)
        raise LookupError(f"no button [{label}] on screen:\n{self.transcript}")

    def taps_at(self, message: Message, row: int, column: int, update_id: int | None = None) -> Wire | None:
        """Tap the button in this place, as a finger does."""
        button = message.buttons[row][column]
        return self._taps(message, button["text"], button.get("callback_data", ""), update_id)

    def tap_data(self, data: str, update_id: int | None = None, message: Message | None = None) -> Wire | None:
        """Send callback data of our own making, as a forged or very old button does."""
        newest = next((one for one in self.chat.newest_first() if one.by_bot), None)
        return self._taps(message or newest, data, data, update_id)

    def edits(self, text: str, message: Message | None = None, update_id: int | None = None) -> Wire | None:
        """Rewrite what they last wrote, or this message; of a picture or document, its caption."""
        message = message or next(one for one in self.chat.newest_first() if one.sender is self.user)
        what, marks = ("text", "entities") if "text" in message.content else ("caption", "caption_entities")
        content = {name: value for name, value in message.content.items() if name not in (what, marks)} | {what: text}
        if entities := find(text):
            content[marks] = entities
        message.content, message.edited_at = content, self.telegram.now()
        message.chat.note("patient edits", message)
        self._hears(message.chat)
        self.telegram.tell("edit", self.bot, message.chat, message)
        kind = "edited_channel_post" if message.chat.type == "channel" else "edited_message"
        return self.bot.updates.put(kind, message.wire(), self.telegram.now(), update_id)

    def sends_photo(self, content: bytes, caption: str = "", update_id: int | None = None) -> Wire | None:
        stored = self.telegram.files.add("photo", content, "photo.jpg", "image/jpeg")
        return self._sends({"photo": files.photo(stored)} | captioned(caption), update_id, file=stored)

    def sends_document(
        self, content: bytes, file_name: str, caption: str = "", mime: str | None = None, update_id: int | None = None
    ) -> Wire | None:
        stored = self.telegram.files.add("document", content, file_name, mime)
        return self._sends({"document": files.document(stored)} | captioned(caption), update_id, file=stored)

    def sends_voice(self, content: bytes = b"OggS", seconds: int = 3, update_id: int | None = None) -> Wire | None:
        stored = self.telegram.files.add("voice", content, None, "audio/ogg")
        voice = files.wire(stored) | {"duration": seconds, "mime_type": "audio/ogg"}
        return self._sends({"voice": voice}, update_id, file=stored)

    def sends_contact(self, phone_number: str, first_name: str | None = None, update_id: int | None = None) -> Wire | None:
        """Share a contact: their own, unless another's name is given."""
        contact: Wire = {"phone_number": phone_number, "first_name": first_name or self.user.first_name}
        if first_name is None:
            contact["user_id"] = self.user.id
        return self._sends({"contact": contact}, update_id)

    def forwards(self, text: str, author: str = "Somebody", update_id: int | None = None) -> Wire | None:
        """Pass on what somebody else wrote."""
        written = int(self.telegram.now().timestamp())
        origin = {"type": "hidden_user", "date": written, "sender_user_name": author}
        return self._sends({"text": text, "forward_origin": origin}, update_id)

    def sends(self, content: Wire, update_id: int | None = None) -> Wire | None:
        """Send a message of any other kind, given by its wire fields (a sticker, a location)."""
        return self._sends(content, update_id)

    def blocks(self, update_id: int | None = None) -> Wire | None:
        if self.chat.blocked:
            return None
        self.chat.note("patient blocks the bot", "")
        return self._changes("kicked", update_id)

    def unblocks(self, update_id: int | None = None) -> Wire | None:
        if not self.chat.blocked:
            return None
        self.chat.note("patient unblocks the bot", "")
        return self._changes("member", update_id)

    def leaves_telegram(self) -> None:
        """Delete the account. The bot hears nothing of it until it writes."""
        self.user.deactivated = True

    def adds_bot_to(self, group: Chat, administrator: bool = False, update_id: int | None = None) -> Wire | None:
        """Into a group, as a member or an administrator; into a channel, always as an administrator."""
        status = "administrator" if administrator or group.type == "channel" else "member"
        return change_standing(self.bot, group, self.user, status, self.telegram.now(), update_id)

    def removes_bot_from(self, group: Chat, update_id: int | None = None) -> Wire | None:
        return change_standing(self.bot, group, self.user, "kicked", self.telegram.now(), update_id)

    # What a person sees

    @property
    def transcript(self) -> str:
        """The chat as it is on screen now: edits in place, what was deleted is gone."""
        return transcript.screen(self.chat)

    @property
    def history(self) -> str:
        """Everything that happened, in order, as it was at the time."""
        return transcript.history(self.chat)

    @property
    def keys(self) -> list[str]:
        """The keys of the reply keyboard on screen."""
        rows = (self.chat.reply_keyboard or {}).get("keyboard", [])
        return [key["text"] for row in rows for key in row]

    @property
    def last(self) -> Message:
        """The newest message of the bot."""
        return next(message for message in self.chat.newest_first() if message.by_bot)

    @property
    def commands(self) -> list[Wire]:
        return self.bot.profile.commands_seen_in(self.chat)

    # How it becomes an update

    def _sends(
        self,
        content: Wire,
        update_id: int | None,
        reply_to: Message | None = None,
        group: Chat | None = None,
        file: StoredFile | None = None,
    ) -> Wire | None:
        chat, now = group or self.chat, self.telegram.now()
        self._hears(chat)
        sender = None if chat.type == "channel" else self.user
        message = Message(self.bot.next_message_id(), chat, sender, now, content, reply_to=reply_to, file=file)
        chat.put(message)
        keyboard = chat.reply_keyboard or {}
        if keyboard.get("force_reply") or (keyboard.get("one_time_keyboard") and content.get("text") in self.keys):
            chat.reply_keyboard = None
        self.telegram.tell("message", self.bot, chat, message)
        if not audible(self.bot, message):
            return None
        kind = "channel_post" if chat.type == "channel" else "message"
        return self.bot.updates.put(kind, message.wire(), now, update_id)

    def _taps(self, message: Message | None, label: str, data: str, update_id: int | None) -> Wire | None:
        now = self.telegram.now()
        self._hears(self.chat)
        self.chat.timeline.append(("tap", label))
        self.chat.note("tap", label)
        # What was deleted comes as an inaccessible message: its id, and a date of 0.
        gone: Wire = {"chat": self.chat.wire(), "message_id": message.id if message else 1, "date": 0}
        query = self.bot.new_query(self.chat, message, now)
        body = {
            "id": query.id, "from": self.user.wire(), "chat_instance": str(-self.chat.id), "data": data,
            "message": message.wire() if message and not message.deleted else gone,
        }  # fmt: skip
        return self.bot.updates.put("callback_query", body, now, update_id)

    def _hears(self, chat: Chat) -> None:
        """Whoever acts in a chat has it open, has read it, and is owed an answer."""
        if chat.blocked:
            raise ValueError("whoever blocked the bot cannot write to it: unblock first")
        chat.opened, chat.unread, chat.heard_at = True, 0, self.telegram.now()

    def _changes(self, status: str, update_id: int | None) -> Wire | None:
        update = change_standing(self.bot, self.chat, self.user, status, self.telegram.now(), update_id)
        self.telegram.tell("phones", self.bot, self.chat)
        return update


def captioned(caption: str) -> Wire:
    if not caption:
        return {}
    entities = find(caption)
    return {"caption": caption, "caption_entities": entities} if entities else {"caption": caption}


def audible(bot: Bot, message: Message) -> bool:
    """Whether the bot hears this message: in a group, with privacy on, only what is meant for it."""
    chat = message.chat
    if chat.person:
        return True
    if chat.status not in ("member", "administrator"):
        return False
    if chat.type == "channel" or chat.status == "administrator" or not bot.privacy:
        return True
    to_bot = message.reply_to is not None and message.reply_to.by_bot
    return to_bot or message.text.startswith("/") or f"@{bot.user.username}".lower() in message.text.lower()
