"""Getting in: the first person on staff, signing in and out, the demo's one click."""

import re

import pytest
from playwright.async_api import expect

from care import staff
from tests.browser.console.sight import shoot
from tests.browser.console.ward import PASSWORD, copy_of, ward

pytestmark = pytest.mark.asyncio(loop_scope="session")


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


async def test_a_session_that_is_over_leads_to_the_door(page, here, context, complaints):
    amina = await here.add_patient("Amina Hassan", 7)
    [cookie] = await context.cookies()
    await here.clinic.run("ops", staff.sign_out, cookie["value"])
    await here.says(amina, "Hello?")
    await expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    await page.get_by_label("E-mail").is_visible()


async def test_the_demo_signs_in_with_one_click_and_says_that_people_are_invented(database, tmp_path, browser):
    async with ward(copy_of(database, tmp_path), demo=True) as demo:
        await demo.add_nurse()
        page = await browser.new_page()
        await page.goto(demo.url)
        await expect(page.get_by_role("complementary", name="Demo")).to_contain_text("invented")
        await page.get_by_role("button", name="Sign in as nurse Dana").click()
        await expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
        await expect(page.get_by_role("complementary", name="Demo")).to_contain_text("invented")
        await page.close()


async def test_outside_the_demo_there_is_no_one_click(context, here, dana):
    page = await context.new_page()
    await page.goto(f"{here.url}/sign-in")
    await expect(page.get_by_role("button", name="Sign in as nurse Dana")).to_have_count(0)
    answer = await page.request.post(f"{here.url}/demo/sign-in")
    assert answer.status in (404, 405)
