"""python-telegram-bot without sockets: its requests go straight into the simulator."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from simulator.call import Upload
from simulator.door import Dropped, NoAnswer, Sleep, encoded, serve
from simulator.records import Refused
from simulator.telegram import Telegram


class InProcess(BaseRequest):
    """The same answers and the same errors as over HTTP. A timeout is raised at once instead of waited for."""

    def __init__(self, telegram: Telegram, read_timeout: float = 5.0, sleep: Sleep = asyncio.sleep):
        self.telegram, self._read_timeout, self._sleep = telegram, read_timeout, sleep

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = None, connect_timeout: Any = None, pool_timeout: Any = None,
    ) -> tuple[int, bytes]:  # fmt: skip
        patience = self._read_timeout if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout

        async def sleep(seconds: float) -> None:
            if patience is not None and seconds >= patience:
                raise NoAnswer
            await self._sleep(seconds)

        parts = urlsplit(url)
        kind, token, name = split_path(unquote(parts.path))
        try:
            if kind == "file":
                return self._download(token, name)
            params: dict[str, Any] = dict(parse_qsl(parts.query))
            params.update(request_data.parameters if request_data else {})
            return await serve(self.telegram, token, name, params, uploads(request_data), sleep)
        except NoAnswer:
            raise TimedOut from None
        except Dropped:
            raise NetworkError("httpx.RemoteProtocolError: Server disconnected without sending a response.") from None

    def _download(self, token: str, path: str) -> tuple[int, bytes]:
        try:
            return 200, self.telegram.file(token, path).content
        except Refused as refused:
            return refused.code, encoded(self.telegram.refuse(refused))


def split_path(path: str) -> tuple[str, str, str]:
    """`…/bot<token>/<method>` or `…/file/bot<token>/<path>`: which of the two, the token, and the rest."""
    before, _, rest = path.rpartition("/bot")
    token, _, name = rest.partition("/")
    return "file" if before.endswith("/file") else "call", token, name


def uploads(request_data: RequestData | None) -> dict[str, Upload]:
    if not request_data or not request_data.contains_files:
        return {}
    read = {}
    for part, (file_name, content, mime) in request_data.multipart_data.items():
        body = content if isinstance(content, bytes) else content.read()
        read[part] = Upload(file_name, body, mime)
    return read
