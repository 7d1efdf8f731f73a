"""One run: phones that never die in one process, the bot in another that always does, and the load between them."""

import asyncio
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
from sqlalchemy import update

from care import consent, patients
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.reactions import REACTIONS
from care.tables import care_plans
from tests.chaos import record as records
from tests.chaos.life import SENDING, Setting
from tests.chaos.people import Crowd, Talker
from tests.chaos.plan import BY_THE_CLOCK, OPENS, Life, Plan
from tests.chaos.processes import TOKEN, Bot, Phone, lives, phones
from tests.chaos.record import Record
from tests.ward import SETTINGS

FIRST_CHAT = 10_001
FAULTS = ("429", "500", "502", "timeout_before", "drop_before", "timeout_after", "drop_after", "500_after", "html_after")
TOLD, KILLED = (0, -signal.SIGTERM), (-signal.SIGKILL,)  # how a life may end; told before it could listen, nothing had begun
TOO_STRANGE = 5  # lives that end by themselves, after which there is nothing to be learnt
A_LIFE = 0.25  # seconds, about: for spreading over the run what falls due by the clock


@dataclass
class Run:
    """What happened: the record to be checked, and how the lives ended."""

    record: Record
    kills: Counter[str] = field(default_factory=Counter)  # by point
    strange_ends: list[str] = field(default_factory=list)  # lives that ended otherwise than by a kill
    under_fire: int = 0  # updates sent by the time of the last kill
    seconds: float = 0.0
    longest_stop: float = 0.0  # seconds that a life took to end, after it was told to
    plan: Plan | None = None


Say = Callable[[str], None]


async def run(plan: Plan, folder: Path, url: str, defect: str | None = None, say: Say = lambda _: None) -> Run:
    """Play `plan` on the migrated, empty database at `url`; leave the journal and the logs in `folder`."""
    began = time.time()
    async with phones(plan.seed, folder) as phone, lives(folder) as make:
        setting, crowd = await prepared(plan, folder, url, phone, began)
        bot = await make(defect)
        playing = asyncio.create_task(play(crowd, phone, folder / "journal.jsonl"))
        ended = await all_killed(plan, folder, bot, crowd, url, phone, say)
        ended.under_fire = len(crowd.sent)
        await bad_luck(phone, plan, {})
        crowd.allowed = plan.updates
        say(f"{ended.kills.total()} kills; {len(crowd.sent)} of {plan.updates} updates sent; coming to rest")
        last = await bot(Life(plan.kills, "", 0, 0, plan.news))
        try:
            await until_at_rest(plan, setting, crowd, phone, playing)
        finally:
            playing.cancel()
            counters = await phone("/control/counters")
            os.kill(last["began"], signal.SIGTERM)
        if code := (await bot())["ended"]:
            ended.strange_ends.append(f"the last life ended with {code}")
        ended.record = await recorded(plan, folder, setting, crowd, counters)
    ended.seconds, ended.plan = time.time() - began, plan
    return ended


async def all_killed(plan: Plan, folder: Path, bot: Bot, crowd: Crowd, url: str, phone: Phone, say: Say) -> Run:
    ended = Run(Record([], [], {}, set(), set(), {}, [], 0, {}))
    for life in plan.lives():
        crowd.allowed = plan.updates * (life.number + 1) // plan.kills
        await bot(life)
        how = await bot()
        if how["ended"] not in (TOLD if life.gently else KILLED):
            ended.strange_ends.append(f"life {life.number} ended with {how['ended']}")
            if len(ended.strange_ends) == TOO_STRANGE:
                raise RuntimeError(f"the bot cannot live: {(folder / 'bot.err').read_text()[-3000:]}")
        else:
            ended.kills[life.point if how["lived"] < life.seconds else BY_THE_CLOCK] += 1
            ended.longest_stop = max(ended.longest_stop, how["lived"] - life.seconds)
        await gone(url)
        if life.number % 50 == 49:
            say(f"{life.number + 1} kills; {len(crowd.sent)} updates sent; {(await phone('/control/counters'))['calls']}")
    return ended


