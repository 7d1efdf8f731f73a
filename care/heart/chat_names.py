"""What a chat is called in the journal, which is for ever: a name that tells a patient's chats apart, and not their numbers.

Telegram's number of a chat leads to a person. The name is made of it with a secret that is not in the database: whoever has the
journal, or the whole database, has no number of anybody who was forgotten.
"""

import hmac
from functools import lru_cache
from typing import Final

CHAT: Final = "chat:"  # actors of this kind are whoever writes from a chat


@lru_cache(maxsize=4096)
def chat_name(secret: str, chat_id: int) -> str:
    """Always the same for a chat, as long as `staff.secret` is."""
    return hmac.digest(secret.encode(), f"chat {chat_id}".encode(), "sha256").hex()[:16]


def actor_name(secret: str, actor: str) -> str:
    """An actor as the journal has it: `chat:` and the chat's name; everybody else as they are."""
    number = actor.removeprefix(CHAT)
    return f"{CHAT}{chat_name(secret, int(number))}" if number != actor and number.isdecimal() else actor
