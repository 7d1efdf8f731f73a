"""Somebody with the whole database in their hands changes the audit trail: at random, many times, and each time it must show.

`python -m tests.care.audit_campaign 1000 [seed]` prints what was tried and what was seen. Each is undone before the next.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Connection, create_engine, text

from care import access, audit, patients
from care.audit import Anchor
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.reactions import REACTIONS
from tests.ward import SETTINGS

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
COLUMNS = {
    "events": ("at", "actor", "kind", "patient_id", "facts", "origin"),
    "accesses": ("at", "actor", "operation", "patient_id", "why", "origin")}
FORGED = {"at": "2026-11-22 09:00:00.000000", "patient_id": 987_654, "facts": '{"forged": true}'}
Attack = Callable[[Connection, Random], None]


async def a_trail(url: str, turns: int) -> Anchor:
    """Some days of a clinic's work, sealed as it went."""
    await schema.upgrade(url)
    now = NOW
    clinic = Clinic(url, SETTINGS, REACTIONS, lambda: now)
    for number in range(turns):
        now += timedelta(seconds=30)

        def work(turn: Turn, number: int = number) -> None:
            added = patients.add(turn, f"Patient {number}", date(1960, 1, 1), "en")
            patients.move_to(turn, added.id, "Europe/Madrid")
            access.looked(turn, "GET /patients", access.Seen(added.id, "whole clinic"))

        await clinic.heard_from("192.0.2.7 req_1").run(f"staff:{number % 7 + 1}", work)
        if number % 5 == 4:
            await clinic.run("scheduler", audit.seal)
    anchor = await clinic.read(audit.latest)
    await clinic.close()
    assert anchor
    return anchor


def journal(random: Random) -> str:
    return random.choice(sorted(COLUMNS))


def some_row(db: Connection, table: str, random: Random) -> int:
    return random.choice(db.execute(text(f"SELECT id FROM {table} WHERE id <= {sealed(db, table)}")).scalars().all())


def sealed(db: Connection, table: str) -> int:
    return db.execute(text("SELECT max(last_id) FROM audit_seals WHERE journal = :name"), {"name": table}).scalar_one()


def edits(db: Connection, random: Random) -> None:
    table = journal(random)
    column = random.choice(COLUMNS[table])
    value = FORGED.get(column, f"forged {random.random()}")
    given = {"value": value, "id": some_row(db, table, random)}
    db.execute(text(f"UPDATE {table} SET {column} = :value WHERE id = :id"), given)


def removes(db: Connection, random: Random) -> None:
    table = journal(random)
    first = some_row(db, table, random)
    db.execute(text(f"DELETE FROM {table} WHERE id >= {first} AND id < {first + random.choice([1, 1, 1, 5, 50])}"))


def swaps(db: Connection, random: Random) -> None:
    """Two rows change places, with all that stands in them, or only their times or their actors."""
    table = journal(random)
    one, other = some_row(db, table, random), some_row(db, table, random)
    while other == one:
        other = some_row(db, table, random)
    db.execute(text(f"UPDATE {table} SET id = -1 WHERE id = {one}"))
    db.execute(text(f"UPDATE {table} SET id = {one} WHERE id = {other}"))
    db.execute(text(f"UPDATE {table} SET id = {other} WHERE id = -1"))


def forges(db: Connection, random: Random) -> None:
    """A row that never was, in a gap, at the beginning, or in place of another."""
    table = journal(random)
    place = random.choice([-5, 0, some_row(db, table, random)])
    db.execute(text(f"DELETE FROM {table} WHERE id = {place}"))
    names = ", ".join(("id", *COLUMNS[table]))
    values = {name: FORGED.get(name, "forged") for name in COLUMNS[table]}
    marks = ", ".join(f":{name}" for name in values)
    db.execute(text(f"INSERT INTO {table} ({names}) VALUES ({place}, {marks})"), values)


def cuts_off(db: Connection, random: Random) -> None:
    """The end of a journal is gone; or of everything, seals and all, as if the clinic had been set back."""
    if random.random() < 0.5:
        table = journal(random)
        db.execute(text(f"DELETE FROM {table} WHERE id >= {some_row(db, table, random)}"))
        return
    last = db.execute(text("SELECT max(id) FROM audit_seals")).scalar_one()
    kept = random.randrange(last)
    db.execute(text(f"DELETE FROM audit_seals WHERE id > {kept}"))
    for table in COLUMNS:
        end = db.execute(text(f"SELECT coalesce(max(last_id), 0) FROM audit_seals WHERE journal = '{table}'")).scalar_one()
        db.execute(text(f"DELETE FROM {table} WHERE id > {end}"))


def breaks_seals(db: Connection, random: Random) -> None:
    number = random.choice(db.execute(text("SELECT id FROM audit_seals")).scalars().all())
    change = random.choice(["mac = '" + f"{random.getrandbits(256):064x}" + "'", "rows = rows + 1", "last_id = last_id - 1",
                            "after_id = after_id + 1", "at = '2026-11-22 09:00:00.000000'", "journal = 'elsewhere'", None])
    db.execute(text(f"UPDATE audit_seals SET {change} WHERE id = {number}" if change else
                    f"DELETE FROM audit_seals WHERE id = {number}"))


def seals_anew(db: Connection, random: Random) -> None:
    """Changes a row, then makes all the seals new, with a key of their own: they do not have ours."""
    edits(db, random)
    ends = db.execute(text("SELECT max(id) FROM audit_seals")).scalar_one()
    db.execute(text("DELETE FROM audit_seals"))
    forger = replace(SETTINGS, staff=replace(SETTINGS.staff, secret=f"{random.getrandbits(256):064x}"))
    for _ in range(ends):
        if not audit.seal(Turn(db, NOW, "forger", forger, {})):
            return


ATTACKS: tuple[Attack, ...] = (edits, removes, swaps, forges, cuts_off, breaks_seals, seals_anew)


def campaign(path: Path, anchor: Anchor, attempts: int, seed: int) -> tuple[Counter[str], list[str]]:
    """How often each was tried, and which attempts did not show."""
    tried: Counter[str] = Counter()
    unseen = []
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as db:
        whole = audit.verify(Turn(db, NOW, "campaign", SETTINGS, {}), [anchor])
        assert not whole.broken, whole.broken
        db.rollback()
        for number in range(attempts):
            random = Random(f"{seed}:{number}")
            attack = ATTACKS[number % len(ATTACKS)]
            db.exec_driver_sql("BEGIN")
            for name in ("events", "accesses", "audit_seals"):
                for what in ("update", "delete"):
                    db.exec_driver_sql(f"DROP TRIGGER tr_{name}_{what}")
            attack(db, random)
            found = audit.verify(Turn(db, NOW, "campaign", SETTINGS, {}), [anchor])
            tried[attack.__name__] += 1
            if not found.broken:
                unseen.append(f"{attack.__name__}, attempt {number} of seed {seed}")
            db.exec_driver_sql("ROLLBACK")
            db.rollback()
        again = audit.verify(Turn(db, NOW, "campaign", SETTINGS, {}), [anchor])
        assert (again.rows, again.broken) == (whole.rows, [])
    engine.dispose()
    return tried, unseen


def main() -> int:
    attempts, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clinic.db"
        anchor = asyncio.run(a_trail(f"sqlite:///{path}", 60))
        tried, unseen = campaign(path, anchor, attempts, seed)
    for name, times in sorted(tried.items()):
        print(f"{name:14} {times}")
    print(f"seed {seed}, {sum(tried.values())} attempts, {len(unseen)} not seen")
    for one in unseen:
        print(f"NOT SEEN: {one}")
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
