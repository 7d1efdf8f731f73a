"""A visit on the phone page, in a real browser: booked by the month's calendar, moved by typing when, cancelled."""

import pytest
from playwright.async_api import Browser, expect

from care import invitations, patients
from care.appointments import appointments, visit_types
from tests.browser.house import SHOTS, House, new_phone, says, tap, types
from tests.browser.test_story import WORDS
from tests.care.appointments import practice
from tests.ward import BORN

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_patient_books_moves_and_cancels_a_visit(browser: Browser, house: House):
    def opened(turn) -> tuple[int, str]:
        visit_types.close(turn, practice.open_practice(turn, cancel_minutes=60).call)
        patient = patients.add(turn, "Amina Yusuf", BORN, "en")
        return patient.id, invitations.invite(turn, patient.id, "self").token

    patient_id, token = await house.clinic.run("test", opened)
    phone, words = await new_phone(browser, house, token, "Amina", "en"), WORDS["en"]
    SHOTS.mkdir(exist_ok=True)
    await tap(phone, words["language"])
    await types(phone, "1968-05-23")
    for label in (words["yes"], words["agree"]):
        await tap(phone, label)
    await expect(phone.get_by_role("button", name=words["try"])).to_be_visible()

    await types(phone, "/appointments")
    await tap(phone, "Book a visit")
    await says(phone, "Which day?")
    await phone.page.screenshot(path=SHOTS / "visit-days.png")
    await tap(phone, "Calendar")
    await expect(phone.get_by_role("button", name="November 2026", exact=True)).to_be_visible()
    await phone.page.screenshot(path=SHOTS / "visit-month.png")
    for label in ("24", "Afternoon"):
        await tap(phone, label)
    await says(phone, "Tuesday, 24 November 2026")
    await phone.page.screenshot(path=SHOTS / "visit-times.png")
    for label in ("14:00", "Book it"):
        await tap(phone, label)
    await says(phone, "Booked. I remind you in time.")
    await phone.page.screenshot(path=SHOTS / "visit-booked.png")

    await tap(phone, "Move it")
    await says(phone, "Which day?")
    await types(phone, "thursday morning please")
    await says(phone, "Do you mean this?")
    await expect(phone.get_by_role("button", name="None fits")).to_have_count(0)
    for label in ("Thu 26 Nov, morning", "10:00", "Move it here"):
        await tap(phone, label)
    await says(phone, "Your visit has a new time.")
    await tap(phone, "Cancel")
    await says(phone, "Cancel this visit, or move it?")
    await tap(phone, "Yes, cancel it")
    await says(phone, "This visit is cancelled.")
    await phone.page.screenshot(path=SHOTS / "visit-cancelled.png")
    [visit] = await house.clinic.read(appointments.all_of_patient, patient_id)
    assert (visit.state, visit.starts_at, visit.sequence) == ("cancelled", practice.at("2026-11-26", "10:00"), 2)
    await phone.page.context.close()
