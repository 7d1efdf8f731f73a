"""The doors, wired to one clinic: bot, scheduler, staff. The command `run` and the demo open the same ones."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from aiohttp import web
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, EVENT_JOB_SUBMITTED, JobEvent
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application

from bot import app as bot_app
from bot import menu, on_page
from bot.fetcher import Fetcher
from bot.intake import KINDS, Intake
from bot.pace import Pace
from bot.reach import Reach
from bot.sender import Sender
from bot.transport import AiohttpRequest
from care.heart.clinic import Clinic
from ops.stop import Stop
from scheduler import jobs
from staff_api import app as staff_app
from staff_api.console.app import add_console
from staff_api.problems import Problem

logger = logging.getLogger("careward.ops")
LONGEST_PAUSE = 30.0  # seconds between tries while Telegram cannot be reached
DRAIN = 10.0  # seconds that a job or a stream has to end by itself
SILENT = 75.0  # seconds that a connection may ask nothing, or be half-way through its headers; proxies in front count 60
REFUSED = "telegram.token: Telegram does not know this token; BotFather shows the right one."


@dataclass
class Doors:
    """What is open. `broken` gets the reason as soon as one cannot go on."""

    clinic: Clinic
    username: str | None = None  # the bot's, once Telegram has said it
    broken: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    sending: "asyncio.Future[Sending]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def invite_link(self, token: str) -> str:
        """What a patient opens to take up an invitation."""
        if self.username is None:
            raise Problem("conflict", "The bot's name is not known yet: Telegram has not answered. Try again in a minute.")
        return f"https://t.me/{self.username}?start={token}"

    @asynccontextmanager
    async def sending_by_hand(self) -> AsyncIterator[Sender]:
        """A sender that sends only when told, while the door's own rests: for a clock that is moved by hand."""
        sending = await asyncio.shield(self.sending)  # there is none until Telegram has said who we are
        await sending.stop()
        try:
            yield Sender(self.clinic, sending.bot)
        finally:
            sending.start()

    def watch(self, task: "asyncio.Task[None]") -> None:
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled() or self.broken.done() or (error := task.exception()) is None:
            return
        self.broken.set_exception(Stop(REFUSED, 2) if isinstance(error, InvalidToken) else error)


@asynccontextmanager
async def application(doors: Doors) -> AsyncIterator[Application]:
    """The bot's application, in production and in the demo; still to be introduced to Telegram."""
    telegram, transport = doors.clinic.settings.telegram, AiohttpRequest()
    app = bot_app.build(doors.clinic, telegram.token, telegram.api_base.rstrip("/"), transport)
    try:
        yield app
    finally:
        await app.shutdown()
        await transport.shutdown()  # which an application that was never introduced leaves open


@asynccontextmanager
async def bot_open(doors: Doors, pace: Pace | None) -> AsyncIterator[None]:
    """Takes what patients send, and sends what waits. On the way out what is at hand is finished."""
    stopping = asyncio.Event()
    task = asyncio.create_task(_serve_bot(doors, pace, stopping))
    doors.watch(task)
    try:
        yield
    finally:
        stopping.set()
        await _ended(task)


