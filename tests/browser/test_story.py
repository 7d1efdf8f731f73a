"""The whole product, in a real browser: a patient's phone on one page, a nurse's console on the other, and everything that
production runs in between. Enrol, agree, report pain 9; see it, acknowledge, answer, take one answer back; read the other."""

import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from playwright.async_api import Browser, Locator, Page, expect

from bot.pace import Pace
from care import staff
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.settings import ClinicSettings, Settings, StaffSettings, TelegramSettings
from care.reactions import REACTIONS
from ops import doors
from simulator import server
from simulator.telegram import Telegram

pytestmark = pytest.mark.asyncio(loop_scope="session")

TOKEN = "7002:whole-story-of-nobody-at-all"
PASSWORD = "seven green lanterns"
SHOTS = Path(__file__).parents[1] / "screenshots"
WITHIN_TWO_SECONDS = 2_000  # what the nurse is promised, in milliseconds

WORDS = {
    "en": {
        "language": "English", "yes": "Yes", "agree": "I agree", "try": "Try a check-in now", "pain": "How strong is your pain",
        "back": "my back", "told": "I have told your care team", "breathe": "Is it hard to breathe?", "no": "No",
        "done": "Your care team can see your answers"},
    "es": {
        "language": "Español", "yes": "Sí", "agree": "Acepto", "try": "Probar ahora", "pain": "dolor", "back": "la espalda",
        "told": "equipo", "breathe": "respirar", "no": "No", "done": "respuestas"},
}


class Clock:
    """Goes with the wall, and jumps when the story says so."""

    ahead = datetime(2026, 11, 23, 9, 0, tzinfo=UTC) - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def passes(self, **span: float) -> None:
        self.ahead += timedelta(**span)


@dataclass
class House:
    """Everything that runs: Telegram, the bot, the scheduler, the staff's door."""

    phone_url: str
    console_url: str
    clock: Clock


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock, url = Clock(), f"sqlite:///{tmp_path / 'clinic.db'}"
    telegram = Telegram(clock, seed=3)
    telegram.add_bot(TOKEN, "riverside_bot", "Riverside Clinic")
    runner, address = await server.start(server.build(telegram), port=0)
    await schema.upgrade(url)
    settings = Settings(
        clinic=ClinicSettings(name="Riverside Clinic", country="GB", languages=("en", "es"), time_zone="Europe/London"),
        telegram=TelegramSettings(token=TOKEN, api_base=address), staff=StaffSettings(port=0, secret="s" * 32, public_url=""))
    port = free_port()
    settings = replace(settings, staff=replace(settings.staff, port=port))
    clinic = Clinic(url, settings, REACTIONS, clock)
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    await clinic.run("ops", staff.add, "dana@example.org", "Dana", quick.hash(PASSWORD))
    async with AsyncExitStack() as stack:
        opened = doors.Doors(clinic)
        await stack.enter_async_context(doors.staff_open(
            opened, lambda token: f"{address}/phone?start={token}", port))
        await stack.enter_async_context(doors.bot_open(opened, Pace()))
        await stack.enter_async_context(doors.scheduler_open(opened))
        yield House(address, f"http://127.0.0.1:{port}", clock)
    await clinic.close()
    await runner.cleanup()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def signed_in(browser: Browser, house: House) -> Page:
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB")
    page = await context.new_page()
    await page.goto(house.console_url)
    await page.get_by_label("E-mail").fill("dana@example.org")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator("#live")).to_have_attribute("data-state", "live")
    return page


async def invited(console: Page, name: str, language: str) -> str:
    """Dana adds a patient and gets the invitation's link: its token."""
    await console.goto(re.sub(r"(//[^/]+).*", r"\1/patients/new", console.url))
    await console.get_by_role("textbox", name="Name").fill(name)
    await console.get_by_label("Date of birth").fill(date(1968, 5, 23).isoformat())
    await console.get_by_label("Language").select_option(language)
    await console.get_by_role("button", name="Add and make an invite").click()
    link = await console.locator("#invite-link").get_attribute("href")
    assert link
    return link.rsplit("start=", 1)[1]


async def new_phone(browser: Browser, house: House, token: str, name: str, language: str) -> Locator:
    """The patient opens the link on a phone of their own."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(f"{house.phone_url}/phone")
    bought = await page.request.post(f"{house.phone_url}/phone/api/phones", data={"name": name, "language_code": language})
    made = (await bought.json())["chat_id"]
    await page.goto(f"{house.phone_url}/phone?start={token}&phone={made}")
    phone = page.get_by_role("region", name=f"{name}'s phone")
    await phone.get_by_role("button", name="Start").click()
    return phone


async def tap(phone: Locator, label: str) -> None:
    await phone.get_by_role("button", name=label, exact=True).last.click()


async def types(phone: Locator, words: str) -> None:
    box = phone.get_by_role("textbox", name="Message")
    await box.fill(words)
    await box.press("Enter")


async def says(phone: Locator, words: str) -> None:
    """The bot says this."""
    await expect(phone.locator(".from-bot .words", has_text=words).last).to_be_visible()


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
    row = console.locator("#rows .row", has_text="Amina Yusuf")
    await expect(row).to_contain_text("Pain of 8 or more", timeout=WITHIN_TWO_SECONDS)
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
    await expect(console.locator(".entry-staff .delivery").last).to_have_text("Sent", timeout=WITHIN_TWO_SECONDS)
    await phone.page.screenshot(path=SHOTS / f"story-phone-{language}.png")

    await console.get_by_role("button", name="Resolve").first.click()
    await console.get_by_label("Gave advice").check()
    await console.get_by_role("button", name="Resolve", exact=True).last.click()
    await expect(console.get_by_role("heading", name="Nobody is waiting")).to_be_visible()
    for page in (console, phone.page):
        await page.context.close()
