"""Events of conversations: what is asked, answered and written."""

from dataclasses import dataclass

from care.heart.event import Event


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
class RulesMet(Event):
    """An answer was judged to need a person: by these rules, all of one zone."""

    conversation_id: int
    key: str
    zone: str  # red, amber
    rules: tuple[str, ...]


@dataclass(frozen=True)
class FileSettled(Event):
    """A file that a patient sent can be looked at now, or could not be taken."""

    file_id: int
    state: str


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
class QuickAnswerTapped(Event):
    """A patient answered a person by a tap on what was offered."""

    chat_id: int
    quick_answers: int
    patient_message: int


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
