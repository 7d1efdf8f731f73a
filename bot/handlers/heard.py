"""What a message says, whatever it is handled as. Signs of danger are looked for in all of it, before anything else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from telegram import Message

from bot import talk
from bot.handlers.visit import Visit, visit
from care import messages, red_flags, triage
from care.heart.text import storable
from care.heart.turn import Turn
from care.messages import Written

KINDS = ("photo", "voice", "video", "video_note", "audio", "document", "sticker", "location", "contact", "animation", "poll")


def in_danger(turn: Turn, visit: Visit) -> bool:
    """Judge everything that was said; True if it tells of danger, and a safety card was shown."""
    country = visit.holding[0].country if visit.holding else turn.settings.clinic.country
    said = "\n".join(red_flags.texts_in(visit.update.to_dict()))
    asked_for = "low_sugar" if talk.is_bare_reading(turn, visit.holding, "glucose", said) else ""
    return triage.screen(turn, visit.who, country, said, asked_for)


def written_in(visit: Visit) -> Written:
    message = visit.update.effective_message
    assert message
    return as_written(message, edited=visit.update.edited_message is not None)


def as_written(message: Message, edited: bool) -> Written:
    """What came, in our words: its kind, its text, and where its file can be had."""
    kind = next((kind for kind in KINDS if getattr(message, kind, None)), "text")
    part = getattr(message, kind, None) if kind != "text" else None
    largest = part[-1] if isinstance(part, tuple | list) and part else part
    text = storable(message.text or message.caption or _told_by(message))
    return Written(message.message_id, "edit" if edited and kind == "text" else kind, text, getattr(largest, "file_id", None))


def _told_by(message: Message) -> str:
    """What there is to read in what is shared, as people need it: where somebody is, whom to call."""
    said: list[object] = []
    if message.contact:
        said += [message.contact.first_name, message.contact.last_name, message.contact.phone_number]
    if message.venue:
        said += [message.venue.title, message.venue.address]
    if message.location:
        said += [message.location.latitude, message.location.longitude]
    if message.poll:
        said += [message.poll.question, *(one.text for one in message.poll.options)]
    return ", ".join(str(one) for one in said if one is not None)


def command(action: Callable[[Turn, Visit], None]) -> Any:
    """A handler for a command. Whoever is in need may type on behind it: that is judged, and kept for people, as any words."""

    @wraps(action)
    def obey(turn: Turn, visit: Visit) -> None:
        if in_danger(turn, visit):
            kept = messages.keep(turn, visit.chat_id, visit.who.id, written_in(visit), flagged=True)
            if len(visit.holding) > 1:
                messages.ask_whom(turn, visit.who, visit.holding, kept)
        action(turn, visit)

    return visit(obey)
