"""Six weeks of a small clinic, played through the real bot, scheduler and sender on a clock that is moved.

Nothing is inserted: patients are invited, open the link, agree, are asked, answer and write; nurses take up, answer and close.
The same seed gives the same weeks.
"""

import inspect
from collections import deque
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from argon2 import PasswordHasher

from bot import app as bot_app
from bot.handlers.visit import answered
from bot.intake import Intake
from bot.sender import Sender
from care import contacts, events, invitations, patients, plans, staff
from care.escalations import Escalation
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.settings import ClinicSettings, DatabaseSettings, MediaSettings, Settings, StaffSettings, TelegramSettings
from care.heart.time import instant, local
from care.heart.turn import Turn
from care.programmes import programmes
from care.reactions import REACTIONS
from ops.demo import surroundings
from ops.demo.cast import CAST, DAYS, Booked, Line, Role
from ops.demo.nurses import Nurses
from ops.demo.patient import Patient
from ops.demo.playing import PlayedClock, step
from ops.offered import offered
from simulator.people import Person
from simulator.telegram import Event, Telegram
from simulator.transport import InProcess

SEED = 20261117
ZONE = "Europe/London"
OPENS = datetime.fromisoformat("2026-11-17T08:45:00+00:00")  # the morning on which the demo opens, a Tuesday
BOOKED_BEFORE = 4  # days
LEFT_ALONE = timedelta(hours=14)  # what comes up later than this before it opens is left for whoever looks on
TOKEN = "7000000001:" + "demo-token-of-no-bot-at-all-0001"
BOT_NAME, BOT_USERNAME = "Riverside Clinic", "riverside_demo_bot"
CURSORS_SIGNED_WITH = "the demo has no secrets; its people are invented"
OPENED = (events.EscalationOpened, events.EscalationJoined)
DANA, MAREK = ("dana@example.org", "Dana"), ("marek@example.org", "Marek")


def settings(database: Path) -> Settings:
    return Settings(
        clinic=ClinicSettings(
            name="Riverside Clinic", country="GB", languages=offered(), time_zone=ZONE, phone="01632 960 000",
            office_hours="Mon-Fri 08:00-18:00", reply_within_minutes=120, crisis_lines_confirmed=False),
        database=DatabaseSettings(url=f"sqlite:///{database}"),
        telegram=TelegramSettings(token=TOKEN, api_base="http://telegram.invalid"),
        media=MediaSettings(folder=str(database.parent / "media")), staff=StaffSettings(secret=CURSORS_SIGNED_WITH), demo=True)


