"""A chat in words: one line a message, `[buttons]` in brackets, `{keys}` of a keyboard in braces."""

from simulator.records import Chat, Message, Wire

# Messages that are not words, by the field that says so.
THINGS = {name: name for name in ("photo", "video", "document", "contact", "sticker", "location")} | {"voice": "voice note"}


def screen(chat: Chat) -> str:
    """What can be seen now."""
    lines = []
    for what, it in chat.timeline:
        if what == "message":
            if not it.deleted:
                lines.append(_line("bot" if it.by_bot else "patient", shown(it)))
        else:
            lines.append(_aside(what, it))
    return "\n".join(lines)


def history(chat: Chat) -> str:
    """Everything in order, each as it was when it happened."""
    return "\n".join(_aside(what, it) if isinstance(it, str) else _line(what, _words(*it)) for what, it in chat.happenings)


def shown(message: Message) -> str:
    return _words(message.content, message.buttons, message.keyboard)


def preview(message: Message) -> str:
    """One line for a list of chats: no buttons."""
    return _words(message.content, [], None).replace("\n", " ")


def thing(content: Wire) -> str | None:
    """What a message is, when it is not just words."""
    for field, name in THINGS.items():
        if field in content:
            return f"{name} {content[field]['file_name']}" if field == "document" else name
    return None


def _words(content: Wire, buttons: list[list[Wire]], keyboard: Wire | None) -> str:
    kind = thing(content)
    parts = [f"<{kind}>"] if kind else []
    parts += [content[field] for field in ("text", "caption") if content.get(field)]
    parts += [f"[{button['text']}]" for row in buttons for button in row]
    parts += [f"{{{key['text']}}}" for row in (keyboard or {}).get("keyboard", []) for key in row]
    return " ".join(parts)


def _line(who: str, words: str) -> str:
    return f"{who}: {words}"


def _aside(what: str, words: str) -> str:
    if what == "tap":
        return f"patient: [{words}]"
    return f"{what}: {words}" if words else what
