"""Clinical words in the console: one person proposes, a colleague reads what changed and approves, and it is on record."""

import pytest
from playwright.async_api import expect

from care import clinical_words
from care.heart.turn import Turn
from care.publications import Piece
from tests.browser.console.sight import PHONE, no_sideways_scroll, shoot
from tests.browser.console.test_axe import barriers

pytestmark = pytest.mark.asyncio(loop_scope="session")
AT_FIRST, THEN = Piece("flow", "pain", "Pain from 0 to 10?\nSince when?"), Piece("flow", "pain", "Pain from 0 to 10?\nWhere?")


async def test_words_are_proposed_by_one_and_approved_by_another(page, here):
    def in_use(turn: Turn, piece: Piece) -> None:
        clinical_words.take_stock(turn, (piece,))

    await here.clinic.run("ops", in_use, AT_FIRST)
    marek = await here.add_nurse("Marek Novák", "marek@example.org")
    waits = await here.clinic.run("ops", clinical_words.propose, "flow", "pain", "As in the guideline.", marek.id)
    await page.goto(f"{here.url}/words")
    await page.get_by_role("link", name="pain").first.click()
    await page.get_by_label("What you looked at").fill("Read it word by word.")
    await page.get_by_role("button", name="Approve it").click()
    await expect(page.get_by_role("status").first).to_have_text("It is approved.")
    await expect(page.locator("#page")).to_contain_text("Approved by Dana Whitlock")

    await here.clinic.run("ops", in_use, THEN)
    await page.goto(f"{here.url}/words/flow/pain")
    await expect(page.locator("del")).to_have_text("-Since when?")
    await page.get_by_label("What the second person should know").fill("Where is asked first now.")
    await page.get_by_role("button", name="Propose it").click()
    await expect(page.locator("#page")).to_contain_text("You proposed it: a colleague approves it.")
    await shoot(page, "words-piece")
    found = await barriers(page, "a piece of clinical words")

    other = await page.context.browser.new_context(viewport=PHONE, color_scheme="dark")
    await other.add_cookies([await here.cookie(marek)])
    theirs = await other.new_page()
    await theirs.goto(f"{here.url}/words")
    await expect(theirs.locator("#page")).to_contain_text("proposed by Dana Whitlock")
    await theirs.get_by_text("Questions of check-ins, in every language").click()
    await shoot(theirs, "words-phone")
    await no_sideways_scroll(theirs)
    assert found + await barriers(theirs, "clinical words") == []
    await other.close()
    now = await here.clinic.read(clinical_words.whole, "flow", "pain")
    assert [(one.state, one.proposer) for one in now.proposals] == [("waiting", "Dana Whitlock"), ("approved", "Marek Novák")]
    assert now.proposals[1].id == waits.id
