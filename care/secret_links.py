"""Links that a chat may hold: long, random, kept only as a hash, and of no use without the patient's date of birth."""

import hashlib
import secrets
from dataclasses import dataclass

from care.heart.turn import Turn

WRONG_DATES = 3  # then a link is locked, and staff are told


@dataclass(frozen=True)
class Wrong:
    """The date of birth was wrong; so many more may be tried. None left: the link is locked."""

    left: int


def offered(turn: Turn) -> bool:
    """Whether there is an address at which such a page can be had: never one that is read on its way."""
    return turn.settings.staff.public_url.startswith("https://") or turn.settings.demo


def new() -> str:
    return secrets.token_urlsafe(24)


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def address(turn: Turn, path: str, token: str) -> str:
    return f"{turn.settings.staff.public_url.rstrip('/')}/{path}/{token}"
