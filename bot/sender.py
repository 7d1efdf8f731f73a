"""The one door out: empties the outbox into Telegram."""

import asyncio
import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

from telegram import Bot, InputFile
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.attachments import file_of
from bot.charts import picture_of
from bot.pace import Pace
from bot.screens import as_call, keyboard_of
from bot.transport import NotSent, call
from care import files, media, system
from care.heart import outbox, pacing
from care.heart.clinic import Clinic
from care.heart.outbox import Claimed, Settled
from care.heart.turn import Lane

logger = logging.getLogger(__name__)
AT_ONCE = 128
SETTLE_AGAIN, MOST_TRIES = 0.2, 150  # seconds between tries to write down what became of messages, and how many
LOOK_AGAIN = 0.5  # seconds: for what falls due by the clock, or was put there by another process
PULSE = 15.0  # seconds
UPLOAD = 25.0  # seconds for a video: less than a message is held for its sender (outbox.LEASE), or it would go twice
LEAD_AGAIN = 2.0  # seconds before the lead runs out; who does not lead asks at every look

# Telegram's words for "nothing gets through to this chat". The list is closed: anything else is our own mistake.
NOBODY_THERE = ("chat not found", "user is deactivated", "bot was kicked", "peer_id_invalid")
NOTHING_TO_EDIT = ("message to edit not found", "message can't be edited", "message_id_invalid")
NO_SUCH_STYLE = "entit"  # "can't parse entities", "entity_bounds_invalid"
NO_PICTURE = ("image_process_failed", "photo_invalid", "photo_save_file_invalid", "photo_ext_invalid")


