"""How a bot hears of what happens: by polling or by webhook, never both."""

from urllib.parse import urlsplit

from simulator.call import Call
from simulator.methods.table import method
from simulator.records import Refused, Wire, bad_request
from simulator.updates import Webhook

MOST_UPDATES = 100
HOW_TO_POLL = "use deleteWebhook to delete the webhook first"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@method("getUpdates", journaled=False)
def get_updates(call: Call) -> list[Wire]:
    """What is there now. Waiting for more is the door's business."""
    updates = call.bot.updates
    if updates.webhook:
        raise Refused(409, f"Conflict: can't use getUpdates method while webhook is active; {HOW_TO_POLL}")
    updates.interrupt("terminated by other getUpdates request; make sure that only one bot instance is running")
    allow(call)
    limit = min(max(call.integer("limit", MOST_UPDATES), 1), MOST_UPDATES)
    return updates.take(call.integer("offset"), limit, call.now)


@method("setWebhook")
def set_webhook(call: Call) -> bool:
    url = call.text("url")
    if not url:
        delete_webhook(call)
        return True
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = call.text("secret_token")
    if len(secret) > 256 or not all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in secret):
        raise bad_request("secret token contains unallowed characters")
    allow(call)
    drop(call)
    connections = min(max(call.integer("max_connections", 40), 1), 100)
    call.bot.updates.interrupt("terminated by setWebhook request")
    call.bot.updates.webhook = Webhook(url, secret or None, connections)
    call.telegram.webhook_changed(call.bot)
    return True


@method("deleteWebhook")
def delete_webhook(call: Call) -> bool:
    drop(call)
    call.bot.updates.webhook = None
    call.telegram.webhook_changed(call.bot)
    return True


@method("getWebhookInfo", journaled=False)
def get_webhook_info(call: Call) -> Wire:
    updates = call.bot.updates
    hook = updates.webhook
    pending = len(updates.pending) + len(updates.again)
    info: Wire = {"url": hook.url if hook else "", "has_custom_certificate": False, "pending_update_count": pending}
    if hook:
        info |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
        if hook.last_error_at:
            info |= {"last_error_date": int(hook.last_error_at.timestamp()), "last_error_message": hook.last_error}
    if updates.allowed:
        info["allowed_updates"] = sorted(updates.allowed)
    return info


def allow(call: Call) -> None:
    """Not sent is «as before»."""
    kinds = call.container("allowed_updates", "allowed updates")
    if isinstance(kinds, list):
        call.bot.updates.allow(kind for kind in kinds if isinstance(kind, str))


def drop(call: Call) -> None:
    if call.flag("drop_pending_updates"):
        call.bot.updates.clear()
