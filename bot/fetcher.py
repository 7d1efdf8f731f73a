"""Fetches the files that patients send: from Telegram, checked and cleaned, into the folder. No turn waits for it."""

import asyncio
import logging
from datetime import timedelta

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from care import files, media
from care.files import File
from care.heart.clinic import Clinic

logger = logging.getLogger(__name__)
LOOK_AGAIN = 2.0  # seconds
SWEEP = timedelta(hours=1)


class Fetcher:
    def __init__(self, clinic: Clinic, bot: Bot) -> None:
        self._clinic, self._bot = clinic, bot
        self._unknown: set[str] = set()  # files that no row knew when we looked last

    async def run(self) -> None:
        """Fetch for ever, until cancelled: what was under way then is fetched again."""
        swept = None
        while True:
            try:
                await self.fetch_waiting()
                if swept is None or self._clinic.now() - swept >= SWEEP:
                    swept = self._clinic.now()
                    await self.sweep()
            except Exception:
                logger.exception("could not fetch what patients sent")
            await asyncio.sleep(LOOK_AGAIN)

    async def fetch_waiting(self) -> None:
        while await self._clinic.read(files.any_wanted):
            for one in await self._clinic.run("fetcher", files.claim):
                await self._fetch(one)

    async def sweep(self) -> None:
        """Remove what nobody's row knows: twice in a row, for a file is put into the folder before its row says so."""
        folder = self._clinic.settings.media.folder
        found = await self._clinic.read(files.nobodys, await asyncio.to_thread(media.names, folder))
        for name in self._unknown.intersection(found):
            await asyncio.to_thread(media.remove, folder, name)
        self._unknown = set(found)

    async def _fetch(self, wanted: File) -> None:
        try:
            there = await self._bot.get_file(wanted.telegram_file_id or "")
            if (there.file_size or 0) > media.LARGEST:
                raise media.NotAllowed("the file is too large")
            content = bytes(await there.download_as_bytearray())
            cleaned = await asyncio.to_thread(media.clean, content)
            stored = await asyncio.to_thread(media.put, self._clinic.settings.media.folder, cleaned.content)
        except (media.NotAllowed, BadRequest) as refused:
            await self._clinic.run("fetcher", files.refused, wanted.id, str(refused))
        except TelegramError as error:
            await self._clinic.run("fetcher", files.could_not_be_fetched, wanted.id, type(error).__name__)
        else:
            await self._clinic.run("fetcher", files.kept, wanted.id, cleaned.media_type, len(cleaned.content), stored)
