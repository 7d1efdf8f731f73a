"""How fast a bot may send: about a message a second a chat with short bursts, and thirty a second overall."""

import math
from collections import deque
from datetime import datetime, timedelta

from simulator.records import Refused

BURST = 5  # messages a chat takes at once after a pause
GROUP_A_MINUTE = 20
OVERALL = 30  # messages a second that answer nobody
PAID = 1000  # messages a second of a broadcast that is paid for
ANSWERING = timedelta(seconds=60)  # a message this soon after the chat's own is an answer, and not bulk
PENALTY = 3  # seconds the whole bot is refused after going over the overall pace


class Pace:
    """Off, it refuses only who is under an injected 429. Times are whatever clock the simulator runs on."""

    def __init__(self, on: bool):
        self.on = on
        self._chats: dict[int, tuple[float, float]] = {}  # chat -> messages it would take now, as of when
        self._bulk: deque[float] = deque()
        self._until: dict[int | None, float] = {}  # refused until; None is the whole bot

    def penalise(self, chat_id: int | None, now: datetime, seconds: int) -> Refused:
        """Refuse this chat (None: the whole bot) for so long."""
        self._until[chat_id] = now.timestamp() + seconds
        return too_many(seconds)

    def check(self, chat_id: int, heard_at: datetime | None, now: datetime, paid: bool = False) -> None:
        """Count one message to this chat, or refuse it."""
        if not self.on:
            return
        at = now.timestamp()
        rate, burst = (GROUP_A_MINUTE / 60, GROUP_A_MINUTE) if chat_id < 0 else (1.0, BURST)
        tokens, since = self._chats.get(chat_id, (float(burst), at))
        tokens = min(burst, tokens + (at - since) * rate)
        if tokens < 1 - 1e-6:
            raise self.penalise(chat_id, now, max(1, math.ceil((1 - tokens) / rate)))
        if heard_at is None or now - heard_at > ANSWERING:
            while self._bulk and self._bulk[0] <= at - 1:
                self._bulk.popleft()
            if len(self._bulk) >= (PAID if paid else OVERALL):
                raise self.penalise(None, now, PENALTY)
            self._bulk.append(at)
        self._chats[chat_id] = (tokens - 1, at)

    def still_refused(self, chat_id: int, now: datetime) -> None:
        """Whoever was told to wait waits, whatever they ask of this chat."""
        if not self._until:
            return
        at = now.timestamp()
        for key in (None, chat_id):
            until = self._until.get(key)
            if until is not None:
                if at < until:
                    raise too_many(math.ceil(until - at))
                del self._until[key]


def too_many(seconds: int) -> Refused:
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
