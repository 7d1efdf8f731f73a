"""The files people and bots have sent, and the few bytes of a picture that say how large it is."""

import mimetypes
import struct
from random import Random

from simulator.records import Refused, StoredFile, Wire, bad_request

LARGEST_DOWNLOAD = 20 * 1024 * 1024
LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_PHOTO = 10 * 1024 * 1024
FOLDERS = {"photo": ("photos", ".jpg"), "voice": ("voice", ".oga"), "video": ("videos", ".mp4")}  # and an ending for each
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Files:
    def __init__(self, random: Random):
        self._random = random
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, kind: str, content: bytes, name: str | None = None, mime: str | None = None) -> StoredFile:
        number = len(self._by_id)
        folder, default = FOLDERS.get(kind, ("documents", ""))
        guessed = mimetypes.guess_type(name or "")[0]
        extension = "." + name.rsplit(".", 1)[1] if name and "." in name else default
        stored = StoredFile(
            id="AgAC" + self._letters(40) + str(number), unique_id="AQAD" + self._letters(10) + str(number),
            path=f"{folder}/file_{number}{extension}", content=content, name=name,
            mime=picture_type(content) or guessed or mime or "application/octet-stream", kind=kind,
        )  # fmt: skip
        self._by_id[stored.id] = self._by_path[stored.path] = stored
        return stored

    def get(self, file_id: str) -> StoredFile:
        if file_id not in self._by_id:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        return self._by_id[file_id]

    def at(self, path: str) -> StoredFile:
        if path not in self._by_path:
            raise Refused(404, "Not Found")
        return self._by_path[path]

    def _letters(self, length: int) -> str:
        return "".join(self._random.choices(LETTERS, k=length))


def wire(stored: StoredFile) -> Wire:
    return {"file_id": stored.id, "file_unique_id": stored.unique_id, "file_size": len(stored.content)}


def photo(stored: StoredFile) -> list[Wire]:
    """The sizes of a photo: a thumbnail and the whole, which here are the same bytes."""
    width, height = dimensions(stored.content) or (800, 600)
    scale = min(1.0, 90 / max(width, height, 1))
    small = {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}
    return [wire(stored) | small, wire(stored) | {"width": width, "height": height}]


def document(stored: StoredFile) -> Wire:
    return wire(stored) | {"file_name": stored.name or "file", "mime_type": stored.mime}


def video(stored: StoredFile) -> Wire:
    """Its size and length are of no use to us: nothing here looks into it."""
    return document(stored) | {"width": 640, "height": 360, "duration": 1, "mime_type": "video/mp4"}


def picture_type(content: bytes) -> str | None:
    for start, mime in ((b"\x89PNG", "image/png"), (b"GIF8", "image/gif"), (b"\xff\xd8", "image/jpeg")):
        if content.startswith(start):
            return mime
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def dimensions(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, JPEG or WebP; None when it is no picture."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        return struct.unpack(">II", content[16:24])
    if content[:4] == b"GIF8" and len(content) >= 10:
        return struct.unpack("<HH", content[6:10])
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return 800, 600  # Telegram takes it; its size is of no use to us
    if content[:2] == b"\xff\xd8":
        return _jpeg(content)
    return None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 < len(content) and content[position] == 0xFF:
        marker, length = content[position + 1], struct.unpack(">H", content[position + 2 : position + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += 2 + length
    return None
