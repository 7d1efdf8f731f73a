"""The thread: everything between a patient and the clinic, in one line of time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from care import visit_history
from care.heart.turn import Turn
from care.tables import (
    answers,
    chat_links,
    conversations,
    escalations,
    files,
    holds,
    mentions,
    notes,
    outbox,
    patient_messages,
    quick_answers,
    staff,
    visit_entries,
)

KINDS = ("patient", "answer", "event", "note", "call", "staff", "bot")
BOT = "the bot"
HIDDEN = ("question", "quick")  # a question is shown with its answer, and so is what was tapped
THEIRS_ALONE = "secret"  # the topic of an address that opens something for whoever has it: it is the patient's alone
UNTOLD = "(a secret link, shown to nobody else)"


@dataclass(frozen=True)
class Sent:
    """A file that came or went with words."""

    id: int
    state: str  # wanted: not here yet; kept; refused
    media_type: str | None
    size: int | None
    why: str | None


FILE = (files.c.id.label("sent_id"), files.c.state.label("sent_state"), files.c.media_type, files.c.size,
        files.c.why.label("sent_why"))


WRITTEN = (
    select(patient_messages, outbox.c.text.label("asked"), *FILE)
    .outerjoin(files, files.c.message_id == patient_messages.c.id)
    .outerjoin(quick_answers, quick_answers.c.heard == patient_messages.c.id)
    .outerjoin(outbox, outbox.c.id == quick_answers.c.message))


def _file(row: Any) -> Sent | None:
    return Sent(row.sent_id, row.sent_state, row.media_type, row.size, row.sent_why) if row.sent_id else None


@dataclass(frozen=True)
class Mentioned:
    """A colleague who is named in a note, and when they had read it."""

    staff_id: int
    name: str
    read_at: datetime | None


@dataclass(frozen=True)
class Entry:
    id: str
    kind: str  # one of KINDS
    at: datetime
    text: str
    author: str | None = None
    state: str | None = None  # of what we sent: queued, sent, failed: why, undone, ...
    undo_until: datetime | None = None
    triggered: bool = False  # this is what called for a human
    question: str | None = None
    answers: tuple[str, ...] = ()  # that can be tapped under it
    mentioned: tuple[Mentioned, ...] = ()
    file: "Sent | None" = None
    role: str | None = None  # whose phone it came from or went to: the patient's own (self), or a carer's

    @property
    def position(self) -> tuple[datetime, str]:
        """Where it stands in the thread. Of what happened in one moment: first what was said to us, then what we said."""
        return (self.at, f"{KINDS.index(self.kind)}{int(self.id[1:]):015d}")


def thread(turn: Turn, patient_id: int, before: tuple[datetime, str] | None = None, limit: int = 50) -> list[Entry]:
    """The newest `limit` entries, or those before a position; the oldest of them first."""
    names = {f"staff:{row.id}": row.name for row in turn.db.execute(select(staff.c.id, staff.c.name))}
    roles = {row.chat_id: row.role for row in turn.db.execute(
        select(chat_links).where(chat_links.c.patient_id == patient_id).order_by(chat_links.c.id))}
    found = [
        *_written(turn, patient_messages.c.patient_id == patient_id, before, limit, roles),
        *_said(turn, outbox.c.patient_id == patient_id, before, limit, names, roles),
        *_answered(turn, patient_id, before, limit, roles),
        *_noted(turn, patient_id, before, limit, names), *_held(turn, patient_id, before, limit, names),
        *_beside_visits(turn, patient_id, before, limit), *_visits(turn, patient_id, before, limit)]
    return _last(found, before, limit)


def stranger_thread(turn: Turn, chat_id: int, limit: int = 50) -> list[Entry]:
    """What someone wrote who is no patient, and what they were told; of a chat that holds patients, what is about none of them
    yet. What is a patient's is for those to read who see the patient."""
    said_to_nobody_known = (outbox.c.chat_id == chat_id) & outbox.c.patient_id.is_(None)
    of_nobody_known = (patient_messages.c.chat_id == chat_id) & patient_messages.c.patient_id.is_(None)
    return _last([*_written(turn, of_nobody_known, None, limit, {}),
                  *_said(turn, said_to_nobody_known, None, limit, {}, {})], None, limit)


def _last(found: list[Entry], before: tuple[datetime, str] | None, limit: int) -> list[Entry]:
    found.sort(key=lambda entry: entry.position)
    return [entry for entry in found if before is None or entry.position < before][-limit:]


def _newest(turn: Turn, wanted: Any, at: Any, before: tuple[datetime, str] | None, limit: int) -> Any:
    if before:
        wanted = wanted.where(at <= before[0])
    return turn.db.execute(wanted.order_by(at.desc()).limit(limit + 1))


def _written(
    turn: Turn, whose: Any, before: tuple[datetime, str] | None, limit: int, roles: dict[int, str],
) -> list[Entry]:
    return [
        Entry(f"p{row.id}", "patient", row.at, row.text or f"({row.kind})", None,
              None if row.kind in ("text", "tap") else row.kind, None, row.flagged, row.asked, file=_file(row),
              role=roles.get(row.chat_id))
        for row in _newest(turn, WRITTEN.where(whose), patient_messages.c.at, before, limit)]


