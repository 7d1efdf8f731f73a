"""Telegram over aiohttp: PTB's seam for HTTP, at a fraction of the cost of its default, and no token in any log.

It also says what PTB's errors leave open: `NotSent` is certain, any other network error may have come after Telegram had it.
"""

import json
from functools import cache
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter
from yarl import URL

CONNECTIONS = 256


class NotSent(NetworkError):
    """The request certainly never reached Telegram."""


class AiohttpRequest(BaseRequest):
    def __init__(self, timeout: float = 20.0) -> None:
        """`timeout` in seconds is for a whole call; a long poll brings its own."""
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._timeout

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=60),
                cookie_jar=aiohttp.DummyCookieJar())

    async def shutdown(self) -> None:
        if self._session:
            await self._session.close()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE, connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NotSent("the transport is not open")
        total = read_timeout if isinstance(read_timeout, int | float) else self._timeout
        address = URL(url)
        body: dict[str, Any] = {"proxy": proxy_for(address.scheme, address.host or "")}
        if request_data is not None:
            if request_data.contains_files:
                body["data"] = _multipart(request_data)
            elif request_data.parameters:
                body["data"] = json.dumps(request_data.parameters, separators=(",", ":")).encode()
                body["headers"] = {"Content-Type": "application/json"}
        try:
            async with self._session.request(
                    method, address, timeout=aiohttp.ClientTimeout(total=total, sock_connect=10), **body) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except (TimeoutError, aiohttp.ServerTimeoutError):
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from None


@cache
def proxy_for(scheme: str, host: str) -> str | None:
    """The proxy that the environment names for this host. Left to aiohttp, it would be looked up for every request, in a
    thread, and cost more than the request."""
    return None if proxy_bypass(host) else getproxies().get(scheme)


def _multipart(request_data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form


async def call(bot: Bot, method: str, **parameters: Any) -> Any:
    """Call the Bot API with PTB's transport and errors, but without building PTB's objects from the answer."""
    data = RequestData([RequestParameter(name, value, None) for name, value in parameters.items() if value is not None])
    return await bot.request.post(f"{bot.base_url}/{method}", data)
