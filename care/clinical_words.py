"""Clinical words: what patients are asked, told and judged by, listed with who agreed to it. One person proposes a version,
another approves it; what was approved before can be put back by the same two steps.

To add a kind that is files in content/: a line in FILES and one in KINDS.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import select, update

from care import canned_replies, escalations, events, publications, thresholds
from care.escalations import Severity
from care.heart.postgresql import one_at_a_time
from care.heart.turn import Turn
from care.lessons import library
from care.publications import LOCK, Piece
from care.tables import staff, word_proposals, word_uses, word_versions
from content import FOLDER


@dataclass(frozen=True)
class Kind:
    """`ours_to_change`: the clinic can hold it back and put it back by itself; else it comes with the program, is never held
    back, and changes only with the program's version."""

    title: str
    ours_to_change: bool = False


KINDS: Final[Mapping[str, Kind]] = {
    library.KIND: Kind("Lessons", True),
    canned_replies.KIND: Kind("Ready replies", True),
    thresholds.KIND: Kind("Thresholds of the clinic", True),
    "zones": Kind("Zones of check-ins: which answers call whom"),
    "flow": Kind("Questions of check-ins, in every language"),
    "questionnaire": Kind("Questionnaires, word for word"),
    "danger_rules": Kind("By what danger is heard"),
    "safety_words": Kind("What somebody in danger reads, by language"),
    "crisis_numbers": Kind("Emergency numbers and crisis lines, by country"),
    "welfare": Kind("Steps when somebody may be in danger"),
    "programme": Kind("Programmes: when to ask"),
    "series": Kind("Series of lessons"),
    "limits": Kind("Readings that no instrument gives"),
    "goals": Kind("Goals that pictures show"),
}
FILES: Final[Mapping[str, tuple[str, str]]] = {
    "zones": ("check_ins", "*.toml"), "questionnaire": ("instruments", "*.json"), "danger_rules": ("red_flags", "*.*"),
    "crisis_numbers": ("crisis", "*.toml"), "welfare": ("welfare", "*.toml"), "programme": ("programmes", "*.toml"),
    "series": ("series", "*.toml"), "limits": ("readings", "limits.toml"), "goals": (".", "goals.toml")}
OF_DOORS: Final = ("flow", "safety_words")
LONGEST_SOURCE: Final = 250_000  # characters; of a longer file, which no person reads, its fingerprint is kept alone
MOST_CHANGES: Final = 400  # lines
UNAPPROVED: Final = "words:unapproved"
State = Literal["approved", "changed", "put_back", "never"]


class Refused(Exception):
    """It cannot be. The message says why, and what would be right."""


@dataclass(frozen=True)
class Proposal:
    id: int
    kind: str
    name: str
    version_id: int
    fingerprint: str
    instead_of: int | None
    note: str
    proposed_by: int
    proposed_at: datetime
    state: str  # waiting, approved, refused, withdrawn
    decided_by: int | None
    decided_at: datetime | None
    decision_note: str | None
    proposer: str
    decider: str | None

    @property
    def proposer_id(self) -> int:
        return self.proposed_by


@dataclass(frozen=True)
class InUse:
    """A piece as it is filed, and how far two people agreed to it. `state`: approved as it is filed; changed since it was
    approved; put back to what was approved before; never approved."""

    kind: str
    name: str
    version_id: int
    fingerprint: str
    since: datetime
    state: State
    used: Literal["filed", "approved", "nothing"]  # what patients get: as filed, what was approved last, or nothing
    approved: Proposal | None
    waiting: Proposal | None


@dataclass(frozen=True)
class Use:
    version_id: int
    fingerprint: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Whole:
    """A piece with all that is known of it. `changes` are lines from what was approved last to what is filed."""

    now: InUse
    source: str
    changes: tuple[str, ...]
    uses: tuple[Use, ...]
    proposals: tuple[Proposal, ...]


# What is in use


def of_files() -> Iterator[Piece]:
    """What lies in content/."""
    for kind, (folder, pattern) in FILES.items():
        for file in sorted((FOLDER / folder).glob(pattern)):
            if file.suffix in (".toml", ".json") and file.name != "LOCK.toml":
                yield Piece(kind, file.stem, _readable(file))


