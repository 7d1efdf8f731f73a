"""How the service did, through the door: as JSON, as CSV, and as a page."""

import pytest

from care import run_chart
from staff_api.console.app import add_console
from staff_api.console.service_measures import KINDS, drawn
from staff_api.views.service_measures import OF_A_WEEK, measured
from tests.care.test_service_measures import a_fortnight


@pytest.fixture
def url(sqlite_url):
    """What is shown here does not depend on the database."""
    return sqlite_url


async def test_a_program_and_a_spreadsheet_get_the_same(door, clinic, clock):
    await a_fortnight(clinic, clock)
    found = (await door.get("/service-measures?weeks=2")).json
    assert [week["first_day"] for week in found["weeks"]] == ["2026-11-09", "2026-11-16"]
    assert (found["weeks"][1]["alerts"], found["weeks"][1]["acknowledged_p90_minutes"]) == (2, 120)
    assert {(group["by"], group["measured"]) for group in found["groups"]} == {("language", None), ("age", None)}
    names, *weeks = (await door.get("/service-measures.csv?weeks=2")).text.lstrip("\ufeff").splitlines()
    assert names == ",".join(OF_A_WEEK)
    assert weeks[1].startswith("2026-11-16,7,0.2857")
    groups = (await door.get("/service-measures/groups.csv?weeks=2")).text
    assert "\nlanguage,es,,," in groups.replace("\r", "")
    assert "Patient" not in groups
    assert (await door.get("/service-measures?weeks=105")).code == "invalid_query"


async def test_the_page_says_what_each_chart_shows(clinic, clock):
    await a_fortnight(clinic, clock)
    found = await clinic.read(measured, 26)
    charts = {kind.name: drawn(kind, found.weeks) for kind in KINDS}
    assert charts["reply"].says == f"2 weeks with something to measure: from {run_chart.ENOUGH} on a chart says something."
    assert (charts["reply"].last, len(charts["reply"].dots), len(charts["reply"].lines)) == ("83%", 2, 1)
    missed = charts["missed_by_us"]
    assert missed.says == "Nothing unusual: the weeks lie around 0."
    assert missed.tone == "none"


async def test_a_shift_for_the_worse_is_said_to_be_one(clinic, clock):
    await a_fortnight(clinic, clock)
    (week,) = (await clinic.read(measured, 1)).weeks
    reply = next(kind for kind in KINDS if kind.name == "reply")
    weeks = [week.model_copy(update={"reply": 0.9 if number < 7 else 0.5}) for number in range(13)]
    chart = drawn(reply, weeks)
    assert chart.tone == "worse"
    assert chart.says == "Below the middle of 90% for 6 weeks, since 16 November: something has changed."
    assert sum(marked for _x, _y, marked, _said in chart.dots) == 6


async def test_the_page_opens_with_nothing_to_show_and_with_something(console_page, clinic, clock):
    empty = await console_page("/measures")
    assert "No patient was asked anything in this time." in empty
    assert "Nothing to measure in this time." in empty
    await a_fortnight(clinic, clock)
    full = await console_page("/measures?weeks=13")
    assert "too few to tell" in full
    assert "aria-label=\"Replies: 2 weeks" in full
    assert "Patient 0" not in full  # as they are called here


@pytest.fixture
async def console_page(clinic, nurse):
    from aiohttp.test_utils import TestClient, TestServer

    from care import staff
    from staff_api.app import build

    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:

        async def page(address: str) -> str:
            opened = await clinic.run(f"staff:{nurse.id}", staff.sign_in, nurse.id)
            answer = await client.get(address, headers={"Cookie": f"careward={opened.token}"})
            assert answer.status == 200
            return await answer.text()

        yield page
