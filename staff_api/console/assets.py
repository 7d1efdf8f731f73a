"""The console's style sheets, scripts and pictures: read once, named by what is in them, kept by browsers for good."""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from aiohttp import web

from staff_api.console.pages import HERE
from staff_api.guards import PUBLIC, guarded

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain"}
ROOT = "/console"


@dataclass(frozen=True)
class Asset:
    body: bytes
    compressed: bytes
    content_type: str


@cache
def files() -> dict[str, Asset]:
    return dict(_read())


def _read() -> Iterator[tuple[str, Asset]]:
    folder = HERE / "static"
    for path in sorted(folder.rglob("*")):
        if path.suffix in TYPES:
            body = path.read_bytes()
            yield path.relative_to(folder).as_posix(), Asset(body, gzip.compress(body, mtime=0), TYPES[path.suffix])


@cache
def version() -> str:
    """Changes when any file does. It is a folder of the address, so that scripts import each other from the same version."""
    digest = hashlib.sha256()
    for name, asset in files().items():
        digest.update(name.encode() + asset.body)
    return digest.hexdigest()[:12]


def address(name: str) -> str:
    if name not in files():
        raise KeyError(name)
    return f"{ROOT}/{version()}/{name}"


@guarded(PUBLIC)
async def get_asset(request: web.Request) -> web.Response:
    asset = files().get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    current = request.match_info["version"] == version()
    headers = {"Cache-Control": "public, max-age=31536000, immutable" if current else "no-cache", "Vary": "Accept-Encoding"}
    body = asset.body
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = asset.compressed, "gzip"
    return web.Response(body=body, content_type=asset.content_type, headers=headers)
