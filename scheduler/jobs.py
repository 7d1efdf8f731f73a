"""What happens by the clock, and how often. Every job finds its work by asking the database, and takes one turn per patient
in which it asks again: so it may run late, twice, or in two places and do no harm."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from care import (
    alerts,
    audit,
    checks,
    conversations,
    erasure,
    escalations,
    halts,
    holds,
    integrity,
    ladder,
    resealing,
    retention,
    rota,
    second_readings,
    situations,
    system,
    telegram_away,
    zones,
)
from care.appointments import booking, notices, offers, stranded, taken_slots, visits
from care.broadcasts import sending, steering
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.lessons import courses
from care.medicines import looking_back, planning, prompts, supplies
from care.webhooks import deliveries
from scheduler import anchors, channels, webhooks

logger = logging.getLogger(__name__)
LAGS = 1.0  # seconds
ALIVE_WITHIN = aiohttp.ClientTimeout(total=10)
PLANNED_AT_A_TIME = 20  # turns of planning between two looks at what is due
Job = Callable[[Clinic], Awaitable[None]]


@dataclass(frozen=True)
class Every:
    """How often to look; never a patient's own hour, which is data."""

    seconds: int


async def offer_checks(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(checks.due), checks.attend)


async def expire_silent_conversations(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(conversations.silent), conversations.expire)


async def call_whoever_is_next(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(escalations.to_act_on), ladder.climb)


async def send_alerts(clinic: Clinic) -> None:
    while await clinic.read(alerts.waiting):
        claimed = await clinic.run("scheduler", alerts.claim)
        await asyncio.gather(*(channels.deliver(clinic, alert) for alert in claimed))
        if not claimed:
            return


async def tell_webhooks(clinic: Clinic) -> None:
    for webhook_id in await clinic.read(deliveries.behind):
        while await clinic.run("scheduler", deliveries.line_up, webhook_id) >= deliveries.READ:
            pass
    while await clinic.read(deliveries.waiting):
        told = await clinic.run("scheduler", deliveries.claim)
        await asyncio.gather(*(webhooks.tell(clinic, one) for one in told))
        if not told:
            return


async def end_holds(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(holds.due), holds.end_by_itself)


async def begin_absences(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(rota.absences_to_begin), rota.begin_absence)


async def warn_of_gaps_in_the_rota(clinic: Clinic) -> None:
    if await clinic.read(rota.gaps):
        await clinic.run("scheduler", rota.warn_of_gaps)


async def look_in_on_situations(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(situations.due), situations.look_in)


async def prune(clinic: Clinic) -> None:
    while await clinic.run("scheduler", retention.prune_some):
        pass
    clinic.sweep()


async def plan_doses(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(planning.due), planning.plan)


async def miss_second_readings(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(second_readings.due), zones.second_never_came)


async def attend_to_doses(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(prompts.due), prompts.attend)


async def seal_the_audit_trail(clinic: Clinic) -> None:
    sealed = False
    while await clinic.read(audit.waiting) and await clinic.run("scheduler", audit.seal):
        sealed = True
    if sealed and (anchor := await clinic.read(audit.latest)):
        await anchors.keep(clinic.settings.audit.anchor_file, clinic.settings.audit.anchor_url, anchor)


async def ask_about_refills(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(supplies.due), supplies.ask)


async def send_broadcasts(clinic: Clinic) -> None:
    """Plan everybody whose time has come, a few hundred in a turn, and give the outbox as much as can leave soon."""
    await _each(clinic, await clinic.read(sending.unstaffed), steering.take_back_unstaffed)
    for broadcast_id in await clinic.read(sending.to_plan):
        for _ in range(PLANNED_AT_A_TIME):
            if not await clinic.run("scheduler", sending.plan, broadcast_id):
                break
    for _ in range(await clinic.read(sending.turns_to_fill)):
        await _each(clinic, await clinic.read(sending.to_release), sending.release)
    await _each(clinic, await clinic.read(sending.to_finish), sending.finish)


async def watch_for_anomalies(clinic: Clinic) -> None:
    for kind, reason in await clinic.read(halts.wrong):
        await clinic.run("scheduler", halts.halt, kind, reason)


async def send_weekly_lines(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(looking_back.weekly_due), looking_back.say_weekly)


async def let_go_of_held_times(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(booking.held_too_long), booking.lapse)
    await _each(clinic, await clinic.read(booking.undecided_too_long), visits.give_up_request)


async def remind_of_visits(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(notices.due), notices.attend)


async def tell_of_stranded_visits(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(stranded.to_tell), stranded.tell)
    await _each(clinic, await clinic.read(stranded.told_of), stranded.take_back)


