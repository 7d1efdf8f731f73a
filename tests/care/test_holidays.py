"""Public holidays, and what they do to a promise. The days were checked by hand against calendars of the years named."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from care import crisis, holidays, office
from care.heart.settings import ClinicSettings, Settings
from care.heart.settings_problems import problems
from tests.ward import SETTINGS


@pytest.mark.parametrize(("year", "day"), [(2008, "03-23"), (2024, "03-31"), (2025, "04-20"), (2026, "04-05"), (2038, "04-25")])
def test_easter_is_where_the_calendar_has_it(year: int, day: str):
    assert holidays.easter(year) == date.fromisoformat(f"{year}-{day}")


@pytest.mark.parametrize(("country", "day", "free"), [
    ("GB", "2027-05-31", True), ("GB", "2022-12-27", True), ("GB", "2027-12-28", True), ("GB", "2026-11-26", False),
    ("US", "2026-11-26", True), ("US", "2021-12-31", True), ("CA", "2026-05-18", True), ("NL", "2025-04-26", True),
    ("DE", "2026-05-25", True), ("ZA", "2026-08-10", True), ("BR", "2023-11-20", False),
    ("BR", "2024-11-20", True), ("XX", "2026-12-25", False)])
def test_a_day_is_free_where_it_is(country: str, day: str, free: bool):
    assert holidays.is_holiday(country, date.fromisoformat(day)) == free


def test_every_country_whose_crisis_lines_we_know_has_its_holidays():
    assert holidays.known_countries() == crisis.known_countries()


@pytest.mark.parametrize("country", holidays.known_countries())
def test_every_rule_can_be_reckoned_and_every_file_says_what_it_is_worth(country: str):
    for year in range(2020, 2041):
        assert holidays.in_year(country, year)
    assert holidays.note(country)
    told = holidays._rules(country)
    assert (told["country"], told["reviewed_by"]) == (country, ""), "nobody has reviewed them yet"


async def promised(clinic, clock, written: str) -> str:
    clock.now = datetime.fromisoformat(written).replace(tzinfo=UTC)
    return (await clinic.read(office.read_by)).strftime("%Y-%m-%d %H:%M")


async def test_nobody_is_promised_an_answer_on_christmas_day(clinic, clock):
    assert await promised(clinic, clock, "2026-12-24 17:30") == "2026-12-29 09:30", "25 to 28 December are free"
    clock.now = datetime(2026, 12, 25, 10, tzinfo=UTC)
    assert not await clinic.read(office.staffed)


class TestTheClinicsOwnDays:
    @pytest.fixture
    def settings(self) -> Settings:
        own = replace(SETTINGS.clinic, closed_on=("2026-11-24",), open_on=("2026-12-25",))
        return replace(SETTINGS, clinic=own)

    async def test_count_beside_the_countrys(self, clinic, clock):
        assert await promised(clinic, clock, "2026-11-23 17:30") == "2026-11-25 09:30"
        assert await promised(clinic, clock, "2026-12-25 09:00") == "2026-12-25 11:00"


def test_a_day_off_that_is_no_day_is_said():
    settings = replace(SETTINGS, clinic=ClinicSettings(name="R", country="GB", closed_on=("Christmas",)))
    assert problems(settings) == ["clinic.closed_on has 'Christmas': give days such as 2026-12-24."]
