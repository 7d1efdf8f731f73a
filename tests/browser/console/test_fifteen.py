"""The fifteen things that a nurse does all morning, by keyboard alone: one nurse, one clinic, one after the other.

Each step has its name and number in docs/evidence/interactions.md, and as many keys as it may take: not letters of words.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, expect
from sqlalchemy import select

from care import escalations, mentions, messages, presence, staff, worklist
from care.escalations import Severity
from care.heart.turn import Turn
from care.tables import escalations as table
from tests.browser.console.sight import no_sideways_scroll, row, shoot
from tests.browser.console.test_axe import STANDARDS
from tests.browser.console.ward import Ward
from tests.care.appointments import practice

pytestmark = pytest.mark.asyncio(loop_scope="session")
THANKS = (("Amina Said", "en", "thank you dear"), ("Lucía Vega", "es", "muchas gracias"), ("Bob Hill", "en", "ok ta"))


@dataclass
class Hands:
    """On the keyboard, counting."""

    page: Page
    pressed: int = 0
    taken: dict[str, int] = field(default_factory=dict)

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.pressed += 1
            await self.page.keyboard.press(key)

    async def write(self, words: str) -> None:
        await self.page.keyboard.type(words)

    @asynccontextmanager
    async def step(self, name: str, keys: int) -> AsyncIterator[None]:
        self.pressed = 0
        try:
            yield
        except AssertionError as failed:
            failed.add_note(f"in step {name!r}, after {self.pressed} keys")
            raise
        self.taken[name] = self.pressed
        assert self.pressed <= keys, f"{name}: {self.pressed} keys, of {keys}"


@dataclass
class Clinic:
    """Monday at nine: who is there, and what has come in."""

    here: Ward
    amina: int
    farid: int
    marisol: int
    lucia: int
    marek: staff.StaffMember

    @classmethod
    async def opened(cls, here: Ward) -> "Clinic":
        await here.clinic.run("ops", practice.open_practice, step_minutes=60)
        amina, farid = await here.add_patient("Amina Hassan", 7), await here.add_patient("Farid Rahimi", 8)
        marisol, ines = await here.add_patient("Marisol Ruiz", 9, "es"), await here.add_patient("Inês Prado", 10)
        await here.says(marisol, "me siento rara")
        thanking = [await here.add_patient(name, chat, language) for chat, (name, language, _words) in enumerate(THANKS, 11)]
        for one, (_name, _language, words) in zip(thanking, THANKS, strict=True):
            await here.says(one, words)
        await here.answers(farid, "How strong is your pain, from 0 to 10?", "pain", 9, "9")
        await here.in_danger("I can't breathe", amina, 7)
        await here.clinic.run("scheduler", escalations.open_, ines, Severity.ROUTINE, "silent",
                              "Has not answered 3 check-ins in a row", "last heard 9 days ago")
        return cls(here, amina, farid, marisol, thanking[1], await here.add_nurse("Marek Novák", "marek@example.org"))


def sheet(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog", name=name)


async def test_the_fifteen_by_keyboard_alone(page: Page, here: Ward, dana, complaints):
    clinic = await Clinic.opened(here)
    await page.reload()
    await expect(page.locator("#rows .row")).to_have_count(7)
    await expect(page.locator("#live")).to_have_attribute("data-state", "live")
    hands = Hands(page)
    await an_emergency(page, hands, here, clinic)
    await a_calm_one(page, hands, here, clinic)
    await from_the_thread(page, hands, here, clinic)
    await many_at_once(page, hands, here, clinic)
    await a_colleague_names_her(page, hands, here, clinic)
    assert len(hands.taken) == 15
    await hands.press("?")
    await expect(sheet(page, "Keyboard shortcuts")).to_be_visible()
    await hands.press("Escape")
    await page.locator("#account summary").focus()
    await hands.press("Enter")
    await page.get_by_label("Single-key shortcuts").uncheck()
    await page.locator("#desk").press("?")
    await expect(sheet(page, "Keyboard shortcuts")).to_be_hidden()


async def an_emergency(page: Page, hands: Hands, here: Ward, clinic: Clinic) -> None:
    head = page.locator("#thread-head")
    async with hands.step("1 see who needs me now, and why", 0):
        await expect(page).to_have_title(re.compile(r"^\(7\) "))
        first = page.locator("#rows .row").first
        await expect(first).to_contain_text("Amina Hassan")
        await expect(first).to_contain_text("Emergency Wrote words that may mean: trouble breathing I can't breathe")
        await expect(first).to_contain_text(re.compile(r"waiting \d+ s.*due in 1\d min.*not acknowledged", re.DOTALL))
    async with hands.step("2 open the top one", 1):
        await hands.press("Enter")
        await expect(page.locator("#thread-heading")).to_have_text("Amina Hassan")
        await expect(page.locator(".entry[data-triggered]")).to_contain_text("I can't breathe")
        await expect(page.locator("#patient")).to_contain_text("65 years")
    async with hands.step("7 acknowledge an emergency", 1):
        await hands.press("!")
        await expect(head).to_contain_text("Dana Whitlock acknowledged at")
        await expect(row(page, "Amina Hassan")).to_contain_text("Dana Whitlock")
    async with hands.step("8 log a call", 2):
        await hands.press("l")
        await expect(sheet(page, "You called Amina Hassan").get_by_role("button", name="Reached")).to_be_focused()
        await hands.press("Enter")
        await expect(page.locator(".entry-call")).to_contain_text("Call: Reached")
        await expect(sheet(page, "You called Amina Hassan")).to_be_hidden()
        await expect(page.locator(".entry-call")).to_be_in_viewport()
    async with hands.step("10 write a note, and name a colleague in it", 2):
        await hands.press("n")
        await hands.write("Ambulance is there. @Marek please call her son. rjk!")
        await hands.press("Control+Enter")
        await expect(page.locator(".entry-note")).to_contain_text("Ambulance is there.")
        await expect(page.locator(".entry-note")).to_contain_text("@Marek Novák, not read yet")
        await shoot(page, "note")
    await hands.press("E")  # she was reached, but it is an emergency: how it ended is asked
    await expect(sheet(page, "Resolve")).to_be_visible()
    await hands.press("ArrowDown", "Control+Enter")
    await expect(page.locator("#thread-heading")).to_have_text("Farid Rahimi")
    await expect(row(page, "Amina Hassan")).to_have_count(0)
    async with hands.step("11 hand over with a reason", 4):
        await hands.press("a")
        await expect(sheet(page, "Hand over").get_by_label("To")).to_be_focused()
        await hands.press("M", "Tab")
        await hands.write("Twice above nine, he asks for you")
        await hands.press("Control+Enter")
        await expect(head).to_contain_text("for Marek Novák, not acknowledged")
    here.clock.passes(minutes=1)
    assert not [text for text in await here.sends_what_is_due() if "Ambulance" in text], "a note goes to nobody"


async def a_calm_one(page: Page, hands: Hands, here: Ward, clinic: Clinic) -> None:
    box = page.get_by_label("Reply to Marisol Ruiz")
    await hands.press("u")
    await expect(row(page, "Farid Rahimi").locator("a")).to_be_focused()
    await here.clinic.run(f"staff:{clinic.marek.id}", presence.here, clinic.marisol, clinic.marek.id, True)
    await hands.press("j", "Enter")
    await expect(page.locator("#thread-heading")).to_have_text("Marisol Ruiz")
    async with hands.step("3 know that nobody else is on it, or take it", 1):
        await expect(page.locator("#present")).to_have_text("Marek Novák is writing …")
        await hands.press("c")
        await expect(page.locator("#thread-head")).to_contain_text("Dana Whitlock acknowledged at")
    async with hands.step("4 reply from what is kept ready, in the patient's language", 3):
        await hands.press(":", ":")
        ready = sheet(page, "Replies that are ready")
        await expect(ready.get_by_role("searchbox")).to_be_focused()
        await hands.write("how are")
        await expect(ready.locator(".ready-seen:not([hidden])")).to_contain_text("¿Cómo se encuentra hoy?")
        await hands.press("Enter")
        await expect(box).to_be_focused()
        await expect(box).to_have_value(re.compile("¿Cómo se encuentra hoy?"))
    await hands.press("Control+Enter")
    await expect(page.locator(".undo")).to_be_focused()
    here.clock.passes(seconds=-30)  # a slow machine must not be too late
    async with hands.step("5 take a reply back", 1):
        await hands.press("Control+z")
        await expect(page.locator(".entry-staff")).to_contain_text("Taken back, never sent")
        await expect(box).to_have_value(re.compile("¿Cómo se encuentra hoy?"))
    here.clock.passes(minutes=1)
    assert not [text for text in await here.sends_what_is_due() if "encuentra" in text]
    await hands.press("Control+Enter")
    await expect(page.locator(".entry-staff")).to_have_count(2)
    async with hands.step("9 put off", 2):
        await hands.press("z")
        await expect(sheet(page, "Put off").get_by_role("button", name="the patient writes")).to_be_focused()
        await shoot(page, "put-off")
        await hands.press("Enter")
        await expect(page.locator("#thread-head")).to_contain_text("or until the patient writes")
    await here.says(clinic.marisol, "mejor")
    await expect(page.locator("#thread-head")).not_to_contain_text("or until the patient writes")


async def from_the_thread(page: Page, hands: Hands, here: Ward, clinic: Clinic) -> None:
    booking = page.locator("#booking")
    async with hands.step("12 book a visit from the thread", 4):
        await hands.press("b")
        await expect(booking.get_by_role("button", name="Blood pressure check")).to_be_focused()
        await hands.press("Enter")
        await expect(booking.locator(".time").first).to_be_focused()
        await hands.press("Enter")
        await expect(booking.get_by_role("button", name="Book it")).to_be_focused()
        await hands.press("Enter")
        await expect(page.locator("#timeline")).to_contain_text("Booked: Blood pressure check")
    async with hands.step("13 send a lesson or a questionnaire", 3):
        await hands.press("s")
        await expect(page.locator("#offer-what")).to_be_focused()
        before = await page.locator("#offer-preview [data-what]").get_attribute("data-what")
        await hands.press("ArrowDown")
        await expect(page.locator("#offer-preview [data-what]")).not_to_have_attribute("data-what", before or "")
        sent = page.locator("#timeline .entry-bot")
        known = await sent.count()
        await hands.press("Enter")
        await expect(sent).to_have_count(known + 1)
    close = page.get_by_role("button", name="Resolve: gave advice, and open the next")
    await expect(close).to_have_count(0)  # she has written, and waits
    await hands.press("r")
    await hands.write("Good to hear. See you on Tuesday.")
    await hands.press("Control+Enter")
    await expect(close).to_be_visible()
    await shoot(page, "close-and-next")
    async with hands.step("6 close with an outcome, and open the next", 1):
        await hands.press("E")
        await expect(page.locator("#thread-heading")).to_have_text("Amina Said")
    await expect(row(page, "Marisol Ruiz")).to_have_count(0)
    assert await here.clinic.read(outcomes, clinic.marisol) == ["advice_given"]


def outcomes(turn: Turn, patient_id: int) -> list[str]:
    return list(turn.db.scalars(select(table.c.outcome).where(table.c.patient_id == patient_id)))


async def many_at_once(page: Page, hands: Hands, here: Ward, clinic: Clinic) -> None:
    async with hands.step("14 see who is silent", 2):
        await hands.press("g", "s")
        await expect(page.locator("#worklist")).to_have_attribute("data-view", "silent")
        await expect(row(page, "Inês Prado")).to_contain_text("last heard 9 days ago")
        await expect(page.locator("#rows .row")).to_have_count(1)
        await expect(page.get_by_role("link", name="Call list to print")).to_be_visible()
    kind, button = sheet(page, "One answer, and close"), page.locator("#open-kind-words")
    async with hands.step("15 answer several thanks together", 6):
        await hands.press("g", "p")
        await expect(button).to_be_disabled()
        await expect(page.locator("#rows .row")).to_have_count(3)
        await hands.press("x", "x")
        await expect(button).to_contain_text("Answer 2 together")
        await no_sideways_scroll(page)
        await hands.press("X")
        await expect(kind).to_contain_text("2 of 2 get it")
        await expect(kind).to_contain_text("Es una buena noticia")
        found = await Axe().run(page, context="#kind-words", options=STANDARDS)
        assert found.violations_count == 0, found.generate_report()
        await here.says(clinic.lucia, "y el pie dormido")
        await hands.press("Control+Enter")
        done = page.locator("#kind-words")
        await expect(done).to_contain_text("1 answered and closed")
        await expect(done).to_contain_text("Something new has come in since you looked.")
    here.clock.passes(seconds=-30)  # a slow machine must not be too late
    await done.get_by_role("button", name="Take all back").press("Enter")
    await expect(done).to_contain_text("1 taken back")
    await hands.press("Enter")
    await expect(done).to_be_hidden()


async def a_colleague_names_her(page: Page, hands: Hands, here: Ward, clinic: Clinic) -> None:
    marek = clinic.marek
    [told] = await here.clinic.read(mentions.of, marek)
    assert (told.patient_name, told.by) == ("Amina Hassan", "Dana Whitlock")
    await here.clinic.run(f"staff:{marek.id}", messages.note, clinic.farid, "@Dana his knee", marek.id)
    await expect(page.locator("#announce")).to_contain_text("A colleague has named you in a note")
    await hands.press("g", "n")
    await expect(row(page, "his knee")).to_contain_text("Marek Novák")
    await hands.press("j", "Enter")
    await expect(page.locator("#thread-heading")).to_have_text("Farid Rahimi")
    await expect(row(page, "his knee")).to_contain_text("Read")
    await expect(page.locator(".entry-note")).to_contain_text("@Dana Whitlock has read it")
    assert await here.clinic.read(worklist.of_patient, clinic.farid)
