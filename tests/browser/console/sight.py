"""What a test looks at on the console's pages, and the pictures it leaves behind."""

from pathlib import Path

from playwright.async_api import Locator, Page

SHOTS = Path(__file__).parents[2] / "screenshots"
LAPTOP, WIDE, PHONE = {"width": 1366, "height": 768}, {"width": 1920, "height": 1080}, {"width": 360, "height": 740}


async def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    await page.screenshot(path=SHOTS / f"console-{name}.png", animations="disabled")


def row(page: Page, words: str) -> Locator:
    """A row of the worklist that holds these words."""
    return page.locator("#rows .row", has_text=words)


async def no_sideways_scroll(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
