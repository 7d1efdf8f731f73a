"""A clinic with its console on a real socket, and the few things that tests let happen to its patients."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher

from care import consent, conversations, escalations, messages, patients, staff
from care.escalations import Severity
from care.heart import outbox, schema
from care.heart.clinic import Clinic
from care.heart.settings import ClinicSettings, Settings, StaffSettings
from care.heart.turn import Turn
from care.reactions import REACTIONS
from staff_api.app import build
from staff_api.console.app import add_console

PASSWORD = "seven green lanterns"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CLINIC = ClinicSettings(name="Riverside Clinic", country="GB", languages=("en", "es"), time_zone="Europe/London")
SETTINGS = Settings(clinic=CLINIC, staff=StaffSettings(public_url="", secret="s" * 32))


@dataclass
class Clock:
    """Goes with the wall's clock, so that what a browser counts down agrees with it, and jumps when a test says so."""

    ahead: timedelta = field(default_factory=lambda: datetime(2026, 11, 23, 9, 0, tzinfo=UTC) - datetime.now(UTC))

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def passes(self, **span: float) -> None:
        self.ahead += timedelta(**span)


@dataclass
class Ward:
    clinic: Clinic
    clock: Clock
    url: str = ""

    async def add_nurse(self, name: str = "Dana Whitlock", email: str = "dana@example.org") -> staff.StaffMember:
        return await self.clinic.run("ops", staff.add, email, name, QUICK.hash(PASSWORD))

    async def cookie(self, nurse: staff.StaffMember) -> dict[str, str]:
        """What a browser holds once this nurse has signed in."""
        opened = await self.clinic.run(f"staff:{nurse.id}", staff.sign_in, nurse.id)
        return {"name": "careward", "value": opened.token, "url": self.url}

    async def add_patient(self, name: str, chat_id: int, language: str = "en", zone: str | None = None) -> int:
        """A patient who has taken up the invite and agreed."""

        def act(turn: Turn) -> int:
            patient = patients.add(turn, name, date(1961, 5, 3), language, None, zone)
            patients.link(turn, patient.id, chat_id, "self")
            here = patients.get(turn, patient.id)
            assert here
            consent.give(turn, here, "1")
            return patient.id

        return await self.clinic.run("ops", act)

    async def says(self, patient_id: int, words: str) -> None:
        """The patient writes to the care team."""

        def act(turn: Turn) -> None:
            patient = patients.get(turn, patient_id)
            assert patient
            messages.hear(turn, patient, messages.Written(1, "text", words))

        await self.clinic.run("chat", act)

    async def answers(self, patient_id: int, question: str, key: str, value: object, words: str) -> None:
        """The patient answers a question of a check."""

        def act(turn: Turn) -> None:
            patient = patients.get(turn, patient_id)
            assert patient
            running = conversations.current(turn, patient_id) or conversations.open_(turn, patient, "symptom_check", 1)
            conversations.save_answer(turn, running, key, question, value, words)

        await self.clinic.run("chat", act)

    async def in_danger(self, words: str, patient_id: int | None = None, chat_id: int = 99) -> int:
        """Somebody writes words that may mean danger."""

        def act(turn: Turn) -> int:
            messages.keep(turn, chat_id, patient_id, messages.Written(1, "text", words), flagged=True)
            return escalations.open_(
                turn, patient_id, Severity.EMERGENCY, "red_flag:breathing", "Wrote words that may mean: trouble breathing",
                words, chat_id,
            )  # fmt: skip

        return await self.clinic.run("chat", act)

    async def resolves(self, escalation_id: int, nurse: staff.StaffMember) -> None:
        await self.clinic.run(f"staff:{nurse.id}", escalations.resolve, escalation_id, nurse.id, "reached")

    async def sends_what_is_due(self) -> list[str]:
        """The sender comes by, and everything gets through."""

        def act(turn: Turn) -> list[str]:
            claimed = outbox.claim(turn, 100)
            outbox.settle(turn, [outbox.Settled(one, "sent", 500 + one.id) for one in claimed])
            return [one.text for one in claimed]

        return await self.clinic.run("sender", act)


def empty_database(folder: Path) -> Path:
    path = folder / "empty.db"
    asyncio.run(schema.upgrade(f"sqlite:///{path}"))
    return path


@asynccontextmanager
async def ward(path: Path, *, demo: bool = False, port: int | None = None) -> AsyncIterator[Ward]:
    clock = Clock()
    clinic = Clinic(f"sqlite:///{path}", replace(SETTINGS, demo=demo), REACTIONS, clock)
    app = build(clinic, lambda token: f"https://t.me/riverside_bot?start={token}", heartbeat=1)
    add_console(app)
    async with TestServer(app, port=port) as server:
        yield Ward(clinic, clock, f"http://127.0.0.1:{server.port}")
    await clinic.close()


def copy_of(database: Path, folder: Path) -> Path:
    return Path(shutil.copy(database, folder / "clinic.db"))
