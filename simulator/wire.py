"""Reading a Bot API request: query, form, JSON and multipart, alone or together."""

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from simulator.call import Upload
from simulator.records import bad_request

FORM = "application/x-www-form-urlencoded"


async def read(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters as they were sent (strings, but for JSON's own types) and files by the name of their part."""
    params: dict[str, Any] = dict(parse_qsl(request.query_string, keep_blank_values=True)) if request.query_string else {}
    if not request.body_exists:
        return params, {}
    content_type = request.headers.get("Content-Type", FORM)
    if content_type.startswith("multipart/"):
        fields, files = await parts(request)
        return params | fields, files
    body = await request.read()
    if content_type.startswith("application/json"):
        return params | from_json(body), {}
    return params | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)), {}


def from_json(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        read = json.loads(body)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise bad_request("can't parse request: a JSON object is expected")
    return read


async def parts(request: web.Request) -> tuple[dict[str, str], dict[str, Upload]]:
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        content = bytes(await part.read(decode=True))
        if part.filename is None:
            fields[part.name] = content.decode("utf-8", "replace")
        else:
            files[part.name] = Upload(part.filename, content, part.headers.get("Content-Type"))
    return fields, files
