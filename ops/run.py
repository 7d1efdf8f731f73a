"""`careward run`: the clinic at work, until it is told to stop."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from bot.pace import Pace
from care import red_flags, resealing, staff
from care.heart.clinic import Clinic
from care.heart.settings import Settings
from care.lessons import library
from care.reactions import REACTIONS
from ops import database, logs, offered, people, words
from ops.backup.create import there
from ops.backup.schedule import kept_up
from ops.doors import Doors, bot_open, scheduler_open, staff_open, until_stopped, username_asked
from ops.metrics import metrics_open
from ops.notify import tell_systemd
from ops.settings_file import FILE, Loaded, checked, known
from ops.stop import Stop
from ops.telegram_api import TOKEN

logger = logging.getLogger("careward.ops")
DOORS = ("all", "bot", "scheduler", "staff")


def command(loaded: Loaded, door: str, upgrade: bool) -> None:
    if door not in DOORS:
        raise Stop(f"There is no door {door!r}: give bot, scheduler or staff, or nothing for all.", 2)
    settings = checked(loaded)
    refuse_if_apart(settings, door)
    refuse_without_token(settings, door)
    refuse_unsafe_languages(settings)
    logs.set_up(secrets_of(settings))
    with database.alone(settings.database.url):
        in_loop(run(settings, door, upgrade, loaded.file))


def refuse_if_apart(settings: Settings, door: str) -> None:
    if door != "all" and database.sqlite_file(settings.database.url) is not None:
        raise Stop(f"`run {door}` needs PostgreSQL: a SQLite file has room for one process, `careward run`.", 2)


def refuse_without_token(settings: Settings, door: str) -> None:
    if door == "scheduler":
        return
    if not settings.telegram.token:
        raise Stop("telegram.token is missing: put it into careward.secrets.toml; BotFather gives one.", 2)
    if not TOKEN.fullmatch(settings.telegram.token):
        raise Stop("telegram.token is not a bot's token: it has digits, a colon and some 35 characters.", 2)


def refuse_unsafe_languages(settings: Settings) -> None:
    if found := [why for language in settings.clinic.languages for why in offered.lacks(language)]:
        raise Stop("\n".join(f"clinic.languages: {why}" for why in found), 2)


async def refuse_to_begin_anew(settings: Settings) -> None:
    """Beside backups an empty database is one that was lost, moved, or named wrongly: a second clinic would answer patients
    whom it does not know."""
    backups = there(Path(settings.backup.folder))
    if backups and (await database.standing(settings.database.url))[0] == database.EMPTY:
        raise Stop("The database is empty, and there are backups. Is database.url right? If so, restore the newest: `careward "
                   f"backup restore {backups[0]}`. A clinic that begins anew runs `careward db upgrade` first.", 2)


async def refuse_without_key(clinic: Clinic) -> None:
    """Nobody's name could be read, and new words would be kept in the clear beside sealed ones."""
    if lost := await clinic.read(resealing.lost_keys):
        raise Stop(f"at_rest: the database is sealed with the key {', '.join(sorted(lost))}, which is neither at_rest.key nor "
                   "among at_rest.old_keys. Put it back from where you keep it.", 2)


def secrets_of(settings: Settings) -> list[str]:
    """Everything that must not be read in a log."""
    names = [setting.name.split(".") for setting in known().values() if setting.secret]
    password = make_url(settings.database.url).password or ""
    values = [getattr(getattr(settings, section), key) for section, key in names]
    return [password, *(one for value in values for one in ([value] if isinstance(value, str) else value))]


async def run(settings: Settings, door: str = "all", upgrade: bool = False, config_file: Path = FILE) -> None:
    """Open the doors, and close them in order when a signal comes."""
    await refuse_to_begin_anew(settings)
    await database.made_ready(settings.database.url, upgrade=upgrade)
    red_flags.rules()  # read now: the first patient to write must not wait for it
    library.kept(settings.lessons)
    stopped = on_signals()
    async with AsyncExitStack() as stack:
        clinic = Clinic(settings.database.url, settings, REACTIONS)
        stack.push_async_callback(clinic.close)
        await refuse_without_key(clinic)
        await words.take_stock(clinic)
        doors = Doors(clinic)
        if door in ("all", "bot"):
            await stack.enter_async_context(bot_open(doors, Pace()))
        if door in ("all", "scheduler"):
            await stack.enter_async_context(scheduler_open(doors))
            await stack.enter_async_context(kept_up(clinic, config_file))
        if door == "staff":
            await stack.enter_async_context(username_asked(doors))
        if door in ("all", "staff"):
            await stack.enter_async_context(staff_open(doors))
            await welcome(clinic)
        await stack.enter_async_context(metrics_open(clinic))
        spare_the_collector()
        tell_systemd("READY=1")
        await until_stopped(doors, stopped.wait())
        tell_systemd("STOPPING=1")
        logger.info("stopping: what is at hand is finished first")
    logger.info("stopped")


def spare_the_collector() -> None:
    """What start-up made stays for good. To look through it for garbage again and again took a fifth of an update's CPU."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def welcome(clinic: Clinic) -> None:
    """Say where the console is; to the very first person, how to get in."""
    print(f"Console: {clinic.settings.staff.public_url}", flush=True)
    if not await clinic.read(staff.anyone):
        token = await clinic.run("ops", staff.new_setup_link)
        print(f"Nobody is on staff yet. For the first person, once, within {people.minutes()} minutes:\n"
              f"{people.address(clinic.settings, token)}", flush=True)


def on_signals() -> asyncio.Event:
    """Set when someone asks us to stop. Who asks twice does not want to wait."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop(number: int) -> None:
        if stopped.is_set():
            loop.remove_signal_handler(number)
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    return stopped


def in_loop(main: Coroutine[Any, Any, None]) -> None:
    """Run it, on uvloop where there is one."""
    loop_factory = None
    with suppress(ImportError):
        import uvloop

        loop_factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        try:
            runner.run(main)
        finally:
            sys.stdout.flush()
