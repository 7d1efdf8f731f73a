"""Asking Telegram about a bot, without being that bot: for `init` and `doctor`."""

import re
from typing import Any

import aiohttp

TOKEN = re.compile(r"\d{5,}:[\w-]{20,}")
PATIENCE = aiohttp.ClientTimeout(total=8)


class Unknown(Exception):
    """Telegram does not know this token."""


class Unreachable(Exception):
    """Telegram gave no answer."""


async def get_me(token: str, api_base: str) -> dict[str, Any]:
    return await _ask("getMe", token, api_base)


async def get_webhook_info(token: str, api_base: str) -> dict[str, Any]:
    return await _ask("getWebhookInfo", token, api_base)


async def _ask(method: str, token: str, api_base: str) -> dict[str, Any]:
    try:
        async with aiohttp.ClientSession(timeout=PATIENCE, trust_env=True) as session, session.get(
            f"{api_base.rstrip('/')}/bot{token}/{method}") as answer:
            body = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        raise Unreachable from None
    match body:
        case {"ok": True, "result": dict(result)}:
            return result
        case {"error_code": 401 | 404}:
            raise Unknown
    raise Unreachable
