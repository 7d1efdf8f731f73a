"""What webhooks are still to be told: read off the journal, tried until it has arrived, given up after days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from sqlalchemy import Select, or_, select, update

from care.heart import journal
from care.heart.turn import Turn
from care.tables import events as journal_table
from care.tables import webhook_deliveries as deliveries
from care.tables import webhooks
from care.webhooks import hooks
from care.webhooks.payload import type_of, wanted, written

LEASE = timedelta(minutes=2)
AT_ONCE, OF_ONE = 20, 5  # claimed in a turn; of one webhook, so that a slow one keeps none of the others waiting
READ = 500  # events
# As Standard Webhooks proposes: most troubles are over in minutes, some last over a weekend.
PAUSES = tuple(timedelta(seconds=one) for one in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400))
GIVE_UP = timedelta(days=3)
LONGEST_PAUSE = timedelta(days=1)
TRIED = "webhook.tried"


@dataclass(frozen=True)
class Telling:
    """A delivery to be made now. `fence` says which claim this is."""

    id: int
    fence: int
    webhook_id: int
    url: str
    message_id: str
    body: bytes
    secrets: tuple[str, ...]
    claimed_at: datetime


@dataclass(frozen=True)
class Delivery:
    """One as the log has it."""

    id: int
    webhook_id: int
    event_id: int
    kind: str
    created_at: datetime
    attempts: int
    outcome: str | None
    status: int | None
    why: str | None
    next_at: datetime | None
    settled_at: datetime | None


def behind(turn: Turn) -> list[int]:
    """Webhooks that have not been told of all that has happened."""
    return list(turn.db.scalars(select(webhooks.c.id).where(
        webhooks.c.removed_at.is_(None), webhooks.c.disabled_at.is_(None),
        webhooks.c.told_to != journal.latest_id(turn)).order_by(webhooks.c.id)))


def line_up(turn: Turn, webhook_id: int) -> int:
    """Take what happened since, and line up what this webhook wants to be told of it. Returns how many events it looked at."""
    hook = turn.db.execute(select(webhooks).where(webhooks.c.id == webhook_id).with_for_update()).one()
    happened = journal.since(turn, hook.told_to, READ)
    rows = [{"webhook_id": hook.id, "event_id": one.id, "kind": kind, "created_at": turn.now, "not_before": turn.now,
             "attempts": 0, "fence": 0} for one in happened if ((kind := type_of(one.kind)) == TRIED
            and one.facts["webhook_id"] == hook.id) or (kind != TRIED and wanted(hook.kinds, kind))]
    if rows:
        turn.insert_once(deliveries, rows)
    if happened:
        turn.db.execute(update(webhooks).where(webhooks.c.id == hook.id).values(told_to=happened[-1].id))
    return len(happened)


def waiting(turn: Turn) -> bool:
    """Whether there may be something to send."""
    return turn.db.scalar(_due(turn).limit(1)) is not None


def _due(turn: Turn) -> Select[Any]:
    return select(deliveries.c.id).join(webhooks, webhooks.c.id == deliveries.c.webhook_id).where(
        deliveries.c.outcome.is_(None), deliveries.c.not_before <= turn.now,
        or_(deliveries.c.claimed_at.is_(None), deliveries.c.claimed_at <= turn.now - LEASE),
        webhooks.c.disabled_at.is_(None), webhooks.c.not_before <= turn.now)


def claim(turn: Turn, most: int = AT_ONCE) -> list[Telling]:
    """Take what may leave now. Of a webhook that fails, one at a time: it is asked whether it is there again."""
    asked = (
        _due(turn).with_only_columns(
            deliveries, webhooks.c.url, webhooks.c.facts, webhooks.c.secret, webhooks.c.old_secret,
            webhooks.c.old_secret_until, webhooks.c.failures)
        .order_by(deliveries.c.not_before, deliveries.c.id).limit(most * OF_ONE)
        .with_for_update(of=deliveries, skip_locked=True))
    taken: list[Telling] = []
    for row in turn.db.execute(asked).all():
        of_this = sum(one.webhook_id == row.webhook_id for one in taken)
        if len(taken) >= most or of_this >= (1 if row.failures else OF_ONE):
            continue
        event = turn.db.execute(select(journal_table).where(journal_table.c.id == row.event_id)).first()
        if event is None:
            _settle(turn, row.id, row.fence, outcome="failed", why="the event is gone", settled_at=turn.now)
            continue
        turn.db.execute(update(deliveries).where(deliveries.c.id == row.id).values(
            claimed_at=turn.now, attempts=row.attempts + 1, fence=row.fence + 1))
        body = written(event.id, row.kind, event.at, event.patient_id, event.facts, row.facts)
        # With the time in it, since a clinic that is restored gives the same numbers to other events.
        message_id = f"msg_{row.webhook_id}_{event.id}_{int(event.at.timestamp())}"
        taken.append(Telling(
            row.id, row.fence + 1, row.webhook_id, row.url, message_id, body, hooks.signing(turn, row), turn.now))
    return taken


def arrived(turn: Turn, told: Telling, status: int) -> None:
    _settle(turn, told.id, told.fence, outcome="sent", status=status, why=None, settled_at=turn.now)
    turn.db.execute(update(webhooks).where(webhooks.c.id == told.webhook_id, webhooks.c.failures > 0).values(
        failures=0, failing_since=None, not_before=turn.now))


def failed(turn: Turn, told: Telling, why: str, status: int | None = None, wait: timedelta | None = None) -> None:
    """It did not arrive: later and later again, and no sooner than after `wait` if the other end has said so. What fails for
    days is given up, and so is a webhook at which nothing arrives for days, or that says that it is gone."""
    row = turn.db.execute(select(deliveries.c.attempts, deliveries.c.created_at).where(
        deliveries.c.id == told.id, deliveries.c.fence == told.fence, deliveries.c.outcome.is_(None))).first()
    if row is None:
        return
    hook = turn.db.execute(select(webhooks).where(webhooks.c.id == told.webhook_id)).one()
    since = hook.failing_since or turn.now
    if hook.not_before <= told.claimed_at:  # what was under way at the same time fails with it, and counts once
        turn.db.execute(update(webhooks).where(webhooks.c.id == hook.id).values(
            failures=hook.failures + 1, failing_since=since,
            not_before=turn.now + max(pause(hook.failures + 1, hook.id), min(wait or timedelta(), LONGEST_PAUSE))))
    if row.attempts > len(PAUSES):
        _settle(turn, told.id, told.fence, outcome="failed", status=status, why=why[:300], settled_at=turn.now)
    else:
        again = turn.now + max(pause(row.attempts, told.id), min(wait or timedelta(), LONGEST_PAUSE))
        _settle(turn, told.id, told.fence, claimed_at=None, not_before=again, status=status, why=why[:300])
    if status == 410:
        hooks.disable(turn, hook.id, "it answered 410: it is gone")
    elif turn.now - since >= GIVE_UP:
        hooks.disable(turn, hook.id, f"nothing has arrived since {since:%Y-%m-%d %H:%M} UTC; last: {why[:200]}")


def pause(times: int, which: int) -> timedelta:
    """How long to wait after so many failures; spread a little, so that not all come back in the same second."""
    most = PAUSES[min(times, len(PAUSES)) - 1]
    return most * (1 + crc32(f"{which} {times}".encode()) % 100 / 1000)


def log(turn: Turn, webhook_id: int, before: int | None, limit: int, outcome: str | None = None) -> list[Delivery]:
    """What a webhook was told, and is yet to be told, the newest first; of one outcome only, if it is named."""
    asked = select(deliveries).where(deliveries.c.webhook_id == webhook_id).order_by(deliveries.c.id.desc()).limit(limit)
    asked = asked.where(deliveries.c.outcome == outcome) if outcome else asked
    return [
        Delivery(row.id, row.webhook_id, row.event_id, row.kind, row.created_at, row.attempts, row.outcome, row.status, row.why,
                 None if row.outcome else row.not_before, row.settled_at)
        for row in turn.db.execute(asked.where(deliveries.c.id < before) if before else asked)]


def replay(turn: Turn, delivery_id: int) -> Delivery | None:
    """Send one again, as soon as may be, with the id that it had."""
    row = turn.db.execute(select(deliveries.c.webhook_id).join(webhooks, webhooks.c.id == deliveries.c.webhook_id).where(
        deliveries.c.id == delivery_id, webhooks.c.removed_at.is_(None))).first()
    if row is None:
        return None
    turn.db.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(
        outcome=None, attempts=0, claimed_at=None, not_before=turn.now, settled_at=None, fence=deliveries.c.fence + 1))
    return log(turn, row.webhook_id, delivery_id + 1, 1)[0]


def _settle(turn: Turn, delivery_id: int, fence: int, **changed: object) -> bool:
    this = (deliveries.c.id == delivery_id, deliveries.c.fence == fence, deliveries.c.outcome.is_(None))
    return bool(turn.db.execute(update(deliveries).where(*this).values(**changed)).rowcount)


