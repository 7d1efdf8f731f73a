"""A check-in on a page of the clinic's own, in a phone's browser: no barrier that a machine finds, nothing too small to tap.
What is asked and what follows is tested in tests/bot/test_question_pages.py."""

from dataclasses import replace

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from bot import on_page
from care.heart.clinic import Clinic
from care.reactions import REACTIONS
from simulator.telegram import Telegram
from staff_api.app import build
from tests.bot.paging import address_in
from tests.browser.console.sight import no_sideways_scroll
from tests.browser.console.test_axe import barriers
from tests.browser.house import SHOTS
from tests.ward import SETTINGS, TOKEN, Clock, Ward

pytestmark = pytest.mark.asyncio(loop_scope="session")
NARROW = {"width": 360, "height": 740}
FINGER = 44  # pixels


async def looked_at(page: Page, name: str, theme: str) -> list[str]:
    """What is in the way on this page in this theme."""
    await page.emulate_media(color_scheme=theme)
    found = await barriers(page, f"{name} {theme}")
    await page.screenshot(path=SHOTS / f"question-page-{name}-{theme}.png", full_page=True)
    await no_sideways_scroll(page)
    sizes = await page.evaluate(
        "[...document.querySelectorAll('button')].map(one => [one.innerText, one.getBoundingClientRect().height])")
    return found + [f"{name}: {label} is {height} high" for label, height in sizes if height < FINGER]


async def test_a_check_in_on_a_narrow_phone_has_no_barrier_on_any_of_its_pages(browser: Browser, sqlite_url: str):
    clock, settings = Clock(), replace(SETTINGS, checks=replace(SETTINGS.checks, questions_in="page"))
    telegram = Telegram(clock, seed=1, pace=False)
    telegram.add_bot(TOKEN, "riverside_bot", "Riverside")
    clinic = Clinic(sqlite_url, settings, REACTIONS, clock)
    ward = await Ward(clinic, telegram, clock).open()
    server = TestServer(build(clinic, questions=on_page))
    await server.start_server()
    clinic.settings = replace(settings, staff=replace(settings.staff, public_url=str(server.make_url("")).rstrip("/")))
    context = await browser.new_context(viewport=NARROW, locale="de-DE")
    SHOTS.mkdir(exist_ok=True)
    try:
        amina = await ward.enrolled(language="de")
        await amina.says("/check")
        page = await context.new_page()
        await page.goto(address_in(amina))
        await expect(page.get_by_role("button", name="Öffnen")).to_be_visible()
        found = await looked_at(page, "born", "light")
        for label, part in (("Tag", "23"), ("Monat", "5"), ("Jahr", "1968")):
            await page.get_by_label(label, exact=True).fill(part)
        await page.get_by_role("button", name="Öffnen").click()

        await expect(page.locator("#question")).to_contain_text("1 von")
        await no_sideways_scroll(page)
        await page.get_by_role("button", name="9", exact=True).click()
        await expect(page.locator("#question")).to_contain_text("2 von")
        await page.get_by_label("Ihre Antwort").fill("in der Brust, ich bekomme keine Luft")
        found += await looked_at(page, "words", "light")
        await page.get_by_role("button", name="Senden").click()
        await expect(page.get_by_role("alert").first).to_contain_text("999")
        found += await looked_at(page, "card", "dark")
        assert found == []
    finally:
        await context.close()
        await server.close()
        await clinic.close()
