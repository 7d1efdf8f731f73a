"""What identifies people, and what they say, is sealed field by field before it reaches the database, with a key that is kept
outside of it. Whoever has the file, the disk or a dump has no name and no word.

AES-256-SIV (RFC 5297). What is sealed is bound to its table and column: a text cannot be moved to another one unseen. The key's
short name stands before it, so that old and new keys open side by side while a rotation is under way (care/resealing.py).
Without a key everything is kept in the clear, and `careward doctor` says so.
"""

import base64
import hashlib
import json
import os
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

MARK: Final = "\x02sealed:"  # no text begins so: what people write loses a leading control character on its way in
KEY_BYTES: Final = 64
SALT_BYTES: Final = 12


class WrongKey(ValueError):
    """A key is none. The message says what would be right."""


class Unreadable(Exception):
    """It is sealed with a key that is not at hand, or was changed by somebody. It says where, and never what."""


class Ring:
    """The keys of this process: the first seals, all open."""

    def __init__(self) -> None:
        self.current = ""  # the name of the key that seals; none: nothing is sealed
        self.gone_through = ""  # the key with which this process has looked through everything
        self._keys: dict[str, AESSIV] = {}

    def use(self, keys: Sequence[str]) -> None:
        """From now on seal with the first; the others open what they sealed. None: what is written is kept in the clear.
        Raises WrongKey."""
        self._keys = {name_of(key): AESSIV(bytes_of(key)) for key in keys}
        self.current = name_of(keys[0]) if keys else ""
        self.gone_through = ""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._keys)

    def seal(self, place: str, words: str, alike: bool = False) -> str:
        """`alike`: equal words of a column look alike, so that the database can compare them."""
        if not self.current:
            return words.lstrip("\x02") if words.startswith("\x02") else words
        salt = b"" if alike else os.urandom(SALT_BYTES)
        sealed = self._keys[self.current].encrypt(words.encode(), [place.encode(), salt]) if words else b""
        return f"{MARK}{self.current}:{base64.b64encode(salt + sealed).decode()}"

    def open(self, place: str, kept: str, alike: bool = False) -> str:
        """What was sealed, and what was never sealed as it is. Raises Unreadable."""
        if not kept.startswith(MARK):
            return kept
        name, _, packed = kept[len(MARK):].partition(":")
        content = base64.b64decode(packed)
        salt, sealed = (b"", content) if alike else (content[:SALT_BYTES], content[SALT_BYTES:])
        if not sealed:
            return ""
        key = self._keys.get(name)
        if key is None:
            raise Unreadable(f"{place} is sealed with the key {name}, which is not in at_rest.key or at_rest.old_keys")
        try:
            return key.decrypt(sealed, [place.encode(), salt]).decode()
        except InvalidTag:
            raise Unreadable(f"{place} was changed outside of this program") from None


RING: Final = Ring()


def bytes_of(key: str) -> bytes:
    """Raises WrongKey."""
    try:
        content = base64.b64decode(key.encode(), validate=True)
    except ValueError:
        content = b""
    if len(content) != KEY_BYTES:
        raise WrongKey(f"{KEY_BYTES} random bytes in base64, as `careward seal key` makes them")
    return content


def name_of(key: str) -> str:
    """What a key is called in the database; it tells nothing of it."""
    return hashlib.sha256(b"careward key name" + bytes_of(key)).hexdigest()[:8]


def new_key() -> str:
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


class Sealed(sa.TypeDecorator[str]):
    """Words that are kept sealed. The database can neither order nor search them; with `alike` it can compare them."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, place: str, alike: bool = False) -> None:
        super().__init__()
        self.place, self.alike = place, alike

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else RING.seal(self.place, value, self.alike)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else RING.open(self.place, value, self.alike)


class SealedJSON(sa.TypeDecorator[Any]):
    """The same for what is kept as JSON: sealed, it is a JSON string."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, place: str, none_as_null: bool = False) -> None:
        super().__init__(none_as_null=none_as_null)
        self.place, self.none_as_null = place, none_as_null

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        if value is None or not RING.current:
            return value
        return RING.seal(self.place, json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        return self.opened(value)

    def opened(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith(MARK):
            return json.loads(RING.open(self.place, value))
        return value


class SealedDate(sa.TypeDecorator[date]):
    """The same for a day."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: date | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else RING.seal(self.place, value.isoformat())

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> date | None:
        return None if value is None else date.fromisoformat(RING.open(self.place, value))


SEALED: Final = (Sealed, SealedJSON, SealedDate)
