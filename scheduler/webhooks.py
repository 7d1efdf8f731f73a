"""Telling a webhook: one signed request, to an address that was looked up just now and is none of a network inside."""

import errno
import logging
import socket
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from care.heart.clinic import Clinic
from care.webhooks import deliveries
from care.webhooks.addresses import Refused, as_address, checked, may_reach
from care.webhooks.deliveries import Telling
from scheduler.channels.webhook import signed

logger = logging.getLogger(__name__)
PATIENCE = aiohttp.ClientTimeout(total=15)


class OnlyAllowed(AbstractResolver):
    """Looks a name up and gives only the addresses that may be reached: the connection is made to those and no other, so a
    name that leads elsewhere at a second look leads nowhere."""

    def __init__(self, networks: Sequence[str], inner: AbstractResolver | None = None) -> None:
        self._networks, self._inner = networks, inner or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC,
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        allowed = [one for one in found if (at := as_address(one["host"])) and may_reach(at, self._networks)]
        if not allowed:
            raise OSError(errno.EACCES, f"{host} leads into a network inside, or nowhere")
        return allowed

    async def close(self) -> None:
        await self._inner.close()


async def tell(clinic: Clinic, told: Telling, resolver: AbstractResolver | None = None) -> None:
    """Send it, and write down what became of it. If that cannot be written down, it is sent once more, with the same id."""
    networks = clinic.settings.webhooks.private_networks
    headers = signed(told.secrets[0], told.message_id, told.claimed_at, told.body, *told.secrets[1:])
    try:
        checked(told.url, networks)  # an address given as such is not looked up
        # No proxy: it would look the name up by itself.
        connector = aiohttp.TCPConnector(resolver=OnlyAllowed(networks, resolver), use_dns_cache=False)
        async with (aiohttp.ClientSession(timeout=PATIENCE, connector=connector, trust_env=False) as session,
                    session.post(told.url, data=told.body, headers=headers, allow_redirects=False) as answer):
            status, wait = answer.status, later(answer.headers.get("Retry-After", ""), clinic.now())
    except Refused as refused:
        await clinic.run("scheduler", deliveries.failed, told, str(refused))
    except Exception as error:  # a timeout, no connection, a certificate: whatever it was, it may pass
        why = "no answer in time" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}"
        logger.warning("webhook %d could not be told yet: %s", told.webhook_id, why)
        await clinic.run("scheduler", deliveries.failed, told, why)
    else:
        if status < 300:
            await clinic.run("scheduler", deliveries.arrived, told, status)
        else:
            logger.warning("webhook %d answered %d", told.webhook_id, status)
            await clinic.run("scheduler", deliveries.failed, told, f"it answered {status}", status, wait)


def later(said: str, now: datetime) -> timedelta | None:
    """How long the other end asks us to wait: seconds, or a date."""
    if said.isascii() and said.isdecimal():
        return timedelta(seconds=min(int(said), 10**6))
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max((at if at.tzinfo else at.replace(tzinfo=UTC)) - now, timedelta())


