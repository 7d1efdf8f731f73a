"""`careward words`: what is in use, what changed since two people agreed to it, and every version of it."""

import asyncio
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from typer.testing import CliRunner

from bot.flows import FLOWS
from care import clinical_words, staff
from care.publications import Piece
from ops import messages, words
from ops.cli import app
from ops.doctor import inside


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


def said(file: Path, *command: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["words", *command, "--config", str(file)])
    return found.exit_code, found.output or str(found.exception)


async def test_the_command_says_what_changed_since_two_people_agreed(clinic, url, tmp_path, clock):
    file = tmp_path / "careward.toml"
    file.write_text(f'[clinic]\nname = "Riverside"\ncountry = "GB"\n[database]\nurl = "{url}"\n')
    secrets = tmp_path / "careward.secrets.toml"
    secrets.touch(0o600)
    secrets.write_text(f'[staff]\nsecret = "{"s" * 32}"\n')
    kim, lee = [await clinic.run("ops", staff.add, f"{name}@riverside.example", name, "x") for name in ("Kim", "Lee")]
    assert await clinic.read(lambda turn: list(inside.clinical_words_of(turn))) == []
    assert "Nothing is on record yet" in (await asyncio.to_thread(said, file, "status"))[1]

    await clinic.run("ops", clinical_words.take_stock, (Piece("flow", "pain", "How strong is it?"),))
    one = await clinic.run("ops", clinical_words.propose, "flow", "pain", "As in the guideline.", kim.id)
    await clinic.run("ops", clinical_words.approve, one.id, lee.id, "")
    await clinic.run("ops", clinical_words.take_stock, (Piece("flow", "pain", "How bad is it?"),))
    code, status = await asyncio.to_thread(said, file, "status")
    assert (code, "flow pain: changed since it was approved; approved 2026-11-23: Kim, Lee" in status) == (1, True)
    assert "lesson low_sugar.en" not in status
    assert "lesson low_sugar.en: not approved" in (await asyncio.to_thread(said, file, "status", "--all"))[1]
    _code, shown = await asyncio.to_thread(said, file, "show", "flow", "pain", "--whole")
    assert {"-How strong is it?", "+How bad is it?"} <= set(shown.splitlines())
    assert "Kim proposes" in shown
    assert "There is no flow 'pian' in use" in (await asyncio.to_thread(said, file, "show", "flow", "pian"))[1]
    (found,) = await clinic.read(lambda turn: list(inside.clinical_words_of(turn)))
    assert (found.state, "have no second person's approval" in found.said) == ("warn", True)


def test_the_doors_name_every_flow_and_what_somebody_in_danger_reads(monkeypatch):
    assert {piece.name for piece in words.flows()} == set(FLOWS)
    catalog = Catalog()
    catalog.add("Call {number} now.", "Llame al {number}.", [("care/crisis.py", 1)])
    catalog.add("Lessons", "Lecciones", [("bot/handlers/learn.py", 1)])
    monkeypatch.setattr(messages, "read", lambda language: catalog)
    by_language = {piece.name: piece.source for piece in words.safety_words()}
    assert (by_language["en"], by_language["es"]) == ("Call {number} now.", "Llame al {number}.")
    assert len(by_language) == 6