def _said(
    turn: Turn, whose: Any, before: tuple[datetime, str] | None, limit: int, names: dict[str, str],
    roles: dict[int, str],
) -> list[Entry]:
    wanted = (select(outbox, *FILE).outerjoin(files, files.c.id == outbox.c.attachment)
              .where(whose, outbox.c.topic.not_in(HIDDEN)))
    return [
        Entry(f"o{row.id}", "staff" if row.author else "bot", row.created_at, UNTOLD if row.topic == THEIRS_ALONE else row.text,
              names.get(row.author or "", row.author), _state(turn, row),
              row.not_before if row.author and not row.outcome and not row.attempts else None,
              answers=tuple(label for line in row.buttons for label, _data in line) if row.author else (), file=_file(row),
              role=roles.get(row.chat_id))
        for row in _newest(turn, wanted, outbox.c.created_at, before, limit)]


def _state(turn: Turn, row: Any) -> str:
    if row.outcome:
        return f"{row.outcome}: {row.why}" if row.why and row.outcome != "sent" else str(row.outcome)
    if row.author and row.attempts == 0 and row.not_before > turn.now:
        return "undoable"
    return "queued" if row.not_before <= turn.now + timedelta(minutes=10) else "held"


def _answered(
    turn: Turn, patient_id: int, before: tuple[datetime, str] | None, limit: int, roles: dict[int, str],
) -> list[Entry]:
    worrying = {
        (row.kind, row.opened_at) for row in turn.db.execute(
            select(escalations.c.kind, escalations.c.opened_at).where(
                escalations.c.patient_id == patient_id, escalations.c.kind.startswith("answer:", autoescape=True)))}
    wanted = (
        select(answers, conversations.c.chat_id).join(conversations, conversations.c.id == answers.c.conversation_id)
        .where(conversations.c.patient_id == patient_id))
    return [
        Entry(f"a{row.id}", "answer", row.answered_at, row.words, None, "changed" if row.superseded_at else None, None,
              (f"answer:{row.key}", row.answered_at) in worrying, row.question, role=roles.get(row.chat_id))
        for row in _newest(turn, wanted, answers.c.answered_at, before, limit)]


def _noted(turn: Turn, patient_id: int, before: tuple[datetime, str] | None, limit: int, names: dict[str, str]) -> list[Entry]:
    named: dict[int, list[Mentioned]] = {}
    for row in turn.db.execute(select(mentions).where(mentions.c.patient_id == patient_id).order_by(mentions.c.id)):
        named.setdefault(row.note_id, []).append(Mentioned(row.staff_id, names[f"staff:{row.staff_id}"], row.read_at))
    return [
        Entry(f"n{row.id}", "call" if row.call else "note", row.at, row.text, names.get(f"staff:{row.staff_id}"), row.call,
              mentioned=tuple(named.get(row.id, ())))
        for row in _newest(turn, select(notes).where(notes.c.patient_id == patient_id), notes.c.at, before, limit)]


def _held(turn: Turn, patient_id: int, before: tuple[datetime, str] | None, limit: int, names: dict[str, str]) -> list[Entry]:
    """When somebody took the thread, and when the bot was there again."""
    found: list[Entry] = []
    for row in _newest(turn, select(holds).where(holds.c.patient_id == patient_id), holds.c.began_at, before, limit):
        name = names.get(f"staff:{row.staff_id}", "")
        found.append(Entry(f"h{row.id}", "event", row.began_at, f"{name} took the chat: the bot keeps quiet"))
        if row.ended_at:
            by = names.get(f"staff:{row.ended_by}")
            how = f"{by} took it over" if by and by != name and _taken_over(turn, row) else (
                f"let go by {by}" if by else "its time was over")
            found.append(Entry(f"e{row.id}", "event", row.ended_at, f"The hold of {name} ended: {how}"))
    return found


def _beside_visits(turn: Turn, patient_id: int, before: tuple[datetime, str] | None, limit: int) -> list[Entry]:
    """What there is to know before a visit, who is there, what was understood."""
    return [
        Entry(f"v{row.id}", "note" if row.kind == "brief" else "event", row.at, row.text, BOT if row.kind == "brief" else None)
        for row in _newest(
            turn, select(visit_entries).where(visit_entries.c.patient_id == patient_id), visit_entries.c.at, before, limit)]


def _taken_over(turn: Turn, row: Any) -> bool:
    return turn.db.scalar(select(holds.c.id).where(
        holds.c.patient_id == row.patient_id, holds.c.began_at == row.ended_at, holds.c.staff_id == row.ended_by)) is not None


def _visits(turn: Turn, patient_id: int, before: tuple[datetime, str] | None, limit: int) -> list[Entry]:
    """What was asked for, booked, moved, kept or missed."""
    return [Entry(f"w{one.id}", "event", one.at, one.words)
            for one in visit_history.of_patient(turn, patient_id, before[0] if before else None, limit + 1)]
