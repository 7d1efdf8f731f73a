"""The whole product behind two pages, a phone and a console, and what people do on them."""

import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest_asyncio
from argon2 import PasswordHasher
from playwright.async_api import Browser, Locator, Page, expect

from bot.pace import Pace
from care import staff
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.settings import AlertSettings, ClinicSettings, Settings, StaffSettings, TelegramSettings
from care.reactions import REACTIONS
from ops import doors
from simulator import server
from simulator.telegram import Telegram

TOKEN = "7002:whole-story-of-nobody-at-all"
PASSWORD = "seven green lanterns"
SHOTS = Path(__file__).parents[1] / "screenshots"


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
    clinic: Clinic


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path, ("en", "es"), AlertSettings()) as house:
        yield house


@asynccontextmanager
async def opened(tmp_path: Path, languages: tuple[str, ...], alerts: AlertSettings) -> AsyncIterator[House]:
    clock, url = Clock(), f"sqlite:///{tmp_path / 'clinic.db'}"
    telegram = Telegram(clock, seed=3)
    telegram.add_bot(TOKEN, "riverside_bot", "Riverside Clinic")
    runner, address = await server.start(server.build(telegram), port=0)
    await schema.upgrade(url)
    settings = Settings(
        clinic=ClinicSettings(name="Riverside Clinic", country="GB", languages=languages, time_zone="Europe/London"),
        telegram=TelegramSettings(token=TOKEN, api_base=address), staff=StaffSettings(port=0, secret="s" * 32, public_url=""))
    port = free_port()
    settings = replace(settings, staff=replace(settings.staff, port=port), alerts=alerts)
    clinic = Clinic(url, settings, REACTIONS, clock)
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    await clinic.run("ops", staff.add, "dana@example.org", "Dana", quick.hash(PASSWORD))
    async with AsyncExitStack() as stack:
        all_doors = doors.Doors(clinic)
        await stack.enter_async_context(doors.staff_open(
            all_doors, lambda token: f"{address}/phone?start={token}", port))
        await stack.enter_async_context(doors.bot_open(all_doors, Pace()))
        await stack.enter_async_context(doors.scheduler_open(all_doors))
        yield House(address, f"http://127.0.0.1:{port}", clock, clinic)
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
