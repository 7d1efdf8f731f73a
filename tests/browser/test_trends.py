"""A patient looks back on their phone: pictures that can be read in a light chat and in a dark one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Locator, expect

from care import conversations, patients
from care.tables import instrument_scores
from tests.browser.house import SHOTS, House, invited, new_phone, says, signed_in, tap, types
from tests.browser.test_story import WORDS

pytestmark = pytest.mark.asyncio(loop_scope="session")

SEEN = {"en": ("Blood pressure", "Mood questions (PHQ-9)", "above the usual goal", "Down 2 points", "The usual goal at home"),
        "es": ("Presión arterial", "Ánimo (PHQ-9)", "por encima", "2 puntos menos", "La meta habitual en casa")}
PRESSURES = [(146, 92), (141, 88), (149, 91), (143, 90), (139, 86), (142, 89), (138, 85), (140, 87), (136, 84), (139, 86),
             (134, 82), (141, 85), (137, 84), (133, 81), (138, 83), (131, 80), (136, 84), (134, 83), (139, 85), (133, 82)]
TOTALS = (19, 18, 15, 12, 9, 7)


def six_weeks(turn) -> None:
    """What Amina has measured and answered until today, with four days away."""
    patient = patients.find(turn, "Amina")[0]
    for ago, (upper, lower) in zip((*range(23, 13, -1), *range(9, -1, -1)), PRESSURES, strict=True):
        then = replace(turn, now=turn.now - timedelta(days=ago, minutes=5))
        talk = conversations.open_(then, patients.get(turn, patient.id), "symptom_check", 1)
        conversations.save_answer(then, talk, "pressure", "?", {"systolic": upper, "diastolic": lower}, f"{upper}/{lower}",
                                  kind="blood_pressure", unit="mmHg")
        conversations.end(then, talk, "finished")
    for n, total in enumerate(reversed(TOTALS)):
        turn.db.execute(instrument_scores.insert(), {
            "patient_id": patient.id, "conversation_id": talk.id, "instrument": "phq9", "locale": "en", "fingerprint": "x",
            "answers": {}, "total": total, "completed_at": turn.now - timedelta(days=14 * n, minutes=5)})


async def whole(picture: Locator) -> None:
    """The picture is there in full."""
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("complete", True)
    await expect(picture).to_have_js_property("naturalWidth", 2160)
    await expect(picture).to_have_js_property("naturalHeight", 2700)


@pytest.mark.parametrize("language", ["es"])
async def test_a_patient_looks_back_in_a_light_chat_and_in_a_dark_one(browser: Browser, house: House, language: str):
    words, (pressure, mood, _finding, _change, told) = WORDS[language], SEEN[language]
    console = await signed_in(browser, house)
    phone = await new_phone(browser, house, await invited(console, "Amina Yusuf", language), "Amina", language)
    await tap(phone, words["language"])
    await types(phone, "1968-05-23")
    await tap(phone, words["yes"])
    await tap(phone, words["agree"])
    await expect(phone.get_by_role("button", name=words["try"])).to_be_visible()
    await house.clinic.run("test", six_weeks)

    await types(phone, "/trends")
    await tap(phone, pressure)
    await whole(phone.locator(".picture img").last)
    await says(phone, told)
    await tap(phone, mood)
    await expect(phone.locator(".picture img")).to_have_count(2)
    await whole(phone.locator(".picture img").last)
    SHOTS.mkdir(exist_ok=True)
    for scheme in ("light", "dark"):
        await phone.page.emulate_media(color_scheme=scheme)
        await phone.page.screenshot(path=SHOTS / f"trends-{scheme}-{language}.png")
    await phone.locator(".picture").first.click()
    await whole(phone.page.locator(".viewer img"))
    await phone.page.screenshot(path=SHOTS / f"trends-enlarged-{language}.png")
    for page in (console, phone.page):
        await page.context.close()
