"""One HTTP request with an alert in it, and what its answer means."""

import aiohttp

from scheduler.channels.refused import Refused

TIMEOUT = aiohttp.ClientTimeout(total=20)
NEVER = (400, 410, 413, 422)  # anything else may be put right at the other end, or in our settings


async def post(url: str, body: bytes, headers: dict[str, str]) -> None:
    """Raises Refused if asking again would not help, RuntimeError for any other answer that is not a yes."""
    async with (aiohttp.ClientSession(timeout=TIMEOUT, trust_env=True) as session,
                session.post(url, data=body, headers=headers, allow_redirects=False) as answer):
        if answer.status < 300:
            return
        if answer.status < 400 or answer.status in NEVER:
            raise Refused(f"it answered {answer.status}")
        raise RuntimeError(f"it answered {answer.status}")
