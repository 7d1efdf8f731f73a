"""Telegram's pace: about 30 a second over all for what nobody asked for, about one a second in one chat.

When Telegram refuses several chats at once, it means the whole bot: then nothing but safety messages is tried for that long.
"""

from collections import deque
from dataclasses import dataclass, field

LIMIT = 30  # messages in any second over all, where nothing is paid for
WITHIN = 1.05  # seconds that we take for a second: some messages are a little slower on their way than those behind them
CATCH_UP = 0.35  # seconds of slots that may be made up for, after something else kept us
IN_A_CHAT = 1.0  # a second
BURST = 3  # messages that a chat takes at once
FORGET_AFTER = 10_000  # chats
SEVERAL, AT_ONCE = 3, 2.0  # chats that are refused within so many seconds: the whole bot is meant
BUNCHES = 50  # a second, at most: paid for, several messages leave in each


class Window:
    """No more than `limit` within `WITHIN`, whatever came late."""

    def __init__(self, limit: int) -> None:
        self._latest: deque[float] = deque(maxlen=limit)

    @property
    def opens_at(self) -> float:
        return self._latest[0] + WITHIN if len(self._latest) == self._latest.maxlen else 0.0

    def count(self, now: float, many: int = 1) -> None:
        self._latest.extend([now] * many)

    def forget(self, many: int) -> None:
        for _ in range(min(many, len(self._latest))):
            self._latest.pop()


@dataclass
class Pace:
    """All times are of a monotonic clock, in seconds."""

    limit: int = LIMIT
    next_slot: float = 0.0
    held_until: float = 0.0  # the whole bot is refused
    _chats: dict[int, float] = field(default_factory=dict)  # chat -> when its burst would be whole again
    _refused: deque[tuple[float, int]] = field(default_factory=deque)  # when, which chat

    def __post_init__(self) -> None:
        self._let_go, self._left = Window(self.limit), Window(self.limit)

    def begin(self, now: float) -> None:
        """Whoever sent before this one, and died, may have sent all that a second holds a moment ago."""
        self.next_slot = max(self.next_slot, now + WITHIN)

    @property
    def overall(self) -> float:
        """Messages a second."""
        return self.limit / WITHIN

    @property
    def opens_at(self) -> float:
        """From when there is room again for what nobody asked for."""
        return max(self.next_slot, self.held_until, self._let_go.opens_at)

    def room(self, now: float) -> int:
        """How many messages that nobody asked for may leave now: one after the other, at even distances, of which a few that
        were missed are made up for; never more than the limit in a second."""
        if now < self.opens_at:
            return 0
        together = max(1, round(self.overall / BUNCHES))
        idle = now - self.next_slot > CATCH_UP  # then nothing was missed: who begins with a crowd is refused with one
        self.next_slot = (now if idle else self.next_slot) + together / self.overall
        self._let_go.count(now, together)
        return together

    def give_back(self, unused: int) -> None:
        self.next_slot -= unused / self.overall
        self._let_go.forget(unused)

    def crowded(self, now: float) -> float:
        """How long a message that nobody asked for must still wait, in seconds, because others were late and leave only now;
        it is counted as gone then."""
        leaves = max(now, self._left.opens_at)
        self._left.count(leaves)
        return leaves - now

    def wait(self, chat_id: int, now: float) -> float:
        """How long a new message to this chat must wait, in seconds; it is counted as sent then."""
        whole = max(self._chats.get(chat_id, now), now) + 1 / IN_A_CHAT
        self._chats[chat_id] = whole
        if len(self._chats) > FORGET_AFTER:
            self._chats = {chat: when for chat, when in self._chats.items() if when > now}
        return max(0.0, whole - now - BURST / IN_A_CHAT)

    def refused(self, chat_id: int, now: float, retry_after: float) -> bool:
        """Telegram has refused this chat for so many seconds. True if that is taken to mean the whole bot."""
        self._refused.append((now, chat_id))
        while self._refused[0][0] < now - AT_ONCE:
            self._refused.popleft()
        several = len({chat for _, chat in self._refused}) >= SEVERAL
        if several:
            self.held_until = max(self.held_until, now + retry_after)
        return several
