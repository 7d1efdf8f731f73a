"""Webhooks: programs elsewhere that are told what happens here. Added, changed, tried, looked after by administrators."""

import asyncio
from collections.abc import Callable
from typing import Any

from care.heart.turn import Turn
from care.webhooks import deliveries, hooks
from care.webhooks.addresses import Refused, as_address, checked, may_reach
from care.webhooks.payload import every_type
from staff_api.call import Call, found
from staff_api.problems import Fault, Problem
from staff_api.shapes.forms import Id
from staff_api.shapes.webhooks import (
    Deliveries,
    DeliveriesAsked,
    Delivery,
    Webhook,
    WebhookIn,
    WebhookMade,
    Webhooks,
    WebhookTypes,
)

LOOKED_UP_WITHIN = 5.0  # seconds


async def list_webhooks(call: Call) -> Webhooks:
    """Every program that is told what happens."""
    return Webhooks(items=[Webhook.of(one) for one in await call.read(hooks.everyone)])


async def list_webhook_types(call: Call) -> WebhookTypes:
    """Every type of event that a webhook can be told of."""
    return WebhookTypes(items=list(every_type()))


async def add_webhook(call: Call, body: WebhookIn) -> WebhookMade:
    """Tell a program what happens from now on. Its secret is in this answer and nowhere else."""
    call.must_be_fresh()
    await leads_outside(call, body)
    return WebhookMade.of(await call.run(allowed, hooks.add, body.url, body.kinds, body.facts))


async def get_webhook(call: Call, webhook_id: Id) -> Webhook:
    """One webhook."""
    return await call.read(webhook_now, webhook_id)


def webhook_now(turn: Turn, webhook_id: int) -> Webhook:
    return Webhook.of(found(hooks.get(turn, webhook_id)))


async def change_webhook(call: Call, webhook_id: Id, body: WebhookIn) -> Webhook:
    """Tell it elsewhere, or of something else."""
    call.must_be_fresh()
    await leads_outside(call, body)
    return await call.change(Webhook, allowed, hooks.change, webhook_id, body.url, body.kinds, body.facts)


async def rotate_webhook_secret(call: Call, webhook_id: Id) -> WebhookMade:
    """Make a new secret. For 24 hours the old one signs as well."""
    call.must_be_fresh()
    return WebhookMade.of(found(await call.run(hooks.rotate, webhook_id)))


async def enable_webhook(call: Call, webhook_id: Id) -> Webhook:
    """Switch it on again. What waits is sent; what happened while it was off is not, and can be read from the lists."""
    return Webhook.of(found(await call.run(hooks.enable, webhook_id)))


async def pause_webhook(call: Call, webhook_id: Id) -> Webhook:
    """Tell it nothing until it is switched on again. What happens meanwhile is read from the lists."""
    return Webhook.of(found(await call.run(hooks.pause, webhook_id)))


async def try_webhook(call: Call, webhook_id: Id) -> None:
    """Send it a `webhook.tried`, whatever it wants to be told; what became of it is among its deliveries."""
    if not await call.run(hooks.try_, webhook_id):
        raise Problem("not_found")


async def remove_webhook(call: Call, webhook_id: Id) -> None:
    """Tell it nothing more, at once."""
    if not await call.run(hooks.remove, webhook_id):
        raise Problem("not_found")


async def get_deliveries(call: Call, webhook_id: Id, query: DeliveriesAsked) -> Deliveries:
    """What it was told and what became of that, the newest first."""
    of = f"deliveries {webhook_id}"
    found(await call.read(hooks.get, webhook_id))
    rows = await call.read(deliveries.log, webhook_id, call.place(of, query.cursor), query.limit + 1, query.outcome)
    shown = rows[: query.limit]
    return Deliveries(items=[Delivery.of(one) for one in shown],
                      next=call.next(of, shown[-1].id) if len(rows) > len(shown) else None)


async def replay_delivery(call: Call, webhook_delivery_id: Id) -> Delivery:
    """Send one again, with the same `webhook-id`. While its webhook is switched off it waits."""
    return Delivery.of(found(await call.run(deliveries.replay, webhook_delivery_id)))


async def leads_outside(call: Call, body: WebhookIn) -> None:
    """Refuse what leads into a network inside; it is looked up again whenever something is sent. Also refused: more than
    whoever asks may know."""
    networks = call.clinic.settings.webhooks.private_networks
    if body.facts and not call.caller.may("patients:read"):
        raise refused("facts", "Only who may read patients' records can let a program be told of what is in them.")
    try:
        host, port = checked(body.url, networks)
    except Refused as why:
        raise refused("url", str(why)) from None
    if as_address(host):
        return
    try:
        async with asyncio.timeout(LOOKED_UP_WITHIN):
            at = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)
    except (OSError, UnicodeError):  # a timeout is an OSError
        raise refused("url", f"There is no {host} that we can find.") from None
    if not all((address := as_address(str(one[4][0]))) and may_reach(address, networks) for one in at):
        raise refused("url", "That leads into a network inside. The clinic can allow it with webhooks.private_networks.")


def allowed(turn: Turn, act: Callable[..., Any], *given: Any) -> Any:
    try:
        return act(turn, *given)
    except Refused as why:
        raise refused("kinds" if "type" in str(why) else "url", str(why)) from None


def refused(field: str, why: str) -> Problem:
    return Problem("invalid_body", errors=[Fault(pointer=f"/{field}", detail=why)])
