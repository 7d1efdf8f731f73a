"""What is in the clear, or under an old key, is sealed with the key of now: few rows in a turn, while all goes on.

Which columns are sealed stands with the tables; which are not, and why, stands here, and a test wants every column of a
patient's words to be one or the other.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, select, tuple_, update

from care.heart.turn import Turn
from care.sealing import MARK, RING, SEALED, Sealed, SealedDate, SealedJSON
from care.tables import metadata, patients

AT_ONCE = 200  # rows in a turn: a few milliseconds
CLEAR = "in the clear"
# Columns that are not sealed, of tables that hold patients, and why; by table and column, or by either name alone.
CODE = "a code of the program, an id, a hash, or who on staff did it: no words of or about a person"
UNSEALED = {
    **dict.fromkeys((
        "state", "kind", "outcome", "role", "mode", "topic", "key", "unit", "channel", "rung", "severity", "flow", "step",
        "language", "country", "time_zone", "situation", "zone", "zone_before", "version", "programme", "schedule", "series",
        "lesson", "cause", "rule", "name", "call", "part", "people", "calendars", "ended_plans", "left_out", "choosing",
        "doses", "feed", "uid", "room", "by", "actor", "author", "because", "once", "placeholder", "stored", "media_type",
        "file_id", "telegram_file_id", "token_hash", "pass_hash", "request_hash", "noted_by", "removed_by", "made_by",
        "decided_by",
        "ended_by", "cut_by", "created_by", "closed_why", "undone_by", "set_by", "written_by", "added_by", "recorded_by",
        "unhelpful_because", "why",
    ), CODE),
    "medicines": "names of medicines and how they are taken: orders, which the database compares and joins",
    "orders": "as medicines",
    "regimens": "as medicines",
    "doses": "as medicines",
    "answers.question": "our own words",
    "instrument_scores": "numbers and codes of a questionnaire",
    "conversations": "codes of the program",
    "outbox.entities": "places in a text, without the text",
    "outbox.picture": "ids of what to draw",
}


def columns() -> Iterator[tuple[sa.Table, list[sa.Column[Any]]]]:
    """The sealed columns, by table."""
    for table in metadata.sorted_tables:
        if found := [column for column in table.c if isinstance(column.type, SEALED)]:
            yield table, found


def is_due() -> bool:
    """Whether there may be something left: once for each start of a process."""
    return RING.gone_through != RING.current


def gone_through() -> None:
    RING.gone_through = RING.current


def lost_keys(turn: Turn) -> set[str]:
    """Keys that are not at hand, and with which patients' names are sealed, or the first or the last words of any column:
    there they stand where a change of keys was not gone through with."""
    found = {key_of(head) for head in turn.db.scalars(select(_head(patients.c.name)).distinct())}
    for table, sealed in columns():
        key = [*table.primary_key.columns]
        for column in sealed:
            for order in (key, [one.desc() for one in key]):
                head = turn.db.scalar(select(_head(column)).where(column.is_not(None)).order_by(*order).limit(1))
                found |= {key_of(head)} if head else set()
    return found - RING.names - {CLEAR}


def _head(column: sa.Column[Any]) -> ColumnElement[str]:
    """What the database has, as far as the name of its key."""
    return sa.func.substr(as_kept(column), 1, len(MARK) + 16)


def some(turn: Turn, table: sa.Table, after: Sequence[Any] | None) -> Sequence[Any] | None:
    """Seal anew what is not under the key of now, of the next rows after this one; the key of the last row looked at, None at
    the end of the table. A row that somebody changes meanwhile is theirs: it is sealed by that."""
    if not RING.current:
        return None
    sealed = [column for column in table.c if isinstance(column.type, SEALED)]
    key = [*table.primary_key.columns]
    wanted = select(*key, *(as_kept(column) for column in sealed)).order_by(*key).limit(AT_ONCE)
    if after is not None:
        wanted = wanted.where(tuple_(*key) > tuple_(*(sa.literal(value, column.type) for value, column in zip(
            after, key, strict=True))))
    rows = turn.db.execute(wanted).all()
    for row in rows:
        old = {column: kept for column, kept in zip(sealed, row[len(key):], strict=True) if stale(column, kept)}
        if old:
            same = and_(*(column == value for column, value in zip(key, row, strict=False)),
                        *(as_kept(column) == kept for column, kept in old.items()))
            turn.db.execute(update(table).where(same).values({column: plain(column, kept) for column, kept in old.items()}))
    return tuple(rows[-1][:len(key)]) if len(rows) == AT_ONCE else None


def as_kept(column: sa.Column[Any]) -> ColumnElement[Any]:
    """What the database has, as text."""
    return sa.cast(column, sa.Text) if isinstance(column.type, SealedJSON) else sa.type_coerce(column, sa.Text)


def stale(column: sa.Column[Any], kept: str | None) -> bool:
    return kept is not None and not _is_nothing(column, kept) and key_of(kept) != RING.current


def _is_nothing(column: sa.Column[Any], kept: str) -> bool:
    """JSON's own none; of words it would be a word."""
    return isinstance(column.type, SealedJSON) and kept == "null"


def key_of(kept: str) -> str:
    """The name of the key that a text is sealed with; CLEAR: none."""
    words = kept.removeprefix('"').replace("\\u0002", "\x02", 1)
    return words[len(MARK):].partition(":")[0] if words.startswith(MARK) else CLEAR


def plain(column: sa.Column[Any], kept: str) -> Any:
    if isinstance(column.type, Sealed):
        return RING.open(column.type.place, kept, column.type.alike)
    if isinstance(column.type, SealedDate):
        return date.fromisoformat(RING.open(column.type.place, kept))
    assert isinstance(column.type, SealedJSON)
    return column.type.opened(json.loads(kept))


def standing(turn: Turn) -> Counter[str]:
    """How many texts are sealed with which key. Reads everything."""
    found: Counter[str] = Counter()
    for _table, sealed in columns():
        for column in sealed:
            head = _head(column)
            for words, count in turn.db.execute(
                    select(head, sa.func.count()).where(column.is_not(None)).group_by(head)):
                if not _is_nothing(column, words):
                    found[key_of(words)] += count
    return found
