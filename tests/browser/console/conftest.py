"""A nurse at the console, in a real browser: the worklist as she has it open."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from care import staff
from tests.browser.console.sight import LAPTOP
from tests.browser.console.ward import Ward, copy_of, empty_database, ward

fixture = partial(pytest_asyncio.fixture, loop_scope="session")


@pytest.fixture(scope="session")
def database(tmp_path_factory) -> Path:
    return empty_database(tmp_path_factory.mktemp("console"))


@fixture()
async def here(database, tmp_path) -> AsyncIterator[Ward]:
    async with ward(copy_of(database, tmp_path)) as opened:
        yield opened


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of: errors, refused scripts and styles. Empty at the end of every test."""
    return []


@fixture()
async def context(browser: Browser, here, complaints) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(viewport=LAPTOP, locale="en-GB")  # gone before the server is, hence `here`
    context.set_default_timeout(30_000)  # ms; a busy machine is no fault of the product
    context.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    await context.close()
    assert complaints == []


@fixture()
async def dana(here) -> staff.StaffMember:
    return await here.add_nurse()


@fixture()
async def page(context, here, dana) -> Page:
    """The worklist, as Dana has it open, live."""
    await context.add_cookies([await here.cookie(dana)])
    page = await context.new_page()
    await page.goto(here.url)
    await expect(page.locator("#live")).to_have_attribute("data-state", "live")
    return page
