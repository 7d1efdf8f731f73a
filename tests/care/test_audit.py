"""The audit trail stays as it was written, or it shows."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from care import access, audit, patients
from care.audit import Anchor
from care.tables import accesses, audit_seals, events
from scheduler import anchors, jobs
from tests.care.audit_campaign import ATTACKS, a_trail, campaign


def something_happens(turn) -> None:
    added = patients.add(turn, "Amina", date(1960, 1, 1), "en")
    access.looked(turn, "GET /patients", access.Seen(added.id, "whole clinic"))


async def test_what_was_written_is_sealed_and_found_whole(clinic):
    for _ in range(3):
        await clinic.run("staff:1", something_happens)
        assert await clinic.run("scheduler", audit.seal)
    assert not await clinic.run("scheduler", audit.seal)
    await clinic.run("staff:1", something_happens)
    found = await clinic.read(audit.verify, [await clinic.read(audit.latest)])
    assert (found.seals, found.rows, found.unsealed, found.broken) == (6, 6, 2, [])


@pytest.mark.parametrize("table", [events, accesses, audit_seals], ids=lambda table: table.name)
async def test_the_database_itself_refuses_to_change_the_trail(clinic, table):
    await clinic.run("staff:1", something_happens)
    await clinic.run("scheduler", audit.seal)
    for change in (sa.update(table).values(at=clinic.now()), sa.delete(table)):
        with pytest.raises(DBAPIError, match="append-only"):
            await clinic.run("ops", lambda turn, change=change: turn.db.execute(change))


async def test_every_kind_of_tampering_shows(tmp_path: Path):
    """A slice of what `python -m tests.care.audit_campaign 1000` tries."""
    anchor = await a_trail(f"sqlite:///{tmp_path / 'trail.db'}", 15)
    tried, unseen = campaign(tmp_path / "trail.db", anchor, 5 * len(ATTACKS), seed=7)
    assert (len(tried), unseen) == (len(ATTACKS), [])


async def test_a_trail_that_was_set_back_shows_at_the_anchor_alone(sqlite_url, open_clinic):
    clinic = await open_clinic(sqlite_url)
    await clinic.run("staff:1", something_happens)
    await clinic.run("scheduler", audit.seal)
    later = Anchor(9, "f" * 64, clinic.now())
    assert (await clinic.read(audit.verify)).broken == []
    assert "is gone" in (await clinic.read(audit.verify, [later])).broken[0]


async def test_the_clock_seals_and_writes_the_anchor_down_each_hour(sqlite_url, open_clinic, clock, settings, tmp_path):
    file = tmp_path / "careward-audit.anchor"
    clinic = await open_clinic(sqlite_url)
    clinic.settings = replace(settings, audit=replace(settings.audit, anchor_file=str(file)))
    for minutes in (10, 20, 40):
        await clinic.run("staff:1", something_happens)
        await jobs.seal_the_audit_trail(clinic)
        clock.passes(minutes=minutes)
    assert len(file.read_text().splitlines()) == 1
    clock.passes(minutes=1)
    await clinic.run("staff:1", something_happens)
    await jobs.seal_the_audit_trail(clinic)
    kept = anchors.read(file)
    assert len(file.read_text().splitlines()) == 2
    assert kept[-1] == await clinic.read(audit.latest)
    assert (await clinic.read(audit.verify, kept)).broken == []


def test_what_is_no_anchor_is_said(tmp_path):
    (tmp_path / "a").write_text("{}\n")
    with pytest.raises(ValueError, match="no anchor"):
        anchors.read(tmp_path / "a")
