"""The Bot API over HTTP, with the phones beside it.

Serve it with `web.AppRunner(app, access_log=None)`: a client that gives up must not undo what it asked for.
"""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from simulator import control_api, phone_api, wire
from simulator.door import Dropped, NoAnswer, encoded, serve
from simulator.records import Refused
from simulator.telegram import Telegram
from simulator.webhooks import Webhooks

LARGEST_REQUEST = 60 * 1024 * 1024
LONGEST_SILENCE = 300.0  # seconds a connection is held without an answer
TELEGRAM = web.AppKey("telegram", Telegram)
CLOSING = web.AppKey("closing", asyncio.Event)


def build(
    telegram: Telegram,
    advance: Callable[[str], Awaitable[object]] | None = None,
    banner: str | None = None,
    time_zone: str | None = None,
    phones: bool = True,
    control: bool = False,
) -> web.Application:
    """`advance` moves the clock that the phones show (in `time_zone`); `banner` stands over them; `control` opens /control."""
    app = web.Application(client_max_size=LARGEST_REQUEST)
    app[TELEGRAM], app[CLOSING] = telegram, asyncio.Event()
    app.router.add_route("*", "/bot{token}/{method}", call)
    app.router.add_get("/file/bot{token}/{path:.+}", download)
    if phones:
        phone_api.add(app, telegram, app[CLOSING], advance, {"banner": banner, "time_zone": time_zone})
    if control:
        control_api.add(app, telegram)

    async def webhooks(_: web.Application):  # type: ignore[no-untyped-def]
        async with Webhooks(telegram):
            yield

    async def close(app: web.Application) -> None:
        app[CLOSING].set()
        for bot in telegram.bots.values():
            bot.updates.arrived()  # a long poll ends with nothing

    app.cleanup_ctx.append(webhooks)
    app.on_shutdown.append(close)
    return app


async def call(request: web.Request) -> web.Response:
    telegram, info = request.app[TELEGRAM], request.match_info
    try:
        params, files = await wire.read(request)
        code, body = await serve(telegram, info["token"], info["method"], params, files, asyncio.sleep)
    except Refused as refused:
        code, body = refused.code, encoded(telegram.refuse(refused))
    except NoAnswer:
        await _hold(request)
        code, body = 504, b""
    except Dropped:
        if request.transport:
            request.transport.abort()
        code, body = 502, b""
    kind = "text/html" if body.startswith(b"<") else "application/json"
    return web.Response(status=code, body=body, headers={"Content-Type": kind})


async def _hold(request: web.Request) -> None:
    """Say nothing until the caller gives up, or we close."""
    closing, waited = request.app[CLOSING], 0.0
    while waited < LONGEST_SILENCE and not closing.is_set():
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(0.05)
        waited += 0.05


async def download(request: web.Request) -> web.Response:
    telegram = request.app[TELEGRAM]
    try:
        stored = telegram.file(request.match_info["token"], request.match_info["path"])
    except Refused as refused:
        return web.Response(status=refused.code, body=encoded(telegram.refuse(refused)), content_type="application/json")
    return web.Response(body=stored.content, content_type="application/octet-stream")


async def start(app: web.Application, host: str = "127.0.0.1", port: int = 0) -> tuple[web.AppRunner, str]:
    """Listen; return what to `cleanup()` at the end, and the address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, host, port, backlog=1024)
    await site.start()
    port = runner.addresses[0][1]
    return runner, f"http://{host}:{port}"