async def prepared(plan: Plan, folder: Path, url: str, phone: Phone, began: float) -> tuple[Setting, Crowd]:
    """Phones for everybody, patients who have agreed, bad luck switched on."""
    count = plan.talkers + plan.quiet
    chats = (await phone("/control/people", {"count": count, "first_id": FIRST_CHAT, "started": True}))["ids"]
    await bad_luck(phone, plan, {kind: plan.faults / len(FAULTS) for kind in FAULTS})
    opening = clinic_at(url, began)
    talking, quiet = chats[: plan.talkers], chats[plan.talkers :]
    apart = timedelta(seconds=plan.kills * A_LIFE / max(len(quiet), 1))
    people = {chat_id: await opening.run("ops", enrol, chat_id, None) for chat_id in talking}
    listening = [await opening.run("ops", enrol, chat_id, OPENS + number * apart) for number, chat_id in enumerate(quiet)]
    await opening.close()
    setting = Setting(url, phone.address, TOKEN, began, plan.lease, plan.timeout, plan.pause, listening, str(folder))
    (folder / "setting.json").write_text(json.dumps(asdict(setting)))
    random = Random(plan.seed)
    each = [plan.updates // plan.talkers + (number < plan.updates % plan.talkers) for number in range(plan.talkers)]
    talkers = {chat_id: Talker(chat_id, Random(random.random()), each[n]) for n, chat_id in enumerate(people)}
    return setting, Crowd(talkers, random, plan.again, people)


async def bad_luck(phone: Phone, plan: Plan, rates: dict[str, float]) -> None:
    """From now on this share of the calls is spoilt; answers that come after the lease, where the plan has such, throughout."""
    every = {"rates": rates | {"slow": plan.slow}, "methods": SENDING, "retry_after": 1, "seconds": 2 * plan.lease}
    await phone("/control/faults", every)


def enrol(turn: Turn, chat_id: int, check_at: datetime | None) -> int:
    """A patient who has come all the way, by the clinic's own means; the check is offered at `check_at`, or never."""
    patient = patients.add(turn, f"Patient {chat_id}", date(1968, 5, 23), "es" if chat_id % 4 == 0 else "en")
    patients.link(turn, patient.id, chat_id, "self")
    linked = patients.get(turn, patient.id)
    assert linked
    consent.give(turn, linked, consent.VERSION)
    turn.db.execute(update(care_plans).where(care_plans.c.patient_id == patient.id).values(next_at=check_at))
    return patient.id


async def play(crowd: Crowd, phone: Phone, journal: Path) -> None:
    """Show everybody what reaches their phones, and send what they do."""
    loop, rest = asyncio.get_running_loop(), ""
    with journal.open(encoding="utf-8") as lines:
        while True:
            *whole, rest = (rest + lines.read()).split("\n")
            for line in whole:
                crowd.reads(json.loads(line))
            acts = crowd.acts(loop.time())
            if acts:
                crowd.note(acts, (await phone("/control/updates", acts))["update_ids"])
            await asyncio.sleep(0.005)


async def until_at_rest(plan: Plan, setting: Setting, crowd: Crowd, phone: Phone, playing: "asyncio.Task[None]") -> None:
    """Until everything was sent, handled and answered; after `plan.rest` seconds the checks will say what was not."""
    clinic, deadline = clinic_at(setting.url, setting.began), time.monotonic() + plan.rest
    due = plan.quiet + plan.news
    while time.monotonic() < deadline and not playing.done():
        await asyncio.sleep(0.1)
        if not crowd.done or (await phone("/control/counters"))["updates"]["pending"]:
            continue
        written = await clinic.read(records.unasked)
        if written >= due and not await clinic.read(records.still_open):
            break
    await clinic.close()
    if playing.done():
        playing.result()


async def recorded(plan: Plan, folder: Path, setting: Setting, crowd: Crowd, counters: dict[str, Any]) -> Record:
    clinic = clinic_at(setting.url, setting.began)
    rows = await records.read_tables(clinic)
    await clinic.close()
    counters["redelivered"] = crowd.redelivered
    return Record(
        crowd.sent, records.read_journal(folder / "journal.jsonl"), rows, records.read_in_flight(folder / "in_flight.jsonl"),
        records.read_unanswered(folder / "unanswered"), crowd.patients, setting.quiet, plan.news, counters)


def clinic_at(url: str, began: float) -> Clinic:
    return Clinic(url, SETTINGS, REACTIONS, lambda: OPENS + (datetime.now(UTC) - datetime.fromtimestamp(began, UTC)))


async def gone(url: str) -> None:
    """PostgreSQL may still be ending the last transaction of a process that is dead: wait, so that what was in flight at the
    kill can be counted."""
    if not url.startswith("postgresql"):
        return
    connection = await asyncpg.connect(url)
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    try:
        while await connection.fetchval(others):
            await asyncio.sleep(0.002)
    finally:
        await connection.close()
