"""Playing time: the clinic's clock is moved from one thing that falls due to the next, and each is done as it falls due."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import func, select

from care.conversations import EXPIRES_AFTER
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.tables import care_plans, check_windows, conversations, escalations, outbox
from scheduler.jobs import run_due

SMALLEST_STEP = timedelta(seconds=1)
WHEN_STUCK = timedelta(minutes=1)  # something is due and stays so: look again after this


class Clock(Protocol):
    def __call__(self) -> datetime: ...
    def move_to(self, moment: datetime) -> None: ...


class PlayedClock:
    """Stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        self._now = max(self._now, moment)


class RunningClock:
    """Runs as real time does, from a moment of its own; and can be moved on."""

    def __init__(self, start: datetime, real: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._real, self._ahead = real, start - real()

    def __call__(self) -> datetime:
        return self._real() + self._ahead

    def move_to(self, moment: datetime) -> None:
        self._ahead += max(moment - self(), timedelta())


async def step(
    clinic: Clinic, clock: Clock, until: datetime, settle: Callable[[], Awaitable[object]], longest: timedelta | None = None,
) -> None:
    """Let time pass to the next moment at which something falls due, do it, and let what comes of it arrive (`settle`).
    At most to `until`, and at most for `longest`."""
    now, due = clock(), await clinic.run("demo", next_due)  # a turn, since beside nobody else it is cheaper than a read
    stop = until if due is None else max(due, now + SMALLEST_STEP) if due > now else now + WHEN_STUCK
    clock.move_to(min(stop, until, now + longest if longest else until))
    if due is not None and due <= clock():
        await run_due(clinic)
        await settle()


def next_due(turn: Turn) -> datetime | None:
    """When the next thing falls due: a check, a message held back, a reminder to staff, a conversation gone silent."""
    message, check, window, reminder, heard = turn.db.execute(NEXT).one()
    return min(filter(None, (message, check, window, reminder, heard + EXPIRES_AFTER if heard else None)), default=None)


# One statement, built once: it is asked at every step.
NEXT = select(
    select(func.min(outbox.c.not_before)).where(outbox.c.outcome.is_(None)).scalar_subquery(),
    select(func.min(care_plans.c.next_at)).where(care_plans.c.next_at.is_not(None)).scalar_subquery(),
    select(func.min(check_windows.c.act_at)).where(check_windows.c.act_at.is_not(None)).scalar_subquery(),
    select(func.min(escalations.c.next_action_at)).where(escalations.c.resolved_at.is_(None)).scalar_subquery(),
    select(func.min(conversations.c.heard_at)).where(conversations.c.ended_at.is_(None)).scalar_subquery())
