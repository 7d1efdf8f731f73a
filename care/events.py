"""Things that happen, in the clinic's words. Each is journalled, then reacted to (see reactions.py)."""

from dataclasses import dataclass

from care.heart.event import ChatUnreachable, Event, MessageHeldBack, MessageSent, UpdateQuarantined

__all__ = ["ChatUnreachable", "Event", "MessageHeldBack", "MessageSent", "UpdateQuarantined"]


@dataclass(frozen=True)
class PatientAdded(Event):
    pass


@dataclass(frozen=True)
class ContactChanged(Event):
    """How to reach the patient by other ways, or whom to call for them."""


@dataclass(frozen=True)
class PatientInvited(Event):
    invitation_id: int
    role: str


@dataclass(frozen=True)
class InvitationLocked(Event):
    """Too many wrong dates of birth: someone who is not the patient may hold the link."""

    invitation_id: int
    chat_id: int


@dataclass(frozen=True)
class ChatLinked(Event):
    link_id: int
    chat_id: int
    role: str
    first: bool  # False: the patient, or another carer, had a chat before


@dataclass(frozen=True)
class LinkCut(Event):
    link_id: int
    chat_id: int


@dataclass(frozen=True)
class ConsentGiven(Event):
    version: str
    language: str


@dataclass(frozen=True)
class ConsentWithdrawn(Event):
    version: str


@dataclass(frozen=True)
class LanguageChosen(Event):
    language: str


@dataclass(frozen=True)
class MessagesPaused(Event):
    pass


@dataclass(frozen=True)
class RemindersStopped(Event):
    pass


@dataclass(frozen=True)
class MessagesResumed(Event):
    pass


@dataclass(frozen=True)
class PatientLeft(Event):
    pass


@dataclass(frozen=True)
class PatientReachable(Event):
    chat_id: int


@dataclass(frozen=True)
class SituationBegan(Event):
    """Something happened that changes everything to come; kinds are in situations.py."""

    situation_id: int
    situation: str


@dataclass(frozen=True)
class SituationEnded(SituationBegan):
    pass


@dataclass(frozen=True)
class SituationUndone(SituationBegan):
    """It was put on record by mistake."""


@dataclass(frozen=True)
class CarePlanBegun(Event):
    plan_id: int
    programme: str


@dataclass(frozen=True)
class CarePlanChanged(Event):
    plan_id: int


@dataclass(frozen=True)
class CarePlanEnded(Event):
    plan_id: int


@dataclass(frozen=True)
class ChecksRest(Event):
    """Nobody has answered for so long that we stopped asking."""


@dataclass(frozen=True)
class ChecksGoOn(Event):
    pass


@dataclass(frozen=True)
class CheckOffered(Event):
    flow: str


@dataclass(frozen=True)
class ConversationOpened(Event):
    conversation_id: int
    flow: str


@dataclass(frozen=True)
class AnswerSaved(Event):
    conversation_id: int
    chat_id: int
    flow: str
    key: str
    value: object
    shown: str = ""  # the value in words, with its unit, for staff
    amended: bool = False  # an answer given before has been changed
    unwritten = ("value", "shown")


@dataclass(frozen=True)
class OffTheMeter(Event):
    """A measurement so high or so low that the device cannot show it; `where` says which."""

    conversation_id: int
    chat_id: int
    key: str
    where: str


@dataclass(frozen=True)
class ThresholdSet(Event):
    """Staff have set a number of the zones, for one patient or, without one, for the clinic."""

    threshold: str
    number: float
    before: float | None  # what was set before; the file's own if nothing


@dataclass(frozen=True)
class ThresholdRemoved(Event):
    threshold: str
    number: float


@dataclass(frozen=True)
class ConversationReopened(Event):
    """It was finished; the patient changes an answer."""

    conversation_id: int
    flow: str
    key: str


@dataclass(frozen=True)
class ConversationEnded(Event):
    conversation_id: int
    flow: str
    outcome: str
    amended: bool = False  # it had been finished before, and an answer was changed since


@dataclass(frozen=True)
class InstrumentOffered(Event):
    instrument: str


@dataclass(frozen=True)
class InstrumentScored(Event):
    """A questionnaire came to its end, whole or not. The score itself stays in its table."""

    score_id: int
    instrument: str
    complete: bool


@dataclass(frozen=True)
class MessageHeard(Event):
    """A patient wrote to people. `patient_message` is its row; `flagged`, if its danger has been answered already."""

    chat_id: int
    patient_message: int
    flagged: bool = False


@dataclass(frozen=True)
class PersonWanted(Event):
    """A patient asked for a person. `patient_message` is the row with their words, if they typed any."""

    chat_id: int
    patient_message: int | None


@dataclass(frozen=True)
class RedFlagRaised(Event):
    """Words that may mean danger. The words stay out of the journal; the rule that found them does not."""

    chat_id: int
    rule: str
    rule_version: int
    category: str
    severity: str
    words: str
    unwritten = ("words",)


@dataclass(frozen=True)
class ZoneChanged(Event):
    zone: str


@dataclass(frozen=True)
class AllergyNoted(Event):
    allergy_id: int


@dataclass(frozen=True)
class AllergyRemoved(Event):
    allergy_id: int


@dataclass(frozen=True)
class MedicineOrdered(Event):
    """Staff ordered a medicine, changed how it is taken, or stopped it; or it waits for a second person's word."""

    order_id: int
    regimen_id: int
    order: str  # start, change, stop
    state: str  # waiting, in force, refused


@dataclass(frozen=True)
class DosesAsked(Event):
    prompt_id: int
    doses: tuple[int, ...]


@dataclass(frozen=True)
class DoseEnded(Event):
    """It is known what became of a dose, or that it will not be; `amended`, if something else was on record before."""

    dose_id: int
    regimen_id: int
    state: str
    reason: str | None
    amended: bool


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
    escalation_id: int


@dataclass(frozen=True)
class EscalationHandedOver(Event):
    """It is this person's now, who has still to take it on; nobody's: the whole team's."""

    escalation_id: int
    to: int | None


@dataclass(frozen=True)
class EscalationSnoozed(Event):
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
