"""Doses on the phone page: asked about discreetly, chosen among, put off, skipped for a reason; and yesterday's button."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import Browser, Locator, expect
from sqlalchemy import select

from care import files, media
from care.heart.time import local
from care.medicines import doses, looks, regimens
from care.tables import doses as doses_table
from tests.browser.house import SHOTS, House, says, tap, types
from tests.care.medicines.pharmacy import DANA, a_patient, daily, prescribed

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def amina_with_two_medicines(browser: Browser, house: House) -> Locator:
    """Linked by hand: how patients come in is another test's story."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = await context.new_page()
    bought = await page.request.post(f"{house.phone_url}/phone/api/phones", data={"name": "Amina", "language_code": "en"})
    made = (await bought.json())["chat_id"]
    await page.goto(f"{house.phone_url}/phone?phone={made}")
    phone = page.get_by_role("region", name="Amina's phone")
    await phone.get_by_role("button", name="Start").click()
    await says(phone, "This is the automated assistant of Riverside Clinic.")
    patient_id = await a_patient(house.clinic, chat_id=made)
    for name in ("Amlodipine 5 mg", "Metformin 500 mg"):
        await prescribed(house.clinic, patient_id, daily("10:00"), name, {"purpose": "your heart"})
    drawn = BytesIO()
    Image.new("RGB", (240, 160), "salmon").save(drawn, "JPEG")
    kept = media.clean(drawn.getvalue())
    stored = media.put(house.clinic.settings.media.folder, kept.content)
    brought = await house.clinic.run(DANA, files.add, patient_id, kept.media_type, len(kept.content), stored, DANA)
    medicine = (await house.clinic.read(regimens.get, 1)).medicine
    await house.clinic.run(DANA, looks.describe, medicine.id, "salmon, square", brought)
    return phone


async def states(house: House) -> list[str]:
    """Of every dose that was due, the oldest first, a medicine after the other."""
    found = await house.clinic.read(lambda turn: doses.found_by(turn, select(doses_table).where(
        doses_table.c.due_at <= turn.now).order_by(doses_table.c.due_at, doses_table.c.regimen_id)))
    return [dose.reason or dose.state for dose in found]


async def to_ten(house: House) -> None:
    """On to the next ten o'clock on Amina's wall."""
    here = local(house.clock(), "Europe/London")
    house.clock.passes(seconds=((10 - here.hour) * 3600 - here.minute * 60 - here.second + 2) % 86400 or 86400)


async def test_three_mornings_of_medicines_on_a_phone(
        browser: Browser, house: House, tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    phone = await amina_with_two_medicines(browser, house)
    SHOTS.mkdir(exist_ok=True)
    await to_ten(house)
    await says(phone, "Riverside Clinic has something short for you.")
    await expect(phone.get_by_text("Amlodipine")).to_have_count(0)
    await tap(phone, "Show")
    await says(phone, "1. Amlodipine 5 mg, 1 tablet")
    await phone.page.screenshot(path=SHOTS / "doses-asked.png")
    await tap(phone, "Choose")
    await tap(phone, "1 taken")
    await says(phone, "taken at 10:0")
    await tap(phone, "Skip")
    await tap(phone, "Side effect")
    await says(phone, "I have told your care team.")
    assert await states(house) == ["taken", "side_effect"]

    await to_ten(house)
    await tap(phone, "Show")
    await tap(phone, "Later")
    await tap(phone, "In 30 minutes")
    await says(phone, "I ask again at 10:3")
    house.clock.passes(minutes=31)
    await tap(phone, "Show")
    await tap(phone, "All taken")
    await expect(phone.get_by_role("button", name="All taken")).to_have_count(0)
    assert await states(house) == ["taken", "side_effect", "taken", "taken"]

    house.clock.passes(hours=22)  # the next morning, half past eight: the second one was not taken after all
    await tap(phone, "Change")
    await tap(phone, "2 not taken")
    await tap(phone, "I forgot")
    await says(phone, "not taken, I forgot")
    await to_ten(house)
    await expect(phone.get_by_role("button", name="Show", exact=True)).to_have_count(1)
    await tap(phone, "Change")  # yesterday's still
    await expect(phone.get_by_role("status").filter(has_text="It is too late to change this here.")).to_be_visible()
    assert await states(house) == ["taken", "side_effect", "taken", "forgot", "asked", "asked"]

    await types(phone, "/meds")
    await tap(phone, "Amlodipine 5 mg")
    await says(phone, "How it looks: salmon, square")
    await tap(phone, "Show the photo")
    await expect(phone.get_by_role("img").last).to_be_visible()
    await phone.page.screenshot(path=SHOTS / "doses-photo.png")
    await phone.page.context.close()
