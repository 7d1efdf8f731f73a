"""The whole product, in a real browser: a patient's phone on one page, a nurse's console on the other, and everything that
production runs in between. Enrol, agree, report pain 9; see it, acknowledge, answer, take one answer back; read the other."""

import time

import pytest
from playwright.async_api import Browser, expect

from tests.browser.house import SHOTS, House, invited, new_phone, says, signed_in, tap, types

pytestmark = pytest.mark.asyncio(loop_scope="session")


WORDS = {
    "en": {
        "language": "English", "yes": "Yes", "agree": "I agree", "try": "Try a check-in now", "pain": "How strong is your pain",
        "back": "my back", "told": "I have told your care team", "breathe": "Is it hard to breathe?", "no": "No",
        "done": "Your care team can see your answers"},
    "es": {
        "language": "Español", "yes": "Sí", "agree": "Acepto", "try": "Probar ahora", "pain": "dolor", "back": "la espalda",
        "told": "equipo", "breathe": "respirar", "no": "No", "done": "respuestas"},
}


@pytest.mark.parametrize("language", ["en", "es"])
async def test_from_a_patients_phone_to_a_nurses_reply(browser: Browser, house: House, language: str):
    words = WORDS[language]
    console = await signed_in(browser, house)
    token = await invited(console, "Amina Yusuf", language)
    await console.goto(house.console_url)
    await expect(console.locator("#live")).to_have_attribute("data-state", "live")

    phone = await new_phone(browser, house, token, "Amina", language)
    await tap(phone, words["language"])
    await types(phone, "1968-05-23")
    await tap(phone, words["yes"])
    await tap(phone, words["agree"])
    await tap(phone, words["try"])
    await says(phone, words["pain"])
    await tap(phone, "9")
    tapped = time.monotonic()
    row = console.locator("#rows .row", has_text="Amina Yusuf")
    await expect(row).to_contain_text("Pain of 8 or more")
    print(f"from the tap to the worklist: {time.monotonic() - tapped:.2f} s")
    await says(phone, words["told"])
    await types(phone, words["back"])
    await tap(phone, words["no"])
    await says(phone, words["breathe"])
    await tap(phone, words["no"])
    await says(phone, words["done"])

    await row.click()
    await console.get_by_role("button", name="Acknowledge").click()
    await expect(console.locator("#thread-head")).to_contain_text("Dana acknowledged at")
    reply = console.get_by_label("Reply to Amina Yusuf")
    await reply.fill("See you on Tusday")
    await console.get_by_role("button", name="Send reply").click()
    await expect(console.locator(".undo")).to_be_visible()
    SHOTS.mkdir(exist_ok=True)
    await console.screenshot(path=SHOTS / f"story-console-{language}.png")
    await console.get_by_role("button", name="Undo").click()
    await expect(console.locator(".entry-staff")).to_contain_text("Taken back, never sent")
    await reply.fill("I call you at ten.")
    await reply.press("Control+Enter")
    await expect(console.locator(".undo")).to_be_visible()
    house.clock.passes(seconds=11)
    await says(phone, "Dana: I call you at ten.")
    await expect(phone.get_by_text("Tusday")).to_have_count(0)
    await expect(console.locator(".entry-staff .delivery").last).to_have_text("Sent")
    await phone.page.screenshot(path=SHOTS / f"story-phone-{language}.png")

    await console.get_by_role("button", name="Resolve").first.click()
    await console.get_by_label("Gave advice").check()
    await console.get_by_role("button", name="Resolve", exact=True).last.click()
    await expect(console.get_by_role("heading", name="Nobody is waiting")).to_be_visible()
    for page in (console, phone.page):
        await page.context.close()
