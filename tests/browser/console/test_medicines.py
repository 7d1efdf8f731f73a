"""Medicines in a real browser: seen before they are ordered, warned of, changed with a diff, agreed to by a second person."""

import json

import pytest
from playwright.async_api import expect

from tests.bot.test_files import photo
from tests.browser.console.sight import LAPTOP, no_sideways_scroll, row, shoot

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def open_medicines(page, here, name: str = "Amina Hassan") -> None:
    amina = await here.add_patient(name, 7)
    await here.says(amina, "Hello")
    await row(page, name).click()
    await page.get_by_role("link", name="Medicines and allergies").click()
    await expect(page.get_by_role("heading", name="New order")).to_be_visible()


async def test_an_order_is_seen_for_fourteen_days_and_then_given(page, here, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    await open_medicines(page, here)
    await page.get_by_label("Medicine, as it stands on the box").fill("Metformin 500 mg")
    await page.get_by_label("How much").fill("1 tablet")
    await page.get_by_label("At these times").fill("08:00, 20:00")
    await page.get_by_role("button", name="Preview fourteen days").click()
    preview = page.get_by_role("status", name="The next fourteen days")
    await expect(preview).to_contain_text("would be asked")
    await shoot(page, "medicines-preview")
    await page.get_by_role("button", name="Order it").click()
    await expect(page.locator(".regimen")).to_contain_text("every day at 08:00, 20:00")
    await no_sideways_scroll(page)
    await page.get_by_role("link", name="Change …").click()
    await expect(page.get_by_label("At these times")).to_have_value("08:00, 20:00")
    await expect(page.get_by_label("Prescriber, as the patient reads it")).to_have_value("Dana Whitlock")
    await page.get_by_label("Reminded once more").fill("0")
    await page.get_by_label("At these times").fill("08:00")
    await page.get_by_label("Why it is changed").fill("Fewer tablets")
    await page.get_by_role("button", name="Preview fourteen days").click()
    await expect(page.locator(".diff")).to_contain_text("timing")
    await expect(page.locator(".diff li")).to_have_count(2)
    await page.get_by_role("button", name="Change it").click()
    await expect(page.locator(".regimen")).to_contain_text("every day at 08:00")
    await page.get_by_text("How it looks …").click()
    await page.get_by_label("In words", exact=True).fill("white, oval")
    await page.get_by_label("Photo of Metformin 500 mg").set_input_files(
        {"name": "box.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    await expect(page.get_by_text("Attached: box.jpg")).to_be_visible()
    await page.get_by_role("button", name="Keep this").click()
    await expect(page.get_by_role("img", name="Photo of Metformin 500 mg")).to_be_visible()
    await expect(page.locator(".regimen .looks")).to_contain_text("white, oval")
    await shoot(page, "medicines-photo")
    await page.get_by_text("Handed out …").click()
    await page.get_by_label("On", exact=True).fill("2026-11-20")
    await page.get_by_label("Enough for … days").fill("30")
    await page.get_by_role("button", name="Put on record").click()
    await expect(page.get_by_text("one dispensing: too few for a PDC")).to_be_visible()
    await page.get_by_text("Stop …").click()
    await page.get_by_placeholder("Why?").fill("Low sugar")
    await page.get_by_role("button", name="Stop it now").click()
    await expect(page.get_by_text("Nothing is ordered yet")).to_be_visible()


async def test_an_allergy_warns_and_a_critical_medicine_waits_for_marek(page, here, context):
    await open_medicines(page, here)
    await page.get_by_label("Substance").fill("Penicillin")
    await page.get_by_role("button", name="Add an allergy").click()
    await expect(page.get_by_text("Penicillin", exact=True)).to_be_visible()
    await page.get_by_label("Medicine, as it stands on the box").fill("Penicillin V 500 mg")
    await page.get_by_label("How much").fill("1 tablet")
    await page.get_by_text("What the patient should know").click()
    await page.get_by_label("Critical").check()
    await page.get_by_role("button", name="Preview fourteen days").click()
    await expect(page.get_by_text("Allergy to Penicillin")).to_be_visible()
    await page.get_by_label("Order it all the same").check()
    await page.get_by_role("button", name="Order it", exact=True).click()
    await expect(page.locator(".waiting-order")).to_contain_text("Waits for a second person")
    await shoot(page, "medicines-waiting")
    marek = await context.browser.new_context(viewport=LAPTOP)
    await marek.add_cookies([await here.cookie(await here.add_nurse("Marek Novák", "marek@example.org"))])
    other = await marek.new_page()
    await other.goto(page.url)
    await other.get_by_role("button", name="Agree").click()
    await expect(other.locator(".waiting-order")).to_have_count(0)
    await marek.close()


async def test_a_fhir_request_fills_the_form_and_what_is_unread_is_shown(page, here):
    await open_medicines(page, here)
    request = {"resourceType": "MedicationRequest", "status": "active", "intent": "order",
               "medicationCodeableConcept": {"text": "Ramipril 5 mg"}, "dosageInstruction": [
                   {"timing": {"code": {"coding": [{"code": "BED"}]}},
                    "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]},
                   {"text": "and as directed", "timing": {"code": {"text": "as directed"}}}]}
    await page.get_by_text("Paste a FHIR MedicationRequest").click()
    await page.get_by_label("MedicationRequest as JSON").fill(json.dumps(request))
    await page.get_by_role("button", name="Read it into the form").click()
    await expect(page.get_by_label("Medicine, as it stands on the box")).to_have_value("Ramipril 5 mg")
    await expect(page.get_by_label("At these times")).to_have_value("22:00")
    await expect(page.locator(".read")).to_contain_text("Nothing was guessed")
    await expect(page.locator(".read")).to_contain_text("as directed")


async def test_what_is_wrong_with_an_order_is_said_beside_it(page, here, complaints):
    await open_medicines(page, here)
    await page.get_by_label("Medicine, as it stands on the box").fill("Metformin 500 mg")
    await page.get_by_label("How much").fill("1 tablet")
    await page.get_by_label("At these times").fill("8 in the morning")
    await page.get_by_role("button", name="Preview fourteen days").click()
    await expect(page.locator(".medicines .problem:not([hidden])")).to_contain_text("no time such as 08:00")
    await expect(page.get_by_label("Medicine, as it stands on the box")).to_have_value("Metformin 500 mg")
    assert [complaint for complaint in complaints if "422" not in complaint] == []
    complaints.clear()  # a refusal is a 422, and Chromium says so
