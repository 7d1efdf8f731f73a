"""A chat in words: one line a message, `[buttons]` in brackets, `{keys}` of a keyboard in braces."""

from typing import Any

from simulator.records import Chat, Message, Wire

# Messages that are not words, by the field that says so.
THINGS = {name: name for name in ("photo", "document", "contact", "sticker", "location")} | {"voice": "voice note"}


def screen(chat: Chat) -> str:
    """What can be seen now."""
    lines = []
    for what, thing in chat.timeline:
        if what == "message":
            if not thing.deleted:
                lines.append(_line("bot" if thing.by_bot else "patient", shown(thing)))
        else:
            lines.append(_aside(what, thing))
    return "\n".join(lines)


def history(chat: Chat) -> str:
    """Everything in order, each as it was when it happened."""
    return "\n".join(
        _aside(what, thing) if isinstance(thing, str) else _line(what, _words(*thing)) for what, thing in chat.happenings
    )


def shown(message: Message) -> str:
    return _words(message.content, message.buttons, message.keyboard)


def _words(content: Wire, buttons: list[list[Wire]], keyboard: Wire | None) -> str:
    parts = [f"<{_thing(content, field, name)}>" for field, name in THINGS.items() if field in content]
    parts += [content[field] for field in ("text", "caption") if content.get(field)]
    parts += [f"[{button['text']}]" for row in buttons for button in row]
    parts += [f"{{{key['text']}}}" for row in (keyboard or {}).get("keyboard", []) for key in row]
    return " ".join(parts)


def _thing(content: Wire, field: str, name: str) -> str:
    thing: Any = content[field]
    return f"{name} {thing['file_name']}" if field == "document" else name


def _line(who: str, words: str) -> str:
    return f"{who}: {words}"


def _aside(what: str, words: str) -> str:
    if what == "tap":
        return f"patient: [{words}]"
    return f"{what}: {words}" if words else what
