"""No page of the console has a barrier that a machine can find: axe, on every page, in both themes, on a laptop and a phone."""

from dataclasses import replace
from datetime import date

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page
from sqlalchemy import update

from care import escalations
from care.appointments import booking, calendars, offers, waiting
from care.escalations import Severity
from care.heart.turn import Turn
from care.tables import visit_notices
from tests.browser.console.sight import LAPTOP, PHONE, no_sideways_scroll, shoot
from tests.care.appointments import practice
from tests.care.appointments.practice import at

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
PAGES = (
    "", "patients", "patients/new", "rota", "broadcasts", "broadcasts/new", "lessons", "lessons/low_sugar", "account", "staff",
    "replies", "pools", "webhooks", "e/1", "patients/1/medicines")
IN_ONE = {  # of parts that stand on others of these pages: one theme and one size is enough for each
    "light": ("visits", "patients/1/to-come", "keys", "audit", "visits/calls", "visits/waiting", "handover", "calendars/1"),
    "dark": ("system", "call-list", "visits/requests", "visits/changes", "calendars", "calendars/kinds/1")}
STANDARDS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


async def visits_of_every_state(here, patient_id: int) -> None:
    """So that each of their pages has something to show."""
    place = await here.clinic.run("ops", practice.open_practice, doctors=2)
    names = enumerate(("Omar", "Eva", "Kei"), 71)
    others = [await here.add_patient(name, chat_id, zone="Asia/Tokyo") for chat_id, name in names]

    def act(turn: Turn) -> None:
        booking.arrived(turn, practice.booked(turn, patient_id, place.check, at("2026-11-23", "10:00"), note="Swollen ankles"))
        practice.booked(turn, others[0], place.check, at("2026-11-23", "11:00"))
        told = practice.booked(turn, others[1], place.check, at("2026-11-24", "10:00"))
        turn.db.execute(update(visit_notices).where(visit_notices.c.appointment_id == told.id).values(state="not_told"))
        one = waiting.join(turn, practice.patient(turn, others[2]), practice.kind(turn, place.check), "in_person", urgency=0)
        offers.offer_by_hand(turn, one, place.site, at("2026-11-25", "10:00"))
        booking.confirm(turn, practice.held(turn, patient_id, place.call, at("2026-11-25", "15:00")), replace(
            practice.kind(turn, place.call), needs_approval=True))
        calendars.add_exception(turn, place.doctors[0], date(2026, 11, 23), date(2026, 11, 24), why="leave")

    await here.clinic.run("ops", act)


async def barriers(page: Page, where: str) -> list[str]:
    found = await Axe().run(page, options=STANDARDS)
    return [f"{where}: {one['id']}: {node['html'][:200]}" for one in found.response["violations"] for node in one["nodes"]]


async def test_axe_finds_no_barrier_on_any_page_in_either_theme(page: Page, here):
    amina = await here.add_patient("Amina Yusuf", 7)
    await here.says(amina, "my ankles are swollen")
    await here.in_danger("chest pain", amina, 7)
    await here.clinic.run("ops", escalations.open_, amina, Severity.ROUTINE, "silent", "Has not answered")
    await visits_of_every_state(here, amina)
    found, wide = [], []
    await page.emulate_media(reduced_motion="reduce")  # half-way through a fade nothing has its colours yet
    for theme, size in (("light", LAPTOP), ("dark", PHONE)):
        await page.context.add_cookies([{"name": "theme", "value": theme, "url": here.url}])
        await page.set_viewport_size(size)
        for address in (*PAGES, *IN_ONE[theme]):
            await page.goto(f"{here.url}/{address}")
            found += await barriers(page, f"/{address} {theme}")
            await shoot(page, f"page-{address.replace('/', '-') or 'worklist'}-{theme}")
            try:
                await no_sideways_scroll(page)
            except AssertionError:
                wide.append(f"/{address} {theme}")
    assert found == []
    assert wide == []
