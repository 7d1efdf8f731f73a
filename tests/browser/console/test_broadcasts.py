"""A whole broadcast by two people in a real browser: written and counted by one, approved by another, followed to its end."""

import pytest
from playwright.async_api import expect

from scheduler import jobs
from tests.browser.console.sight import shoot

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_two_people_tell_sixty_patients_something(page, here, browser):
    for number in range(58):
        await here.add_patient(f"Patient {number:02}", 100 + number)
    await here.add_patient("Ana Ruiz", 300, "es")
    await page.get_by_role("link", name="Broadcasts").click()
    await expect(page.get_by_text("Nothing was sent to many yet")).to_be_visible()
    await page.get_by_role("link", name="New broadcast").click()
    await page.get_by_role("button", name="Count", exact=True).press("Enter")
    await expect(page.locator("#meant")).to_have_text("59 patients. Every patient of the clinic.")
    await page.get_by_label("Title").fill("Flu clinic")
    await page.get_by_label("English").last.fill("The flu clinic is open on Friday from 9 to 12.")
    await page.get_by_label("Spanish").last.fill("La clínica de la gripe abre el viernes de 9 a 12.")
    await shoot(page, "broadcast_form")
    await page.get_by_role("button", name="Look at it").press("Enter")
    await expect(page.get_by_text("59 of 59 patients get it.")).to_be_visible()
    await expect(page.locator(".example", has_text="Spanish").locator(".bubble").last).to_contain_text("Un mensaje de")
    await page.get_by_role("button", name="Link my chat").press("Enter")
    await expect(page.locator("#trial-link")).to_contain_text("team-")
    await shoot(page, "broadcast_draft")
    await page.get_by_role("button", name="Ask for a second person").press("Enter")
    await expect(page.locator(".state")).to_have_text("waits for a second person")
    await expect(page.get_by_text("Ask a colleague to open this page.")).to_be_visible()

    erik = await here.add_nurse("Erik Lund", "erik@example.org")
    theirs = await browser.new_context()
    await theirs.add_cookies([await here.cookie(erik)])
    second = await theirs.new_page()
    await second.goto(page.url)
    await second.get_by_role("button", name="Approve and send").press("Enter")
    await expect(second.locator(".state")).to_have_text("on its way")
    await theirs.close()

    await jobs.send_broadcasts(here.clinic)
    assert len(await here.sends_what_is_due()) == 59
    await page.reload()
    await expect(page.locator("#progress")).to_contain_text("59 sent of 59")
    await shoot(page, "broadcast_progress")
    await jobs.send_broadcasts(here.clinic)
    await page.reload()
    await expect(page.locator(".state")).to_have_text("done")
    await page.get_by_role("button", name="sent", exact=True).click()
    await expect(page.locator("#people tbody tr")).to_have_count(59)
    answer = await page.context.request.get(f"{here.url}/api/v1/broadcasts/1/results.csv")
    assert (await answer.text()).count("\r\n") == 60
    await page.get_by_role("link", name="Broadcasts").first.click()
    await expect(page.locator(".ledger tbody")).to_contain_text("Flu clinic")
    await shoot(page, "broadcasts")
