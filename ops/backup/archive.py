"""A backup as a file: a gzipped tar inside an age envelope (https://age-encryption.org), which nobody on this server can open.

    about.json                  which program, which schema, when
    tables/patients/0001.jsonl  rows, each a JSON list in the order of the columns on the first line; as many pieces as needed
    media/...                   the files that patients and staff sent
    manifest.json               last: how many rows each table has, and the SHA-256 of every piece

The envelope is closed for one or more public keys; only who holds the other half opens it. `age -d` and `tar` open it too.
"""

import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyrage

from ops.stop import Stop

FORMAT = 1
ABOUT, MANIFEST = "about.json", "manifest.json"
AGE = b"age-encryption.org/v1"
SUFFIX = ".careward-backup"


@dataclass(frozen=True)
class Piece:
    """A member of the archive, whole."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def json(self) -> Any:
        try:
            return json.loads(self.content)
        except ValueError:
            raise Stop(f"The backup is damaged: {self.name} cannot be read.") from None


class Packer:
    """Writes pieces into an archive, and remembers what it wrote for the manifest."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar, self.digests = tar, dict[str, str]()

    def add(self, name: str, content: bytes) -> None:
        piece, entry = Piece(name, content), tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o600
        self._tar.addfile(entry, io.BytesIO(content))
        self.digests[name] = piece.digest


@contextmanager
def written(file: Path, recipients: tuple[str, ...]) -> Iterator[Packer]:
    """A new backup at `file`: there, whole and safe on disk, only if nothing went wrong. Without `recipients` it is written in
    the clear; else nothing is."""
    keys = [recipient(key) for key in recipients]
    begun = file.with_name(f".{file.name}.unfinished")
    try:
        with os.fdopen(os.open(begun, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
            with sealed(out, keys) as inside, tarfile.open(fileobj=inside, mode="w|gz") as tar:
                yield Packer(tar)
            out.flush()
            os.fsync(out.fileno())
        begun.replace(file)
        folder = os.open(file.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    finally:
        begun.unlink(missing_ok=True)


@contextmanager
def sealed(out: IO[bytes], keys: "list[Any]") -> Iterator[IO[bytes]]:
    """What is written here reaches `out` in an envelope for these keys."""
    if not keys:
        yield out
        return
    read_end, write_end = os.pipe()
    failed: list[BaseException] = []

    def seal() -> None:
        with os.fdopen(read_end, "rb") as plain:
            try:
                pyrage.encrypt_io(plain, out, keys)
            except BaseException as error:
                failed.append(error)

    sealing = threading.Thread(target=seal, name="sealing")
    sealing.start()
    try:
        with os.fdopen(write_end, "wb") as inside:
            yield inside
    except BrokenPipeError:  # the other end says why
        pass
    finally:
        sealing.join()
    if failed:
        raise failed[0]


@contextmanager
def opened(file: Path, identity: Path | None) -> Iterator[Iterator[Piece]]:
    """The pieces of a backup, one after the other. Raises Stop if it cannot be opened or is damaged."""
    try:
        with file.open("rb") as outer:
            encrypted = outer.read(len(AGE)) == AGE
            outer.seek(0)
            with unsealed(outer, identity, file) if encrypted else _as_it_is(outer) as inner:
                yield pieces(inner, file)
    except FileNotFoundError:
        raise Stop(f"There is no backup {file}.") from None
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Stop(f"The backup {file.name} is damaged: {error}") from error


@contextmanager
def _as_it_is(outer: IO[bytes]) -> Iterator[IO[bytes]]:
    yield outer


@contextmanager
def unsealed(outer: IO[bytes], identity: Path | None, file: Path) -> Iterator[IO[bytes]]:
    if identity is None:
        raise Stop(f"{file.name} is encrypted: name the key's file with --identity.", 2)
    key = identity_in(identity)
    read_end, write_end = os.pipe()
    failed: list[BaseException] = []

    def unseal() -> None:
        with os.fdopen(write_end, "wb") as plain:
            try:
                pyrage.decrypt_io(outer, plain, [key])
            except BaseException as error:
                failed.append(error)

    unsealing = threading.Thread(target=unseal, name="unsealing")
    unsealing.start()
    try:
        with os.fdopen(read_end, "rb") as inner:
            yield inner
    finally:
        unsealing.join()
        if failed and not isinstance(failed[0], BrokenPipeError):
            raise Stop(f"{file.name} cannot be opened with this key, or it is damaged ({failed[0]}).") from failed[0]


def pieces(inner: IO[bytes], file: Path) -> Iterator[Piece]:
    with tarfile.open(fileobj=inner, mode="r|gz") as tar:
        for entry in tar:
            content = tar.extractfile(entry)
            if content is None:
                raise Stop(f"The backup {file.name} is damaged: {entry.name} is not a file.")
            yield Piece(entry.name, content.read())
    while inner.read(65536):  # to the envelope's own end, whose seal vouches for everything before it
        pass


def new_identity() -> tuple[str, str]:
    """A pair of keys: the public half, which closes, and the secret one, which opens."""
    secret = pyrage.x25519.Identity.generate()
    return str(secret.to_public()), str(secret)


def recipient(key: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise Stop(
            f"backup.recipients has {key[:4]}...: give public keys such as age1..., from `careward backup key`.", 2) from None


def identity_in(file: Path) -> Any:
    """The secret key in a file, as `careward backup key` or `age-keygen` writes it."""
    try:
        lines = [line.strip() for line in file.read_text().splitlines()]
        return pyrage.x25519.Identity.from_str(next(line for line in lines if line and not line.startswith("#")))
    except FileNotFoundError:
        raise Stop(f"There is no key file {file}.", 2) from None
    except (StopIteration, UnicodeDecodeError, pyrage.IdentityError):
        raise Stop(f"{file} holds no secret key: its line begins with AGE-SECRET-KEY-.", 2) from None
