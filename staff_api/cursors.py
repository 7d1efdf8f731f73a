"""Cursors: opaque, signed marks of a place in one list, good for a day."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

from staff_api.problems import Fault, Problem

GOOD_FOR = timedelta(days=1)
SIGNATURE = 16  # bytes


def issue(secret: str, of: str, place: Any, now: datetime) -> str:
    """A mark of `place` in the list `of`; datetimes in `place` must be given as ISO strings."""
    body = json.dumps([int(now.timestamp()), place], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(sign(secret, of, body) + body).decode().rstrip("=")


def place_of(secret: str, of: str, cursor: str, now: datetime) -> Any:
    """The place that `issue` marked; refused if it is forged, of another list, or too old."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise refused("The cursor is not one that this API gave.")
    signature, body = raw[:SIGNATURE], raw[SIGNATURE:]
    if not hmac.compare_digest(signature, sign(secret, of, body)):
        raise refused("The cursor is not one that this API gave for this list.")
    issued, place = json.loads(body)
    if now.timestamp() - issued > GOOD_FOR.total_seconds():
        raise refused("The cursor is more than a day old; start from the first page.")
    return place


def sign(secret: str, of: str, body: bytes) -> bytes:
    return hmac.digest(secret.encode(), of.encode() + b"\0" + body, hashlib.sha256)[:SIGNATURE]


def refused(detail: str) -> Problem:
    return Problem("invalid_cursor", detail, [Fault(parameter="cursor", detail=detail)])
