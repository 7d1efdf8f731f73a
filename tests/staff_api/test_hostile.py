"""Nonsense and malice in every place that takes something: refused or understood, never a fault of ours."""

import asyncio
from dataclasses import replace
from urllib.parse import quote
from zlib import crc32

import pytest

from care.heart.settings import Settings
from staff_api.app import OPERATIONS
from staff_api.operations import EventStream, Operation
from tests.ward import SETTINGS

A_PLACE = 2  # of them tried in each place: each place gets others, and a longer run of many requests has them all
NASTY = ["\0", "a\0b", "'; DROP TABLE patients; --", "../../etc/passwd", "%_\\", "\u202e𝕳", "a" * 3000, "-1", "1e9", "NaN", ""]


TAKE_SOMETHING = [
    one for one in OPERATIONS
    if one.answer_shape is not EventStream and (one.path_names or one.query_shape.model_fields or one.body_shape)
]  # fmt: skip


@pytest.fixture
def settings() -> Settings:
    """Here somebody asks more than a budget lets them."""
    return replace(SETTINGS, staff=replace(SETTINGS.staff, requests_a_minute=0, exports_an_hour=0))


async def test_nothing_that_is_sent_breaks_the_door(signed_in, add_patient):
    await add_patient()
    for operation in TAKE_SOMETHING:
        await every_place_of(operation, signed_in)


async def every_place_of(operation: Operation, signed_in) -> None:
    body = dict.fromkeys(operation.body_shape.model_fields, "1") if operation.body_shape else None
    for nasty in some("path" if operation.path_names else "", operation.path):
        path = operation.path.format(**dict.fromkeys(operation.path_names, quote(nasty, safe="") or "0"))
        await refused_or_understood(signed_in, operation.method, path, body)
    path = operation.path.format(**dict.fromkeys(operation.path_names, "1"))
    for name in operation.query_shape.model_fields:
        for nasty in some(name, operation.path):
            await refused_or_understood(signed_in, operation.method, f"{path}?{name}={quote(nasty)}", body)
    for name in body or ():
        for nasty in some(name, operation.path):
            await refused_or_understood(signed_in, operation.method, path, {**body, name: nasty})


def some(name: str, path: str) -> list[str]:
    """What is tried in this place: other things in the next."""
    begin = crc32(f"{path} {name}".encode()) % len(NASTY)
    return [NASTY[(begin + 4 * n) % len(NASTY)] for n in range(A_PLACE)] if name else []


async def refused_or_understood(door, method: str, path: str, body: dict | None) -> None:
    answer = await door.call(method, path, **({} if body is None else {"json": body}))
    assert answer.status < 500, answer.text


async def test_bytes_that_are_no_text_are_no_credential(signed_in):
    host, port = signed_in.client.host, signed_in.client.port
    token = f"Cookie: {signed_in.headers['Cookie']}\r\nX-CSRF-Token: \xff"
    for header in ("Authorization: Bearer cwk_\xff", "Cookie: careward=\xff", token):
        reader, writer = await asyncio.open_connection(host, port)
        method = "POST" if "CSRF" in header else "GET"
        asked = f"{method} /api/v1/patients HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n{header}\r\n\r\n"
        writer.write(asked.encode("latin-1"))
        answer = await reader.read()
        assert answer.split()[1] in (b"400", b"401", b"403"), answer
        writer.close()
        await writer.wait_closed()


async def test_an_address_that_is_no_text(signed_in):
    for address in ("/setup/%ff", "/setup/%ed%a0%80", "/patients/%ff", "/patients?name=%ff", "/patients?%ff=1"):
        assert (await signed_in.get(address)).status in (200, 400, 404)
