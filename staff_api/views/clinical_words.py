"""Clinical words: listed, read as they are and as they were, proposed by one person and approved by another."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from care import asked, clinical_words, patients, publications, thresholds
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.problems import Fault, Problem
from staff_api.shapes.clinical_words import (
    AskedPage,
    AtMoment,
    ClinicalWords,
    ClinicalWordsList,
    ClinicalWordsWhole,
    NewNumberProposal,
    NewWordProposal,
    PieceName,
    Question,
    Questions,
    WordDecision,
    WordKind,
    WordProposal,
    WordsAsked,
    WordsThen,
)
from staff_api.shapes.forms import Id


async def list_clinical_words(call: Call, query: WordsAsked) -> ClinicalWordsList:
    """Every lesson, reply, flow, questionnaire, rule set and threshold in use, and who agreed to it."""
    listed = await call.read(clinical_words.in_use, query.kind)
    return ClinicalWordsList(items=[
        ClinicalWords.of(one) for one in listed if query.state is None or one.state == query.state])


async def get_clinical_words(call: Call, kind: WordKind, name: PieceName) -> ClinicalWordsWhole:
    """One piece with every version of it, and what changed since it was approved."""
    return ClinicalWordsWhole.of(found(await call.read(clinical_words.whole, kind, name)))


async def get_clinical_words_then(call: Call, kind: WordKind, name: PieceName, query: AtMoment) -> WordsThen:
    """The version that was in use at a moment."""
    piece = found(await call.read(publications.in_use_at, kind, name, query.at),
                  "Nothing of that kind and name was in use then, as far as it is on record.")
    return WordsThen.of(piece)


async def propose_words(call: Call, body: NewWordProposal) -> WordProposal:
    """Propose what is in use, or an earlier version to be put back. A second person decides."""
    return await call.change(
        WordProposal, refusing(clinical_words.propose), body.kind, body.name, body.note, call.person.id, body.fingerprint)


async def propose_threshold(call: Call, body: NewNumberProposal) -> WordProposal:
    """Propose a number for the whole clinic. It holds once a second person approves it."""
    return await call.change(
        WordProposal, refusing(clinical_words.propose_number), body.name, body.number, body.note, call.person.id)


async def approve_words(call: Call, proposal_id: Id, body: WordDecision) -> WordProposal:
    """Agree, as the second person: not whoever proposed it."""
    return await call.change(WordProposal, refusing(clinical_words.approve), proposal_id, call.person.id, body.note)


async def refuse_words(call: Call, proposal_id: Id, body: WordDecision) -> WordProposal:
    """It is not to be so. Whoever proposed it withdraws it by this."""
    return await call.change(WordProposal, refusing(clinical_words.refuse), proposal_id, call.person.id, body.note)


async def get_asked(call: Call, patient_id: Id, query: AskedPage) -> Questions:
    """The questions that a patient answered, with the very words and buttons that they saw, the newest first."""
    of = f"asked {patient_id}"
    rows = await call.read(asked_of, patient_id, call.place(of, query.cursor), query.limit + 1)
    more, rows = len(rows) > query.limit, rows[:query.limit]
    return Questions(items=[Question.of(one) for one in rows], next=call.next(of, rows[-1].id) if more else None)


def asked_of(turn: Turn, patient_id: int, before: int | None, limit: int) -> list[asked.Asked]:
    found(patients.summary(turn, patient_id))
    return asked.of_patient(turn, patient_id, before, limit)


def refusing(act: Callable[..., Any]) -> Callable[..., Any]:
    """What the clinic refuses becomes a problem that says why."""
    @wraps(act)
    def ask(*given: Any) -> Any:
        try:
            return act(*given)
        except thresholds.NoSuchThreshold as missing:
            raise Problem("not_found", f"There is no threshold {str(missing)!r}; GET /thresholds has the names.")
        except LookupError as missing:
            raise Problem("not_found", str(missing))
        except clinical_words.Refused as refused:
            raise Problem("conflict", str(refused))
        except ValueError as wrong:
            raise Problem("invalid_body", errors=[Fault(pointer="/number", detail=str(wrong))])

    return ask
