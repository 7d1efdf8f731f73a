"""What a patient was asked, as it was: the very words and the buttons under them, whatever has become of the flow since."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from care import publications
from care.heart.turn import Turn
from care.tables import answers, conversations, outbox

FLOW = "flow"  # the kind of clinical words: see care/publications.py


@dataclass(frozen=True)
class Asked:
    """One question that was answered. `words_fingerprint` is of the whole flow as it was in use then; None where nobody had
    taken stock of it."""

    id: int
    conversation_id: int
    flow: str
    version: int
    key: str
    question: str
    choices: tuple[str, ...]
    asked_at: datetime | None
    words: str
    answered_at: datetime
    superseded_at: datetime | None
    words_fingerprint: str | None


def of_patient(turn: Turn, patient_id: int, before: int | None = None, limit: int = 50) -> list[Asked]:
    """The questions that a patient answered, the newest first; or those before an answer's id."""
    wanted = (
        select(answers, conversations.c.flow, conversations.c.version, conversations.c.opened_at, outbox.c.buttons,
               outbox.c.created_at.label("asked_at"), outbox.c.text.label("shown"))
        .join(conversations, conversations.c.id == answers.c.conversation_id)
        .outerjoin(outbox, outbox.c.id == answers.c.asked_by)
        .where(conversations.c.patient_id == patient_id))
    if before is not None:
        wanted = wanted.where(answers.c.id < before)
    prints, found = dict[tuple[str, datetime], str | None](), []
    for row in turn.db.execute(wanted.order_by(answers.c.id.desc()).limit(limit)):
        of_flow = (row.flow, row.opened_at)
        if of_flow not in prints:
            piece = publications.in_use_at(turn, FLOW, *of_flow)
            prints[of_flow] = piece.fingerprint if piece else None
        found.append(Asked(
            row.id, row.conversation_id, row.flow, row.version, row.key, row.shown or row.question,
            tuple(label for line in row.buttons or () for label, _data in line), row.asked_at, row.words, row.answered_at,
            row.superseded_at, prints[of_flow]))
    return found
