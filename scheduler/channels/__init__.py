"""The second channel: how alerts leave for people who do not look at the console. One class for each, named in CHANNELS."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from care import alerts
from care.alerts import Alert
from care.heart.clinic import Clinic
from care.heart.settings import Settings
from scheduler.channels.email import Email
from scheduler.channels.refused import Refused
from scheduler.channels.sms import Sms
from scheduler.channels.webhook import Webhook

logger = logging.getLogger(__name__)
PATIENCE = 30.0  # seconds for one alert


class Channel(Protocol):
    async def send(self, alert: Alert) -> None:
        """Hand it in. Raises Refused if trying again would not help; whatever else it raises, it is tried again."""


CHANNELS: dict[str, Callable[[Settings], Channel]] = {"email": Email, "sms": Sms, "webhook": Webhook}


async def deliver(clinic: Clinic, alert: Alert) -> None:
    """Send an alert, and write down what became of it. If it cannot be written down, it is sent once more."""
    try:
        async with asyncio.timeout(PATIENCE):
            await CHANNELS[alert.channel](clinic.settings).send(alert)
    except Refused as refused:
        logger.error("alert %d was refused by %s: %s", alert.id, alert.channel, refused)
        await clinic.run("scheduler", alerts.not_sent, alert, str(refused), again=False)
    except Exception as error:  # a timeout, no connection, an answer that means "later": whatever it was, it may pass
        why = "no answer in time" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}"
        logger.warning("alert %d could not leave by %s yet: %s", alert.id, alert.channel, why)
        await clinic.run("scheduler", alerts.not_sent, alert, why, again=True)
    else:
        await clinic.run("scheduler", alerts.sent, alert)
