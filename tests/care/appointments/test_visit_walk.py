"""A slice of `make visitwalk`, and that the walk would notice."""

from pathlib import Path

import pytest

from care.appointments import notices, taken_slots
from tests.care.appointments.visit_walk import walk


async def test_visits_in_any_order(tmp_path: Path, empty_sqlite: Path):
    tally = await walk(150, 1, tmp_path, empty_sqlite)
    assert tally.states["booked"] + tally.states["cancelled"] > 10


@pytest.mark.parametrize(("where", "what", "instead"), [
    (notices, "recall", lambda *_, **__: None), (notices, "plan", lambda *_: None), (taken_slots, "leave", lambda *_: False)])
async def test_a_walk_notices_what_is_broken(
    tmp_path: Path, empty_sqlite: Path, monkeypatch: pytest.MonkeyPatch, where, what, instead,
):
    monkeypatch.setattr(where, what, instead)
    with pytest.raises(AssertionError, match="seed 1, step"):
        await walk(150, 1, tmp_path, empty_sqlite)
