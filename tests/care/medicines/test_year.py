"""A dreadful week of a few patients on every run of the tests; `make doseyear` lives whole years."""

from pathlib import Path

from tests.care.medicines.year_campaign import ward


async def test_in_a_dreadful_week_each_dose_ends_once_and_is_asked_about_once_and_in_time(tmp_path: Path):
    record, found = await ward(tmp_path, seed=4, people=5, days=4, trouble=8)
    assert found.wrong == []
    assert found.doses.total() > 60, "it was a week with medicines in it"
    assert len(record.asked) > 10
    assert record.acts["down"] + record.acts["killed while sending"] > 3
    assert found.compared > 30