def _readable(file: Path) -> str:
    words = file.read_text(encoding="utf-8")
    return words if len(words) <= LONGEST_SOURCE else f"{file.name}: {publications.fingerprint(words)}"


def of_clinic(turn: Turn) -> Iterator[Piece]:
    """What the clinic can change by itself."""
    for name, source in library.kept(turn.settings.lessons).sources.items():
        yield Piece(library.KIND, name, source)
    for reply in canned_replies.everything(turn):
        yield canned_replies.piece(reply)
    once_set = {one.name for one in in_use(turn, thresholds.KIND)}
    for number in thresholds.in_force(turn, None):
        if number.origin == "clinic" or number.name in once_set:
            yield thresholds.piece(number.name, number.number if number.origin == "clinic" else None)


def take_stock(turn: Turn, of_doors: Iterable[Piece] = ()) -> int:
    """Put on record what is in use from now on; `of_doors` is what only they know, such as flows. Returns how many pieces
    changed. Where nothing is to be used unapproved, somebody is told of what is."""
    pieces = [*of_files(), *of_clinic(turn), *of_doors]
    given = {one.kind for one in pieces}
    changed = publications.take_stock(turn, [kind for kind in KINDS if kind in given or kind not in OF_DOORS], pieces)
    if publications.is_strict(turn):
        _tell_of_unapproved(turn)
    return changed


def _tell_of_unapproved(turn: Turn) -> None:
    used = [one for one in in_use(turn) if one.used == "filed" and one.state != "approved"]
    if used:
        escalations.open_(
            turn, None, Severity.ROUTINE, UNAPPROVED, "Clinical words are in use that no second person has approved: look at "
            "Clinical words, or run `careward words status`", f"{len(used)} of them")


def in_use(turn: Turn, kind: str | None = None) -> list[InUse]:
    """Every piece in use, by kind and name."""
    wanted = (select(word_uses.c.kind, word_uses.c.name, word_versions.c.id, word_versions.c.fingerprint, word_uses.c.since)
              .join(word_versions, word_versions.c.id == word_uses.c.version_id).where(word_uses.c.until.is_(None)))
    if kind is not None:
        wanted = wanted.where(word_uses.c.kind == kind)
    approved, waiting = _newest(turn, "approved"), _newest(turn, "waiting")
    order = list(KINDS)
    found = [_as_used(turn, row, approved.get((row.kind, row.name)), waiting.get((row.kind, row.name)))
             for row in turn.db.execute(wanted) if row.kind in KINDS]
    return sorted(found, key=lambda one: (order.index(one.kind), one.name))


def _as_used(turn: Turn, row: Any, approved: Proposal | None, waiting: Proposal | None) -> InUse:
    state: State = "never"
    if approved is not None:
        state = ("approved" if approved.version_id == row.id
                 else "put_back" if approved.instead_of == row.id and KINDS[row.kind].ours_to_change else "changed")
    used: Literal["filed", "approved", "nothing"] = "approved" if state == "put_back" else "filed"
    if KINDS[row.kind].ours_to_change and row.kind != thresholds.KIND and publications.is_strict(turn):
        used = {"approved": "filed", "never": "nothing"}.get(state, "approved")  # type: ignore[assignment]
    return InUse(row.kind, row.name, row.id, row.fingerprint, row.since, state, used, approved, waiting)


def whole(turn: Turn, kind: str, name: str) -> Whole | None:
    """One piece with all that is known of it; None if there is none in use."""
    now = next((one for one in in_use(turn, kind) if one.name == name), None)
    if now is None:
        return None
    uses = [Use(*row) for row in turn.db.execute(
        select(word_versions.c.id, word_versions.c.fingerprint, word_uses.c.since, word_uses.c.until)
        .join(word_versions, word_versions.c.id == word_uses.c.version_id)
        .where(word_uses.c.kind == kind, word_uses.c.name == name).order_by(word_uses.c.id.desc()))]
    proposals = [_proposal(row) for row in turn.db.execute(_PROPOSALS.where(
        word_proposals.c.kind == kind, word_proposals.c.name == name).order_by(word_proposals.c.id.desc()))]
    source = source_of(turn, now.version_id)
    before = source_of(turn, now.approved.version_id) if now.approved else None
    return Whole(now, source, tuple(changes(before, source)) if before is not None else (), tuple(uses), tuple(proposals))


