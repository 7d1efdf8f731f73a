"""Webhooks as they are kept: made, changed, given new secrets, switched off and on, removed."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from care import events
from care.escalations import Severity, open_
from care.heart import journal
from care.heart.sealing import box
from care.heart.turn import Turn
from care.tables import webhook_deliveries, webhooks
from care.webhooks.addresses import Refused, checked
from care.webhooks.payload import every_type

MOST = 20
PURPOSE = "webhooks"
PAUSED = "an administrator paused it"
BOTH_SIGN = timedelta(hours=24)


@dataclass(frozen=True)
class Webhook:
    id: int
    url: str
    kinds: tuple[str, ...]
    facts: bool
    made_by: str
    created_at: datetime
    old_secret_until: datetime | None
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None


@dataclass(frozen=True)
class Made:
    """A webhook with its secret, which is shown this once."""

    webhook: Webhook
    secret: str


def everyone(turn: Turn) -> list[Webhook]:
    return [_webhook(row) for row in turn.db.execute(
        select(webhooks).where(webhooks.c.removed_at.is_(None)).order_by(webhooks.c.id))]


def get(turn: Turn, webhook_id: int) -> Webhook | None:
    row = turn.db.execute(select(webhooks).where(webhooks.c.id == webhook_id, webhooks.c.removed_at.is_(None))).first()
    return _webhook(row) if row else None


def add(turn: Turn, url: str, kinds: Sequence[str], facts: bool) -> Made:
    """It is told of what happens from now on. Raises Refused."""
    _allowed(turn, url, kinds)
    if len(everyone(turn)) >= MOST:
        raise Refused(f"There are {MOST} webhooks already; remove one that is not needed.")
    secret = _new_secret()
    webhook_id = turn.insert(webhooks, {
        "url": url, "kinds": list(kinds), "facts": facts, "secret": _sealed(turn, secret), "made_by": turn.actor,
        "created_at": turn.now, "told_to": journal.latest_id(turn), "failures": 0, "not_before": turn.now})
    turn.happened(events.WebhookAdded(None, webhook_id))
    return Made(_known(turn, webhook_id), secret)


def change(turn: Turn, webhook_id: int, url: str, kinds: Sequence[str], facts: bool) -> Webhook | None:
    """What waits already goes to the new address. Raises Refused."""
    _allowed(turn, url, kinds)
    if not _change(turn, webhook_id, url=url, kinds=list(kinds), facts=facts):
        return None
    turn.happened(events.WebhookChanged(None, webhook_id))
    return _known(turn, webhook_id)


def rotate(turn: Turn, webhook_id: int) -> Made | None:
    """A new secret. For a day both sign, so that the other end can change over in between."""
    old = turn.db.scalar(select(webhooks.c.secret).where(webhooks.c.id == webhook_id, webhooks.c.removed_at.is_(None)))
    if old is None:
        return None
    secret = _new_secret()
    _change(turn, webhook_id, secret=_sealed(turn, secret), old_secret=old, old_secret_until=turn.now + BOTH_SIGN)
    turn.happened(events.WebhookSecretRotated(None, webhook_id))
    return Made(_known(turn, webhook_id), secret)


def enable(turn: Turn, webhook_id: int) -> Webhook | None:
    """Tell it again: what waits, and what happens from now on. What happened while it was off is read from the lists."""
    webhook = get(turn, webhook_id)
    if webhook and webhook.disabled_at:
        _change(turn, webhook_id, disabled_at=None, disabled_why=None, failures=0, failing_since=None, not_before=turn.now,
                told_to=journal.latest_id(turn))
        turn.db.execute(update(webhook_deliveries).where(
            webhook_deliveries.c.webhook_id == webhook_id, webhook_deliveries.c.outcome.is_(None)).values(
                not_before=turn.now, attempts=0))
        turn.happened(events.WebhookEnabled(None, webhook_id))
    return get(turn, webhook_id)


def pause(turn: Turn, webhook_id: int) -> Webhook | None:
    """Tell it no more until a person says otherwise; whoever did it knows why, and nobody has to look."""
    webhook = get(turn, webhook_id)
    if webhook and not webhook.disabled_at:
        _change(turn, webhook_id, disabled_at=turn.now, disabled_why=PAUSED)
        turn.happened(events.WebhookDisabled(None, webhook_id))
    return get(turn, webhook_id)


def disable(turn: Turn, webhook_id: int, why: str) -> None:
    """Tell it no more; a person has to look why."""
    if _change(turn, webhook_id, disabled_at=turn.now, disabled_why=why):
        turn.happened(events.WebhookDisabled(None, webhook_id))
        open_(turn, None, Severity.ROUTINE, f"webhook:{webhook_id}",
              "A webhook was switched off: an administrator has to look", f"Webhook {webhook_id}: {why}")


def remove(turn: Turn, webhook_id: int) -> bool:
    """At once: what waits does not leave."""
    if not _change(turn, webhook_id, removed_at=turn.now):
        return False
    turn.db.execute(update(webhook_deliveries).where(
        webhook_deliveries.c.webhook_id == webhook_id, webhook_deliveries.c.outcome.is_(None)).values(
            outcome="failed", why="the webhook was removed", settled_at=turn.now))
    turn.happened(events.WebhookRemoved(None, webhook_id))
    return True


def try_(turn: Turn, webhook_id: int) -> bool:
    """Send it something that means nothing, whatever it wants to be told."""
    if get(turn, webhook_id) is None:
        return False
    turn.happened(events.WebhookTried(None, webhook_id))
    return True


def signing(turn: Turn, row: Any) -> tuple[str, ...]:
    """The secrets that sign what is sent now, the newest first."""
    old = row.old_secret if row.old_secret_until and row.old_secret_until > turn.now else None
    return tuple(box(turn.settings, PURPOSE).decrypt(one.encode()).decode() for one in (row.secret, old) if one)


def _allowed(turn: Turn, url: str, kinds: Sequence[str]) -> None:
    checked(url, turn.settings.webhooks.private_networks)
    known = set(every_type())
    subjects = {f"{one.partition('.')[0]}.*" for one in known}
    if unknown := sorted(set(kinds) - known - subjects - {"*"}):
        raise Refused(f"Nothing of that type happens here: {', '.join(unknown)}. One is such as escalation.opened or dose.*")


def _new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _sealed(turn: Turn, secret: str) -> str:
    return box(turn.settings, PURPOSE).encrypt(secret.encode()).decode()


def _change(turn: Turn, webhook_id: int, **changed: Any) -> bool:
    return bool(turn.db.execute(update(webhooks).where(
        webhooks.c.id == webhook_id, webhooks.c.removed_at.is_(None)).values(**changed)).rowcount)


def _known(turn: Turn, webhook_id: int) -> Webhook:
    webhook = get(turn, webhook_id)
    assert webhook is not None
    return webhook


def _webhook(row: Any) -> Webhook:
    return Webhook(row.id, row.url, tuple(row.kinds), row.facts, row.made_by, row.created_at, row.old_secret_until,
                   row.failing_since, row.disabled_at, row.disabled_why)
