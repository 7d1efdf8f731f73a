"""How the phone page sees phones, messages and keyboards: the JSON it draws."""

from simulator import transcript
from simulator.people import Person
from simulator.records import Chat, Message, Wire

IN_WORDS = ("contact", "voice", "sticker", "location")


def phone(person: Person) -> Wire:
    chat = person.chat
    newest = next(iter(chat.newest_first()), None)
    return {
        "chat_id": chat.id, "name": " ".join(filter(None, (person.user.first_name, person.user.last_name))),
        "language_code": person.user.language_code, "blocked": chat.blocked, "unread": chat.unread,
        "last": {"text": transcript.preview(newest), "at": newest.date.isoformat()} if newest else None,
    }  # fmt: skip


def keyboard(chat: Chat) -> Wire | None:
    """The keys on screen and the example in the empty field; a forced reply brings an example alone."""
    markup = chat.reply_keyboard
    if not markup or not ("keyboard" in markup or "force_reply" in markup):
        return None
    rows = [[key["text"] for key in row] for row in markup.get("keyboard", [])]
    return {"rows": rows, "placeholder": markup.get("input_field_placeholder")}


def message(one: Message) -> Wire:
    """A message as the page draws it."""
    content, at = one.content, one.edited_at
    url = f"/phone/api/files/{one.file.path}" if one.file else None
    document = content.get("document")
    to = one.reply_to
    return {
        "id": one.id,
        "from": sender(one),
        "at": one.date.isoformat(),
        "edited_at": at.isoformat() if at else None,
        "text": content.get("text") or (f"<{transcript.thing(content)}>" if any(name in content for name in IN_WORDS) else ""),
        "caption": content.get("caption", ""),
        "entities": content.get("entities") or content.get("caption_entities") or [],
        "photo": url if "photo" in content else None,
        "video": url if "video" in content else None,
        "document": {"url": url, "file_name": document["file_name"], "mime": document["mime_type"]} if document else None,
        "buttons": [[button(key) for key in row] for row in one.buttons],
        "deleted": one.deleted,
        "reply_to": {"id": to.id, "from": sender(to), "text": to.text} if to else None,
    }


def sender(one: Message) -> str:
    return "bot" if one.by_bot else "me"


def button(one: Wire) -> Wire:
    kept = {"text": one["text"], "style": one.get("style")}
    return kept | ({"url": one["url"]} if "url" in one else {"data": one.get("callback_data", "")})
