"""Passwords: what is good enough (NIST SP 800-63B: length and no well-known ones, no other rules), and Argon2id in a thread."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 15, 256  # 15 because the password is the only factor
HASHER = PasswordHasher()
THREADS = ThreadPoolExecutor(2, "argon2")  # each takes 64 MiB and a core: a flood of sign-ins must not take them all

# Long enough, and still among the first that anyone tries: well-known words, alone or with what people put behind them.
COMMON = (
    "abc123", "abcdef", "abcdefghijklmnopqrstuvwxyz", "access", "admin", "administrator", "asdfghjkl", "careward", "changeit",
    "changeme", "clinic", "computer", "correcthorsebatterystaple", "default", "doctor", "dragon", "football", "health", "hello",
    "hospital", "iloveyou", "letmein", "login", "master", "medicine", "monkey", "mypassword", "nurse", "passphrase", "passw0rd",
    "password", "patient", "princess", "qwerty", "qwertyuiop", "qwertyuiopasdfghjklzxcvbnm", "secret", "shadow", "sunshine",
    "superman", "test", "testing", "trustno1", "user", "welcome", "whatever", "zxcvbnm", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc",
)  # fmt: skip


class TooWeak(ValueError):
    """The message says what would be right."""


def check(password: str, *known: str) -> None:
    """Refuse a password that is too short, too long, or among the first that anyone tries; `known` is the person's own."""
    if len(password) < SHORTEST:
        raise TooWeak(f"At least {SHORTEST} characters; a few unrelated words are good.")
    if len(password) > LONGEST:
        raise TooWeak(f"At most {LONGEST} characters.")
    if guessable(password.lower(), [word.lower() for word in known if len(word) > 3]):
        raise TooWeak("This is among the first that anyone would try; a few unrelated words are good.")


def guessable(password: str, known: list[str]) -> bool:
    """Nothing is left but a few characters once well-known words, repetition and runs are taken away."""
    if len(set(password)) < 5:
        return True
    rest = password
    for word in sorted((*COMMON, *known), key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(rest.strip("0123456789!?.-_ @#")) < 5


async def hashed(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(THREADS, HASHER.hash, password)


async def matches(password: str, password_hash: str | None) -> bool:
    """Whether it is the password; takes as long for nobody's hash as for somebody's."""
    return await asyncio.get_running_loop().run_in_executor(THREADS, verify, password, password_hash)


def verify(password: str, password_hash: str | None) -> bool:
    try:
        HASHER.verify(password_hash or nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def nobodys() -> str:
    return HASHER.hash("nobody has this password")
