"""Webhooks, on a page of their own: who is told what, what did not arrive, and whether it arrives now."""

from typing import Any

from aiohttp import web
from pydantic import Field

from care.heart.turn import Turn
from care.webhooks import deliveries, hooks
from care.webhooks.payload import every_type
from staff_api.console.accounts import Act, Sensitive, frame, proving
from staff_api.console.visit import Visit, seen_as, visited
from staff_api.problems import in_shape
from staff_api.shapes.webhooks import Url, WebhookIn, WebhookMade
from staff_api.views import webhooks as api

SHOWN = 10  # deliveries, and as many that failed


class Filled(Sensitive):
    url: Url
    kinds: str = Field(max_length=4000)
    facts: bool = False
    seen: str = ""


def wanted(filled: Filled) -> WebhookIn:
    """The form as the API's own shape: types stand in it with spaces, commas or lines between."""
    return in_shape(WebhookIn, {
        "url": filled.url, "kinds": filled.kinds.replace(",", " ").split(), "facts": filled.facts})


def looked_at(turn: Turn) -> dict[str, Any]:
    def one(hook: hooks.Webhook) -> dict[str, Any]:
        return {
            "hook": hook, "seen": seen_as(api.webhook_now(turn, hook.id)),
            "latest": deliveries.log(turn, hook.id, None, SHOWN),
            "failed": deliveries.log(turn, hook.id, None, SHOWN, "failed"),
        }

    return {"hooks": [one(hook) for hook in hooks.everyone(turn)], **frame(turn)}


async def sheet(visit: Visit, said: str | None = None, made: WebhookMade | None = None) -> web.Response:
    return visit.page(
        "webhooks_sheet.html" if visit.swaps else "webhooks.html", place="webhooks", heading="Webhooks", said=said, made=made,
        types=every_type(), most=hooks.MOST, paused=hooks.PAUSED, **await visit.read(looked_at),
    )  # fmt: skip


@visited("webhooks:write")
async def get_webhooks(visit: Visit) -> web.Response:
    """All of them."""
    return await sheet(visit)


@visited("webhooks:write")
async def add(visit: Visit) -> web.Response:
    """Tell one more program; its secret is shown this once."""
    return await sheet(visit, made=await api.add_webhook(visit, wanted(await proving(visit, Filled))))


@visited("webhooks:write")
async def change(visit: Visit) -> web.Response:
    """Tell it elsewhere, or of something else."""
    filled, which = await proving(visit, Filled), visit.number("webhook_id")
    visit.has_seen(lambda turn: api.webhook_now(turn, which), f"/api/v1/webhooks/{which}", {"webhook_id": which}, filled.seen)
    changed = await api.change_webhook(visit, which, wanted(filled))
    return await sheet(visit, f"{changed.url} is changed.")


@visited("webhooks:write")
async def new_secret(visit: Visit) -> web.Response:
    """Another secret; for a day both sign."""
    await proving(visit, Act)
    return await sheet(visit, made=await api.rotate_webhook_secret(visit, visit.number("webhook_id")))


@visited("webhooks:write")
async def pause(visit: Visit) -> web.Response:
    """Tell it nothing for now."""
    paused = await api.pause_webhook(visit, visit.number("webhook_id"))
    return await sheet(visit, f"{paused.url} is told nothing until somebody switches it on again.")


@visited("webhooks:write")
async def enable(visit: Visit) -> web.Response:
    """Tell it again."""
    enabled = await api.enable_webhook(visit, visit.number("webhook_id"))
    return await sheet(visit, f"{enabled.url} is told again what happens from now on.")


@visited("webhooks:write")
async def send_test(visit: Visit) -> web.Response:
    """Something that means nothing, to see whether it arrives."""
    await api.try_webhook(visit, visit.number("webhook_id"))
    return await sheet(visit, "A test is on its way; look again in a few seconds.")


@visited("webhooks:write")
async def send_again(visit: Visit) -> web.Response:
    """One that did not arrive, once more."""
    await api.replay_delivery(visit, visit.number("webhook_delivery_id"))
    return await sheet(visit, "It is on its way again.")


@visited("webhooks:write")
async def remove(visit: Visit) -> web.Response:
    """Tell it nothing more, at once."""
    await proving(visit, Act)
    await api.remove_webhook(visit, visit.number("webhook_id"))
    return await sheet(visit, "It is removed, and told nothing more.")
