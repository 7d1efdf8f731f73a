"""The pages are true: what they quote is in the code, and every link inside them leads somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_something(page):
    assert [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()] == []


def test_what_troubles_are_called_is_what_the_program_says():
    page = (ROOT / "docs" / "for-it.md").read_text(encoding="utf-8")
    titles = re.findall(r"^### (.+)$", page.partition("## When something is wrong")[2], re.MULTILINE)
    files = [file.read_text(encoding="utf-8") for folder in ("ops", "care") for file in (ROOT / folder).rglob("*.py")]
    code = " ".join(re.sub(r'"\s*\n\s*f?"', "", text) for text in files).lower()
    # A situation, SQLite's own words, and a name that the program puts together.
    others = {"the key is lost", "database or disk is full", "there is no careward.secrets.toml"}
    assert {title.lower() for title in titles if title.lower() not in code} == others


def test_every_command_that_the_pages_name_is_there():
    from ops.cli import app

    known = {command.name or command.callback.__name__.replace("_", "-") for command in app.registered_commands}
    known |= {group.name for group in app.registered_groups}
    pages = " ".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert set(re.findall(r"`careward ([a-z][a-z-]*)", pages)) <= known


def test_every_command_and_event_is_on_its_page_as_the_code_has_it():
    from ops import reference_pages

    for page, written in reference_pages.written().items():
        assert (ROOT / "docs" / page).read_text(encoding="utf-8") == written, "run `python -m ops.reference_pages`"
    assert "## careward db upgrade" in reference_pages.commands()
    assert "`EscalationOpened`" in reference_pages.events_page()
