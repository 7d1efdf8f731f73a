"""Canned replies: words kept ready for what is written every day, in each patient's language, filled in for that patient.

Those that come with the program are data in content/replies; a clinic adds its own.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import select, update

from care import events, messages, patients, publications, quick_answers
from care.appointments import appointments, screens
from care.heart.language import SOURCE, english, in_language, shipped
from care.heart.turn import Turn
from care.patients import Patient
from care.publications import Piece
from care.staff import StaffMember
from care.tables import canned_replies
from content import FOLDER

VARIABLES = {
    "patient": "the patient's name", "nurse": "the name of whoever sends it", "next_visit": "when the next visit is",
    "phone": "the clinic's phone number", "clinic": "the clinic's name"}
IN_BRACES = re.compile(r"\{([^{}]*)\}")
OWN = "own:"
KIND = "reply"  # of clinical words: see care/publications.py


class Refused(ValueError):
    """It cannot be kept so. The message says what would be right."""


@dataclass(frozen=True)
class Words:
    """What it says in one language, and what can be answered by a tap."""

    text: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class CannedReply:
    name: str  # of content/replies, or own:<id>
    title: str  # for staff
    texts: Mapping[str, Words]

    @property
    def own(self) -> bool:
        """Whether it is the clinic's, and can be changed."""
        return self.name.startswith(OWN)

    @property
    def id(self) -> int | None:
        return int(self.name.removeprefix(OWN)) if self.own else None

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.texts)


@dataclass(frozen=True)
class Filled:
    """A reply as it would go to one patient. `gaps` are variables that nothing is known for; they stand in the text in
    braces, and a text with one is not sent. `original` is the same in the clinic's first language, for whoever reads that."""

    name: str
    title: str
    language: str
    text: str
    answers: tuple[str, ...]
    original: str | None
    gaps: tuple[str, ...]
    notes: tuple[str, ...]


@cache
def of_program() -> tuple[CannedReply, ...]:
    return tuple(_read(file.stem, tomllib.loads(file.read_text(encoding="utf-8")))
                 for file in sorted((FOLDER / "replies").glob("*.toml")))


def _read(name: str, said: Mapping[str, Any]) -> CannedReply:
    return CannedReply(name, said["title"], {
        language: Words(said[language]["text"], tuple(said[language].get("answers", ()))) for language in shipped()
        if language in said})


def everything(turn: Turn) -> list[CannedReply]:
    """All that can be sent, by title."""
    own = [_row(row) for row in turn.db.execute(select(canned_replies).where(canned_replies.c.retired_at.is_(None)))]
    return sorted((*own, *of_program()), key=lambda one: one.title.casefold())


def in_force(turn: Turn) -> list[CannedReply]:
    """All that can be sent, as far as two people's word on it lets it be."""
    known = {one.name: one for one in everything(turn)}
    decided = publications.decided(turn, KIND, {name: piece(one).fingerprint for name, one in known.items()})
    known |= {name: of_source(name, source) for name, source in decided.replaced.items()}
    return [one for one in known.values() if one.name not in decided.held]


def piece(reply: CannedReply) -> Piece:
    """A reply as clinical words, which two people agree to."""
    said = {"title": reply.title, "texts": {
        language: {"text": words.text, "answers": list(words.answers)} for language, words in reply.texts.items()}}
    return Piece(KIND, reply.name, json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True))


def of_source(name: str, source: str) -> CannedReply:
    """The reply that `piece` made this of."""
    said = json.loads(source)
    return CannedReply(name, said["title"], {
        language: Words(words["text"], tuple(words["answers"])) for language, words in said["texts"].items()})


def get(turn: Turn, reply_id: int) -> CannedReply | None:
    """One of the clinic's own; None if there is none, or it was retired."""
    row = turn.db.execute(select(canned_replies).where(
        canned_replies.c.id == reply_id, canned_replies.c.retired_at.is_(None))).first()
    return _row(row) if row else None


def _row(row: Any) -> CannedReply:
    return CannedReply(f"{OWN}{row.id}", row.title, {
        language: Words(words["text"], tuple(words["answers"])) for language, words in row.texts.items()})


