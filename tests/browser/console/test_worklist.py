"""The worklist in a real browser: it fills by itself, nothing moves under the eyes, and every key and screen works."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.browser.console.sight import PHONE, WIDE, no_sideways_scroll, row, shoot

pytestmark = pytest.mark.asyncio(loop_scope="session")
LONG_NAME = "Amina Hassan-Featherstonehaugh of Lower Slaughter"


async def test_an_escalation_appears_by_itself_and_says_so(page, here):
    await expect(page.get_by_role("heading", name="Nobody is waiting")).to_be_visible()
    amina = await here.add_patient("Amina Hassan", 7)
    await here.answers(amina, "How strong is your pain, from 0 to 10?", "pain", 9, "9")
    await expect(row(page, "Amina Hassan")).to_contain_text("Urgent")
    await expect(row(page, "Amina Hassan").locator("mark")).to_have_text("9")
    await expect(row(page, "Amina Hassan")).to_contain_text(re.compile(r"waiting \d+ s"))
    await expect(page).to_have_title(re.compile(r"^\(1\) "))
    await here.in_danger("I can't breathe", amina, 7)
    await expect(page.locator("#rows .row").first).to_contain_text("Emergency")
    await expect(page.locator("#alarm")).to_contain_text("Amina Hassan")
    await expect(page).to_have_title(re.compile(r"^\(2\) "))
    await shoot(page, "worklist")


async def test_nothing_moves_while_she_reads_and_what_is_new_is_counted(page, here):
    amina, tomasz = await here.add_patient("Amina Hassan", 7), await here.add_patient("Tomasz Zieliński", 8)
    await here.says(amina, "When is my visit?")
    await row(page, "Amina Hassan").click()
    await expect(page.locator("#thread-heading")).to_have_text("Amina Hassan")
    await here.in_danger("I can't breathe", tomasz, 8)
    await expect(page.get_by_role("button", name="1 new, 1 emergency")).to_be_visible()
    await expect(page.locator("#rows .row")).to_have_count(1)
    await expect(page.locator("#alarm")).to_contain_text("emergency")
    await shoot(page, "new-while-reading")
    await page.locator("#thread").press(".")
    await expect(page.locator("#rows .row").first).to_contain_text("Tomasz")
    await expect(page.locator("#show-new")).to_have_count(0)


async def test_what_a_colleague_resolves_stays_in_its_place_until_she_looks_up(page, here, dana):
    amina, tomasz = await here.add_patient("Amina Hassan", 7), await here.add_patient("Tomasz Zieliński", 8)
    first = await here.in_danger("chest pain", amina, 7)
    await here.says(tomasz, "Thank you")
    await row(page, "Tomasz").click()
    await expect(page.locator("#thread-heading")).to_have_text("Tomasz Zieliński")
    marek = await here.add_nurse("Marek Novák", "marek@example.org")
    await here.resolves(first, marek)
    await expect(row(page, "Amina Hassan")).to_contain_text("Resolved")
    await expect(page.locator("#rows .row")).to_have_count(2)
    await page.locator("#thread").press(".")
    await expect(page.locator("#rows .row")).to_have_count(1)


async def test_on_a_phone_list_conversation_and_person_are_three_screens(page, here):
    await page.set_viewport_size(PHONE)
    amina = await here.add_patient(LONG_NAME, 7, "es", "America/Argentina/Buenos_Aires")
    await here.answers(amina, "¿Cuánto le duele, de 0 a 10?", "pain", 9, "9")
    await here.says(amina, "w" * 300)
    await expect(page.locator("#rows .row")).to_have_count(2)
    await no_sideways_scroll(page)
    await shoot(page, "phone-list")
    await row(page, "Pain of 8").click()
    await expect(page.locator("#thread-heading")).to_be_visible()
    await expect(page.locator("#list")).to_be_hidden()
    await no_sideways_scroll(page)
    await shoot(page, "phone-thread")
    await page.get_by_role("link", name="Patient", exact=True).click()
    await expect(page.get_by_role("link", name="Conversation", exact=True)).to_be_visible()
    await expect(page.locator("#thread-heading")).to_be_hidden()
    await no_sideways_scroll(page)
    await shoot(page, "phone-patient")
    await page.go_back()
    await expect(page.locator("#thread-heading")).to_be_visible()
    await page.get_by_role("link", name="Worklist").last.click()
    await expect(page.locator("#list")).to_be_visible()


async def test_the_way_back_is_the_browser_s_own(page, here):
    amina, tomasz = await here.add_patient("Amina Hassan", 7), await here.add_patient("Tomasz Zieliński", 8)
    await here.says(amina, "Hello?")
    await here.says(tomasz, "Thank you")
    await row(page, "Amina Hassan").click()
    await expect(page.locator("#thread-heading")).to_have_text("Amina Hassan")
    await row(page, "Tomasz").click()
    await expect(page.locator("#thread-heading")).to_have_text("Tomasz Zieliński")
    await page.go_back()
    await expect(page.locator("#thread-heading")).to_have_text("Amina Hassan")
    await page.go_back()
    await expect(page.locator("#thread")).to_have_count(0)
    await here.says(amina, "Anyone?")
    await expect(row(page, "Amina Hassan")).to_contain_text("reported 2 times")


async def test_what_comes_late_never_covers_what_she_went_on_to(page, here):
    """A refresh of the view that she left, and an answer about the patient whom she left, each held up on the way."""
    amina, tomasz = await here.add_patient("Amina Hassan", 7), await here.add_patient("Tomasz Zieliński", 8)
    await here.says(amina, "thank you dear")
    await expect(row(page, "Amina Hassan")).to_be_visible()
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def hold_up(route):
        arrived.set()
        await go_on.wait()
        await route.continue_()

    await page.route("**/worklist?*view=attention*", hold_up, times=1)
    await here.in_danger("I can't breathe", tomasz, 8)
    await arrived.wait()
    await page.get_by_role("link", name="Plain messages 1").click()
    await expect(page.locator("#open-kind-words")).to_be_disabled()
    async with page.expect_response("**/worklist?*view=attention*"), page.expect_response("**/worklist?*view=plain*again*"):
        go_on.set()
    await expect(row(page, "Tomasz")).to_be_visible()
    await expect(page.locator("#worklist")).to_have_attribute("data-view", "plain")
    await expect(page.locator("#open-kind-words")).to_be_disabled()

    await row(page, "Amina Hassan").click()
    arrived.clear(), go_on.clear()
    await page.route("**/reply", hold_up, times=1)
    await page.get_by_label("Reply to").fill("Glad to hear it")
    await page.keyboard.press("Control+Enter")
    await arrived.wait()
    await row(page, "Tomasz").click()
    await expect(page.locator("#thread-heading")).to_have_text("Tomasz Zieliński")
    async with page.expect_response("**/reply"):
        go_on.set()
    await expect(page.locator("#thread-heading")).to_have_text("Tomasz Zieliński")
    await row(page, "Amina Hassan").click()
    await expect(page.locator("#timeline")).to_contain_text("Glad to hear it")
    await expect(page.locator("#reply-text")).to_have_value("")
    await page.get_by_role("link", name="Mine").click()
    await expect(page.locator("#worklist")).to_have_attribute("data-view", "mine")
    await expect(page).to_have_url(re.compile(r"/e/\d+$"))
    await here.says(amina, "and to you")
    await expect(page.locator("#timeline")).to_contain_text("and to you")


async def test_an_emergency_is_announced_on_every_page(page, here):
    await page.goto(f"{here.url}/patients")
    await expect(page.locator("#live")).to_have_attribute("data-state", "live")
    await here.in_danger("I can't breathe", await here.add_patient("Amina Hassan", 7), 7)
    await expect(page.locator("#alarm")).to_contain_text("Emergency")
    await expect(page.get_by_text("An emergency has come in.")).to_be_visible()
    await expect(page.locator("#open-count")).to_have_text("1")
    await expect(page).to_have_title(re.compile(r"^\(1\) "))


async def test_dark_follows_the_system_and_can_be_chosen(page, here):
    amina = await here.add_patient("Amina Hassan", 7)
    await here.in_danger("I can't breathe", amina, 7)
    await here.says(amina, "Hello?")
    await row(page, "I can't breathe").click()
    ground = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(ground)
    await page.emulate_media(color_scheme="dark")
    dark = await page.evaluate(ground)
    assert dark != light
    await page.set_viewport_size(WIDE)
    await shoot(page, "dark-wide")
    await page.locator("#account summary").click()
    await page.get_by_role("radio", name="Light").check()
    assert await page.evaluate(ground) == light
    await page.reload()
    assert await page.evaluate(ground) == light
