"""A ward for tests: the real bot over the simulator, in process, with a clock that only moves when a test moves it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from telegram.ext import Application

from bot import app as bot_app
from bot.handlers.visit import answered
from bot.intake import Intake
from bot.sender import Sender
from care import invitations, patients
from care.heart.clinic import Clinic
from care.heart.language import _, in_language, name_of
from care.heart.settings import AppointmentSettings, ClinicSettings, LessonSettings, Settings, StaffSettings
from scheduler import jobs
from simulator.people import Person
from simulator.telegram import Telegram
from simulator.transport import InProcess

TOKEN = "1234567:test-token-of-nobody-at-all-123456"
BORN = date(1968, 5, 23)
SETTINGS = Settings(
    clinic=ClinicSettings(
        name="Riverside", country="GB", languages=("en", "es", "fr", "de", "pt-BR", "ru"),
        time_zone="Europe/London", phone="020 7946 0000"),
    staff=StaffSettings(secret="s" * 32),
    appointments=AppointmentSettings(questions_hours=0),  # asked about in tests/bot/test_visits_around.py
    lessons=LessonSettings(offer_after_answers=False))  # what a check-in says must not change with every lesson that is written


class Clock:
    """A Monday morning in London, in office hours."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


class Ward:
    """Everything of one process: build it again on the same database, and it is a restart."""

    def __init__(self, clinic: Clinic, telegram: Telegram, clock: Clock):
        self.clinic, self.telegram, self.clock = clinic, telegram, clock

    async def open(self) -> "Ward":
        transport = InProcess(self.telegram)
        self.app: Application = bot_app.build(self.clinic, TOKEN, transport=transport)
        await self.app.initialize()
        self.intake, self.sender = Intake(self.clinic, self.app, pause=0), Sender(self.clinic, self.app.bot)
        await self.intake.resume()
        return self

    async def restart(self) -> None:
        """Nothing survives but the database (and Telegram)."""
        await self.open()

    async def settle(self) -> None:
        """Let everything that is under way come to rest."""
        while await self.intake.fetch():
            await self.intake.idle()
        await self.intake.idle()
        while await self.sender.send_waiting():
            pass
        await answered()

    async def time_passes(self, **span: float) -> None:
        """The clock moves on, the scheduler's jobs run, and what they said is sent."""
        self.clock.passes(**span)
        await jobs.run_due(self.clinic)
        await self.settle()

    async def run(self, act: Callable[..., Any], *args: Any, actor: str = "test", **kwargs: Any) -> Any:
        return await self.clinic.run(actor, act, *args, **kwargs)

    async def invited(
        self, name: str = "Amina Yusuf", language: str = "en", role: str = "self", **known: Any,
    ) -> tuple[int, str]:
        """A patient on the list, and an invitation's token."""
        patient = await self.run(patients.add, name, BORN, language, **known)
        return patient.id, (await self.run(invitations.invite, patient.id, role)).token

    def phone(self, name: str = "Amina", language: str = "en", user_id: int | None = None) -> "Phone":
        return Phone(self, self.telegram.person(name, language_code=language, user_id=user_id))

    async def enrolled(
        self, name: str = "Amina Yusuf", language: str = "en", user_id: int | None = None, **known: Any,
    ) -> "Phone":
        """A patient who has come all the way: link, language, date of birth, time zone, consent."""
        patient_id, token = await self.invited(name, language, **known)
        phone = self.phone(name.split()[0], language, user_id)
        phone.patient_id = patient_id
        await phone.opens(token)
        await phone.taps(name_of(language))
        await phone.says("1968-05-23")
        await phone.taps(in_language(_("Yes"), language))
        await phone.taps(in_language(_("I agree"), language))
        return phone


class Phone:
    """Types and taps, and waits for the answer. `transcript` is the chat as its owner sees it."""

    patient_id: int

    def __init__(self, ward: Ward, person: Person):
        self.ward, self.person = ward, person
        self._seen = 0

    @property
    def chat_id(self) -> int:
        return self.person.chat.id

    async def says(self, words: str, **how: Any) -> None:
        self.person.says(words, **how)
        await self.ward.settle()

    async def opens(self, token: str) -> None:
        self.person.opens_link(token)
        await self.ward.settle()

    async def taps(self, label: str, **how: Any) -> None:
        self.person.taps(label, **how)
        await self.ward.settle()

    async def does(self, act: str, *args: Any, **kwargs: Any) -> None:
        """Anything else that a Person of the simulator can do."""
        getattr(self.person, act)(*args, **kwargs)
        await self.ward.settle()

    @property
    def transcript(self) -> str:
        return self.person.transcript

    @property
    def lines(self) -> list[str]:
        return self.transcript.splitlines()

    def news(self) -> str:
        """What the chat shows beyond what it showed when this was last asked."""
        shown = self.lines
        new, self._seen = shown[self._seen:], len(shown)
        return "\n".join(new)
