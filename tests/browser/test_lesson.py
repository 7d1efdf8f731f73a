"""A lesson in a real browser: sent from the thread in three keys, read on the phone, answered wrongly and then rightly, and
what came of it on the page of lessons."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from care import patients
from care.lessons import deliveries, library
from tests.browser.house import SHOTS, House, invited, new_phone, says, signed_in, tap, types
from tests.browser.test_story import WORDS
from tests.care.lessons.written import write

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_lesson_is_sent_in_three_keys_read_and_understood(
        browser: Browser, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(library, "OURS", write(tmp_path / "lessons"))
    words, console = WORDS["en"], await signed_in(browser, house)
    phone = await new_phone(browser, house, await invited(console, "Amina Yusuf", "en"), "Amina", "en")
    await tap(phone, words["language"])
    await types(phone, "1968-05-23")
    await tap(phone, words["yes"])
    await tap(phone, words["agree"])
    await expect(phone.get_by_role("button", name=words["try"])).to_be_visible()
    (amina,) = await house.clinic.read(patients.find, "Amina")
    SHOTS.mkdir(exist_ok=True)

    await console.goto(f"{house.console_url}/patients/{amina.id}")
    await expect(console.locator("#live")).to_have_attribute("data-state", "live")
    await console.keyboard.press("s")
    await expect(console.locator("#offer-what")).to_be_focused()
    await console.keyboard.press("End")
    seen = console.locator("#offer-preview")
    await expect(seen).to_contain_text("Your sugar can go low.")
    await expect(seen).to_contain_text("Not yet reviewed by a clinician.")
    await console.screenshot(path=SHOTS / "lesson-send.png")
    await console.keyboard.press("Enter")
    await expect(console.locator("#timeline")).to_contain_text("has a short lesson for you.")

    await tap(phone, "Read")
    await expect(phone.locator(".words strong", has_text="low").last).to_be_visible()
    await phone.page.screenshot(path=SHOTS / "lesson-card.png")
    for label in ("Next", "Next", "Go on", "A long walk"):
        await tap(phone, label)
    await says(phone, "A walk uses up sugar.")
    await phone.page.screenshot(path=SHOTS / "lesson-again.png")
    await tap(phone, "A glass of juice")
    await tap(phone, "Go on")
    await tap(phone, "Yes")
    await says(phone, "You find it again with /learn.")
    (given,) = await house.clinic.read(deliveries.of_patient, amina.id)
    assert (given.cause, given.understood, given.helpful) == ("staff", True, True)
    await console.goto(f"{house.console_url}/lessons")
    row = console.locator(".lessons tbody tr", has_text="When your sugar is low")
    await expect(row).to_contain_text("not yet reviewed by a clinician")
    assert (await row.locator(".number").all_inner_texts())[1:] == ["1"] * 5, "sent, opened, finished, understood, helpful"
    await row.get_by_role("link", name="When your sugar is low").click()
    await console.get_by_role("link", name="French").click()
    await expect(console.locator(".bubble").first).to_contain_text("Le sucre peut être trop bas.")
    for page in (console, phone.page):
        await page.context.close()
