"""Bodies of requests: whole within a time, or cut off. Whoever sends a byte a minute holds nothing of ours for long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from staff_api.problems import Problem

FORM = "application/x-www-form-urlencoded"
WITHIN, FILE_WITHIN = 20.0, 180.0  # seconds: 64 KiB, and 10 MB over half a megabit a second


@asynccontextmanager
async def in_time(seconds: float) -> AsyncIterator[None]:
    """What is read inside must have come by then. Raises Problem, and the connection is closed behind the answer."""
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError:
        if limit.expired():
            raise Problem("body_too_slow", headers={"Connection": "close"}) from None
        raise


async def arrived(request: web.Request) -> None:
    """Wait for the body, which is kept with the request: whoever reads it next waits no more."""
    async with in_time(WITHIN):
        await request.read()
    if request.content_type == "multipart/form-data":
        taken = "application/json" if request.path.startswith("/api/") else FORM
        raise Problem("unsupported_media_type", f"Send `Content-Type: {taken}`.", headers={"Accept": taken})