def source_of(turn: Turn, version_id: int) -> str:
    return str(turn.db.scalar(select(word_versions.c.source).where(word_versions.c.id == version_id)))


def version_named(turn: Turn, kind: str, name: str, fingerprint: str) -> Any:
    """The row of a version; None if there never was one with this fingerprint."""
    return turn.db.execute(select(word_versions).where(
        word_versions.c.kind == kind, word_versions.c.name == name, word_versions.c.fingerprint == fingerprint)).first()


def changes(before: str, after: str) -> list[str]:
    """The lines that differ, with a little around them, as `diff -u` has them."""
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    lines = [line for line in found if not line.startswith(("---", "+++"))]
    left = len(lines) - MOST_CHANGES
    return [*lines[:MOST_CHANGES], *([f"... and {left} more lines"] if left > 0 else [])]


# Two people


_PROPOSER, _DECIDER = staff.alias(), staff.alias()
_PROPOSALS = (
    select(word_proposals.c.id, word_proposals.c.kind, word_proposals.c.name, word_versions.c.id.label("version_id"),
           word_versions.c.fingerprint, word_proposals.c.instead_of, word_proposals.c.note, word_proposals.c.proposed_by,
           word_proposals.c.proposed_at, word_proposals.c.state, word_proposals.c.decided_by, word_proposals.c.decided_at,
           word_proposals.c.decision_note, _PROPOSER.c.name.label("proposer"), _DECIDER.c.name.label("decider"))
    .join(word_versions, word_versions.c.id == word_proposals.c.version_id)
    .join(_PROPOSER, _PROPOSER.c.id == word_proposals.c.proposed_by)
    .outerjoin(_DECIDER, _DECIDER.c.id == word_proposals.c.decided_by))


def _proposal(row: Any) -> Proposal:
    return Proposal(*row)


def _newest(turn: Turn, state: str) -> dict[tuple[str, str], Proposal]:
    """The newest proposal in this state, by kind and name."""
    rows = turn.db.execute(_PROPOSALS.where(word_proposals.c.state == state).order_by(word_proposals.c.id))
    return {(row.kind, row.name): _proposal(row) for row in rows}


def get(turn: Turn, proposal_id: int) -> Proposal | None:
    row = turn.db.execute(_PROPOSALS.where(word_proposals.c.id == proposal_id)).first()
    return _proposal(row) if row else None


def propose(turn: Turn, kind: str, name: str, note: str, by: int, fingerprint: str | None = None) -> Proposal:
    """Propose the version in use, or an earlier one by its fingerprint, to be put back. Raises LookupError or Refused."""
    one_at_a_time(turn.db, LOCK)
    now = next((one for one in in_use(turn, kind) if one.name == name), None)
    if now is None:
        raise LookupError("There are no clinical words of that kind and name in use.")
    version = now.version_id
    if fingerprint is not None and fingerprint != now.fingerprint:
        earlier = version_named(turn, kind, name, fingerprint)
        if earlier is None:
            raise LookupError("No version of it has that fingerprint.")
        if not KINDS[kind].ours_to_change:
            raise Refused("It comes with the program: to put it back, install the version of the program that had it.")
        version = earlier.id
    if now.approved and now.approved.version_id == version and now.state != "changed":
        raise Refused("Just this version is approved, and in use.")
    return _file(turn, kind, name, version, now.version_id, now.waiting, note, by)


