"""A whole PHQ-9 in a real browser: on the patient's phone and in the nurse's console, item 9 answered "several days"; then what
a patient sees of it in /trends."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from care import patients, questionnaires
from care.tables import conversations, instrument_scores
from tests.browser.house import SHOTS, House, invited, new_phone, says, signed_in, tap, types
from tests.browser.test_story import WORDS
from tests.browser.test_trends import whole

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAID = {
    "en": {"start": "Start", "none": "Not at all", "some": "Several days", "hard": "Somewhat difficult",
           "card": "You do not have to carry this alone.", "call": "call 999 now", "total": "Your answers add up to 3 of 27.",
           "safe": "If you do not feel safe, do not wait for us.", "mood": "Mood questions (PHQ-9)", "totals": "Totals:",
           "of": "of"},
    "es": {"start": "Empezar", "none": "Ningún día", "some": "Varios días", "hard": "Un poco difícil",
           "card": "No tiene que llevar esto a solas.", "call": "llame ya al 999", "total": "Sus respuestas suman 3 de 27.",
           "safe": "Si no se siente a salvo", "mood": "Ánimo (PHQ-9)", "totals": "Totales:",
           "of": "de"},
}
EARLIER = ((56, 14), (42, 12), (28, 9))  # days ago, total


def answered_before(turn) -> None:
    """Three times in the two months before."""
    patient = patients.find(turn, "Amina")[0]
    for ago, total in EARLIER:
        then = replace(turn, now=turn.now - timedelta(days=ago))
        run = then.insert(conversations, {
            "patient_id": patient.id, "chat_id": 1, "flow": "phq9", "version": 1, "opened_at": then.now, "heard_at": then.now,
            "ended_at": then.now, "outcome": "finished"})
        answers = {f"q{item}": min(3, max(0, total - 3 * (item - 1))) for item in range(1, 10)}
        turn.db.execute(instrument_scores.insert(), {
            "patient_id": patient.id, "conversation_id": run, "instrument": "phq9", "locale": "en", "fingerprint": "x",
            "answers": answers, "total": total, "band": "mild", "completed_at": then.now})


@pytest.mark.parametrize("language", ["es"])
async def test_item_nine_is_answered_on_the_phone_and_stands_in_the_console_before_the_end(
        browser: Browser, house: House, language: str):
    words, said = WORDS[language], SAID[language]
    console = await signed_in(browser, house)
    phone = await new_phone(browser, house, await invited(console, "Amina Yusuf", language), "Amina", language)
    await tap(phone, words["language"])
    await types(phone, "1968-05-23")
    await tap(phone, words["yes"])
    await tap(phone, words["agree"])
    await expect(phone.get_by_role("button", name=words["try"])).to_be_visible()
    await house.clinic.run("test", answered_before)
    (amina,) = await house.clinic.read(patients.find, "Amina")
    assert await house.clinic.run("staff:1", questionnaires.send, amina.id, "phq9") is None
    await console.goto(house.console_url)
    await expect(console.locator("#live")).to_have_attribute("data-state", "live")
    SHOTS.mkdir(exist_ok=True)

    await tap(phone, said["start"])
    for item in range(1, 9):
        await says(phone, f"{item} {said['of']}")
        if item == 1:
            await phone.page.screenshot(path=SHOTS / f"phq9-first-{language}.png")
        await tap(phone, said["some"] if item in (3, 4) else said["none"])
    await says(phone, f"9 {said['of']} 10")
    await tap(phone, said["some"])
    row = console.locator("#rows .row", has_text="Amina Yusuf")
    await expect(row).to_contain_text("thoughts of death or self-harm")
    await says(phone, said["card"])
    await says(phone, said["call"])
    await says(phone, f"10 {said['of']} 10")
    await phone.page.screenshot(path=SHOTS / f"phq9-card-{language}.png")
    await row.click()
    await expect(console.locator("#thread-head")).to_contain_text("thoughts of death or self-harm")
    await console.screenshot(path=SHOTS / f"phq9-console-{language}.png")

    await tap(phone, said["hard"])
    await says(phone, said["total"])
    await says(phone, said["safe"])
    await phone.page.screenshot(path=SHOTS / f"phq9-result-{language}.png")
    await types(phone, "/trends")
    await tap(phone, said["mood"])
    await whole(phone.locator(".picture img").last)
    await says(phone, said["totals"])
    await phone.page.screenshot(path=SHOTS / f"phq9-trend-{language}.png")
    for page in (console, phone.page):
        await page.context.close()
