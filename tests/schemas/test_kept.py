"""What a clinic kept at any schema comes forward to today's, on both databases, and what was under way then goes on.

One more: `make fixture` writes the one of the newest schema. Every run tries those that tell most; `make schemas` tries all.
"""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from care import integrity, patients, tables
from care.appointments import appointments, booking, visit_types
from care.heart import schema
from care.heart.turn import Turn
from tests.schemas import kept
from tests.ward import Clock, Phone, Ward

CLOCK_AT_THE_END = timedelta(minutes=6)  # of tests.schemas.life
LATER = 100_000  # numbers of updates that this Telegram, a new one, did not give before
# What is under way: of which table, and what says that it is.
UNDER_WAY = {
    "outbox": {"outcome": None}, "escalations": {"resolved_at": None}, "conversations": {"ended_at": None},
    "inbox": {"outcome": None}, "doses": {"state": "planned"}, "appointments": {"state": "held"},
    "appointments ": {"state": "booked"}, "broadcasts": {"state": "sending"}, "care_plans": {"ended_at": None},
}


def under_way_then(fixture: Path) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for name, lines in json.loads(fixture.read_text(encoding="utf-8")).items():
        for part, said in UNDER_WAY.items():
            if part.strip() == name:
                columns, *rows = lines
                each: list[dict[str, Any]] = [dict(zip(columns, row, strict=True)) for row in rows]
                found[part] = {row["id"] for row in each if said.items() <= row.items()}
    return {part: ids for part, ids in found.items() if ids}


def under_way_now(turn: Turn) -> dict[str, set[int]]:
    found = {}
    for part, said in UNDER_WAY.items():
        table = getattr(tables, part.strip())
        found[part] = set(turn.db.scalars(select(table.c.id).where(*(table.c[name] == value for name, value in said.items()))))
    return {part: ids for part, ids in found.items() if ids}


def decided(turn: Turn) -> str:
    """The patient takes the time that is held for them."""
    found = turn.db.scalar(select(tables.appointments.c.id).where(tables.appointments.c.state == "held"))
    assert found
    held = appointments.get(turn, found)
    assert held
    patients.lock(turn, held.patient_id)
    return booking.confirm(turn, held, visit_types.get(turn, held.visit_type_id)).state


def tried() -> list[tuple[Path, str]]:
    """The oldest goes through every migration; the one before the newest has a row in flight of every kind."""
    every = kept.every()
    if os.environ.get("EVERY_SCHEMA"):
        return [(fixture, backend) for fixture in every for backend in ("sqlite", "postgresql")]
    return [(every[0], "sqlite"), (every[-2], "sqlite"), (every[-2], "postgresql")]


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it, not even tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'kept.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    yield server.create_database("kept")
    server.drop_database("kept")


@pytest.mark.parametrize(("fixture", "new_url"), tried(), ids=lambda one: getattr(one, "stem", one), indirect=["new_url"])
async def test_what_was_under_way_at_an_old_schema_goes_on_at_todays(
        fixture: Path, new_url: str, open_clinic, telegram, clock: Clock):
    await kept.laid(new_url, fixture)
    await schema.upgrade(new_url)
    clock.now += CLOCK_AT_THE_END
    clinic = await open_clinic(new_url)
    then = under_way_then(fixture)
    now = await clinic.read(under_way_now)
    assert {part: ids & now[part] for part, ids in then.items()} == then, "under way before, and not after"
    assert {"outbox", "escalations", "conversations"} <= then.keys()
    assert await clinic.read(integrity.check) == []
    await goes_on(Ward(clinic, telegram, clock), then)


async def goes_on(ward: Ward, then: dict[str, set[int]]) -> None:
    """The time that was held can be had; the message leaves; the next answer is taken; the dose is asked about; the obligation
    calls."""
    amina, omar = (Phone(ward, ward.telegram.person(name, started=True)) for name in ("Amina", "Omar"))
    await ward.open()
    if "appointments" in then:
        assert await ward.run(decided) == "booked"
    await ward.settle()
    assert "Dana: I will call you at ten." in amina.transcript
    await omar.says("la espalda", update_id=LATER)
    assert await ward.clinic.read(answered, omar) == 2
    await ward.time_passes(hours=1)
    if "doses" in then:
        await amina.taps("Show", update_id=LATER + 1)
        assert "Amlodipine" in amina.transcript
    assert await ward.clinic.read(called) >= then["escalations"]
    assert await ward.clinic.read(integrity.check) == []


def answered(turn: Turn, phone: Phone) -> int:
    """How many answers stand in the check-in that this phone is in the middle of."""
    opened = select(tables.conversations.c.id).where(tables.conversations.c.chat_id == phone.chat_id).scalar_subquery()
    return turn.db.scalar(select(func.count()).where(tables.answers.c.conversation_id == opened)) or 0


def called(turn: Turn) -> set[int]:
    """Obligations about which somebody was called."""
    return set(turn.db.scalars(select(tables.escalation_steps.c.escalation_id)))
