"""Whether Telegram can be reached: asked twice a minute, however updates come in, and put on record."""

import asyncio
import logging

from telegram import Bot
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.transport import call
from care import system
from care.heart.clinic import Clinic

logger = logging.getLogger(__name__)
EVERY = 30.0  # seconds


class Reach:
    def __init__(self, clinic: Clinic, bot: Bot) -> None:
        self._clinic, self._bot = clinic, bot

    async def keep_looking(self) -> None:
        """For ever, until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:  # the database is away, which is seen elsewhere
                logger.exception("could not put on record whether Telegram answers")
            await asyncio.sleep(EVERY)

    async def look(self) -> bool:
        """Ask for anything. Whatever Telegram answers, even a refusal, it is there."""
        try:
            await self._bot.request.initialize()
            await call(self._bot, "getMe")
        except NetworkError as error:
            if not isinstance(error, BadRequest):
                logger.warning("Telegram cannot be reached: %s", type(error).__name__)
                await self._clinic.run("reach", system.telegram_is_away)
                return False
        except TelegramError:
            pass
        await self._clinic.run("reach", system.telegram_answers)
        return True
