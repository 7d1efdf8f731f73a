"""No page of the console has a barrier that a machine can find: axe, on every page, in both themes, on a laptop and a phone."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from tests.browser.console.sight import LAPTOP, PHONE, no_sideways_scroll, shoot

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
PAGES = (
    "", "patients", "patients/new", "rota", "broadcasts", "broadcasts/new", "lessons", "lessons/low_sugar", "account", "staff",
    "replies", "pools", "e/1", "patients/1/medicines")
STANDARDS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


async def barriers(page: Page, where: str) -> list[str]:
    found = await Axe().run(page, options=STANDARDS)
    return [f"{where}: {one['id']}: {node['html'][:200]}" for one in found.response["violations"] for node in one["nodes"]]


async def test_axe_finds_no_barrier_on_any_page_in_either_theme(page: Page, here):
    amina = await here.add_patient("Amina Yusuf", 7)
    await here.says(amina, "my ankles are swollen")
    await here.in_danger("chest pain", amina, 7)
    found, wide = [], []
    await page.emulate_media(reduced_motion="reduce")  # half-way through a fade nothing has its colours yet
    for theme, size in (("light", LAPTOP), ("dark", PHONE)):
        await page.context.add_cookies([{"name": "theme", "value": theme, "url": here.url}])
        await page.set_viewport_size(size)
        for address in PAGES:
            await page.goto(f"{here.url}/{address}")
            found += await barriers(page, f"/{address} {theme}")
            await shoot(page, f"page-{address.replace('/', '-') or 'worklist'}-{theme}")
            try:
                await no_sideways_scroll(page)
            except AssertionError:
                wide.append(f"/{address} {theme}")
    assert found == []
    assert wide == []