class Sender:
    def __init__(self, clinic: Clinic, bot: Bot, pace: Pace | None = None) -> None:
        """Without a `pace` everything leaves at once, as on a simulator with a clock of its own."""
        self._clinic, self._bot = clinic, bot
        self._in_flight: set[asyncio.Task[None]] = set()
        self._settled: list[Settled] = []
        self._settling: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._beat_at = 0.0
        self._me, self._leads_until = uuid4().hex, 0.0
        self._waits_for_pace = False  # the last look was too early for what nobody asked for
        if pace and (paid := clinic.settings.sending.paid_a_second):
            pace = Pace(paid)
        self._pace = pace
        self._drawing = asyncio.Lock()  # one picture at a time: it takes a core for half a second

    async def run(self) -> None:
        """Send for ever, until `stop`."""
        if self._pace:
            self._pace.begin(self._now())
        if self._clinic.alone:
            await self._clinic.run("sender", outbox.void_leases)
        while not self._stopping.is_set():
            heard = self._clinic.outbox_rung
            try:
                busy = await self._take()
                await self._beat()
            except InvalidToken:
                raise
            except Exception:  # the database is away: the outbox still has every message
                logger.exception("could not take messages from the outbox")
                busy = False
            if not busy:
                await self._clinic.outbox_rings(self._until_next_look(), heard)

    async def stop(self) -> None:
        """Take no more; return when everything in flight has come down."""
        self._stopping.set()
        while self._in_flight or self._settling:
            await asyncio.gather(*self._in_flight, *([self._settling] if self._settling else []))

    async def send_waiting(self) -> int:
        """Send everything that may leave now, and what becomes free by that; return how many messages were tried."""
        tried, recalls = 0, self._clinic.recalls
        while claimed := await self._clinic.run("sender", outbox.claim, AT_ONCE):
            sent = await asyncio.gather(*(self._send_if_still_wanted(one, recalls) for one in claimed))
            await self._clinic.run("sender", outbox.settle, sent)
            tried, recalls = tried + len(claimed), self._clinic.recalls
        return tried

    async def _take(self) -> bool:
        """Claim what may leave and let it go; True if there may be more."""
        room = AT_ONCE - len(self._in_flight)
        if room <= 0:
            await asyncio.wait(self._in_flight, return_when=asyncio.FIRST_COMPLETED)
            return True
        if self._pace and not self._clinic.alone and self._leads_until - self._now() < LEAD_AGAIN:
            await self._try_to_lead(self._pace)
        unasked, recalls = self._room_for_unasked(), self._clinic.recalls
        self._waits_for_pace = unasked == 0 and self._leads()
        held = self._pace is not None and self._pace.held_until > self._now()
        claimed = await self._clinic.run("sender", outbox.claim, room, unasked, held)
        if self._pace and unasked:
            self._pace.give_back(unasked - sum(one.lane > Lane.REPLY for one in claimed))
        for one in claimed:
            task = asyncio.create_task(self._deliver(one, recalls))
            self._in_flight.add(task)
            task.add_done_callback(self._in_flight.discard)
        return bool(claimed)

    def _room_for_unasked(self) -> int | None:
        """How many messages that nobody asked for may leave now; None: any number."""
        if self._pace is None:
            return None
        return self._pace.room(self._now()) if self._leads() else 0

    def _leads(self) -> bool:
        """Whether it is this sender that keeps the pace."""
        return self._clinic.alone or self._leads_until > self._now()

    async def _try_to_lead(self, pace: Pace) -> None:
        """Of several senders one keeps the pace for all; each learns here whether Telegram refuses the whole bot."""
        asked = self._now()  # what was asked before it held, so that two never lead at once
        leads, held = await self._clinic.run("sender", pacing.lead, self._me)
        self._leads_until = asked + pacing.LEADS_FOR.total_seconds() if leads else 0.0
        if held:
            pace.held_until = max(pace.held_until, asked + held)

    async def _note_refusal(self, claimed: Claimed, pause: timedelta) -> None:
        seconds = pause.total_seconds()
        if self._pace and self._pace.refused(claimed.chat_id, self._now(), seconds):
            logger.warning("Telegram refuses several chats at once: the whole bot waits for %d s", seconds)
            if not self._clinic.alone:
                await self._clinic.run("sender", pacing.hold, seconds)

    async def _deliver(self, claimed: Claimed, recalls: int) -> None:
        wait = 0.0
        if self._pace and claimed.lane is not Lane.SAFETY and claimed.edits is None:
            wait = self._pace.wait(claimed.chat_id, self._now())
        if wait and claimed.lane > Lane.REPLY:  # it passed the gate now; by then it may no longer be allowed to
            settled = Settled(claimed, "refused", why="too fast", retry_in=timedelta(seconds=wait))
        else:
            if self._pace and claimed.lane > Lane.REPLY:
                wait = self._pace.crowded(self._now())
            await asyncio.sleep(wait)
            settled = await self._send_if_still_wanted(claimed, recalls)
        self._settled.append(settled)  # found only now: while it was sent, the list may have been written down
        if self._settling is None:
            self._settling = asyncio.create_task(self._settle())

    async def _settle(self) -> None:
        """Write down everything that has come down meanwhile, together."""
        tries = 0
        try:
            while self._settled:
                settled, self._settled = self._settled, []
                try:
                    await self._clinic.run("sender", outbox.settle, settled)
                except Exception:  # the database is away, or another turn stood in the way: the answers are still known
                    logger.exception("could not settle %d messages yet", len(settled))
                    tries += 1
                    if tries < MOST_TRIES:  # by then the leases have run out, and what is unknown is decided by its lane
                        self._settled = settled + self._settled
                        await asyncio.sleep(SETTLE_AGAIN)
                else:
                    tries = 0
        finally:
            self._settling = None

    async def _send_if_still_wanted(self, claimed: Claimed, recalls: int) -> Settled:
        """Send it, unless the patient's messages were taken back since it was claimed: then the gate is asked once more."""
        if claimed.lane is not Lane.SAFETY and self._clinic.recalled(claimed.patient_id, recalls):
            return Settled(claimed, "refused", why="taken back meanwhile", retry_in=timedelta(0))
        return await self._send(claimed)

    async def _send(self, claimed: Claimed) -> Settled:
        """One message to Telegram; whatever Telegram answers, one of the outcomes that the clinic knows."""
        try:
            if claimed.picture and (sent := await self._send_with(claimed)):
                return Settled(claimed, "sent", sent)
            if claimed.attachment is not None:
                return await self._send_file(claimed)
            answer = await self._say(claimed)
        except Exception as error:
            settled = self._outcome(claimed, error)
            if isinstance(error, RetryAfter):
                await self._note_refusal(claimed, settled.retry_in)
            return settled
        return Settled(claimed, "sent", answer["message_id"] if isinstance(answer, dict) else None)

    async def _say(self, claimed: Claimed) -> Any:
        """The words. Where there is nothing to edit any more, they go as a message of their own; where Telegram will not have
        what stands out in them, they go plain."""
        method, parameters = as_call(claimed)
        if claimed.broadcast_id and self._clinic.settings.sending.paid_a_second:
            parameters["allow_paid_broadcast"] = True
        try:
            return await call(self._bot, method, **parameters)
        except BadRequest as error:
            if claimed.edits is not None and _says(error, *NOTHING_TO_EDIT):
                return await self._say(claimed._replace(edits=None))
            if claimed.entities and _says(error, NO_SUCH_STYLE):
                logger.error("message %d goes out plain: %s", claimed.id, error.message)
                return await self._say(claimed._replace(entities=None))
            raise

    async def _send_with(self, claimed: Claimed) -> int | None:
        """The file or picture that goes with the words; None if there is none, and the words go alone."""
        assert claimed.picture
        file = await file_of(self._clinic, claimed.picture)
        if file is None:
            return await self._send_picture(claimed)
        sent = InputFile(file.content, file.name)
        if file.plays:
            message = await self._bot.send_video(
                claimed.chat_id, sent, caption=claimed.text, supports_streaming=True, read_timeout=UPLOAD)
        else:
            message = await self._bot.send_document(claimed.chat_id, sent, caption=claimed.text, protect_content=False)
        return message.message_id

    async def _send_picture(self, claimed: Claimed) -> int | None:
        """The picture with its caption; None if there is none, or Telegram will not have it: then the words go alone."""
        assert claimed.picture
        async with self._drawing:
            picture = await picture_of(self._clinic, claimed.picture)
        if picture is None:
            return None
        try:
            message = await self._bot.send_photo(
                claimed.chat_id, InputFile(picture, "picture.png"), caption=claimed.text, protect_content=True)
        except BadRequest as error:
            if _says(error, *NO_PICTURE):
                return None
            raise
        return message.message_id

    async def _send_file(self, claimed: Claimed) -> Settled:
        """A file with its words."""
        file = await self._clinic.read(files.get, claimed.attachment or 0)
        try:
            content = await asyncio.to_thread(media.get, self._clinic.settings.media.folder, (file and file.stored) or "")
        except OSError:
            logger.error("message %d: its file is gone", claimed.id)
            return Settled(claimed, "failed", why="its file is gone")
        assert file
        sent, keyboard = InputFile(content, file.name), keyboard_of(claimed)
        if (file.media_type or "").startswith("image/"):
            message = await self._bot.send_photo(claimed.chat_id, sent, caption=claimed.text, reply_markup=keyboard)
        else:
            message = await self._bot.send_document(claimed.chat_id, sent, caption=claimed.text, reply_markup=keyboard)
        return Settled(claimed, "sent", message.message_id)

    def _outcome(self, claimed: Claimed, error: Exception) -> Settled:
        match error:
            case InvalidToken():
                logger.critical("Telegram refuses the bot's token: check telegram.token")
                return Settled(claimed, "unsent", why="Telegram refuses the bot's token")
            case Forbidden():
                return Settled(claimed, "blocked", why="the bot is blocked")
            case RetryAfter(retry_after=pause):
                return Settled(claimed, "refused", why="too fast", retry_in=pause)
            case ChatMigrated():
                return Settled(claimed, "failed", why="the chat became a group")
            case BadRequest() if _says(error, "message is not modified"):
                return Settled(claimed, "sent", claimed.edits)
            case BadRequest() if _says(error, *NOBODY_THERE):
                return Settled(claimed, "blocked", why="the account is gone")
            case BadRequest():  # a NetworkError to PTB, but trying again would not help
                logger.error("message %d was refused: %s", claimed.id, error.message)
                return Settled(claimed, "failed", why=error.message)
            case NotSent():
                return Settled(claimed, "unsent", why="Telegram could not be reached")
            case NetworkError() | TelegramError():
                return Settled(claimed, "unknown", why="Telegram gave no clear answer")
        logger.error("message %d: %r", claimed.id, error)
        return Settled(claimed, "unknown", why=type(error).__name__)

    async def _beat(self) -> None:
        if self._now() - self._beat_at >= PULSE:
            self._beat_at = self._now()
            await self._clinic.run("sender", system.beat, "sender")

    def _until_next_look(self) -> float:
        """Seconds. Who came too early for a slot comes back for it, even if it opened while the database was asked in vain:
        timers ring up to a millisecond early, and every slot would be lost that way until the next look."""
        if self._pace is None or not self._waits_for_pace:
            return LOOK_AGAIN
        return min(LOOK_AGAIN, max(0.001, self._pace.opens_at - self._now()))

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _says(error: TelegramError, *words: str) -> bool:
    return any(word in error.message.casefold() for word in words)
