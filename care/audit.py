"""The audit trail sealed: who did what and who looked at what stays as it was written, or it shows.

Three things hold it. The database refuses to change or remove a row (triggers, care/tables/audit.py). Whoever gets round
those, with the whole database in their hands, meets the seals: each is an HMAC over all rows since the one before it, and over
that one, with a key that the database does not have. And whoever cuts off the end, seals and all, meets the anchor: the last
seal, written outside of the database (scheduler/anchors.py).

Rows are sealed within seconds by the clock, not in the turn that writes them: a turn would have to wait for the one before it.
What was written since the last seal is open to somebody who has the database, and is counted.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, func, select, text, true

from care.heart.settings import Settings
from care.heart.turn import Turn
from care.tables import accesses, audit_seals, events

JOURNALS: dict[str, Table] = {"events": events, "accesses": accesses}
AT_ONCE = 300  # rows: a long turn stops everyone
BEGINNING = "0" * 64


@dataclass(frozen=True)
class Anchor:
    """The last seal, as it is kept outside of the database."""

    seal: int
    mac: str
    at: datetime

    def line(self) -> str:
        return json.dumps({**asdict(self), "at": self.at.astimezone(UTC).isoformat()})

    @classmethod
    def read(cls, line: str) -> "Anchor":
        """Raises ValueError if it is none."""
        try:
            said = json.loads(line)
            return cls(int(said["seal"]), str(said["mac"]), datetime.fromisoformat(said["at"]))
        except (TypeError, KeyError) as error:
            raise ValueError(f"no anchor: {line[:80]!r}") from error


@dataclass(frozen=True)
class Verified:
    """What a look through the whole trail found. `unsealed` rows are newer than the last seal."""

    seals: int
    rows: int
    unsealed: int
    broken: list[str]


def key_of(settings: Settings) -> bytes:
    """The key: the clinic's own, or one that follows from the secret it has anyway. In no database, and in no backup of one."""
    if settings.audit.key:
        return settings.audit.key.encode()
    return hmac.new(settings.staff.secret.encode(), b"audit trail", hashlib.sha256).digest()


@dataclass(frozen=True)
class Entry:
    """Something that was done or looked at. `what` is the kind of a change, or the view that was looked at."""

    id: int
    at: datetime
    actor: str
    what: str
    patient_id: int | None
    origin: str | None
    facts: dict[str, Any] | None = None
    why: str | None = None


def trail(
    turn: Turn, journal: str, before: int | None = None, limit: int = 50, patient_id: int | None = None,
    actor: str | None = None, later_than: datetime | None = None,
) -> list[Entry]:
    """A page of the trail, newest first: of "events" (what was done) or of "accesses" (what was looked at)."""
    table = JOURNALS[journal]
    wanted = select(table).order_by(table.c.id.desc()).limit(limit)
    for column, value in ((table.c.patient_id, patient_id), (table.c.actor, actor)):
        wanted = wanted if value is None else wanted.where(column == value)
    if later_than:
        wanted = wanted.where(table.c.at > later_than)
    rows = turn.db.execute(wanted if before is None else wanted.where(table.c.id < before))
    if journal == "events":
        return [Entry(row.id, row.at, row.actor, row.kind, row.patient_id, row.origin, facts=row.facts) for row in rows]
    return [Entry(row.id, row.at, row.actor, row.operation, row.patient_id, row.origin, why=row.why) for row in rows]


def seal(turn: Turn) -> bool:
    """Seal what was written since the last one, some hundred rows of each journal. False if there is nothing."""
    sealed = False
    for name, table in JOURNALS.items():
        _nobody_is_writing(turn, name)
        after = _sealed_up_to(turn, name)
        rows = turn.db.execute(_rows(table).where(table.c.id > after).limit(AT_ONCE)).all()
        if rows:
            sealed = True
            previous = latest(turn)
            number = previous.seal + 1 if previous else 1
            row = {"journal": name, "after_id": after, "last_id": rows[-1].id, "rows": len(rows), "at": turn.now}
            mac = _mac(key_of(turn.settings), previous.mac if previous else BEGINNING, number, row, rows)
            turn.db.execute(audit_seals.insert(), {"id": number, **row, "mac": mac})
    return sealed


