"""Writing with what is ready, chosen by keyboard, read as it will go; two people at one thread; a call; work for a pool."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from care import messages
from tests.browser.console.sight import PHONE, no_sideways_scroll, row, shoot
from tests.browser.console.test_axe import STANDARDS

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_ready_reply_two_people_and_a_call(page, here, complaints):
    marisol = await here.add_patient("Marisol Vega", 7, "es")
    await here.says(marisol, "me siento rara")
    await page.goto(f"{here.url}/replies")
    await page.get_by_text("Write a new one").click()
    form = page.locator("form[action='/replies']")
    await form.get_by_label("Title").fill("A fast for blood tests")
    await form.get_by_role("group", name="English").get_by_label("Text").fill("Please come fasting on {next_visit}.")
    await form.get_by_role("button", name="Keep it ready").click()
    await expect(page.get_by_role("status").first).to_contain_text("is ready")
    await expect(page.locator("#page")).to_contain_text("not in Spanish")
    await shoot(page, "replies")

    await page.goto(here.url)
    await row(page, "Marisol Vega").click()
    box = page.get_by_label("Reply to Marisol Vega")
    await expect(box).to_be_visible()
    await page.keyboard.press("r")
    await page.keyboard.type("::fast")
    sheet = page.get_by_role("dialog", name="Replies that are ready")
    await expect(sheet.locator(".ready-seen:not([hidden])")).to_contain_text("There is no Spanish text of this")
    await expect(sheet.locator(".ready-seen:not([hidden])")).to_contain_text("Nothing is known for {next_visit}")
    await sheet.get_by_role("searchbox").fill("how are")
    await expect(sheet.locator(".ready-seen:not([hidden])")).to_contain_text("Soy Dana Whitlock. ¿Cómo se encuentra hoy?")
    await shoot(page, "ready")
    await page.keyboard.press("Enter")
    await expect(box).to_be_focused()
    await expect(page.get_by_label("Quick answer 3")).to_have_value("Peor")
    await shoot(page, "ready-in-the-box")

    marek = await here.add_nurse("Marek Novák", "marek@example.org")
    await here.clinic.run(f"staff:{marek.id}", messages.reply, marisol, "Hola", marek.id, marek.name)
    await expect(page.locator(".entry-staff").last).to_contain_text("Hola")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#ready-note")).to_contain_text("Marek Novák has answered meanwhile")
    await shoot(page, "answered-meanwhile")
    complaints[:] = [one for one in complaints if "409" not in one]  # a refusal, and Chromium says so
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".entry-staff .tappable").last).to_contain_text("Igual")
    await expect(box).to_have_value("")
    await expect(page.get_by_label("Quick answer 3")).to_have_value("")

    other = await page.context.browser.new_context(viewport=PHONE)
    await other.add_cookies([await here.cookie(marek)])
    theirs = await other.new_page()
    await theirs.goto(f"{here.url}/patients/{marisol}")
    await expect(theirs.locator("#present")).to_have_text("Dana Whitlock has this open too")
    await theirs.get_by_label("Reply to Marisol Vega").fill("Y la")
    await expect(page.locator("#present")).to_have_text("Marek Novák is writing …")
    await no_sideways_scroll(theirs)
    await shoot(theirs, "thread-phone")
    await other.close()

    await page.locator("#timeline").focus()
    await page.keyboard.press("l")
    await shoot(page, "log-call")
    await page.keyboard.press("Enter")
    await expect(page.locator(".entry-call")).to_contain_text("Call: Reached")
    await expect(row(page, "Marisol Vega")).to_contain_text("answered")


async def test_a_pool_is_made_and_work_is_handed_to_it(page, here):
    await here.add_nurse("Sofía Marín", "sofia@example.org")
    amina = await here.add_patient("Amina Hassan", 7)
    await here.says(amina, "I cannot pay for the new tablets")
    await page.goto(f"{here.url}/pools")
    await page.get_by_text("Make a pool").click()
    form = page.locator("form[action='/pools']")
    await form.get_by_label("Name").fill("Social work")
    await form.get_by_label("What care costs").check()
    await form.get_by_label("Sofía Marín").check()
    found = await Axe().run(page, options=STANDARDS)
    assert [one["id"] for one in found.response["violations"]] == []
    await shoot(page, "pools-form")
    await form.get_by_role("button", name="Make it").click()
    await expect(page.get_by_role("status").first).to_contain_text("a pool called Social work")
    await shoot(page, "pools")
    await page.goto(here.url)
    await row(page, "Amina Hassan").click()
    await expect(page.locator("#open-hand-over")).to_be_visible()
    await page.keyboard.press("a")
    sheet = page.get_by_role("dialog", name="Hand over")
    await sheet.get_by_label("To").select_option("Social work (pool)")
    await sheet.get_by_label("Why").fill("It is about money")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#thread-head")).to_contain_text("for Social work, not acknowledged")
    await expect(page.get_by_role("link", name="Social work 1")).to_be_visible()
    await page.get_by_role("link", name="Mine 0").click()
    await expect(page.get_by_role("heading", name="You have nothing open")).to_be_visible()
    await page.keyboard.press("g")
    await page.keyboard.press("u")
    await expect(row(page, "Amina Hassan")).to_be_visible()
    await shoot(page, "views")
