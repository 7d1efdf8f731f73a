"""Passwords: what is good enough (NIST SP 800-63B: length and no well-known ones, no other rules), and Argon2id in a thread."""

import asyncio
import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import combinations
from math import log10
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 15, 256  # 15 because the password is the only factor
HASHER = PasswordHasher()
REPEATED = re.compile(r"(.{2,60})\1+|(.)\2{2,}")
THREADS = ThreadPoolExecutor(2, "argon2")  # each takes 64 MiB and a core: a flood of sign-ins must not take them all

FEWEST_GUESSES = 9.0  # tens: ten tries in a quarter of an hour (care/staff.py) need centuries for a thousand million
OWN_RANK = 10  # what is known of the person, and of what this is, is tried among the first
OF_THE_HOUSE = (
    "careward", "clinic", "doctor", "hospital", "medicine", "nurse", "patient", "clínica", "clinica", "krankenhaus", "hôpital",
    "больница", "passphrase", "changeit", "mypassword", "contraseña", "motdepasse", "mot de passe", "passwort", "senha",
    "пароль", "correcthorsebatterystaple", "correct horse battery staple",
)  # fmt: skip
ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm",
    "йцукенгшщзхъ",
)  # fmt: skip
LONGEST_WORD = 40


@cache
def common() -> dict[str, int]:
    """The passwords that people choose most often, from the most common, 1, on."""
    lines = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if not line.startswith("# ")]
    runs = [way[begin:end] for row in ROWS for way in (row, row[::-1]) for begin, end in combinations(range(len(row) + 1), 2)]
    first = dict.fromkeys((*OF_THE_HOUSE, *(run for run in runs if len(run) > 3)), OWN_RANK)
    return dict(zip(words, range(1, len(words) + 1), strict=True)) | first


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
    """Whether it is found early by whoever puts well-known passwords one behind the other, repeats them, and puts a few
    characters around them."""
    if len(set(password)) < 5:
        return True
    ranks = ChainMap(dict.fromkeys(known, OWN_RANK), common())
    return any(tens_of_guesses(written, ranks) < FEWEST_GUESSES for written in (password, *without_repetition(password)))


def without_repetition(password: str) -> Iterator[str]:
    """As it is, as long as there is something in it that is said more than once, said less often."""
    while (less := REPEATED.sub(lambda found: found[1] or found[2], password)) != password:
        yield (password := less)


def tens_of_guesses(password: str, ranks: Mapping[str, int]) -> float:
    """The logarithm of how many are tried before it, by the cheapest way to put it together."""
    cheapest = [0.0]
    for end in range(1, len(password) + 1):
        ways = [cheapest[end - 1] + of_a_character(password[end - 1])]
        for begin in range(max(0, end - LONGEST_WORD), end - 3):
            if rank := ranks.get(password[begin:end]):
                ways.append(cheapest[begin] + max(1.0, log10(rank)))
        cheapest.append(min(ways))
    return cheapest[-1]


def of_a_character(one: str) -> float:
    return 1.0 if one.isdecimal() else 0.5 if not one.isalnum() else 1.5


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
