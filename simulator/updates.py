"""What a bot has not yet heard: its queue of updates, confirmed by offset or by webhook."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from simulator.records import Refused, Wire

RETENTION = timedelta(hours=24)
QUIET = timedelta(days=7)  # after this long without an update the numbering starts at a random number
FAR_AHEAD = 10  # an offset further ahead than this belongs to an older numbering
REMEMBERED = 20_000  # updates kept after they were confirmed, so that a test can deliver one again
NOT_UNLESS_ASKED = {"chat_member", "message_reaction", "message_reaction_count"}
KINDS = {
    "message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member",
    "chat_member", "message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result", "shipping_query",
    "pre_checkout_query", "poll", "poll_answer", "chat_join_request", "chat_boost", "removed_chat_boost", "business_connection",
    "business_message", "edited_business_message", "deleted_business_messages", "purchased_paid_media",
}  # fmt: skip


@dataclass(slots=True)
class Webhook:
    url: str
    secret_token: str | None = None
    max_connections: int = 40
    last_error_at: datetime | None = None
    last_error: str | None = None


class Updates:
    """Pending updates, oldest first, until they are confirmed or a day old."""

    def __init__(self, random: Random):
        self._random = random
        self._next_id = random.randrange(10_000_000, 900_000_000)
        self._last_at: datetime | None = None
        self.pending: OrderedDict[int, tuple[datetime, Wire]] = OrderedDict()
        self.again: deque[Wire] = deque()  # to be delivered once more, whatever the offset says
        self._remembered: OrderedDict[int, Wire] = OrderedDict()
        self.allowed: frozenset[str] | None = None
        self.webhook: Webhook | None = None
        self.wake: Callable[[Refused | None], None] | None = None  # of the long poll that waits
        self.courier: Callable[[Wire], None] | None = None  # takes each update to a webhook
        self.on_taken: Callable[[list[Wire]], None] | None = None  # what a poll hands out
        self.made = self.confirmed = self.redelivered = self.expired = 0

    def put(self, kind: str, body: Wire, now: datetime, update_id: int | None = None) -> Wire | None:
        """Queue an update of this kind; None when the bot did not ask for such."""
        if (kind not in self.allowed) if self.allowed else (kind in NOT_UNLESS_ASKED):
            return None
        self.expire(now)
        in_order = update_id is None or update_id >= self._next_id
        if update_id is None:
            if self._last_at and now - self._last_at >= QUIET:
                self._next_id = self._random.randrange(10_000_000, 900_000_000)
            update_id, self._next_id = self._next_id, self._next_id + 1
        elif update_id >= self._next_id:
            self._next_id = update_id + 1
        update = {"update_id": update_id, kind: body}
        self._last_at, self.made = now, self.made + 1
        self._remembered[update_id] = update
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        if in_order:
            self.pending[update_id] = (now, update)
            self._announce(update)
        else:  # a number used before was asked for: it is handed out whatever the offset
            self._hand_out_again(update)
        return update

    def redeliver(self, update: Wire | int) -> None:
        """Deliver an update (or the one with this number) once more, confirmed or not, as Telegram may."""
        self.redelivered += 1
        self._hand_out_again(self._remembered[update] if isinstance(update, int) else update)

    def arrived(self) -> None:
        if self.wake:
            self.wake(None)

    def interrupt(self, reason: str) -> None:
        """Refuse the poller that waits, if one does."""
        if self.wake:
            self.wake(Refused(409, f"Conflict: {reason}"))
            self.wake = None

    def take(self, offset: int, limit: int, now: datetime) -> list[Wire]:
        """Forget everything below `offset`, then hand out the oldest of the rest without forgetting them."""
        self.expire(now)
        if offset < 0:
            while len(self.pending) > -offset:
                self._forget_oldest()
        elif offset <= self._next_id + FAR_AHEAD:
            while self.pending and next(iter(self.pending)) < offset:
                self._forget_oldest()
        updates = [update for _, update in islice(self.pending.values(), limit)]
        # Again only with the room that is left: an offset past one that came again early would confirm others unseen.
        updates += [self.again.popleft() for _ in range(min(limit - len(updates), len(self.again)))]
        if self.on_taken:
            self.on_taken(updates)
        return sorted(updates, key=lambda update: update["update_id"])

    def settle(self, update_id: int) -> None:
        """A webhook took it."""
        if self.pending.pop(update_id, None):
            self.confirmed += 1

    def clear(self) -> None:
        self.pending.clear()
        self.again.clear()

    def allow(self, kinds: Iterable[str]) -> None:
        """From now on only these kinds; an empty list is everything but the rare ones. What is queued stays."""
        known = frozenset(kinds) & KINDS
        self.allowed = known or None

    def expire(self, now: datetime) -> None:
        while self.pending:
            at, _ = next(iter(self.pending.values()))
            if now - at < RETENTION:
                return
            self.pending.popitem(last=False)
            self.expired += 1

    def _announce(self, update: Wire) -> None:
        if self.courier:
            self.courier(update)
        self.arrived()

    def _hand_out_again(self, update: Wire) -> None:
        if not self.courier:
            self.again.append(update)
        self._announce(update)

    def _forget_oldest(self) -> None:
        self.pending.popitem(last=False)
        self.confirmed += 1
