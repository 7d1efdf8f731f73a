"""A nurse at the console, in a real browser: what she sees, what she does, and what a patient's words cannot do."""

import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from care import staff
from tests.browser.console import PASSWORD, Ward, copy_of, empty_database, ward
from tests.chromium import launch_options

pytestmark = pytest.mark.asyncio(loop_scope="module")
fixture = partial(pytest_asyncio.fixture, loop_scope="module")
SHOTS = Path(__file__).parents[1] / "screenshots"
HOSTILE = (
    "<img src=x onerror='window.ran=1'><script>window.ran=1</script>'\"><svg onload=window.ran=1>{{7*7}}"
    "<hx-partial hx-target=body>x</hx-partial>"
)
LONG_NAME = "Amina Hassan-Featherstonehaugh of Lower Slaughter"
LAPTOP, WIDE, PHONE = {"width": 1366, "height": 768}, {"width": 1920, "height": 1080}, {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def database(tmp_path_factory) -> Path:
    return empty_database(tmp_path_factory.mktemp("console"))


@fixture()
async def here(database, tmp_path) -> AsyncIterator[Ward]:
    async with ward(copy_of(database, tmp_path)) as opened:
        yield opened


@fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        yield browser
        await browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of: errors, refused scripts and styles. Empty at the end of every test."""
    return []


@fixture()
async def context(browser, here, complaints) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(viewport=LAPTOP, locale="en-GB")
    context.set_default_timeout(10_000)
    context.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    await context.close()
    assert complaints == []


@fixture()
async def dana(here) -> staff.StaffMember:
    return await here.add_nurse()


@fixture()
async def page(context, here, dana) -> Page:
    """The worklist, as Dana has it open, live."""
    await context.add_cookies([await here.cookie(dana)])
    page = await context.new_page()
    await page.goto(here.url)
    await expect(page.locator("#live")).to_have_attribute("data-state", "live")
    return page


async def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    await page.screenshot(path=SHOTS / f"console-{name}.png", animations="disabled")


def row(page: Page, words: str):
    return page.locator("#rows .row", has_text=words)


async def no_sideways_scroll(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_first_person_sets_up_an_account_and_is_in(context, here):
    token = await here.clinic.run("ops", staff.new_setup_link)
    page = await context.new_page()
    await page.goto(f"{here.url}/setup/{token}")
    await page.get_by_label("Your name").fill("Dana Whitlock")
    await page.get_by_label("E-mail").fill("dana@example.org")
    await page.get_by_label("Password").fill(PASSWORD)
    await shoot(page, "set-up")
    await page.get_by_role("button", name="Create my account").click()
    await expect(page.get_by_role("heading", name="Nobody is waiting")).to_be_visible()
    await expect(page.locator("#account")).to_contain_text("Dana Whitlock")


async def test_a_nurse_signs_in_and_out(context, here, dana, complaints):
    page = await context.new_page()
    await page.goto(f"{here.url}/patients")
    await expect(page).to_have_url(re.compile(r"/sign-in\?next=/patients"))
    await page.get_by_label("E-mail").fill(dana.email)
    await page.get_by_label("Password").fill("not the password at all")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_have_text("E-mail or password is wrong.")
    assert len(complaints) == 1  # the browser notes the refusal itself
    complaints.clear()
    await page.get_by_label("Password").fill(PASSWORD)
    await shoot(page, "sign-in")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(f"{here.url}/patients")
    await page.locator("#account summary").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page).to_have_url(f"{here.url}/sign-in")
    await page.goto(here.url)
    await expect(page).to_have_url(re.compile("/sign-in"))


async def test_an_escalation_appears_by_itself_and_says_so(page, here):
    await expect(page.get_by_role("heading", name="Nobody is waiting")).to_be_visible()
    amina = await here.add_patient("Amina Hassan", 7)
    await here.answers(amina, "How strong is your pain, from 0 to 10?", "pain", 9, "9")
    await expect(row(page, "Amina Hassan")).to_contain_text("Urgent", timeout=2_000)
    await expect(row(page, "Amina Hassan").locator("mark")).to_have_text("9")
    await expect(row(page, "Amina Hassan")).to_contain_text(re.compile(r"waiting \d+ s"))
    await expect(page).to_have_title(re.compile(r"^\(1\) "))
    await here.in_danger("I can't breathe", amina, 7)
    await expect(page.locator("#rows .row").first).to_contain_text("Emergency", timeout=2_000)
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
    await expect(row(other, "Amina Hassan")).to_contain_text("Dana Whitlock", timeout=2_000)
    await shoot(page, "thread")
    await marek.close()


async def test_a_reply_can_be_taken_back_and_the_words_are_there_again(page, here):
    amina = await here.add_patient("Amina Hassan", 7)
    await here.says(amina, "When is my visit?")
    await row(page, "Amina Hassan").click()
    await page.get_by_label("Reply to Amina Hassan").fill("On Tusday")
    await page.get_by_role("button", name="Send reply").click()
    await expect(page.locator(".undo")).to_contain_text(re.compile(r"leaves in \d+ s"))
    await shoot(page, "undo")
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator(".entry-staff")).to_contain_text("Taken back, never sent")
    await expect(page.get_by_label("Reply to Amina Hassan")).to_have_value("On Tusday")
    here.clock.passes(seconds=30)
    assert not [text for text in await here.sends_what_is_due() if "Tusday" in text]


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
    await expect(page.locator(".entry-staff .delivery")).to_have_text("Sent", timeout=2_000)
    await expect(page.locator(".undo")).to_have_count(0)
    await expect(row(page, "Amina Hassan")).to_contain_text("answered")


async def test_what_the_patient_writes_meanwhile_appears_and_her_draft_stays(page, here):
    amina = await here.add_patient("Amina Hassan", 7)
    await here.says(amina, "When is my visit?")
    await row(page, "Amina Hassan").click()
    box = page.get_by_label("Reply to Amina Hassan")
    await box.fill("On Tues")
    await here.says(amina, "Sorry, I found the letter.")
    await expect(page.locator(".entry-patient").last).to_contain_text("I found the letter", timeout=2_000)
    await expect(box).to_have_value("On Tues")
    await expect(box).to_be_focused()
    await page.reload()
    await expect(page.get_by_label("Reply to Amina Hassan")).to_have_value("On Tues")


async def test_a_note_looks_different_and_goes_to_nobody(page, here):
    amina = await here.add_patient("Amina Hassan", 7)
    await here.says(amina, "When is my visit?")
    await row(page, "Amina Hassan").click()
    await page.get_by_role("radio", name="Internal note").check()
    await expect(page.get_by_role("button", name="Send reply")).to_be_hidden()
    await page.get_by_label("Internal note about Amina Hassan").fill("Called, no answer.")
    await shoot(page, "note")
    await page.get_by_role("button", name="Save note").click()
    await expect(page.locator(".entry-note")).to_contain_text("Called, no answer.")
    here.clock.passes(minutes=1)
    assert not [text for text in await here.sends_what_is_due() if "no answer" in text]


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


async def test_the_whole_round_by_keyboard_alone(page, here):
    amina, tomasz = await here.add_patient("Amina Hassan", 7), await here.add_patient("Tomasz Zieliński", 8)
    await here.in_danger("I can't breathe", amina, 7)
    await here.says(tomasz, "Thank you")
    await expect(page.locator("#rows .row")).to_have_count(2)
    keys = page.keyboard
    for key in ("j", "j", "k", "Enter"):
        await keys.press(key)
    await expect(page.locator("#thread-heading")).to_have_text("Amina Hassan")
    await keys.press("!")
    await expect(page.locator("#thread-head")).to_contain_text("acknowledged at")
    await keys.press("r")
    await keys.type("I am calling you now. rjk!")
    await keys.press("Control+Enter")
    await expect(page.locator(".undo")).to_be_focused()
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(page.locator(".entry-staff")).to_contain_text("Taken back")
    await expect(page.get_by_label("Reply to Amina Hassan")).to_have_value("I am calling you now. rjk!")
    await keys.press("Control+Enter")
    await expect(page.locator(".entry-staff")).to_have_count(2)
    await keys.press("n")
    await keys.type("Ambulance is there.")
    await keys.press("Control+Enter")
    await expect(page.locator(".entry-note")).to_contain_text("Ambulance is there.")
    await keys.press("e")
    await keys.press("ArrowDown")
    await keys.press("Control+Enter")
    await expect(page.locator("#thread-heading")).to_have_text("Tomasz Zieliński")
    await keys.press("u")
    await expect(row(page, "Tomasz").locator("a")).to_be_focused()
    await keys.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await keys.press("Escape")
    await page.locator("#account summary").focus()
    await keys.press("Enter")
    await page.get_by_label("Single-key shortcuts").uncheck()
    await page.locator("#desk").press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()


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


async def test_a_long_conversation_is_shown_from_its_end_and_unfolds_backwards(page, here):
    amina = await here.add_patient("Amina Hassan", 7)
    for number in range(40):  # each with a receipt from the bot
        await here.says(amina, f"This is message {number}.")
    await page.goto(f"{here.url}/patients/{amina}")
    await expect(page.get_by_text("This is message 39.")).to_be_in_viewport()
    await expect(page.get_by_text("This is message 0.")).to_have_count(0)
    await page.get_by_role("link", name="Show what came before").click()
    await expect(page.get_by_text("This is message 0.")).to_have_count(1)


async def test_an_emergency_is_announced_on_every_page(page, here):
    await page.goto(f"{here.url}/patients")
    await expect(page.locator("#live")).to_have_attribute("data-state", "live")
    await here.in_danger("I can't breathe", await here.add_patient("Amina Hassan", 7), 7)
    await expect(page.locator("#alarm")).to_contain_text("Emergency")
    await expect(page.get_by_text("An emergency has come in.")).to_be_visible()
    await expect(page.locator("#open-count")).to_have_text("1")
    await expect(page).to_have_title(re.compile(r"^\(1\) "))


async def test_a_session_that_is_over_leads_to_the_door(page, here, context, complaints):
    amina = await here.add_patient("Amina Hassan", 7)
    [cookie] = await context.cookies()
    await here.clinic.run("ops", staff.sign_out, cookie["value"])
    await here.says(amina, "Hello?")
    await expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    await page.get_by_label("E-mail").is_visible()


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


async def test_the_demo_signs_in_with_one_click_and_says_that_people_are_invented(database, tmp_path, browser):
    async with ward(copy_of(database, tmp_path), demo=True) as demo:
        await demo.add_nurse()
        page = await browser.new_page()
        await page.goto(demo.url)
        await expect(page.get_by_role("note")).to_contain_text("invented")
        await page.get_by_role("button", name="Sign in as nurse Dana").click()
        await expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
        await expect(page.get_by_role("note")).to_contain_text("invented")
        await page.close()


async def test_outside_the_demo_there_is_no_one_click(context, here, dana):
    page = await context.new_page()
    await page.goto(f"{here.url}/sign-in")
    await expect(page.get_by_role("button", name="Sign in as nurse Dana")).to_have_count(0)
    answer = await page.request.post(f"{here.url}/demo/sign-in")
    assert answer.status in (404, 405)
