"""Clinical words: what is in use, how far two people agreed to it, and what patients were asked, as it was."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from care.clinical_words import KINDS
from staff_api.shapes.forms import At, AtIn, Given, Paged, Query, Sent, Words

WordKind = Literal[tuple(KINDS)]  # type: ignore[valid-type]
PieceName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]+$", max_length=100)]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class WordProposal(Given):
    """What one person proposes, and another decides."""

    id: int
    kind: WordKind
    name: str
    fingerprint: str = Field(description="Of the version that is proposed.")
    note: str
    proposer: str
    proposer_id: int
    proposed_at: At
    state: Literal["waiting", "approved", "refused", "withdrawn"]
    decider: str | None
    decided_at: At | None
    decision_note: str | None


class ClinicalWords(Given):
    """One piece, as it is filed."""

    kind: WordKind
    name: str = Field(examples=["low_sugar.en"])
    fingerprint: str
    since: At = Field(description="Since when this version is in use.")
    state: Literal["approved", "changed", "put_back", "never"] = Field(
        description="`changed`: since it was approved. `put_back`: what was approved before is used in its place.")
    used: Literal["filed", "approved", "nothing"] = Field(
        description="What patients get: this; what was approved last; or nothing, where nothing unapproved is to be used.")
    approved: WordProposal | None = Field(description="What was approved last.")
    waiting: WordProposal | None = Field(description="What waits for a second person.")


class ClinicalWordsList(Given):
    items: list[ClinicalWords]


class WordsAsked(Query):
    kind: WordKind | None = None
    state: Literal["approved", "changed", "put_back", "never"] | None = None


class WordUse(Given):
    fingerprint: str
    since: At
    until: At | None


class ClinicalWordsWhole(Given):
    """All that is known of one piece."""

    now: ClinicalWords
    source: str = Field(description="The whole of it, as it is filed.")
    changes: list[str] = Field(description="Lines that differ from what was approved last, as `diff -u` has them.")
    uses: list[WordUse] = Field(description="Every version and when it was in use, the newest first.")
    proposals: list[WordProposal] = Field(description="Newest first.")


class AtMoment(Query):
    at: AtIn = Field(description="When; its offset is required.")


class WordsThen(Given):
    kind: WordKind
    name: str
    fingerprint: str
    source: str


class NewWordProposal(Sent):
    kind: WordKind
    name: PieceName
    note: Words = Field(description="What the second person should know: what was changed, and why.")
    fingerprint: Fingerprint | None = Field(None, description="Of an earlier version, to be put back; none: what is in use.")


class NewNumberProposal(Sent):
    name: PieceName = Field(examples=["hypertension.systolic"])
    number: float | None = Field(
        allow_inf_nan=False, strict=False, description="For the whole clinic; null: as the program has it.")
    note: Words


class WordDecision(Sent):
    note: Annotated[str, StringConstraints(max_length=4000)] = ""


class AskedPage(Paged):
    pass


class Question(Given):
    """A question that a patient answered, as it stood on their phone."""

    id: int
    conversation_id: int
    flow: str
    version: int = Field(description="Of the flow.")
    key: str
    question: str = Field(description="The very words, in the patient's language.")
    choices: list[str] = Field(description="The buttons under them.")
    asked_at: At | None
    words: str = Field(description="What the patient typed or tapped.")
    answered_at: At
    superseded_at: At | None = Field(description="When the patient changed the answer.")
    words_fingerprint: str | None = Field(
        description="Of the whole flow as it was in use when the conversation began: GET /clinical-words/flow/{name}.")


class Questions(Given):
    items: list[Question]
    next: str | None = Field(None, description="Address of the next page; null at the end.")