def waiting(turn: Turn) -> bool:
    """Whether there is something to seal."""
    return any(turn.db.scalar(select(table.c.id).where(table.c.id > _sealed_up_to(turn, name)).limit(1))
               for name, table in JOURNALS.items())


def latest(turn: Turn) -> Anchor | None:
    row = turn.db.execute(select(audit_seals).order_by(audit_seals.c.id.desc()).limit(1)).first()
    return Anchor(row.id, row.mac, row.at) if row else None


def verify(turn: Turn, anchors: Sequence[Anchor] = ()) -> Verified:
    """Look through the whole trail, seal by seal, and at what was anchored. Reads only, and remembers one seal's rows."""
    key, previous, reached = key_of(turn.settings), BEGINNING, dict.fromkeys(JOURNALS, 0)
    kept: dict[int, str] = {}
    broken: list[str] = []
    expected = rows_seen = 0
    for number, journal, after, last, count, at, mac in turn.db.execute(select(
            audit_seals.c.id, audit_seals.c.journal, audit_seals.c.after_id, audit_seals.c.last_id, audit_seals.c.rows,
            audit_seals.c.at, audit_seals.c.mac).order_by(audit_seals.c.id)).all():
        expected, kept[number] = expected + 1, mac
        if number != expected:
            broken.append(f"Seal {expected} is missing: the next one is {number}.")
            expected = number
        if journal not in JOURNALS or after != reached[journal]:
            broken.append(f"Seal {number} does not begin where the one before it ended.")
            continue
        table = JOURNALS[journal]
        since = table.c.id > after if after else true()  # before the first id there is nothing either
        rows = turn.db.execute(_rows(table).where(since, table.c.id <= last)).all()
        row = {"journal": journal, "after_id": after, "last_id": last, "rows": count, "at": at}
        if not hmac.compare_digest(_mac(key, previous, number, row, rows), mac):
            broken.append(f"Seal {number} of {at:%Y-%m-%d %H:%M} UTC does not fit {journal} {after + 1} to {last}: "
                          f"{count} rows then, {len(rows)} now.")
        previous, reached[journal], rows_seen = mac, last, rows_seen + len(rows)
    broken += _against(anchors, kept)
    return Verified(len(kept), rows_seen, sum(_unsealed(turn, reached)), broken)


def _against(anchors: Sequence[Anchor], kept: dict[int, str]) -> Iterator[str]:
    for anchor in anchors:
        if anchor.seal not in kept:
            yield f"Seal {anchor.seal}, anchored {anchor.at:%Y-%m-%d %H:%M} UTC, is gone: the trail was cut off, or set back."
        elif not hmac.compare_digest(kept[anchor.seal], anchor.mac):
            yield f"Seal {anchor.seal} is not the one that was anchored {anchor.at:%Y-%m-%d %H:%M} UTC."


def _unsealed(turn: Turn, reached: dict[str, int]) -> Iterator[int]:
    for name, table in JOURNALS.items():
        yield turn.db.scalar(select(func.count()).select_from(table).where(table.c.id > reached[name])) or 0


def _rows(table: Table) -> Any:
    return select(*(column for column in table.c if column.name != "xid")).order_by(table.c.id)


def _sealed_up_to(turn: Turn, journal: str) -> int:
    return turn.db.scalar(select(func.max(audit_seals.c.last_id)).where(audit_seals.c.journal == journal)) or 0


def _nobody_is_writing(turn: Turn, journal: str) -> None:
    """On PostgreSQL turns overlap, and a smaller id may come to light later: wait for those who are writing, for a moment
    keep others from it. On SQLite nobody writes beside this turn."""
    if turn.db.dialect.name == "postgresql":
        turn.db.execute(text(f"LOCK TABLE {journal} IN SHARE MODE"))


def _mac(key: bytes, previous: str, number: int, seal: dict[str, Any], rows: Sequence[Any]) -> str:
    """Over the seal before it, what this one says of itself, and every row, in a form that the database has no say in."""
    sealing = hmac.new(key, digestmod=hashlib.sha256)
    sealing.update(_canonical([previous, number, *seal.values()]))
    for row in rows:
        sealing.update(_canonical(list(row)))
    return sealing.hexdigest()


def _canonical(values: list[Any]) -> bytes:
    said = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    return json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
