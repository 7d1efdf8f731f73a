"""Programmes in a real browser: a patient put into one from the panel, asked at another hour, taken out."""

import pytest
from playwright.async_api import expect

from tests.browser.console.sight import no_sideways_scroll, row, shoot

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_patient_is_put_into_a_programme_asked_later_and_taken_out(page, here, complaints):
    amina = await here.add_patient("Amina Hassan", 7)
    await here.says(amina, "When is my visit?")
    await row(page, "Amina Hassan").click()
    panel = page.locator(".plans")
    await panel.get_by_role("button", name="Put into a programme").click()
    joining = page.get_by_role("dialog", name="Put into a programme")
    await joining.get_by_label("Programme").select_option("hypertension")
    await joining.get_by_role("button", name="Begin").click()
    await expect(panel.locator("li > strong")).to_have_text("Blood pressure")
    await panel.get_by_role("button", name="Change Blood pressure").click()
    changing = page.get_by_role("dialog", name="Blood pressure")
    await changing.get_by_label("On which days").fill("now and then")
    await changing.get_by_role("button", name="Save").click()
    await expect(changing.get_by_role("alert")).to_contain_text("is no schedule")
    assert [complaint for complaint in complaints if "422" not in complaint] == []
    complaints.clear()  # a refusal is a 422, and Chromium says so
    await changing.get_by_label("On which days").fill("Mon Thu")
    await changing.get_by_label("Asked at").fill("18:30")
    await shoot(page, "programme")
    await changing.get_by_role("button", name="Save").click()
    await expect(panel).to_contain_text("Mon Thu, 18:30")
    await expect(changing).to_be_hidden()
    await shoot(page, "programmes")
    await page.get_by_role("link", name="The next weeks, day by day").click()
    await expect(page.locator(".to-come h3").first).to_have_text("23 Nov 2026, Monday")
    await expect(page.locator(".coming li").filter(has_text="Blood pressure")).to_have_count(4)
    await no_sideways_scroll(page)
    await shoot(page, "to-come")
    await page.get_by_role("link", name="Amina Hassan", exact=True).click()
    page.on("dialog", lambda asked: asked.accept())
    await panel.get_by_role("button", name="Change Blood pressure").click()
    await changing.get_by_role("button", name="End this programme").click()
    await expect(panel).to_contain_text("In no programme yet.")
