"""Events of patients: who they are, what they agreed to, what happens to them."""

from dataclasses import dataclass

from care.heart.event import Event


@dataclass(frozen=True)
class PatientAdded(Event):
    pass


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
class ZoneChanged(Event):
    zone: str


@dataclass(frozen=True)
class PatientErased(Event):
    """The patient was forgotten: `wholly`, or all but the record that the law makes the clinic keep for a time."""

    wholly: bool
