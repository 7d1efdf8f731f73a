"""Events of the team's work: obligations, replies, rota, accounts."""

from dataclasses import dataclass

from care.heart.event import Event


@dataclass(frozen=True)
class ContactChanged(Event):
    """How to reach the patient by other ways, or whom to call for them."""


@dataclass(frozen=True)
class EscalationOpened(Event):
    escalation_id: int
    severity: str
    kind: str


@dataclass(frozen=True)
class EscalationJoined(Event):
    """The same trouble again: it joined the escalation that was open, and raised it if it was worse."""

    escalation_id: int
    severity: str
    kind: str


@dataclass(frozen=True)
class EscalationAcknowledged(Event):
    """`how`: acknowledged as such, or because it was put off, closed, or given to oneself (handed_over)."""

    escalation_id: int
    how: str = "acknowledged"


@dataclass(frozen=True)
class SeenByPatient(Event):
    """The patient has read who takes care of it, and tapped so."""

    escalation_id: int


@dataclass(frozen=True)
class UrgencyUnclear(Event):
    """We cannot tell how urgent this is: the patient is asked. It ranks only among what is as severe."""

    chat_id: int
    escalation_id: int


@dataclass(frozen=True)
class UrgencySaid(Event):
    escalation_id: int
    urgent: bool


@dataclass(frozen=True)
class HoldBegan(Event):
    """A person has the thread: the bot keeps quiet."""

    hold_id: int
    staff_id: int


@dataclass(frozen=True)
class HoldEnded(Event):
    """`by` is who let go of it, or took it over; no one: its time was over."""

    hold_id: int
    staff_id: int
    by: int | None


@dataclass(frozen=True)
class EscalationHandedOver(Event):
    """It is this person's now, who has still to take it on; nobody's: the pool's, or the whole team's."""

    escalation_id: int
    to: int | None
    pool: int | None = None


@dataclass(frozen=True)
class PoolChanged(Event):
    """A pool was made, changed or closed."""

    pool: int


@dataclass(frozen=True)
class PoolJoined(Event):
    pool: int
    staff_id: int


@dataclass(frozen=True)
class PoolLeft(Event):
    pool: int
    staff_id: int


@dataclass(frozen=True)
class EscalationSnoozed(Event):
    escalation_id: int


@dataclass(frozen=True)
class EscalationBack(Event):
    """It rested until the patient is heard, and they were."""

    escalation_id: int


@dataclass(frozen=True)
class EscalationReopened(Event):
    """What it was closed with was taken back."""

    escalation_id: int


@dataclass(frozen=True)
class EscalationCalled(Event):
    """People were called, by the console and by the channels that the clinic has: who stands on this rung of the ladder."""

    escalation_id: int
    severity: str
    rung: str
    people: tuple[int, ...]


@dataclass(frozen=True)
class EscalationExhausted(Event):
    """All have been called, and nobody has taken it on."""

    escalation_id: int
    severity: str


@dataclass(frozen=True)
class EscalationResolved(Event):
    escalation_id: int
    outcome: str


@dataclass(frozen=True)
class ReplyWritten(Event):
    message: int


@dataclass(frozen=True)
class ReplyUndone(Event):
    message: int


@dataclass(frozen=True)
class NoteWritten(Event):
    note: int


@dataclass(frozen=True)
class ColleagueMentioned(Event):
    """A note names a colleague, who has it in their list now."""

    note: int
    staff_id: int


@dataclass(frozen=True)
class MentionRead(Event):
    mention: int


@dataclass(frozen=True)
class CallLogged(Event):
    """A patient was called by phone. `call` is what it came to: reached, no_answer, message_left, wrong_number."""

    note: int
    call: str


@dataclass(frozen=True)
class CannedReplyKept(Event):
    """A reply of the clinic's own was written, or changed."""

    reply: int


@dataclass(frozen=True)
class CannedReplyRetired(Event):
    reply: int


@dataclass(frozen=True)
class StaffAdded(Event):
    staff_id: int


@dataclass(frozen=True)
class StaffDeactivated(Event):
    staff_id: int


@dataclass(frozen=True)
class ShiftAdded(Event):
    shift_id: int
    staff_id: int
    role: str


@dataclass(frozen=True)
class ShiftRemoved(Event):
    shift_id: int
    staff_id: int
    role: str


@dataclass(frozen=True)
class AbsenceAdded(Event):
    absence_id: int
    staff_id: int


@dataclass(frozen=True)
class AbsenceCancelled(Event):
    absence_id: int
    staff_id: int


@dataclass(frozen=True)
class AlertSent(Event):
    """A mail server, a gateway or an address has taken an alert. (That anyone has read it, nobody knows.)"""

    escalation_id: int
    alert: int
    channel: str


@dataclass(frozen=True)
class AlertFailed(Event):
    """An alert could not be handed in, and will not be tried again."""

    escalation_id: int
    alert: int
    channel: str


@dataclass(frozen=True)
class SignedIn(Event):
    staff_id: int


@dataclass(frozen=True)
class SignedOut(Event):
    staff_id: int


@dataclass(frozen=True)
class KeyMade(Event):
    key_id: int
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class KeyRevoked(Event):
    key_id: int


@dataclass(frozen=True)
class Restored(Event):
    """The clinic was restored from a backup that was taken then; nothing of what happened since is known."""

    taken_at: str
    messages: int  # that may have left already, and will not
    doses: int  # that are not asked about any more


@dataclass(frozen=True)
class DataChecked(Event):
    """The data was looked through; these invariants (care/integrity.py) do not hold."""

    broken: tuple[str, ...]
