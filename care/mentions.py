"""Mentions: a colleague who is named in a note with an @ has it in a list of their own until they have read it.

A mention opens no record to anybody: only who may read this patient's can be named, and it is shown for as long as they may.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unicodedata import combining, normalize

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update

from care import events, staff
from care.heart.turn import Turn
from care.sight import Looker, held_to, why
from care.staff import StaffMember
from care.tables import mentions, notes, patients
from care.tables import staff as staff_table

READS = "patients:read"  # what a note is of
AN_AT = re.compile(r"(?<![\w.@])@(?=[^\W\d_])")  # before a name; neither in an address nor before a time
LONGEST_NAME = 120
STAYS = timedelta(days=1)  # what was read stands in its place for so long


class Refused(Exception):
    """Whoever is meant would not learn of it; the message says why, and what would be right."""


@dataclass(frozen=True)
class Mention:
    id: int
    patient_id: int
    patient_name: str
    note_id: int
    text: str
    by: str
    at: datetime
    read_at: datetime | None


def named(turn: Turn, patient_id: int, text: str, by: int) -> list[StaffMember]:
    """Whom a note names, by their whole name or by one of its words that is nobody else's; not who writes it. Raises Refused
    for a name that is nobody's, or several people's, or of somebody who may not read this patient's record."""
    if "@" not in text:
        return []
    colleagues, found = [one for one in staff.everyone(turn) if one.active], list[StaffMember]()
    for at in AN_AT.finditer(text):
        meant = _who(colleagues, text[at.end():][:LONGEST_NAME])
        if meant.id != by and meant not in found:
            if not _reads(turn, meant, patient_id):
                raise Refused(f"{meant.name} may not read this patient's record, and would not see the note. Hand it over to "
                              "them, or write the name without @.")
            found.append(meant)
    return found


def _who(colleagues: Sequence[StaffMember], said: str) -> StaffMember:
    plain = _plain(said)
    whole = [one for one in colleagues if _begins(plain, _plain(one.name))]
    longest = max((len(one.name) for one in whole), default=0)
    meant = [one for one in whole if len(one.name) == longest] or [
        one for one in colleagues if any(_begins(plain, word.strip(".,")) for word in _plain(one.name).split())]
    written = said.split()[0].strip(".,;:!?")
    if not meant:
        raise Refused(f"Nobody on staff is called {written}. Write the name as staff know it, or leave out the @.")
    if len(meant) > 1:
        raise Refused(f"@{written} may be {' or '.join(one.name for one in meant[:5])}: write the whole name.")
    return meant[0]


def _plain(words: str) -> str:
    """Small letters, no accents: nobody types those of a colleague's name."""
    return "".join(letter for letter in normalize("NFKD", words.casefold()) if not combining(letter))


def _begins(said: str, name: str) -> bool:
    return bool(name) and said.startswith(name) and not said[len(name):len(name) + 1].isalnum()


def _reads(turn: Turn, person: StaffMember, patient_id: int) -> bool:
    """Whether they see it now, or when they are next on duty."""
    return READS in person.scopes and why(turn, Looker(person.id, person.reach, True), patient_id) is not None


def note(turn: Turn, patient_id: int, note_id: int, people: Sequence[StaffMember]) -> None:
    """Put it into the lists of those who are named."""
    for one in people:
        turn.insert(mentions, {"note_id": note_id, "patient_id": patient_id, "staff_id": one.id, "at": turn.now})
        turn.happened(events.ColleagueMentioned(patient_id, note_id, one.id))


def of(turn: Turn, person: StaffMember | None, after: int | None = None, limit: int = 50) -> list[Mention]:
    """What names this person and is not read yet, or was read within a day, the oldest first; `after` is the id of the last one
    already seen."""
    shown = or_(mentions.c.read_at.is_(None), mentions.c.read_at > turn.now - STAYS)
    wanted = _theirs(turn, person, (mentions.c.id, mentions.c.patient_id, patients.c.name, mentions.c.note_id, notes.c.text,
                                    staff_table.c.name.label("by"), mentions.c.at, mentions.c.read_at)).where(shown)
    if after:
        wanted = wanted.where(mentions.c.id > after)
    return [Mention(*row) for row in turn.db.execute(wanted.order_by(mentions.c.id).limit(limit))]


def unread(turn: Turn, person: StaffMember | None) -> int:
    """How many of them wait to be read."""
    return turn.db.scalar(_theirs(turn, person, (func.count(),)).where(mentions.c.read_at.is_(None))) or 0


def _theirs(turn: Turn, person: StaffMember | None, what: Sequence[Any]) -> Select[Any]:
    """Of what whoever looks may see. Somebody whose role reads no records any more has none."""
    nobody: ColumnElement[bool] = mentions.c.staff_id == (person.id if person and READS in person.scopes else 0)
    return held_to(turn, select(*what).select_from(
        mentions.join(patients, patients.c.id == mentions.c.patient_id).join(notes, notes.c.id == mentions.c.note_id)
        .join(staff_table, staff_table.c.id == notes.c.staff_id)).where(nobody))


def read(turn: Turn, mention_id: int, staff_id: int) -> bool:
    """They have read it; false if it is no mention of theirs. Whoever has read it has read it."""
    theirs = and_(mentions.c.id == mention_id, mentions.c.staff_id == staff_id)
    row = turn.db.execute(select(mentions.c.patient_id, mentions.c.read_at).where(theirs)).first()
    if row and row.read_at is None:
        turn.db.execute(update(mentions).where(theirs, mentions.c.read_at.is_(None)).values(read_at=turn.now))
        turn.happened(events.MentionRead(row.patient_id, mention_id))
    return row is not None
