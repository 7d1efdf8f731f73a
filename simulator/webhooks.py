"""Bringing updates to a bot's address: in order within a chat, many chats at once, again and again until they are taken."""

import asyncio
import json
from collections import deque
from typing import Any, Self

import aiohttp

from simulator.records import Wire
from simulator.telegram import Bot, Telegram
from simulator.updates import Webhook

PATIENCE = aiohttp.ClientTimeout(total=60)
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0  # seconds between two tries, doubling


class Webhooks:
    """Runs while the server does; each bot with a webhook has its courier."""

    def __init__(self, telegram: Telegram):
        self._telegram = telegram
        self._couriers: dict[str, Courier] = {}

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(connector=connector, timeout=PATIENCE, cookie_jar=aiohttp.DummyCookieJar())
        self._telegram.on_webhook = self._changed
        for bot in self._telegram.bots.values():
            self._changed(bot)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._telegram.on_webhook = None
        for courier in self._couriers.values():
            courier.stop()
        await self._session.close()

    def _changed(self, bot: Bot) -> None:
        if courier := self._couriers.pop(bot.token, None):
            courier.stop()
        if bot.updates.webhook:
            self._couriers[bot.token] = Courier(self._telegram, bot, bot.updates.webhook, self._session)


class Courier:
    """Delivers one bot's updates to one webhook."""

    def __init__(self, telegram: Telegram, bot: Bot, webhook: Webhook, session: aiohttp.ClientSession):
        self._telegram, self._bot, self._webhook, self._session = telegram, bot, webhook, session
        self._lanes: dict[int | None, deque[Wire]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections = asyncio.Semaphore(webhook.max_connections)
        for _, update in list(bot.updates.pending.values()):
            self._line_up(update)
        while bot.updates.again:
            self._line_up(bot.updates.again.popleft())
        bot.updates.courier = self._line_up

    def stop(self) -> None:
        self._bot.updates.courier = None
        for task in self._tasks:
            task.cancel()

    def _line_up(self, update: Wire) -> None:
        chat_id = chat_of(update)
        if chat_id in self._lanes:
            self._lanes[chat_id].append(update)
            return
        self._lanes[chat_id] = deque([update])
        task = asyncio.get_running_loop().create_task(self._walk(chat_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _walk(self, chat_id: int | None) -> None:
        lane = self._lanes[chat_id]
        while lane:
            await self._deliver(lane[0])
            lane.popleft()
        del self._lanes[chat_id]

    async def _deliver(self, update: Wire) -> None:
        """Until it is taken, or too old."""
        updates, pause = self._bot.updates, FIRST_PAUSE
        queued = update["update_id"] in updates.pending
        while True:
            updates.expire(self._telegram.now())
            if queued and update["update_id"] not in updates.pending:
                return
            async with self._connections:
                error = await self._post(update)
            if error is None:
                updates.settle(update["update_id"])
                return
            self._webhook.last_error, self._webhook.last_error_at = error, self._telegram.now()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _post(self, update: Wire) -> str | None:
        """What went wrong, or None. An answer may carry a method call of its own, whose result nobody will see."""
        headers = {"Content-Type": "application/json"}
        if self._webhook.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self._webhook.secret_token
        body = json.dumps(update, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            async with self._session.post(self._webhook.url, data=body, headers=headers, allow_redirects=False) as response:
                answer = await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            return f"Connection failed: {type(error).__name__}"
        if not 200 <= response.status <= 299:
            return f"Wrong response from the webhook: {response.status} {response.reason}"
        if answer.startswith(b"{"):
            self._call(answer)
        return None

    def _call(self, answer: bytes) -> None:
        try:
            params: dict[str, Any] = json.loads(answer)
        except ValueError:
            return
        if method := params.pop("method", None):
            self._telegram.call(self._bot.token, str(method), params)


def chat_of(update: Wire) -> int | None:
    for part in update.values():
        match part:
            case {"chat": {"id": int(chat_id)}} | {"message": {"chat": {"id": int(chat_id)}}}:
                return chat_id
    return None
