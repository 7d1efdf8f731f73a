"""A stage: the real bot with one patient before it, in this process, over the simulated Telegram. Nothing of it is kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from telegram.ext import Application

from bot import app as bot_app
from bot import talk
from bot.handlers.visit import answered
from bot.intake import Intake
from bot.sender import Sender
from care import consent, patients
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.language import shipped
from care.heart.settings import ClinicSettings, DatabaseSettings, LessonSettings, Settings, StaffSettings
from care.heart.turn import Turn
from care.reactions import REACTIONS
from simulator.people import Person
from simulator.telegram import Telegram
from simulator.transport import InProcess

TOKEN = "1234567:a-bot-on-a-stage"  # noqa: S105, it opens nothing
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Stage:
    """The patient's phone is `person`. After each act, `settle` lets the bot answer."""

    def __init__(
        self, clinic: Clinic, app: Application, patient_id: int, person: Person, telegram: Telegram,  # type: ignore[type-arg]
    ):
        self.clinic, self.app, self.person, self.patient_id, self.telegram = clinic, app, person, patient_id, telegram
        self._intake, self._sender = Intake(clinic, app, pause=0), Sender(clinic, app.bot)

    async def begin(self, flow: str) -> None:
        def act(turn: Turn) -> None:
            talk.begin(turn, patients.in_chat(turn, self.person.chat.id)[0], flow)

        await self.clinic.run("play", act)
        await self.settle()

    async def settle(self) -> None:
        """Let everything that is under way come to rest."""
        while await self._intake.fetch():
            await self._intake.idle()
        await self._intake.idle()
        while await self._sender.send_waiting():
            pass
        await answered()


@asynccontextmanager
async def stage(
    age: int, language: str, name: str = "Sam Player", lessons: LessonSettings | None = None,
) -> AsyncIterator[Stage]:
    """A clinic that exists for as long as it is played with, and a patient of that age and language who has agreed to all."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'stage.db'}"
        await schema.upgrade(url)
        clinic = Clinic(url, replace(settings(url), lessons=lessons or LessonSettings()), REACTIONS, lambda: MORNING)
        telegram = Telegram(lambda: MORNING, seed=1, pace=False)
        telegram.add_bot(TOKEN, "stage_bot", "Riverside")
        app = bot_app.build(clinic, TOKEN, transport=InProcess(telegram))
        await app.initialize()
        person = telegram.person(name, language_code=language)
        person.chat.opened = True  # else Telegram lets no bot write first
        try:
            patient_id = await clinic.run("play", _enrol, name, age, language, person.chat.id)
            yield Stage(clinic, app, patient_id, person, telegram)
        finally:
            await app.shutdown()
            await clinic.close()


def settings(url: str) -> Settings:
    clinic = ClinicSettings(
        name="Riverside", country="GB", languages=shipped(), time_zone="Europe/London", phone="020 7946 0000")
    return Settings(clinic=clinic, database=DatabaseSettings(url), staff=StaffSettings(secret="s" * 32), demo=True)


def _enrol(turn: Turn, name: str, age: int, language: str, chat_id: int) -> int:
    born = date(MORNING.year - age, 1, 1)
    patient = patients.add(turn, name, born, language)
    patients.link(turn, patient.id, chat_id, "self")
    linked = patients.get(turn, patient.id)
    assert linked
    consent.give(turn, linked, consent.VERSION)
    return patient.id
