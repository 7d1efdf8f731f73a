"""Alerts by SMS, through whichever gateway takes a POST: the clinic gives its address and what to post."""

import json
import re
from urllib.parse import quote_plus

from care.alerts import Alert
from care.heart.settings import Settings
from scheduler.channels.post import post
from scheduler.channels.refused import Refused


class Sms:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings.alerts

    async def send(self, alert: Alert) -> None:
        if not self._settings.sms_url:
            raise Refused("alerts.sms_url is not set")
        first, *_, link = alert.text.splitlines()
        kind, body = filled(self._settings.sms_body, alert.address, f"{first} {link}")
        headers = {"Content-Type": kind}
        if self._settings.sms_authorization:
            headers["Authorization"] = self._settings.sms_authorization
        await post(self._settings.sms_url, body.encode(), headers)


def filled(template: str, to: str, text: str) -> tuple[str, str]:
    """The content type and the body: JSON if the template looks like it, else a form. What is filled in cannot break out."""
    as_json = template.lstrip().startswith(("{", "["))
    safe = {name: json.dumps(words)[1:-1] if as_json else quote_plus(words) for name, words in (("to", to), ("text", text))}
    kind = "application/json" if as_json else "application/x-www-form-urlencoded"
    return kind, re.sub(r"\{(to|text)\}", lambda mark: safe[mark[1]], template)
