"""One conversation in a real browser: read, answered, taken back, noted, resolved; and what a patient's words cannot do."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.console.sight import LAPTOP, row, shoot

pytestmark = pytest.mark.asyncio(loop_scope="session")
HOSTILE = (
    "<img src=x onerror='window.ran=1'><script>window.ran=1</script>'\"><svg onload=window.ran=1>{{7*7}}"
    "<hx-partial hx-target=body>x</hx-partial>"
)


async def test_she_acknowledges_and_everyone_sees_by_whom(page, here, context):
    amina = await here.add_patient("Amina Hassan", 7)
    await here.in_danger("I can't breathe", amina, 7)
    marek = await context.browser.new_context(viewport=LAPTOP)
    await marek.add_cookies([await here.cookie(await here.add_nurse("Marek Novák", "marek@example.org"))])
    other = await marek.new_page()
    await other.goto(here.url)
    await row(page, "Amina Hassan").click()
    await expect(page.locator(".entry[data-triggered]")).to_contain_text("I can't breathe")
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.locator("#thread-head")).to_contain_text("Dana Whitlock acknowledged at")
    await expect(page.locator("#acknowledge")).to_have_count(0)
    await expect(row(other, "Amina Hassan")).to_contain_text("Dana Whitlock")
    await shoot(page, "thread")
    await marek.close()


async def test_a_reply_is_sent_when_the_time_to_take_it_back_is_over(page, here):
    amina = await here.add_patient("Amina Hassan", 7)
    await here.says(amina, "When is my visit?")
    await row(page, "Amina Hassan").click()
    box = page.get_by_label("Reply to Amina Hassan")
    await box.fill("On Tuesday at ten.")
    await box.press("Control+Enter")
    await expect(page.locator(".undo")).to_be_visible()
    await expect(box).to_have_value("")
    assert not [text for text in await here.sends_what_is_due() if "Tuesday" in text]  # not yet
    here.clock.passes(seconds=11)
    assert [text for text in await here.sends_what_is_due() if "On Tuesday at ten." in text]
    await expect(page.locator(".entry-staff .delivery")).to_have_text("Sent")
    await expect(page.locator(".undo")).to_have_count(0)
    await expect(row(page, "Amina Hassan")).to_contain_text("answered")


async def test_what_the_patient_writes_meanwhile_appears_and_her_draft_stays(page, here):
    amina = await here.add_patient("Amina Hassan", 7)
    await here.says(amina, "When is my visit?")
    await row(page, "Amina Hassan").click()
    box = page.get_by_label("Reply to Amina Hassan")
    await box.fill("On Tues")
    await here.says(amina, "Sorry, I found the letter.")
    await expect(page.locator(".entry-patient").last).to_contain_text("I found the letter")
    await expect(box).to_have_value("On Tues")
    await expect(box).to_be_focused()
    await page.reload()
    await expect(page.get_by_label("Reply to Amina Hassan")).to_have_value("On Tues")


async def test_she_resolves_with_an_outcome_and_goes_on_to_the_next(page, here):
    amina, tomasz = await here.add_patient("Amina Hassan", 7), await here.add_patient("Tomasz Zieliński", 8)
    await here.in_danger("I can't breathe", amina, 7)
    await here.says(tomasz, "Thank you")
    await row(page, "Amina Hassan").click()
    await page.get_by_role("button", name="Resolve").click()
    await page.get_by_role("radio", name="Something else").check()
    await page.get_by_role("button", name="Resolve and open next").click()
    note = page.get_by_role("textbox", name="Note (for")
    await expect(note).to_be_focused()  # "something else" says nothing without a note
    await shoot(page, "resolve")
    await note.fill("Ambulance is there.")
    await page.get_by_role("button", name="Resolve and open next").click()
    await expect(page.locator("#thread-heading")).to_have_text("Tomasz Zieliński")
    await expect(page.locator("#rows .row")).to_have_count(1)
    await page.get_by_role("button", name="Resolve").click()
    await page.get_by_label("Gave advice").check()
    await page.get_by_role("button", name="Resolve", exact=True).last.click()
    await expect(page.locator("#thread-head")).to_contain_text("Resolved by Dana Whitlock")
    await expect(page.get_by_role("heading", name="Nobody is waiting")).to_be_visible()


async def test_a_patient_s_words_run_nothing_anywhere(page, here):
    amina = await here.add_patient(HOSTILE, 7)
    await here.answers(amina, HOSTILE, "pain", 9, HOSTILE)
    await here.says(amina, HOSTILE)
    await here.in_danger(HOSTILE, amina, 7)
    await here.in_danger(HOSTILE)
    await expect(page.locator("#rows .row")).to_have_count(4)
    for number in range(4):
        await page.locator("#rows .row-link").nth(number).click()
        await expect(page.locator("#rows .row-link").nth(number)).to_have_attribute("aria-current", "true")
        await expect(page.locator("#timeline")).to_contain_text("{{7*7}}")
    await page.goto(f"{here.url}/patients?find=%3Cscript%3E{'x' * 20}")
    await page.goto(f"{here.url}/patients/{amina}")
    await page.reload()
    assert await page.evaluate("window.ran") is None
    assert await page.locator("img, script:not([src]), [onload], [onerror]").count() == 0


async def test_a_stranger_s_conversation_can_be_read_but_not_answered(page, here):
    await here.in_danger("quiero morir", chat_id=12345)
    await row(page, "Someone not enrolled").click()
    await expect(page.locator("#timeline")).to_contain_text("quiero morir")
    await expect(page.get_by_role("button", name="Send reply")).to_have_count(0)
    await expect(page.locator("#patient")).to_contain_text("United Kingdom")


async def test_a_patient_is_added_handed_an_invite_and_cut_from_a_phone(page, here):
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("link", name="Patients", exact=True).click()
    await expect(page.get_by_role("heading", name="No patients yet")).to_be_visible()
    await page.get_by_role("link", name="Add").click()
    await page.get_by_label("Name", exact=True).fill("Lucía Fernández")
    await page.get_by_label("Date of birth").fill("1961-05-03")
    await page.get_by_label("Language").select_option("es")
    await page.get_by_role("button", name="Add and make an invite").click()
    await expect(page.locator("#invite-link")).to_have_text(re.compile(r"https://t\.me/riverside_bot\?start=[\w-]{20,64}$"))
    await expect(page.get_by_role("img", name="QR code")).to_be_visible()
    await expect(page.locator("#found")).to_contain_text("Lucía Fernández")
    await shoot(page, "invite")
    amina = await here.add_patient("Amina Hassan", 7)
    await page.goto(f"{here.url}/patients/{amina}")
    await page.get_by_role("button", name="Cut", exact=True).click()
    await expect(page.locator("#patient")).to_contain_text("No phone is linked yet.")
    await page.get_by_role("searchbox").fill("luc")
    await expect(page.locator("#found .row")).to_have_count(1)


async def test_a_long_conversation_is_shown_from_its_end_and_unfolds_backwards(page, here):
    amina = await here.add_patient("Amina Hassan", 7)
    for number in range(40):  # each with a receipt from the bot
        await here.says(amina, f"This is message {number}.")
    await page.goto(f"{here.url}/patients/{amina}")
    await expect(page.get_by_text("This is message 39.")).to_be_in_viewport()
    await expect(page.get_by_text("This is message 0.")).to_have_count(0)
    await page.get_by_role("link", name="Show what came before").click()
    await expect(page.get_by_text("This is message 0.")).to_have_count(1)


async def test_a_death_is_put_on_record_and_undone_from_the_patients_panel(page, here):
    amina = await here.add_patient("Amina Hassan", 7)
    await here.says(amina, "Her daughter here. She died on Sunday.")
    await row(page, "Amina Hassan").click()
    await page.get_by_role("button", name="Something has changed").click()
    dialog = page.get_by_role("dialog", name="What has changed?")
    await dialog.get_by_text("has died").click()
    await dialog.get_by_label("Note").fill("The daughter wrote.")
    await shoot(page, "situation")
    await dialog.get_by_role("button", name="Put on record").click()
    await expect(page.locator(".situation")).to_contain_text("Has died")
    await expect(dialog).to_be_hidden()
    await shoot(page, "situation-on-record")
    page.on("dialog", lambda asked: asked.accept())
    await page.get_by_role("button", name="Undo: it was a mistake").click()
    await expect(page.locator(".situation")).not_to_contain_text("Has died")


async def test_a_journey_without_a_place_says_what_is_missing(page, here, complaints):
    amina = await here.add_patient("Amina Hassan", 7)
    await here.says(amina, "I am off to my sister")
    await row(page, "Amina Hassan").click()
    await page.get_by_role("button", name="Something has changed").click()
    dialog = page.get_by_role("dialog", name="What has changed?")
    await dialog.get_by_text("travels").click()
    await dialog.get_by_role("button", name="Put on record").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Give the time zone of the place")
    assert [complaint for complaint in complaints if "409" not in complaint] == []
    complaints.clear()  # a refusal is a 409, and Chromium says so
