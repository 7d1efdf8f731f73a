"""A slice of `make taps`: fifty at once on one dose are one record."""

from tests.taps import TAPS, run


async def test_fifty_taps_at_once_on_one_dose_are_one_record(url: str):
    tally = await run(url, seed=3, trials=2)
    assert tally.wrong == []
    assert (tally.taps, tally.answered) == (2 * TAPS, 2 * TAPS)
