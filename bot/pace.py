"""Telegram's pace: near 30 a second over all for what nobody asked for, about one a second in one chat."""

from dataclasses import dataclass, field

OVERALL = 29.5  # a second; at 30 there would be refusals
IN_A_CHAT = 1.0  # a second
BURST = 3  # messages that a chat takes at once
FORGET_AFTER = 10_000  # chats


@dataclass
class Pace:
    """All times are of a monotonic clock, in seconds."""

    next_slot: float = 0.0
    _chats: dict[int, float] = field(default_factory=dict)  # chat -> when its burst would be whole again

    def room(self, now: float) -> int:
        """How many messages that nobody asked for may leave now: a slot unused is gone, so nothing ever comes in a bunch."""
        if now < self.next_slot:
            return 0
        idle = now - self.next_slot >= 1 / OVERALL
        self.next_slot = (now if idle else self.next_slot) + 1 / OVERALL
        return 1

    def give_back(self, unused: int) -> None:
        self.next_slot -= unused / OVERALL

    def wait(self, chat_id: int, now: float) -> float:
        """How long a new message to this chat must wait, in seconds; it is counted as sent then."""
        whole = max(self._chats.get(chat_id, now), now) + 1 / IN_A_CHAT
        self._chats[chat_id] = whole
        if len(self._chats) > FORGET_AFTER:
            self._chats = {chat: when for chat, when in self._chats.items() if when > now}
        return max(0.0, whole - now - BURST / IN_A_CHAT)