def propose_number(turn: Turn, name: str, number: float | None, note: str, by: int) -> Proposal:
    """Propose a threshold for the whole clinic; None: as the program has it. Raises NoSuchThreshold, ValueError or Refused."""
    one_at_a_time(turn.db, LOCK)
    if number is not None:
        thresholds.check(name, number)
    elif name not in thresholds.settable():
        raise thresholds.NoSuchThreshold(name)
    now = next((one for one in in_use(turn, thresholds.KIND) if one.name == name), None)
    version = publications.keep(turn, thresholds.piece(name, number))
    if now and now.version_id == version and now.state == "approved":
        raise Refused("Just this number is approved, and in use.")
    waiting = now.waiting if now else _newest(turn, "waiting").get((thresholds.KIND, name))
    return _file(turn, thresholds.KIND, name, version, now.version_id if now else None, waiting, note, by)


def _file(
    turn: Turn, kind: str, name: str, version: int, instead_of: int | None, waiting: Proposal | None, note: str, by: int,
) -> Proposal:
    if waiting:
        raise Refused(f"A proposal of {waiting.proposer} waits for a second person already: it is to be decided or withdrawn.")
    number = turn.insert(word_proposals, {
        "version_id": version, "kind": kind, "name": name, "instead_of": instead_of, "note": note.strip(), "proposed_by": by,
        "proposed_at": turn.now, "state": "waiting"})
    turn.happened(events.WordsProposed(None, number, kind, name))
    return _again(turn, number)


def approve(turn: Turn, proposal_id: int, by: int, note: str) -> Proposal:
    """The second person agrees: from now on it is approved, and put in force where that is the clinic's. Raises LookupError,
    or Refused for whoever proposed it, for what is decided, and for what has changed since it was proposed."""
    one_at_a_time(turn.db, LOCK)
    found = _waiting(turn, proposal_id)
    if found.proposed_by == by:
        raise Refused("Whoever proposed it cannot be the second person: ask a colleague.")
    now = next((one for one in in_use(turn, found.kind) if one.name == found.name), None)
    if (now.version_id if now else None) != found.instead_of:
        raise Refused("What is in use has changed since this was proposed: refuse it, and look at what is there now.")
    decided = _decide(turn, found, by, "approved", note)
    if now is None or now.version_id != found.version_id:
        _put_in_force(turn, found, source_of(turn, found.version_id))
    return decided


def refuse(turn: Turn, proposal_id: int, by: int, note: str) -> Proposal:
    """It is not to be so. Whoever proposed it withdraws it by this. Raises LookupError or Refused."""
    one_at_a_time(turn.db, LOCK)
    found = _waiting(turn, proposal_id)
    return _decide(turn, found, by, "withdrawn" if found.proposed_by == by else "refused", note)


def _waiting(turn: Turn, proposal_id: int) -> Proposal:
    found = get(turn, proposal_id)
    if found is None:
        raise LookupError("There is no such proposal.")
    if found.state != "waiting":
        raise Refused(f"It is decided: {found.state} by {found.decider}.")
    return found


def _decide(turn: Turn, found: Proposal, by: int, state: str, note: str) -> Proposal:
    turn.db.execute(update(word_proposals).where(word_proposals.c.id == found.id).values(
        state=state, decided_by=by, decided_at=turn.now, decision_note=note.strip() or None))
    turn.happened(events.WordsDecided(None, found.id, found.kind, found.name, state))
    return _again(turn, found.id)


def _put_in_force(turn: Turn, found: Proposal, source: str) -> None:
    """What the clinic keeps in its database is written back; what is files is read from what is kept of them, as long as they
    are those in whose place it was put back."""
    if not (found.kind == thresholds.KIND or found.name.startswith(canned_replies.OWN)):
        return
    turn.db.execute(update(word_proposals).where(word_proposals.c.id == found.id).values(instead_of=None))
    if found.kind == thresholds.KIND:
        if source == thresholds.AS_THE_PROGRAM_HAS_IT:
            thresholds.remove(turn, found.name, None, agreed=True)
        else:
            thresholds.set_(turn, found.name, float(source), None, agreed=True)
    else:
        reply = canned_replies.of_source(found.name, source)
        try:
            canned_replies.keep(turn, reply.title, reply.texts, reply.id)
        except canned_replies.Refused as refused:
            raise Refused(f"It cannot be put back as it was: {refused}") from None


def _again(turn: Turn, proposal_id: int) -> Proposal:
    found = get(turn, proposal_id)
    assert found
    return found
