"""Somebody does not want to be here any more, and says so at the fourth question of a diabetes check-in. The patient's phone,
the nurse's screen and the backup's mail each show the right thing, with times; in three languages, in one sitting."""

import asyncio
import re
from datetime import date, time
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from care import consent, patients, plans, rota, staff
from care.heart.settings import AlertSettings
from care.heart.turn import Turn
from care.programmes import programmes
from tests.browser.house import SHOTS, House, opened, says, signed_in, tap, types
from tests.scheduler.smtp_sink import Sink, sink

pytestmark = pytest.mark.asyncio(loop_scope="session")

# name, language: what is typed, No, the fourth question, something of the card, who saw it
PEOPLE = {
    "Amina": ("en", "i dont want to be here anymore", "No", "4 of 4", "carry this alone", "your care team saw this at"),
    "Lucía": ("es", "ya no quiero estar aqui", "No", "4 de 4", "999", "Dana, de su equipo, vio esto a las"),
    "Anne": ("fr", "je ne veux plus etre la", "Non", "4 sur 4", "999", "Dana, de votre équipe, a vu ceci à"),
}


async def enrolled(house: House, name: str, language: str, chat_id: int) -> None:
    def act(turn: Turn) -> None:
        patient = patients.add(turn, name, date(1968, 5, 23), language)
        patients.link(turn, patient.id, chat_id, "self")
        here = patients.get(turn, patient.id)
        assert here
        consent.give(turn, here, "1")
        plans.add(turn, here, programmes()["diabetes"])

    await house.clinic.run("ops", act)


async def at_question_four(page: Page, house: House, name: str) -> Locator:
    """A new phone, enrolled, asked the fourth question of a diabetes check-in. Returns the phone on the page."""
    language, _words, no, fourth, _card, _seen = PEOPLE[name]
    await page.goto(f"{house.phone_url}/phone")
    bought = await page.request.post(f"{house.phone_url}/phone/api/phones", data={"name": name, "language_code": language})
    chat_id = (await bought.json())["chat_id"]
    await enrolled(house, name, language, chat_id)
    await page.goto(f"{house.phone_url}/phone?phone={chat_id}")
    phone = page.get_by_role("region", name=f"{name}'s phone")
    await phone.get_by_role("button", name="Start").click()
    await types(phone, "/check")
    await says(phone, fourth.replace("4", "1", 1))
    await types(phone, "6.1 mmol/L")
    for after in ("3", "4"):  # what was tapped twice would answer one question
        await tap(phone, no)
        await says(phone, fourth.replace("4", after, 1))
    return phone


async def mailed_to_the_backup(house: House, post: Sink, name: str, words: str) -> None:
    """Whoever is on call has not taken it on for three minutes: the backup gets a mail that says by when, and not who."""
    letters, at = len(post.to("ben@clinic.example")), house.clock()
    house.clock.passes(minutes=3, seconds=5)
    for _ in range(600):
        if len(post.to("ben@clinic.example")) > letters:
            break
        await asyncio.sleep(0.1)
    letter = post.to("ben@clinic.example")[-1]
    text = letter.get_content()
    assert "EMERGENCY: words that may mean danger" in letter["Subject"]
    assert "you are the backup" in text
    due = re.search(r"Act by (\d\d):(\d\d)", text)
    assert due
    assert 10 <= (int(due[1]) * 60 + int(due[2])) - (at.hour * 60 + at.minute) <= 16
    assert words[:12] not in str(letter)
    assert name not in str(letter), "a mail can be read by others"


async def on_call_and_backup(house: House) -> None:
    await house.clinic.run("ops", staff.add, "ben@clinic.example", "Ben", "-")
    for member, role in ((1, "on_call"), (2, "backup")):
        for day in range(7):
            await house.clinic.run("ops", rota.add_shift, member, role, time(0), time(0), day)


@pytest.mark.timeout(400)  # three languages in one browser
async def test_words_of_despair_reach_the_phone_the_screen_and_the_mail(browser: Browser, tmp_path: Path):
    SHOTS.mkdir(exist_ok=True)
    async with sink() as post:
        alerts = AlertSettings(
            smtp_host="127.0.0.1", smtp_port=post.port, smtp_security="none", email_from="careward@clinic.example")
        async with opened(tmp_path, ("en", "es", "fr"), alerts) as house:
            await on_call_and_backup(house)
            console = await signed_in(browser, house)
            context = await browser.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
            page = await context.new_page()
            for name, (language, words, _no, _fourth, card, seen) in PEOPLE.items():
                phone = await at_question_four(page, house, name)
                await types(phone, words)
                # The phone: whom to call now, and that people know.
                cards = phone.locator(".from-bot .words").filter(has_text=re.compile(r"\b999\b"))
                await expect(cards.last).to_be_visible()
                await expect(cards.last).to_contain_text(re.compile(card))
                # The nurse's screen: the most severe, in the patient's own words, and by when.
                row = console.locator("#rows .row", has_text=name)
                await console.goto(re.sub(r"^(https?://[^/]+).*", r"\1/", console.url))  # nothing is open: the list is whole
                await expect(row).to_contain_text("Emergency")
                await expect(row).to_contain_text("Wrote words that may mean: self harm")
                await expect(row.locator("time.due")).to_contain_text(re.compile(r"due in 1\d min"))
                await mailed_to_the_backup(house, post, name, words)
                # Taken on: the patient reads who has seen it, and when.
                await row.click()
                await console.get_by_role("button", name="Acknowledge").click()
                await says(phone, seen)
                await console.screenshot(path=SHOTS / f"crisis-console-{language}.png")
                await page.screenshot(path=SHOTS / f"crisis-phone-{language}.png")
            await context.close()
            await console.context.close()