class History:
    """One run of the weeks. `days` may be fewer, for a test."""

    def __init__(
        self, clinic: Clinic, telegram: Telegram, clock: PlayedClock, opened: deque[Any], seed: int = SEED, days: int = DAYS,
    ) -> None:
        """`opened` is filled with the escalations that are opened, or joined, as it happens."""
        self.clinic, self.telegram, self.zone = clinic, telegram, ZONE
        self._clock, self._opened, self._seed = clock, opened, seed
        self._begins, self.last = OPENS - timedelta(days=DAYS), days
        self.ends = self._begins + timedelta(days=days)
        self.left_alone = self.ends - LEFT_ALONE
        self._agenda: list[tuple[datetime, int, Callable[[], Any]]] = []
        self._order = count()
        self._patients: dict[int, Patient] = {}  # by chat
        self._roles: dict[int, Role] = {}  # by patient
        self._answered: set[Line] = set()

    def now(self) -> datetime:
        return self._clock()

    def day(self) -> int:
        """How many days the clinic has been at it."""
        return (local(self.now(), ZONE).date() - local(self._begins, ZONE).date()).days

    def at(self, moment: datetime, act: Callable[[], Any]) -> None:
        heappush(self._agenda, (moment, next(self._order), act))

    def reply_to(self, taken: Escalation) -> Line | None:
        """The nurse's answer to what this patient wrote last, if it has not been given yet."""
        role = self._roles.get(taken.patient_id or 0)
        if role is None or taken.kind != "message":
            return None
        line = next((one for one in role.lines if one.reply and one.day <= self.day() and one not in self._answered), None)
        if line:
            self._answered.add(line)
        return line

    async def run(self) -> None:
        async with AsyncExitStack() as stack:
            app = bot_app.build(self.clinic, TOKEN, "http://telegram.invalid", InProcess(self.telegram))
            await app.initialize()
            stack.push_async_callback(app.shutdown)
            self._intake, self._sender = Intake(self.clinic, app), Sender(self.clinic, app.bot)
            self.telegram.listeners.append(self._happened)
            await self._opens()
            while self.now() < self.ends:
                await self._goes_on()
            self.telegram.listeners.remove(self._happened)

    async def _goes_on(self) -> None:
        """Someone does what they had in mind; or time passes, until something falls due or someone wants to act."""
        moment = self._agenda[0][0] if self._agenda else self.ends
        if moment > self.now():
            await step(self.clinic, self._clock, min(moment, self.ends), self._settle)
            return
        _, _, act = heappop(self._agenda)
        if inspect.isawaitable(done := act()):
            await done
        else:  # a patient did something
            await self._intake.fetch()
            await self._intake.idle()
            await answered()
        await self._settle()

    async def _settle(self) -> None:
        """Everything that is on its way arrives, and the nurses hear of it."""
        await self._sender.send_waiting()
        while self._opened:
            self._nurses.hears(self._opened.popleft())

    async def _opens(self) -> None:
        nobody_knows = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(str(self._seed))
        dana = await self.clinic.run("ops", staff.add, *DANA, nobody_knows)
        marek = await self.clinic.run("ops", staff.add, *MAREK, nobody_knows)
        await self.clinic.run("staff:1", surroundings.open_for_visits)
        await self.clinic.run("staff:1", surroundings.share_the_work, dana.id, marek.id)
        self._nurses = Nurses(self, dana, marek, Random(self._seed))  # noqa: S311
        for number, role in enumerate(CAST):
            person = self.telegram.person(role.name, role.language, user_id=5001 + number)
            await self._expects(role, person, Random(f"{self._seed} {role.name}"), f"{dana.name}:")  # noqa: S311
            if role.carer:
                family = self.telegram.person(role.carer, role.language, user_id=5101 + number)
                self._invites(role, family, "carer", role.joins + 1)

    async def _expects(self, role: Role, person: Person, random: Random, greeted_by: str) -> None:
        patient = self._patients[person.chat.id] = Patient(self, role, person, random)
        patient.greeted_by = greeted_by
        self._invites(role, person, "self", role.joins)
        for line in role.lines:
            self.at(self._on(role, line.day, line.at), lambda line=line: patient.writes(line.words))
        for day, name in role.programmes:
            self.at(self._on(role, day, "11:10"), lambda name=name: self._joins_programme(role, name))
        if role.tablet is not None:
            self.at(self._on(role, role.tablet, "16:30"), lambda: self._is_ordered_a_tablet(role, role.tablet or 0))
        for wanted in role.visits:
            self.at(self._in_the_clinic(wanted.day - BOOKED_BEFORE, "11:30"),
                    lambda wanted=wanted: self._is_booked(role, wanted))
        if role.pauses is not None:
            self.at(self._on(role, role.pauses, "20:05"), lambda: patient.writes("/stop"))
        if role.blocks:
            self.at(self._on(role, *role.blocks), lambda: person.blocks())

    def _invites(self, role: Role, person: Person, as_role: str, day: int) -> None:
        """A nurse invites; the link is opened within the hour."""

        async def invite() -> None:
            known = next((number for number, one in self._roles.items() if one is role), None)
            actor = "staff:1"
            if known is None:
                added = await self.clinic.run(
                    actor, patients.add, role.name, role.born, role.language, role.country)
                known = added.id
                await self.clinic.run(actor, contacts.change, known, surroundings.numbers_of(known), 1)
                self._roles[known] = role
            made = await self.clinic.run(actor, invitations.invite, known, as_role)
            assert made
            opener = self._patients.get(person.chat.id) or self._carer(role, person)
            self.at(self.now() + timedelta(minutes=7), lambda: opener.joins(made.token))

        hour = time(10 + CAST.index(role) % 6, 5 * (CAST.index(role) % 7))
        self.at(instant(local(self._begins, ZONE).date() + timedelta(days=day), hour, ZONE), invite)

    async def _joins_programme(self, role: Role, name: str) -> None:
        """A nurse puts the patient into a programme."""
        whose = next(number for number, one in self._roles.items() if one is role)

        def join(turn: Turn) -> None:
            patient = patients.lock(turn, whose)
            assert patient
            plans.add(turn, patient, programmes()[name])

        await self.clinic.run("staff:1", join)

    async def _is_ordered_a_tablet(self, role: Role, day: int) -> None:
        whose = next(number for number, one in self._roles.items() if one is role)
        begins_on = local(self._on(role, day + 1, "00:00"), role.zone).date()
        await self.clinic.run("staff:1", surroundings.orders_a_tablet, whose, begins_on)

    async def _is_booked(self, role: Role, wanted: Booked) -> None:
        whose = next(number for number, one in self._roles.items() if one is role)
        start = self._in_the_clinic(wanted.day, wanted.at)
        made = await self.clinic.run("staff:1", surroundings.books, whose, wanted, start)
        if wanted.arrives:
            self.at(self._in_the_clinic(wanted.day, wanted.arrives),
                    lambda: self.clinic.run("staff:1", surroundings.arrives, made))

    def _carer(self, role: Role, person: Person) -> Patient:
        """Whoever holds the other phone enrols too, and answers no checks: those go to the patient's own phone."""
        self._patients[person.chat.id] = Patient(self, role, person, Random(f"{self._seed} {role.carer}"))  # noqa: S311
        return self._patients[person.chat.id]

    def _in_the_clinic(self, day: int, wall: str) -> datetime:
        """The instant of a time on the clinic's wall."""
        return instant(local(self._begins, ZONE).date() + timedelta(days=day), time.fromisoformat(wall), ZONE)

    def _on(self, role: Role, day: int, wall: str) -> datetime:
        """The instant of a time on this patient's wall."""
        return instant(local(self._begins, ZONE).date() + timedelta(days=day), time.fromisoformat(wall), role.zone)

    def _happened(self, event: Event) -> None:
        if event.kind in ("message", "edit") and event.message and event.message.by_bot and event.chat:
            if event.chat.blocked or event.chat.id not in self._patients:
                return
            self._patients[event.chat.id].sees(event.message)


async def build(database: Path, seed: int = SEED, days: int = DAYS) -> Telegram:
    """Play the weeks into an empty database; returns the Telegram they were played on, as it is at the end."""
    clock = PlayedClock(OPENS - timedelta(days=DAYS))
    telegram = Telegram(clock, seed)
    telegram.add_bot(TOKEN, BOT_USERNAME, BOT_NAME)
    told = settings(database)
    await schema.upgrade(told.database.url)
    opened: deque[Any] = deque()
    heard = {kind: (*REACTIONS.get(kind, ()), lambda _, event: opened.append(event)) for kind in OPENED}
    clinic = Clinic(told.database.url, told, {**REACTIONS, **heard}, clock)
    try:
        await History(clinic, telegram, clock, opened, seed, days).run()
    finally:
        await clinic.close()
    return telegram


