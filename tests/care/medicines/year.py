"""A year of patients with medicines, invented: what staff order, what patients say, and everything that goes wrong with us. The
clinic, the clock's jobs and the sender are the real ones; Telegram is a wire that notes what is sent, and loses some of it."""

import asyncio
import heapq
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from math import exp, log
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

from telegram.error import Forbidden, NetworkError

from bot.sender import Sender
from bot.transport import NotSent
from care import patients, situations, stopping
from care.heart import outbox
from care.heart.turn import Turn
from care.medicines import answers, as_needed, doses, medication_list, orders, prompts, regimens
from care.medicines.orders import NewMedicine, NotAllowed, Order, Stale
from care.medicines.timing import AsNeeded, Daily, Interval, Timing
from care.patients import Patient
from care.tables import dose_settings
from scheduler import jobs
from tests.care.medicines import dose_campaign
from tests.care.medicines.pharmacy import DANA, OMAR
from tests.in_line import InLine
from tests.ward import BORN

BEGINS = datetime(2026, 1, 5, 6, tzinfo=UTC)
ZONES = ("Europe/London", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland",
         "Africa/Cairo", "Europe/Berlin", "America/St_Johns", "Asia/Tokyo")
JOBS = (jobs.plan_doses, jobs.attend_to_doses, jobs.ask_about_refills)
WRONG_CLOCKS = ("an hour back", "an hour ahead", "a day back", "a day ahead", "ten years back", "frozen")
MOST_MEDICINES = 4
A_DAY = timedelta(days=1)


class Clock:
    """The clinic's clock, which is not always right; `true` is the time that it is."""

    def __init__(self) -> None:
        self.true, self._off, self._frozen = BEGINS, timedelta(), None

    _frozen: datetime | None

    def __call__(self) -> datetime:
        return self._frozen or self.true + self._off

    @property
    def right(self) -> bool:
        return self._frozen is None and not self._off

    def goes_wrong(self, how: str) -> None:
        self._frozen = self.true if how == "frozen" else None
        self._off = {"an hour back": timedelta(hours=-1), "an hour ahead": timedelta(hours=1), "a day back": -A_DAY,
                     "a day ahead": A_DAY, "ten years back": -3652 * A_DAY}.get(how, timedelta())

    def is_put_right(self) -> None:
        self._frozen, self._off = None, timedelta()


@dataclass
class Asked:
    """A message with a question about doses, as it left."""

    prompt_id: int
    at: datetime  # by the clinic's clock
    clock_right: bool
    doses: list[Any]  # the rows of all its doses at that moment
    text: str


@dataclass
class Segment:
    """How a regimen stood from one moment to the next."""

    regimen_id: int
    order: Order
    zone: str
    since: datetime
    clock_right: bool
    until: datetime | None = None


@dataclass
class Life:
    """One patient: where they are, and what they do with a message."""

    patient_id: int
    chat_id: int
    zone: str
    diligent: float  # how often they answer
    blocked: bool = False
    in_hospital: bool = False


@dataclass
class Record:
    """What happened, noted outside the clinic."""

    acts: Counter[str] = field(default_factory=Counter)
    asked: list[Asked] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    stopped: set[int] = field(default_factory=set)
    put_off: Counter[int] = field(default_factory=Counter)  # dose -> how often the patient chose Later
    sent: int = 0
    down: timedelta = timedelta()
    wrong: timedelta = timedelta()

    def add(self, other: "Record") -> None:
        """How much happened; not each of it."""
        self.acts += other.acts
        self.sent, self.down, self.wrong = self.sent + other.sent, self.down + other.down, self.wrong + other.wrong


