"""Visits in a real browser: a nurse books in four clicks, moves and cancels; the freed time goes to who waits."""

import pytest
from playwright.async_api import Browser, Page, expect

from care.appointments import appointments, waiting
from tests.browser.house import SHOTS, House, says, signed_in, tap
from tests.care.appointments import practice
from tests.care.appointments.practice import at

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def phone_of(browser: Browser, house: House, name: str) -> tuple[Page, int]:
    """A phone that has found the bot, and the number of its chat."""
    page = await (await browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")).new_page()
    await page.goto(f"{house.phone_url}/phone")
    bought = await page.request.post(f"{house.phone_url}/phone/api/phones", data={"name": name, "language_code": "en"})
    chat_id = (await bought.json())["chat_id"]
    await page.goto(f"{house.phone_url}/phone?phone={chat_id}")
    await page.get_by_role("region", name=f"{name}'s phone").get_by_role("button", name="Start").click()
    return page, chat_id


async def test_a_nurse_books_moves_and_cancels_and_the_freed_time_goes_to_who_waits(browser: Browser, house: House):
    console = await signed_in(browser, house)
    place = await house.clinic.run("ops", practice.open_practice, step_minutes=60)
    phone_page, chat_id = await phone_of(browser, house, "Omar")
    amina = await house.clinic.run("ops", practice.somebody, "Amina Yusuf")
    omar = await house.clinic.run("ops", practice.somebody, "Omar Said", chat_id)
    await house.clinic.run("ops", lambda turn: waiting.join(
        turn, practice.patient(turn, omar), practice.kind(turn, place.check), "in_person", part="morning"))
    SHOTS.mkdir(exist_ok=True)

    await console.goto(f"{house.console_url}/patients/{amina}")
    await expect(console.locator("#live")).to_have_attribute("data-state", "live")
    sheet, panel = console.locator("#booking"), console.get_by_role("region", name="Visits")
    await console.keyboard.press("b")  # one
    await sheet.get_by_role("button", name="Blood pressure check").click()  # two
    await expect(sheet.get_by_role("button", name="10:00").first).to_be_focused()
    await console.screenshot(path=SHOTS / "visits-times.png")
    await sheet.get_by_role("button", name="11:00").first.click()  # three
    await expect(sheet).to_contain_text("Mon 23 Nov, 11:00")
    await sheet.get_by_role("button", name="Book it").click()  # four
    await expect(panel).to_contain_text("Mon 23 Nov, 11:00")
    await expect(console.locator("#timeline")).to_contain_text("Booked: Blood pressure check, Mon 23 Nov 2026, 11:00 (Dana)")

    await panel.get_by_role("button", name="Move").click()
    await sheet.get_by_text("A time that is not listed").click()
    await sheet.get_by_label("Day", exact=True).fill("2026-11-23")
    await sheet.get_by_label("Time", exact=True).fill("12:30")
    await sheet.get_by_role("button", name="Look").click()
    await expect(sheet.get_by_role("status")).to_contain_text("Dr Ortiz is not open for it then.")
    await sheet.get_by_role("button", name="Other times").click()
    await sheet.get_by_role("button", name="14:00").first.click()
    await sheet.get_by_role("button", name="Move it").click()
    await expect(panel).to_contain_text("Mon 23 Nov, 14:00")
    phone = phone_page.get_by_role("region", name="Omar's phone")
    await says(phone, "A time has become free that you may like:")
    await tap(phone, "Yes, I take it")
    await says(phone, "Booked. I remind you in time.")

    await console.goto(f"{house.console_url}/visits?day=2026-11-23")
    day = console.locator(".day-list")
    await expect(day).to_contain_text("Omar Said")
    await day.get_by_role("row", name="Omar Said").get_by_role("button", name="Arrived").click()
    await expect(day.get_by_role("row", name="Omar Said")).to_contain_text("arrived")
    await console.screenshot(path=SHOTS / "visits-day.png")
    mine = day.get_by_role("row", name="Amina Yusuf")
    await mine.locator("summary").click()
    await mine.get_by_role("button", name="Cancel").click()
    await sheet.get_by_role("button", name="Cancel it").click()
    await expect(mine).to_have_count(0)
    [his] = await house.clinic.read(appointments.all_of_patient, omar)
    assert (his.state, his.starts_at) == ("arrived", at("2026-11-23", "11:00"))
    for page in (console, phone_page):
        await page.context.close()
