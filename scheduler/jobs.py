"""What happens by the clock, and how often. Every job finds its work by asking the database, and takes one turn per patient
in which it asks again: so it may run late, twice, or in two places and do no harm."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from care import checks, conversations, escalations, system
from care.heart.clinic import Clinic

logger = logging.getLogger(__name__)
Job = Callable[[Clinic], Awaitable[None]]


@dataclass(frozen=True)
class Every:
    """How often to look; never a patient's own hour, which is data."""

    seconds: int


async def offer_checks(clinic: Clinic) -> None:
    for patient_id in await clinic.read(checks.due):
        await clinic.run("scheduler", checks.offer, patient_id)


async def expire_silent_conversations(clinic: Clinic) -> None:
    for patient_id in await clinic.read(conversations.silent):
        await clinic.run("scheduler", conversations.expire, patient_id)


async def chase_overdue_escalations(clinic: Clinic) -> None:
    for escalation_id in await clinic.read(escalations.overdue):
        await clinic.run("scheduler", escalations.chase, escalation_id)


async def beat(clinic: Clinic) -> None:
    await clinic.run("scheduler", system.beat, "scheduler")


JOBS: tuple[tuple[Job, Every], ...] = (
    (offer_checks, Every(seconds=10)),
    (chase_overdue_escalations, Every(seconds=30)),
    (expire_silent_conversations, Every(seconds=300)),
    (beat, Every(seconds=30)),
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
