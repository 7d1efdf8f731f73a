"""A short life at random on every run of the tests; `make dosewalk` lives long ones."""

from pathlib import Path

from tests.care.medicines.dose_walk import FINAL, Tally, walk


async def test_whatever_happens_in_any_order_each_dose_ends_once_and_is_asked_in_time(tmp_path: Path):
    tally = Tally()
    await walk(40, 9, tmp_path, tally)
    assert tally.steps == 40
    assert tally.prompts > 5, "it was a life with medicines in it"
    assert sum(tally.states[state] for state in FINAL) > 10
