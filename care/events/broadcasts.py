"""Events of telling many: cohorts, broadcasts and their course, what halts them, what patients wish to hear of."""

from dataclasses import dataclass

from care.heart.event import Event


@dataclass(frozen=True)
class CohortSaved(Event):
    cohort_id: int


@dataclass(frozen=True)
class CohortRemoved(Event):
    cohort_id: int


@dataclass(frozen=True)
class BroadcastWritten(Event):
    """It was made, or changed; `version` is that of its words."""

    broadcast_id: int
    version: int


@dataclass(frozen=True)
class BroadcastTried(Event):
    """Somebody on staff had it sent to their own phone."""

    broadcast_id: int


@dataclass(frozen=True)
class BroadcastMoved(Event):
    """It went on to another state, by somebody or by the clock; `counted`, to how many it goes, as far as that was counted."""

    broadcast_id: int
    state: str
    before: str
    counted: int | None


@dataclass(frozen=True)
class BulkHalted(Event):
    """Nothing leaves any more that is sent to many, until a person releases it."""

    halt_id: int
    halt: str


@dataclass(frozen=True)
class BulkReleased(Event):
    halt_id: int
    halt: str


@dataclass(frozen=True)
class WishesChanged(Event):
    """A patient has said what they want to hear of, or how often; the words are not needed, the table has them."""


@dataclass(frozen=True)
class StaffChatLinked(Event):
    staff_id: int
