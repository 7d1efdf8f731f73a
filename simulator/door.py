"""The door every call comes through, by socket or in process: faults, late answers and the long poll's wait."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from simulator.call import Upload
from simulator.faults import Fault
from simulator.records import Refused
from simulator.telegram import Answer, Telegram

HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
LONGEST_POLL = 50  # seconds
ERRORS = {"500": (500, "Internal Server Error"), "500_after": (500, "Internal Server Error"), "502": (502, "Bad Gateway")}

Sleep = Callable[[float], Awaitable[Any]]


class NoAnswer(Exception):
    """The caller waits in vain."""


class Dropped(Exception):
    """The connection breaks off."""


async def serve(
    telegram: Telegram, token: str, method: str, params: Mapping[str, Any], files: Mapping[str, Upload], sleep: Sleep
) -> tuple[int, bytes]:
    """The HTTP status and body of the answer; or one of the exceptions above, when the plan says so."""
    if telegram.on_request:
        telegram.on_request(method, params)
    if telegram.latency:
        await sleep(telegram.latency)
    fault = telegram.faults.draw(method, _chat_id(params)) if token in telegram.bots else None
    if fault and fault.before and fault.kind != "429":
        return _spoilt(telegram, fault)
    answer = telegram.call(token, method, params, files, fault)
    if answer.body.get("result") == [] and method.lower() == "getupdates":
        answer = await _wait_for_updates(telegram, token, method, params, answer)
    if fault and not fault.before and answer.code == 200:
        if fault.kind != "slow":
            return _spoilt(telegram, fault)
        await sleep(fault.seconds)
    return answer.code, encoded(answer)


def encoded(answer: Answer) -> bytes:
    return ENCODER.encode(answer.body).encode(errors="replace")


def _chat_id(params: Mapping[str, Any]) -> int | None:
    try:
        return int(params["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None


def _spoilt(telegram: Telegram, fault: Fault) -> tuple[int, bytes]:
    """What reaches the bot in place of the answer."""
    if fault.kind.startswith("timeout"):
        raise NoAnswer
    if fault.kind.startswith("drop"):
        raise Dropped
    if fault.kind.startswith("html"):
        return 502, HTML
    code, words = ERRORS[fault.kind]
    return code, encoded(telegram.refuse(Refused(code, words)))


async def _wait_for_updates(telegram: Telegram, token: str, method: str, params: Mapping[str, Any], nothing: Answer) -> Answer:
    """Wait until there is an update, the time is up, or somebody else polls."""
    try:
        seconds = min(int(params.get("timeout") or 0), LONGEST_POLL)
    except ValueError:
        seconds = 0
    if seconds <= 0:
        return nothing
    updates = telegram.bots[token].updates
    arrived: asyncio.Future[Refused | None] = asyncio.get_running_loop().create_future()

    def wake(refused: Refused | None) -> None:
        if not arrived.done():
            arrived.set_result(refused)

    updates.wake = wake
    try:
        refused = await asyncio.wait_for(arrived, seconds)
    except TimeoutError:
        return nothing
    finally:
        if updates.wake is wake:
            updates.wake = None
    return telegram.refuse(refused) if refused else telegram.call(token, method, params)
