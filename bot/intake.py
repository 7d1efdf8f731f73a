"""Telegram -> inbox: an update is saved before Telegram is told that we have it, then handled in its chat's lane."""

import asyncio
import hmac
import logging
from collections import deque
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from telegram import Bot, CallbackQuery, Chat, InaccessibleMessage, Update, User
from telegram.error import Conflict, InvalidToken, RetryAfter, TimedOut
from telegram.ext import Application

from care import system
from care.heart import inbox
from care.heart.clinic import Clinic
from care.heart.writer import NotSaved

logger = logging.getLogger(__name__)
LONG_POLL = 25  # seconds
LONGEST_PAUSE = 30.0  # seconds between tries when Telegram is away
PULSE = 15.0  # seconds
LEFT = timedelta(minutes=1)  # an update that waits for so long was left by a process that is gone
LARGEST_UPDATE = 1_000_000  # bytes
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")


class Intake:
    def __init__(self, clinic: Clinic, app: Application, pause: float = 1.0) -> None:
        """`pause` in seconds before an update that failed is tried again."""
        self._clinic, self._app, self._pause = clinic, app, pause
        self._offset = 0
        self._waiting: dict[int | None, deque[Any]] = {}
        self._lanes: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._beat_at = 0.0

    async def poll(self) -> None:
        """Take up what an earlier process left, then fetch until `stop`. Raises InvalidToken."""
        await self.resume()
        pause = self._pause
        while not self._stopping.is_set():
            try:
                await self.beat()
                await self.fetch(LONG_POLL)
                pause = self._pause
            except InvalidToken:
                raise
            except TimedOut:
                pass
            except RetryAfter as refused:
                await self._rest(refused.retry_after.total_seconds())
            except Exception as error:  # whatever it was, Telegram or the inbox still has every update
                if isinstance(error, Conflict):
                    logger.error("another process is polling with this bot's token, or a webhook is set")
                else:
                    logger.warning("could not fetch updates: %s", type(error).__name__)
                await self._rest(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def keep_beating(self) -> None:
        """For updates that are pushed: nothing else would say that this door is at work, nor take up what was left."""
        await self.resume()
        while not self._stopping.is_set():
            try:
                await self.beat()
            except Exception:  # the database is away: the updates are with Telegram, or in the inbox
                logger.exception("could not look for updates that were left")
            await self._rest(PULSE)

    async def resume(self, left_for: timedelta | None = None) -> None:
        """Take up what was saved and never handled, of chats that nothing is at hand of; with `left_for`, if it is that old."""
        left = await self._clinic.read(inbox.waiting, self._app.bot.id, left_for)
        busy = set(self._waiting)  # what is left of these comes first by itself: see _put_first
        for chat_id, raw in left:
            if chat_id not in busy:
                self._line_up(chat_id, raw)

    async def fetch(self, wait: int = 0) -> int:
        """Fetch what is new, save it, and only then move the offset, which tells Telegram to forget it."""
        asked = {"offset": self._offset, "timeout": wait, "limit": 100, "allowed_updates": '["' + '","'.join(KINDS) + '"]'}
        # Raw, not Bot.get_updates: one update that PTB cannot parse must not hold up all the others.
        url = f"{self._app.bot.base_url}/getUpdates?{urlencode(asked)}"
        updates = await self._app.bot.request.post(url, read_timeout=wait + 10)
        await self._save(updates)
        if updates:
            self._offset = updates[-1]["update_id"] + 1
        return len(updates)

    async def webhook(self, request: web.Request) -> web.Response:
        """One update by webhook: saved, then answered; anything but 200 makes Telegram send it again."""
        expected = self._clinic.settings.telegram.webhook_secret
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if len(expected) < 32 or not hmac.compare_digest(given.encode(), expected.encode()):
            raise web.HTTPForbidden
        try:
            update = await request.json()
        except ValueError:
            raise web.HTTPBadRequest from None
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            raise web.HTTPBadRequest
        await self._save([update])
        return web.Response()

    async def beat(self) -> None:
        """Say, now and then, that this door is at work; and take up what another process, which is gone, had in hand."""
        now = asyncio.get_running_loop().time()
        if now - self._beat_at >= PULSE:
            self._beat_at = now
            await self._clinic.run("intake", system.beat, "intake")
            await self.resume(LEFT)

    async def idle(self) -> None:
        """Wait until every lane is empty."""
        while self._lanes:
            await asyncio.gather(*self._lanes)

    async def stop(self) -> None:
        """Take no more; return when what is at hand is handled. The rest stays in the inbox."""
        self._stopping.set()
        for waiting in self._waiting.values():
            while len(waiting) > 1:
                waiting.pop()
        await self.idle()

    async def _save(self, updates: list[Any]) -> None:
        arrived = [(raw["update_id"], chat_of(raw), raw) for raw in updates]
        if not arrived:
            return
        await self._clinic.run("intake", inbox.save, self._app.bot.id, arrived)
        for _, chat_id, raw in arrived:
            self._line_up(chat_id, raw)

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    def _line_up(self, chat_id: int | None, raw: Any) -> None:
        if self._stopping.is_set():
            return
        if chat_id in self._waiting:
            self._waiting[chat_id].append(raw)
            return
        self._waiting[chat_id] = deque([raw])
        lane = asyncio.create_task(self._walk(chat_id))
        self._lanes.add(lane)
        lane.add_done_callback(self._lanes.discard)

    async def _walk(self, chat_id: int | None) -> None:
        """Handle one chat's updates, one after another; chats do not wait for each other."""
        waiting = self._waiting[chat_id]
        while waiting:
            while not await self._settled(waiting[0]):
                if self._stopping.is_set():
                    return
                await self._rest(self._pause)
                await self._put_first(chat_id)
            waiting.popleft()
        del self._waiting[chat_id]  # with no await since it was seen empty, nothing can have been added

    async def _put_first(self, chat_id: int | None) -> None:
        """An update that must come before all others of its chat, and is not the one at hand: a process that is gone left it
        in the inbox, or two of them came at once and were saved in another order than they were lined up."""
        try:
            first = await self._clinic.read(inbox.first_waiting, self._app.bot.id, chat_id)
        except Exception:  # the database is away: nothing can be handled now anyway
            logger.exception("could not look for what waits in the inbox")
            return
        if first is not None and first["update_id"] != self._waiting[chat_id][0]["update_id"]:
            self._waiting[chat_id].appendleft(first)

    async def _settled(self, raw: Any) -> bool:
        """Try to handle an update; True when it is done or quarantined, False to try again."""
        try:
            await self._app.process_update(as_update(raw, self._app.bot))
            return True
        except (NotSaved, inbox.NotYet):
            return False
        except Exception as error:
            logger.error("update %s failed: %s", raw["update_id"], type(error).__name__, exc_info=error)
            return await self._count(raw["update_id"], repr(error))

    async def _count(self, update_id: int, error: str) -> bool:
        try:
            return await self._clinic.run("intake", inbox.failed, self._app.bot.id, update_id, error)
        except Exception:  # the database is away: the trouble is not the update's
            logger.exception("could not count the failure of update %s", update_id)
            return False


def as_update(raw: Any, bot: Bot) -> Update | None:
    """What PTB makes of an update. Of a message that was tapped only its place is read: what we ourselves once wrote there says
    nothing new, and to make objects of it costs more than all the rest."""
    match raw:
        case {"update_id": int(update_id), "callback_query": {
                "id": str(query_id), "from": user, "message": {"message_id": int(message_id), "chat": chat}} as query}:
            place = InaccessibleMessage(Chat.de_json(chat, bot), message_id)
            tapped = CallbackQuery(
                query_id, User.de_json(user, bot), query.get("chat_instance", ""), message=place, data=query.get("data"))
            return Update(update_id, callback_query=tapped)
    return Update.de_json(raw, bot)


def chat_of(raw: Any) -> int | None:
    """The chat an update belongs to, whatever kind of update it is and however odd its shape."""
    for part in raw.values():
        match part:
            case {"chat": {"id": int(chat_id)}} | {"message": {"chat": {"id": int(chat_id)}}}:
                return chat_id
            case {"from": {"id": int(user_id)}}:
                return user_id
    return None
