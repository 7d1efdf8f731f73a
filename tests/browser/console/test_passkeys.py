"""A passkey of a real browser: Chromium's own, with an authenticator that is plugged in by the test."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.browser.console.sight import PHONE, shoot
from tests.browser.console.ward import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


async def test_a_passkey_is_made_signs_in_and_takes_the_place_of_the_password(context, here, dana):
    here.url = f"http://localhost:{urlsplit(here.url).port}"  # an address that is a number has no passkeys
    here.clinic.settings = replace(here.clinic.settings, staff=replace(here.clinic.settings.staff, public_url=here.url))
    await context.add_cookies([await here.cookie(dana)])
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    await page.goto(f"{here.url}/account")
    form = page.locator("form[data-passkey=add]")
    await form.get_by_label("Its name").fill("my laptop")
    await form.get_by_label("Your password, once more").fill(PASSWORD)
    await form.get_by_role("button", name="Make a passkey").press("Enter")
    await expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    await expect(page.locator(".recovery li")).to_have_count(10)
    await expect(page.get_by_text("my laptop", exact=True)).to_be_visible()
    await shoot(page, "passkeys")

    await context.clear_cookies()
    await page.goto(f"{here.url}/sign-in?next=/staff")
    await page.get_by_label("E-mail").fill(dana.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("button", name="Use a passkey")).to_be_focused()
    await page.set_viewport_size(PHONE)
    await shoot(page, "second-step")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{here.url}/staff")

    here.clock.passes(minutes=16)
    invite = page.locator("form[action='/staff/invitations']")
    await invite.get_by_label("E-mail").fill("nina@example.org")
    await invite.get_by_role("button", name="Use a passkey instead").click()
    await expect(invite.get_by_role("button", name="Make a link")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="A link for nina@example.org")).to_be_visible()