class Year:
    def __init__(self, folder: Path, empty: Path, seed: int, people: int, trouble: float = 1.0):
        """`trouble` is how often things go wrong: 1 is a bad year, 5 a dreadful week."""
        self.database = folder / f"year-{seed}.db"
        self.database.write_bytes(empty.read_bytes())
        self.random, self.people, self.trouble, self.clock, self.record = Random(seed), people, trouble, Clock(), Record()
        self.rows = sqlite3.connect(self.database, isolation_level=None)
        self.rows.row_factory = sqlite3.Row
        # A second witness, beside the journal: every state that a dose is ever given.
        self.rows.executescript(
            "CREATE TABLE seen (id INTEGER PRIMARY KEY, dose INTEGER, before TEXT, after TEXT);"
            "CREATE TRIGGER seen_change AFTER UPDATE OF state ON doses WHEN old.state <> new.state BEGIN"
            " INSERT INTO seen (dose, before, after) VALUES (new.id, old.state, new.state); END;")
        self.lives: dict[int, Life] = {}
        self.messages = count(1)
        self.replies: list[tuple[datetime, int, int, int]] = []  # when, nobody's number, chat, prompt
        self.order_of_replies = count()
        self.dies_in = 0  # messages until the process does; below that it lives
        self.dead = asyncio.Event()
        self.wire = SimpleNamespace(base_url="wire", request=SimpleNamespace(post=self.post))

    # We

    def opens(self) -> None:
        self.clinic = InLine(self.database, self.clock)
        self.sender = Sender(self.clinic, self.wire)  # type: ignore[arg-type]

    async def restarts(self) -> None:
        await self.clinic.close()
        self.dead, self.dies_in = asyncio.Event(), 0
        self.opens()
        await self.clinic.run("sender", outbox.void_leases)

    async def post(self, url: str, data: Any) -> Any:
        """Telegram."""
        said, life = data.parameters, self.lives[int(data.parameters["chat_id"])]
        await asyncio.sleep(0)
        self.dies_in -= 1
        if self.dies_in == 0:
            if self.random.random() < 0.5:
                self.arrives(url, said, life)
            self.dead.set()
            await asyncio.Event().wait()
        if life.blocked:
            raise Forbidden("bot was blocked by the user")
        luck = self.random.random() / self.trouble
        if luck < 0.002:
            raise NotSent("no route")
        self.arrives(url, said, life)
        if luck < 0.005:
            raise NetworkError("gateway timeout")
        return {"message_id": next(self.messages)}

    def arrives(self, url: str, said: Any, life: Life) -> None:
        self.record.sent += 1
        keys = [key["callback_data"] for row in said.get("reply_markup", {}).get("inline_keyboard", ()) for key in row]
        prompt = next((int(key.split(":")[2]) for key in keys if key.startswith(("dose:show:", "dose:all:"))), None)
        if url.endswith("sendMessage") and prompt is not None:
            of_it = self.rows.execute(
                "SELECT d.*, r.state AS regimen_state, r.nudges FROM dose_prompts p JOIN json_each(p.doses) j"
                " JOIN doses d ON d.id = j.value JOIN regimens r ON r.id = d.regimen_id WHERE p.id = ?", (prompt,)).fetchall()
            self.record.asked.append(Asked(prompt, self.clock(), self.clock.right, of_it, said["text"]))
            if self.random.random() < life.diligent:
                self.will_reply(life, prompt, self.random.choice((1, 3, 10, 25, 50, 170)))

    def will_reply(self, life: Life, prompt: int, minutes: float) -> None:
        when = self.clock.true + timedelta(minutes=minutes * self.random.uniform(0.5, 1.5))
        heapq.heappush(self.replies, (when, next(self.order_of_replies), life.chat_id, prompt))

    # The year

    async def goes_by(self, days: float) -> None:
        self.opens()
        for number in range(self.people):
            await self.comes(number)
        end = self.clock.true + timedelta(days=days)
        while self.clock.true < end:
            await self.passes(timedelta(minutes=self.random.uniform(2, 18)))
            await self.mishaps()
        await self.comes_to_rest()

    async def comes_to_rest(self) -> None:
        """All is well again, long enough for whatever was due to end."""
        self.clock.is_put_right()
        for life in self.lives.values():
            life.blocked, life.diligent = False, 0
        self.trouble = 1e-9
        for _ in range(12 * 24):
            await self.passes(timedelta(minutes=10), quietly=True)
        await self.clinic.close()

    async def passes(self, span: timedelta, quietly: bool = False) -> None:
        self.clock.true += span
        if not self.clock.right:
            self.record.wrong += span
        days = span / A_DAY
        if not quietly:
            for life in self.lives.values():
                await self.lives_on(life, days)
        while self.replies and self.replies[0][0] <= self.clock.true:
            _when, _number, chat, prompt = heapq.heappop(self.replies)
            await self.replies_to(self.lives[chat], prompt)
        for job in JOBS:
            await job(self.clinic)
        sending, dying = asyncio.create_task(self.sender.send_waiting()), asyncio.create_task(self.dead.wait())
        await asyncio.wait((sending, dying), return_when=asyncio.FIRST_COMPLETED)
        if self.dead.is_set():
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            self.record.acts["killed while sending"] += 1
            await self.restarts()
        else:
            dying.cancel()
            await sending

    def now_and_then(self, span: timedelta, every: float) -> bool:
        """Whether something that happens every so many days happens in this span."""
        return self.random.random() < self.trouble * (span / A_DAY) / every

    async def mishaps(self) -> None:
        tick = timedelta(minutes=10)
        if self.now_and_then(tick, 5):
            away = timedelta(minutes=exp(self.random.uniform(log(2), log(72 * 60))))
            self.clock.true += away
            self.record.down += away
            self.record.acts["down"] += 1
            await self.restarts()
        elif self.now_and_then(tick, 4):
            self.record.acts["restarted"] += 1
            await self.restarts()
        elif self.now_and_then(tick, 6):
            self.dies_in = self.random.randint(1, 5)
        elif self.clock.right and self.now_and_then(tick, 8):
            how = self.random.choice(WRONG_CLOCKS)
            self.clock.goes_wrong(how)
            self.record.acts[f"clock {how}"] += 1
        elif not self.clock.right and self.random.random() < 0.06:
            self.clock.is_put_right()

    # Staff

    async def comes(self, number: int) -> None:
        chat, zone, openly = 1000 + number, self.random.choice(ZONES), self.random.random() < 0.5

        def act(turn: Turn) -> int:
            patient = patients.add(turn, f"Patient {number}", BORN, "en", time_zone=zone)
            patients.link(turn, patient.id, chat, "self")
            patients.change(turn, patient.id, state="active", consented=True)
            turn.insert_once(dose_settings, {"patient_id": patient.id, "openly": openly})
            return patient.id

        life = Life(await self.clinic.run("test", act), chat, zone, self.random.choice((0.95, 0.8, 0.5)))
        self.lives[chat] = life
        for _ in range(self.random.choice((1, 1, 2, 3))):
            await self.prescribes(life)

    def some_order(self) -> Order:
        today = self.clock().date()
        how: Timing
        match self.random.choices(range(4), (55, 20, 15, 10))[0]:
            case 0:
                how = Daily(tuple(sorted(dose_campaign.some_times(self.random)[:2])))
            case 1:
                how = dose_campaign.some_timing(self.random, today)
            case 2:
                how = Interval(self.random.choice((6, 8, 12, 24, 72)), dose_campaign.some_times(self.random)[0])
            case _:
                how = AsNeeded(self.random.randint(1, 4))
        ends = today + self.random.randint(3, 40) * A_DAY if self.random.random() < 0.2 else None
        return Order(how, "1 tablet", "Dr Ortiz", today - self.random.choice((0, 0, 0, 9)) * A_DAY, ends,
                     nudges=self.random.choice((0, 1, 1, 2)), nudge_minutes=self.random.choice((10, 30)))

    async def prescribes(self, life: Life) -> None:
        order, name = self.some_order(), f"Medicine {self.random.randrange(10**9):09}"
        new = NewMedicine(name, critical=self.random.random() < 0.1, supply_days=self.random.choice((None, 20)))
        done = await self.staff(orders.prescribe, life.patient_id, new, order, DANA)
        if done and done.state == "waiting":
            await self.staff(orders.decide, done.id, OMAR, True)
        if done:
            self.stands(life, done.regimen_id, order)

    async def changes(self, life: Life) -> None:
        if one := await self.some_regimen(life):
            order = self.some_order()
            if isinstance(order.timing, AsNeeded) != isinstance(one.timing, AsNeeded):
                return
            done = await self.staff(orders.change, one.id, one.version, order, DANA, "as agreed")
            if done and done.state == "waiting":
                await self.staff(orders.decide, done.id, OMAR, True)
            if done:
                self.stands(life, one.id, order)

    async def stops(self, life: Life) -> None:
        if (one := await self.some_regimen(life)) and await self.staff(orders.stop, one.id, DANA, "no more needed"):
            self.no_longer(one.id)
            self.record.stopped.add(one.id)

    async def some_regimen(self, life: Life) -> regimens.Regimen | None:
        found = await self.clinic.read(regimens.of_patient, life.patient_id)
        return self.random.choice(found) if found else None

    async def staff(self, act: Callable[..., Any], *args: Any) -> Any:
        self.record.acts[act.__name__] += 1
        try:
            return await self.clinic.run(DANA, act, *args)
        except (Stale, NotAllowed, situations.Refused, ValueError):
            return None

    def stands(self, life: Life, regimen_id: int, order: Order) -> None:
        self.no_longer(regimen_id)
        if not life.in_hospital:
            self.record.segments.append(Segment(regimen_id, order, life.zone, self.clock.true, self.clock.right))

    def no_longer(self, regimen_id: int) -> list[Segment]:
        ended = [one for one in self.record.segments[-400:] if one.regimen_id == regimen_id and one.until is None]
        for one in ended:
            one.until = self.clock.true
        return ended

    # Patients

    async def lives_on(self, life: Life, days: float) -> None:
        """What happens to one patient now and then."""
        luck, share = self.random.random() / (self.trouble * days), 0.0
        for act, every in RARE:
            share += 1 / every
            if luck < share:
                await act(self, life)
                return

    async def orders_more(self, life: Life) -> None:
        if len(await self.clinic.read(regimens.of_patient, life.patient_id)) < MOST_MEDICINES:
            await self.prescribes(life)

    async def travels(self, life: Life) -> None:
        zone = self.random.choice(ZONES)
        await self.clinic.run("test", patients.move_to, life.patient_id, zone)
        self.record.acts["travels"] += 1
        if zone != life.zone:
            life.zone = zone
            for one in await self.clinic.read(regimens.of_patient, life.patient_id):
                for before in self.no_longer(one.id):
                    self.stands(life, one.id, before.order)

    async def rests_or_goes_on(self, life: Life) -> None:
        def act(turn: Turn) -> None:
            patient = self.me(turn, life)
            resting = prompts.is_resting(turn, patient)
            how = stopping.resume if resting else self.random.choice((stopping.pause, stopping.stop_reminders))
            how(turn, patient)

        self.record.acts["rests or goes on"] += 1
        await self.clinic.run(f"chat:{life.chat_id}", act)

    async def blocks_or_comes_back(self, life: Life) -> None:
        life.blocked = not life.blocked
        self.record.acts["blocks or comes back"] += 1
        if not life.blocked:
            await self.clinic.run(f"chat:{life.chat_id}", patients.found_again, life.chat_id)

    async def is_in_hospital_or_home(self, life: Life) -> None:
        if life.in_hospital:
            await self.staff(situations.end, life.patient_id)
        else:
            await self.staff(situations.begin, life.patient_id, "in_hospital")
        life.in_hospital = not life.in_hospital
        for one in await self.clinic.read(regimens.of_patient, life.patient_id):
            if life.in_hospital:
                self.no_longer(one.id)
            else:
                self.stands(life, one.id, orders.order_of(one))

    async def takes_unasked(self, life: Life) -> None:
        def act(turn: Turn) -> None:
            patient = self.me(turn, life)
            for one in regimens.of_patient(turn, life.patient_id):
                if as_needed.is_one(one):
                    as_needed.one_more(turn, patient, one, as_needed.recorded(turn, one.id), 1, sure=True)
                elif ahead := doses.open_of(turn, one.id):
                    medication_list.took(turn, patient, ahead[0], 1)

        self.record.acts["takes unasked"] += 1
        await self.clinic.run(f"chat:{life.chat_id}", act)

    async def replies_to(self, life: Life, prompt_id: int) -> None:
        """One tap, or two, on a message that came some time ago."""
        verbs = self.random.choices(REPLIES, [one[0] for one in REPLIES])[0][1]
        for verb in verbs:
            self.record.acts[f"taps {verb}"] += 1
            await self.clinic.run(f"chat:{life.chat_id}", self._tap, life, prompt_id, verb)

    def _tap(self, turn: Turn, life: Life, prompt_id: int, verb: str) -> None:
        prompt, rest = prompts.get(turn, prompt_id), list[str]()
        assert prompt
        which = str(self.random.choice(prompt.doses))
        match verb:
            case "one" | "undo":
                rest = [which]
            case "in":
                rest = [str(self.random.choice((15, 30, 60)))]
            case "why":
                rest = [self.random.choice(("0", which)), self.random.choice(doses.REASONS)]
            case "amend":
                rest = [which, self.random.choice(("taken", *doses.REASONS))]
        open_before = [one.id for one in doses.by_ids(turn, prompt.doses) if one.open]
        answers.tapped(turn, self.me(turn, life), prompt, verb, rest, 1)
        if verb == "in":
            self.record.put_off.update(open_before)
            if self.random.random() < 0.3:
                self.will_reply(life, prompt_id, 5)

    def me(self, turn: Turn, life: Life) -> Patient:
        return patients.in_chat(turn, life.chat_id)[0]


REPLIES = ((50, ("show", "all")), (8, ("all",)), (10, ("show", "choose", "one")), (8, ("later", "in")), (8, ("skip", "why")),
           (3, ("all", "change", "amend")), (3, ("why", "undo", "amend")), (4, ("all", "all")), (3, ("show",)))
RARE = (
    (Year.takes_unasked, 9), (Year.orders_more, 45), (Year.changes, 40), (Year.stops, 90), (Year.travels, 50),
    (Year.rests_or_goes_on, 60), (Year.blocks_or_comes_back, 90), (Year.is_in_hospital_or_home, 120))