def keep(turn: Turn, title: str, texts: Mapping[str, Words], reply_id: int | None = None) -> CannedReply | None:
    """Write one of the clinic's own, or put other words in its place; None if there is none to change. Raises Refused."""
    if reply_id is not None and get(turn, reply_id) is None:
        return None
    checked = {language: _checked(language, words) for language, words in texts.items()}
    if not checked:
        raise Refused("Write it in one language at least.")
    row = {"title": title.strip(), "by": turn.actor, "changed_at": turn.now, "texts": {
        language: {"text": words.text, "answers": list(words.answers)} for language, words in checked.items()}}
    same = select(canned_replies.c.id).where(canned_replies.c.title == row["title"], canned_replies.c.retired_at.is_(None))
    if turn.db.scalar(same.where(canned_replies.c.id != (reply_id or 0))):
        raise Refused(f"There is a reply called “{title.strip()}” already.")
    if reply_id is None:
        reply_id = turn.insert(canned_replies, row)
    else:
        turn.db.execute(update(canned_replies).where(canned_replies.c.id == reply_id).values(**row))
    turn.happened(events.CannedReplyKept(None, reply_id))
    if kept := get(turn, reply_id):
        publications.put_in_use(turn, piece(kept))
    return kept


def _checked(language: str, words: Words) -> Words:
    if language not in shipped():
        raise Refused(f"{language} is no language that patients are written to in: {', '.join(shipped())}.")
    text = words.text.strip()
    if not 1 <= len(text) <= messages.LONGEST:
        raise Refused(f"The text in {english(language)} needs 1 to {messages.LONGEST} characters.")
    if unknown := [name for name in IN_BRACES.findall(text) if name not in VARIABLES]:
        known = ", ".join(f"{{{name}}}" for name in VARIABLES)
        raise Refused(f"{{{unknown[0]}}} is nothing that can be filled in. There is {known}.")
    try:
        return Words(text, quick_answers.checked(words.answers))
    except ValueError as wrong:
        raise Refused(f"In {english(language)}: {wrong}.") from None


def retire(turn: Turn, reply_id: int) -> bool:
    """Keep it ready no more; False if there is none."""
    gone = turn.db.execute(update(canned_replies).where(
        canned_replies.c.id == reply_id, canned_replies.c.retired_at.is_(None)).values(retired_at=turn.now)).rowcount
    if gone:
        turn.happened(events.CannedReplyRetired(None, reply_id))
        publications.take_out_of_use(turn, KIND, f"{OWN}{reply_id}")
    return bool(gone)


def for_patient(turn: Turn, patient_id: int, by: StaffMember | None) -> list[Filled] | None:
    """Every reply as it would go to this patient from this person; None if there is no such patient."""
    patient = patients.get(turn, patient_id)
    return None if patient is None else [_filled(turn, one, patient, by) for one in in_force(turn)]


def _filled(turn: Turn, reply: CannedReply, patient: Patient, by: StaffMember | None) -> Filled:
    own, first = patient.language, turn.settings.clinic.languages[0]
    language = next((one for one in (own, first, SOURCE) if one in reply.texts), next(iter(reply.texts)))
    words, known = reply.texts[language], _known(turn, patient, by, language)
    gaps = tuple(dict.fromkeys(name for name in IN_BRACES.findall(words.text) if not known.get(name)))
    notes = [f"Nothing is known for {{{name}}}, {VARIABLES[name]}: write it yourself, or take it out." for name in gaps]
    if language != own:
        notes.insert(0, f"There is no {english(own)} text of this: it would go out in {english(language)}.")
    original = None if language == first or first not in reply.texts else _put_in(
        reply.texts[first].text, _known(turn, patient, by, first))
    return Filled(reply.name, reply.title, language, _put_in(words.text, known), words.answers, original, gaps, tuple(notes))


def _put_in(text: str, known: Mapping[str, str]) -> str:
    return IN_BRACES.sub(lambda name: known.get(name[1]) or name[0], text)


def _known(turn: Turn, patient: Patient, by: StaffMember | None, language: str) -> dict[str, str]:
    ahead = next(iter(appointments.of_patient(turn, patient.id, ("booked",))), None)
    visit = "" if ahead is None else in_language(
        screens.when(ahead.starts_at, appointments.seen(turn, ahead).site, patient), language)
    return {"patient": patient.name, "nurse": by.name if by else "", "next_visit": visit, "phone": turn.settings.clinic.phone,
            "clinic": turn.settings.clinic.name}