async def _serve_bot(doors: Doors, pace: Pace | None, stopping: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(application(doors))
        looking = asyncio.create_task(Reach(doors.clinic, app.bot).keep_looking())
        doors.watch(looking)
        stack.push_async_callback(_cancelled, looking)
        if not await _insisted(app.initialize, stopping):
            return
        doors.username = app.bot.username
        await stack.enter_async_context(sender_open(doors, app, pace))
        fetching = asyncio.create_task(Fetcher(doors.clinic, app.bot).run())
        doors.watch(fetching)
        stack.push_async_callback(_cancelled, fetching)
        await stack.enter_async_context(intake_open(doors, app, stopping))
        logger.info("the bot @%s listens", doors.username)
        await menu.publish(app.bot, doors.clinic.settings.clinic.languages)
        await stopping.wait()


async def _insisted(ask: Callable[[], Awaitable[object]], stopping: asyncio.Event) -> bool:
    """Ask Telegram as often as it takes to be heard. Raises InvalidToken; False if stopped meanwhile."""
    pause = 1.0
    while not stopping.is_set():
        try:
            await ask()
            return True
        except InvalidToken:
            raise
        except TelegramError as error:
            logger.warning("Telegram cannot be reached yet: %s", type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause)
        pause = min(pause * 2, LONGEST_PAUSE)
    return False


class Sending:
    """The sender at work, until it is stopped; it can be started again."""

    def __init__(self, doors: Doors, bot: Bot, pace: Pace | None) -> None:
        self.bot = bot
        self._doors, self._pace = doors, pace

    def start(self) -> None:
        self._sender = Sender(self._doors.clinic, self.bot, self._pace)
        self._running = asyncio.create_task(self._sender.run())
        self._doors.watch(self._running)

    async def stop(self) -> None:
        """Return when what is in flight has come down."""
        await self._sender.stop()
        await _ended(self._running)


@asynccontextmanager
async def sender_open(doors: Doors, app: Application, pace: Pace | None) -> AsyncIterator[None]:
    sending = Sending(doors, app.bot, pace)
    sending.start()
    doors.sending.set_result(sending)
    try:
        yield
    finally:
        await sending.stop()


@asynccontextmanager
async def intake_open(doors: Doors, app: Application, stopping: asyncio.Event) -> AsyncIterator[None]:
    """Updates come by polling, or by webhook; either way through the inbox."""
    intake, telegram = Intake(doors.clinic, app), doors.clinic.settings.telegram
    async with AsyncExitStack() as stack:
        if telegram.intake == "webhook":
            beating = asyncio.create_task(intake.keep_beating())
            doors.watch(beating)
            stack.push_async_callback(_cancelled, beating)
            hook = web.Application()
            hook.router.add_post(urlsplit(telegram.webhook_url).path or "/", intake.webhook)
            port = "telegram.webhook_port"
            await stack.enter_async_context(listening(hook, telegram.webhook_host, telegram.webhook_port, port))
            secret = telegram.webhook_secret
            hook_set = partial(app.bot.set_webhook, telegram.webhook_url, allowed_updates=KINDS, secret_token=secret)
            await _insisted(hook_set, stopping)
        else:
            await _insisted(app.bot.delete_webhook, stopping)
            polling = asyncio.create_task(intake.poll())
            doors.watch(polling)
            stack.push_async_callback(_cancelled, polling)
        stack.push_async_callback(intake.stop)
        yield


@asynccontextmanager
async def scheduler_open(doors: Doors) -> AsyncIterator[None]:
    """Looks for what is due. On the way out a job that runs may finish."""
    scheduler, running, idle = jobs.tick(doors.clinic), set[str](), asyncio.Event()
    idle.set()

    def count(event: JobEvent) -> None:
        (running.add if event.code == EVENT_JOB_SUBMITTED else running.discard)(event.job_id)
        (idle.clear if running else idle.set)()

    scheduler.add_listener(count, EVENT_JOB_SUBMITTED | EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
    await jobs.run_due(doors.clinic)  # what fell due while nobody looked
    scheduler.start()
    try:
        yield
    finally:
        scheduler.pause()
        with suppress(TimeoutError):
            await asyncio.wait_for(idle.wait(), DRAIN)
        scheduler.shutdown(wait=False)


@asynccontextmanager
async def staff_open(
    doors: Doors, invite_link: Callable[[str], str] | None = None, port: int | None = None,
) -> AsyncIterator[None]:
    """The API and the console. On the way out their streams end by themselves."""
    settings = doors.clinic.settings.staff
    app = staff_app.build(doors.clinic, invite_link or doors.invite_link, questions=on_page)
    add_console(app)
    async with listening(app, settings.host, settings.port if port is None else port, "staff.port"):
        yield


@asynccontextmanager
async def username_asked(doors: Doors) -> AsyncIterator[None]:
    """Where the staff's door is open without the bot's: invitations still need the bot's name."""
    stopping = asyncio.Event()

    async def ask() -> None:
        async with application(doors) as app:
            if await _insisted(app.initialize, stopping):
                doors.username = app.bot.username

    asking = asyncio.create_task(ask())
    doors.watch(asking)
    try:
        yield
    finally:
        stopping.set()
        await _ended(asking)


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int, setting: str) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN, max_line_size=staff_app.LONGEST_LINE,
                           keepalive_timeout=SILENT)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise Stop(f"{setting}: cannot listen on {host}:{port} ({error.strerror or error}).") from None
    try:
        yield
    finally:
        await runner.cleanup()


async def until_stopped(doors: Doors, stopped: Awaitable[object]) -> None:
    """Wait for the word to stop; if a door breaks before, raise why."""
    waiting = asyncio.ensure_future(stopped)
    await asyncio.wait({waiting, doors.broken}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if doors.broken.done():
        doors.broken.result()


async def _cancelled(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await _ended(task)


async def _ended(task: "asyncio.Task[None]") -> None:
    """Wait for it; what went wrong in it has been told already."""
    with suppress(asyncio.CancelledError):
        await asyncio.wait({task})