async def end_offers(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(offers.due), offers.lapse)


async def forget_taken_times(clinic: Clinic) -> None:
    while await clinic.run("scheduler", taken_slots.forget):
        pass


async def _each(clinic: Clinic, found: Sequence[int], act: Callable[[Turn, int], object]) -> None:
    """One turn each. Whoever's fails is found again at the next look, and keeps nobody behind them waiting."""
    for one in found:
        try:
            await clinic.run("scheduler", act, one)
        except Exception:
            logger.exception("%s failed for %d", act.__qualname__, one)


async def finish_erasures(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(erasure.due), erasure.finish)
    clinic.sweep()


async def seal_anew(clinic: Clinic) -> None:
    """What is in the clear, or under an old key: once after each start, in small turns, between which everything goes on."""
    if not resealing.is_due():
        return
    for table, _columns in resealing.columns():
        after, more = None, True
        while more:
            after = await clinic.run("scheduler", resealing.some, table, after)
            more = after is not None
    resealing.gone_through()
    clinic.sweep()


async def check_data(clinic: Clinic) -> None:
    if await clinic.read(integrity.due):
        await clinic.run("scheduler", integrity.report, await clinic.read(integrity.check))


async def offer_lessons(clinic: Clinic) -> None:
    await _each(clinic, await clinic.read(courses.due), courses.attend)


async def beat(clinic: Clinic) -> None:
    await clinic.run("scheduler", system.beat, "scheduler")
    if await lag() < LAGS:
        await clinic.run("scheduler", system.beat, "loop")


async def lag() -> float:
    """How long the event loop keeps whoever wants their turn waiting: the longest of ten rounds. Seconds."""
    loop, longest = asyncio.get_running_loop(), 0.0
    for _ in range(10):
        begun = loop.time()
        await asyncio.sleep(0)
        longest = max(longest, loop.time() - begun)
    return longest


async def watch_telegram(clinic: Clinic) -> None:
    await clinic.run("scheduler", telegram_away.watch)


async def say_alive(clinic: Clinic) -> None:
    """Tell a service outside that all is well. It is not told that something is wrong: it notices that it hears nothing."""
    address = clinic.settings.alerts.alive_url
    if not address:
        return
    silent = [name for name, check in (await clinic.read(system.checks)).items() if not check.ok]
    if silent:
        logger.error("not well, and not saying that we are: %s", ", ".join(silent))
        return
    async with aiohttp.ClientSession(timeout=ALIVE_WITHIN, trust_env=True) as session, session.get(address) as answer:
        answer.raise_for_status()


JOBS: tuple[tuple[Job, Every], ...] = (
    (offer_checks, Every(seconds=10)),
    (call_whoever_is_next, Every(seconds=10)),
    (send_alerts, Every(seconds=5)),
    (tell_webhooks, Every(seconds=2)),
    (end_holds, Every(seconds=15)),
    (begin_absences, Every(seconds=60)),
    (warn_of_gaps_in_the_rota, Every(seconds=3600)),
    (miss_second_readings, Every(seconds=30)),
    (expire_silent_conversations, Every(seconds=300)),
    (look_in_on_situations, Every(seconds=3600)),
    (prune, Every(seconds=3600)),
    (plan_doses, Every(seconds=60)),
    (attend_to_doses, Every(seconds=5)),
    (ask_about_refills, Every(seconds=300)),
    (finish_erasures, Every(seconds=3600)),
    (send_weekly_lines, Every(seconds=300)),
    (check_data, Every(seconds=600)),
    (seal_anew, Every(seconds=60)),
    (offer_lessons, Every(seconds=60)),
    (seal_the_audit_trail, Every(seconds=10)),
    (send_broadcasts, Every(seconds=1)),
    (watch_for_anomalies, Every(seconds=60)),
    (let_go_of_held_times, Every(seconds=15)),
    (remind_of_visits, Every(seconds=15)),
    (tell_of_stranded_visits, Every(seconds=600)),
    (end_offers, Every(seconds=30)),
    (forget_taken_times, Every(seconds=3600)),
    (beat, Every(seconds=30)),
    (watch_telegram, Every(seconds=30)),
    (say_alive, Every(seconds=60)),
)


async def run_due(clinic: Clinic) -> None:
    """Every job once, one after another."""
    for job, _ in JOBS:
        await job(clinic)


def tick(clinic: Clinic) -> AsyncIOScheduler:
    """A scheduler that runs every job, however late; it owns no work of its own."""
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})
    for job, every in JOBS:
        scheduler.add_job(job, "interval", seconds=every.seconds, args=(clinic,), id=job.__name__)
    return scheduler
