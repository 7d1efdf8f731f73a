"""Who is called and who is away, in a real browser: the red banner, the rota, handing over, a welfare check."""


import pytest
from playwright.async_api import expect

from care import escalations, staff
from tests.browser.console.sight import PHONE, no_sideways_scroll, row, shoot

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_nobody_has_taken_on_stands_in_red_on_every_page_until_somebody_does(page, here, dana):
    await page.goto("about:blank")  # or else Dana's page goes to the door by itself, in the midst of what follows
    await here.clinic.run("ops", staff.deactivate, dana.id)
    raised = await here.in_danger("I can't breathe", await here.add_patient("Amina Hassan", 7), 7)
    marek = await here.add_nurse("Marek Novák", "marek@example.org")
    await page.context.add_cookies([await here.cookie(marek)])
    for place in ("", "/patients", "/rota"):
        await page.goto(here.url + place)
        await expect(page.locator("#notices")).to_contain_text("1 emergency: everyone has been called")
    await shoot(page, "exhausted")
    await here.clinic.run("staff", escalations.acknowledge, raised, marek.id)
    await expect(page.locator("#notices")).not_to_contain_text("emergency")


async def test_whoever_is_called_hears_it_on_whatever_page(page, here):
    await page.goto(f"{here.url}/rota")
    await expect(page.locator("#live")).to_have_attribute("data-state", "live")
    await here.in_danger("I can't breathe", await here.add_patient("Amina Hassan", 7), 7)
    await expect(page.locator("#alarm")).to_contain_text("you are called")


async def test_a_shift_and_an_absence_on_the_rotas_page(page, here):
    await here.add_nurse("Marek Novák", "marek@example.org")
    await page.get_by_role("link", name="Rota").click()
    await expect(page.get_by_text("There is no rota yet")).to_be_visible()
    form = page.locator("form", has=page.get_by_role("button", name="Add the shift"))
    await form.get_by_label("To").fill("17:00")
    await form.get_by_role("button", name="Add the shift").click()
    await expect(page.locator(".week")).to_contain_text("08:00–17:00 Dana Whitlock on call")
    await expect(page.locator(".on-duty")).to_contain_text("Dana Whitlock")
    await expect(page.locator("#notices")).to_contain_text("Nobody is on call: Mon 23 Nov 17:00 to 18:00")
    away = page.locator("form", has=page.get_by_role("heading", name="Somebody is away"))
    await away.get_by_label("First day").fill("2026-11-23")
    await away.get_by_label("Last day").fill("2026-12-06")
    await away.get_by_label("What is open goes to").select_option(label="Marek Novák")
    await away.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("covered by Marek Novák")).to_be_visible()
    await expect(page.locator(".on-duty")).not_to_contain_text("Dana")
    await page.get_by_role("button", name="Not away: Dana Whitlock, 23 Nov 2026").click()
    await expect(page.get_by_text("Nobody is away.")).to_be_visible()
    await shoot(page, "rota")
    await page.set_viewport_size(PHONE)
    await no_sideways_scroll(page)


async def test_what_makes_no_sense_is_said_at_the_form(page, here, complaints):
    await page.goto(f"{here.url}/rota")
    away = page.locator("form", has=page.get_by_role("heading", name="Somebody is away"))
    await away.get_by_label("First day").fill("2026-11-25")
    await away.get_by_label("Last day").fill("2026-11-24")
    await away.get_by_role("button", name="Save").click()
    await expect(away.get_by_role("alert")).to_contain_text("Give a first and a last day")
    complaints.clear()  # of the refusal itself


async def test_a_welfare_check_is_ticked_step_by_step(page, here, dana):
    amina = await here.add_patient("Amina Hassan", 7)
    raised = await here.in_danger("I want to die", amina, 7)
    marek = await here.add_nurse("Marek Novák", "marek@example.org")
    await here.clinic.run("staff", escalations.hand_over, raised, dana.id, marek.id, "Marek knows her")
    await row(page, "Amina Hassan").click()
    step = page.get_by_role("checkbox", name="Call the patient's own number twice")
    await step.click()
    await expect(step).to_be_checked()
    await expect(page.locator(".checklist")).to_contain_text("Dana Whitlock, 09:0")
    await page.get_by_text("What was done").click()
    await expect(page.locator(".course")).to_contain_text("Handed over by Dana Whitlock to Marek Novák: Marek knows her")
    await shoot(page, "welfare-check")


async def test_how_to_reach_her_stands_beside_the_conversation(page, here):
    amina = await here.add_patient("Amina Hassan", 7)
    await page.goto(f"{here.url}/patients/{amina}")
    panel = page.locator("#contact")
    await expect(panel).to_contain_text("nobody named")
    await panel.get_by_text("Change").click()
    await panel.get_by_label("Phone", exact=True).fill("+44 7700 900123")
    await panel.get_by_label("Emergency contact").fill("Omar Hassan")
    await panel.get_by_label("Their phone").fill("+44 7700 900124")
    await panel.get_by_role("button", name="Save").click()
    await expect(panel.get_by_role("link", name="+44 7700 900123")).to_have_attribute("href", "tel:+447700900123")
    await expect(panel).to_contain_text("nobody has asked whether they may be called")
