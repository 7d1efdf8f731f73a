"""Alerts to an address of the clinic's own, signed as Standard Webhooks has it: `webhook-id`, `-timestamp` and `-signature`."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

from care.alerts import Alert
from care.heart.settings import Settings
from scheduler.channels.post import post
from scheduler.channels.refused import Refused


class Webhook:
    def __init__(self, settings: Settings) -> None:
        self._alerts, self._console = settings.alerts, settings.staff.public_url.rstrip("/")

    async def send(self, alert: Alert) -> None:
        if not self._alerts.webhook_url:
            raise Refused("alerts.webhook_url is not set")
        body = json.dumps({
            "type": "escalation.called", "timestamp": alert.created_at.astimezone(UTC).isoformat(),
            "data": {"escalation_id": alert.escalation_id, "severity": alert.severity, "subject": alert.subject,
                     "rung": alert.rung, "url": f"{self._console}/e/{alert.escalation_id}"}}).encode()
        await post(self._alerts.webhook_url, body, signed(
            self._alerts.webhook_secret, f"alert_{alert.id}", alert.claimed_at, body))


def signed(secret: str, message_id: str, at: datetime, body: bytes, *also: str) -> dict[str, str]:
    """The headers that say whose it is, and that it is fresh. A secret that begins with whsec_ is base64; while secrets change
    each of them signs."""
    sent_at = str(int(at.timestamp()))
    words = f"{message_id}.{sent_at}.".encode() + body
    signatures = (hmac.new(key_of(one), words, hashlib.sha256).digest() for one in (secret, *also))
    return {"Content-Type": "application/json", "webhook-id": message_id, "webhook-timestamp": sent_at,
            "webhook-signature": " ".join(f"v1,{base64.b64encode(one).decode()}" for one in signatures)}


def key_of(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
