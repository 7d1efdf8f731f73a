"""One life of the bot in the campaign: a process that sends, and, if it is the first, also takes updates and runs the clock."""

import asyncio
import json
import logging
import os
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from bot import app as bot_app
from bot.intake import Intake
from bot.pace import Pace
from bot.sender import Sender
from bot.transport import AiohttpRequest
from care import red_flags
from care.broadcasts import steering
from care.heart.clinic import Clinic
from care.heart.settings import SendingSettings
from care.lessons import library
from care.reactions import REACTIONS
from scheduler import jobs
from tests.ward import SETTINGS

TIMEOUT = 3.0  # seconds, of a call: answers that get lost must not hold up a run of minutes
CAMPAIGN = replace(SETTINGS, sending=SendingSettings(second_person_above=1_000_000))


@dataclass(frozen=True)
class Setting:
    url: str
    telegram: str
    token: str
    folder: str
    broadcast: int

    def save(self) -> None:
        (Path(self.folder) / "setting.json").write_text(json.dumps(asdict(self)))


def live(setting: Setting, first: bool) -> None:
    """Until it is killed."""
    logging.basicConfig(filename=Path(setting.folder) / "bot.log", level=logging.WARNING,
                        format="%(asctime)s %(process)d %(name)s %(message)s", force=True)
    if first:  # as `careward run` does, before it takes anything
        red_flags.rules()
        library.kept(CAMPAIGN.lessons)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work(setting, first))


async def work(setting: Setting, first: bool) -> None:
    clinic = Clinic(setting.url, CAMPAIGN, REACTIONS)
    app = bot_app.build(clinic, setting.token, setting.telegram, transport=AiohttpRequest(TIMEOUT))
    await app.initialize()
    parts = [Sender(clinic, app.bot, Pace()).run()]
    if first:
        intake = Intake(clinic, app)
        await intake.resume()
        parts += [intake.poll(), intake.keep_beating(), clock(clinic), obeying(clinic, setting)]
    (Path(setting.folder) / f"up.{os.getpid()}").write_text(repr(time.time()))
    await asyncio.gather(*parts)


async def clock(clinic: Clinic) -> None:
    while True:
        try:
            await jobs.send_broadcasts(clinic)
        except Exception:
            logging.getLogger(__name__).exception("the clock's work failed")
        await asyncio.sleep(1)


async def obeying(clinic: Clinic, setting: Setting) -> None:
    """Cancel the broadcast when the harness says so, and say when that was safe on disk."""
    folder = Path(setting.folder)
    while not (folder / "cancel").exists() or (folder / "cancelled").exists():
        await asyncio.sleep(0.05)
    await clinic.run("staff:1", steering.cancel, setting.broadcast)
    done = folder / f"cancelled.{os.getpid()}"
    done.write_text(datetime.now(UTC).isoformat())
    done.rename(folder / "cancelled")
