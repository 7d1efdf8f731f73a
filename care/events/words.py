"""Events of clinical words: other versions in use, and what two people agreed to."""

from dataclasses import dataclass

from care.heart.event import Event


@dataclass(frozen=True)
class ClinicalWordsChanged(Event):
    """Clinical words, thresholds or rules of these kinds are others than before, came or went."""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class WordsProposed(Event):
    """Somebody proposes a version of clinical words; a second person decides."""

    proposal_id: int
    kind: str
    name: str


@dataclass(frozen=True)
class WordsDecided(Event):
    """A proposal is approved or refused by a second person, or withdrawn."""

    proposal_id: int
    kind: str
    name: str
    state: str
