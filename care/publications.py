"""Publications: every version of a clinical word, threshold or rule, when it was in use, and what two people agreed to.

A version is known by the fingerprint of its source. What a kind of words is, and who uses it, is not known here: see
care/clinical_words.py.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, or_, select, update

from care import events
from care.heart.postgresql import one_at_a_time
from care.heart.turn import Turn
from care.tables import word_proposals, word_uses, word_versions

LOCK: Final = "clinical words"
HELD: Final = "held"  # the setting by which nothing is used that nobody approved


@dataclass(frozen=True)
class Piece:
    """One piece of clinical words in one version; `source` is all of it, as people read it."""

    kind: str
    name: str
    source: str

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.source)


@dataclass(frozen=True)
class Decided:
    """How decisions change what is filed: these sources take the place of what is filed under their names, and what stands
    in `held` is not to be used."""

    replaced: Mapping[str, str] = field(default_factory=dict)
    held: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.replaced or self.held)


def fingerprint(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:32]


# Keeping versions, and when each was in use


def keep(turn: Turn, piece: Piece) -> int:
    """Keep this version for ever; returns its number."""
    known = select(word_versions.c.id).where(
        word_versions.c.kind == piece.kind, word_versions.c.name == piece.name,
        word_versions.c.fingerprint == piece.fingerprint)
    number = turn.db.scalar(known)
    if number is None:
        turn.insert_once(word_versions, {
            "kind": piece.kind, "name": piece.name, "fingerprint": piece.fingerprint, "source": piece.source,
            "first_at": turn.now})
        number = turn.db.scalar(known)
    assert number is not None
    return int(number)


def put_in_use(turn: Turn, piece: Piece) -> None:
    """From now on this version is the one in use."""
    one_at_a_time(turn.db, LOCK)
    if _note(turn, piece, _in_use(turn, [piece.kind], piece.name).get((piece.kind, piece.name))):
        turn.happened(events.ClinicalWordsChanged(None, (piece.kind,)))


def take_out_of_use(turn: Turn, kind: str, name: str) -> None:
    """It is used no more; every version of it stays on record."""
    one_at_a_time(turn.db, LOCK)
    if _in_use(turn, [kind], name):
        _end(turn, kind, name)
        turn.happened(events.ClinicalWordsChanged(None, (kind,)))


def take_stock(turn: Turn, kinds: Sequence[str], pieces: Iterable[Piece]) -> int:
    """These, and no others of these kinds, are in use from now on. Returns how many have changed, come or gone."""
    one_at_a_time(turn.db, LOCK)
    standing, changed = _in_use(turn, kinds), list[Piece]()
    for piece in pieces:
        before = standing.pop((piece.kind, piece.name), None)
        if before != piece.fingerprint:
            changed.append(piece)
            if before is not None:
                _end(turn, piece.kind, piece.name)
    for gone in standing:
        _end(turn, *gone)
    _begin_all(turn, changed)
    touched = {*((piece.kind, piece.name) for piece in changed), *standing}
    if touched:
        turn.happened(events.ClinicalWordsChanged(None, tuple(sorted({kind for kind, _name in touched}))))
    return len(touched)


def _begin_all(turn: Turn, pieces: Sequence[Piece]) -> None:
    """As `keep` and `_note` do, in three statements: at the first start it is hundreds."""
    if not pieces:
        return
    turn.insert_once(word_versions, [{
        "kind": piece.kind, "name": piece.name, "fingerprint": piece.fingerprint, "source": piece.source, "first_at": turn.now}
        for piece in pieces])
    numbers = {(row.kind, row.name, row.fingerprint): row.id for row in turn.db.execute(
        select(word_versions.c.id, word_versions.c.kind, word_versions.c.name, word_versions.c.fingerprint)
        .where(word_versions.c.kind.in_({piece.kind for piece in pieces})))}
    turn.insert_once(word_uses, [{
        "version_id": numbers[piece.kind, piece.name, piece.fingerprint], "kind": piece.kind, "name": piece.name,
        "since": turn.now} for piece in pieces])


def _in_use(turn: Turn, kinds: Sequence[str], name: str | None = None) -> dict[tuple[str, str], str]:
    wanted = (select(word_uses.c.kind, word_uses.c.name, word_versions.c.fingerprint)
              .join(word_versions, word_versions.c.id == word_uses.c.version_id)
              .where(word_uses.c.kind.in_(kinds), word_uses.c.until.is_(None)))
    if name is not None:
        wanted = wanted.where(word_uses.c.name == name)
    return {(row.kind, row.name): row.fingerprint for row in turn.db.execute(wanted)}


def _note(turn: Turn, piece: Piece, before: str | None) -> bool:
    if before == piece.fingerprint:
        return False
    if before is not None:
        _end(turn, piece.kind, piece.name)
    turn.insert(word_uses, {
        "version_id": keep(turn, piece), "kind": piece.kind, "name": piece.name, "since": turn.now})
    return True


def _end(turn: Turn, kind: str, name: str) -> None:
    turn.db.execute(update(word_uses).where(
        word_uses.c.kind == kind, word_uses.c.name == name, word_uses.c.until.is_(None)).values(until=turn.now))


def in_use_at(turn: Turn, kind: str, name: str, at: datetime) -> Piece | None:
    """The version that was in use at a moment; None where nobody had taken stock of it by then."""
    row = turn.db.execute(
        select(word_versions.c.kind, word_versions.c.name, word_versions.c.source)
        .join(word_uses, word_uses.c.version_id == word_versions.c.id)
        .where(word_uses.c.kind == kind, word_uses.c.name == name, word_uses.c.since <= at,
               or_(word_uses.c.until.is_(None), word_uses.c.until > at))
        .order_by(word_uses.c.id.desc()).limit(1)).first()
    return Piece(*row) if row else None


# What two people agreed to


def is_strict(turn: Turn) -> bool:
    """Whether nothing may be used that no second person approved."""
    return turn.settings.words.without_approval == HELD


def decided(turn: Turn, kind: str, filed: Mapping[str, str]) -> Decided:
    """How decisions change what is filed of a kind, given as fingerprints by name.

    What was approved last is used where nothing else may be, and where it was put back in the place of just what is filed;
    newer words are used as they are filed, and said to be unreviewed.
    """
    approved, strict = _approved(turn, kind), is_strict(turn)
    if not approved and not strict:
        return Decided()
    wanted, held = dict[str, int](), set[str]()
    for name, print_ in filed.items():
        if (last := approved.get(name)) is None:
            if strict:
                held.add(name)
        elif last.fingerprint != print_ and (strict or last.instead_of == print_):
            wanted[name] = last.version_id
    return Decided(_sources(turn, wanted), frozenset(held))


def is_approved(turn: Turn, kind: str, name: str, source: str) -> bool:
    """Whether just this is what two people agreed to last."""
    last = _approved(turn, kind, name).get(name)
    return last is not None and last.fingerprint == fingerprint(source)


@dataclass(frozen=True)
class _Last:
    version_id: int
    fingerprint: str
    instead_of: str | None


def _approved(turn: Turn, kind: str, name: str | None = None) -> dict[str, _Last]:
    """What was approved last, by name."""
    before = word_versions.alias()
    newest = (select(func.max(word_proposals.c.id)).where(
        word_proposals.c.kind == kind, word_proposals.c.state == "approved").group_by(word_proposals.c.name))
    if name is not None:
        newest = newest.where(word_proposals.c.name == name)
    wanted = (
        select(word_proposals.c.name, word_versions.c.id, word_versions.c.fingerprint, before.c.fingerprint)
        .join(word_versions, word_versions.c.id == word_proposals.c.version_id)
        .outerjoin(before, and_(before.c.id == word_proposals.c.instead_of))
        .where(word_proposals.c.id.in_(newest)))
    return {row[0]: _Last(*row[1:]) for row in turn.db.execute(wanted)}


def _sources(turn: Turn, wanted: Mapping[str, int]) -> dict[str, str]:
    if not wanted:
        return {}
    known = {row.id: row.source for row in turn.db.execute(
        select(word_versions.c.id, word_versions.c.source).where(word_versions.c.id.in_(wanted.values())))}
    return {name: known[number] for name, number in wanted.items()}
