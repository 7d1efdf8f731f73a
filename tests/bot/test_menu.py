"""The menu of commands and the bot's own words about itself, as Telegram has them."""

import logging

import pytest
from telegram.ext import CommandHandler

from bot import menu
from bot.app import HANDLERS
from care.heart.language import in_language, shipped
from simulator.telegram import Telegram
from tests.ward import Ward

BOTH = ("en", "es")
SET = ("setMyCommands", "setMyShortDescription", "setMyDescription")


def calls(telegram: Telegram) -> int:
    return sum(len(telegram.journal.of(method)) for method in SET)


def seen_by(ward: Ward, language: str) -> dict[str, str]:
    return {one["command"]: one["description"] for one in ward.phone("Sam", language).person.commands}


async def test_every_patient_finds_the_menu_in_their_own_language(quick_ward: Ward):
    await menu.publish(quick_ward.app.bot, BOTH)
    assert list(seen_by(quick_ward, "es")) == [
        "check", "hour", "meds", "learn", "appointments", "trends", "trip", "help", "language", "privacy", "why", "settings",
        "stop"]
    assert seen_by(quick_ward, "en")["check"] == "A short check-in"
    assert seen_by(quick_ward, "es")["check"] == "Unas preguntas cortas"
    assert seen_by(quick_ward, "fr") == seen_by(quick_ward, "en"), "whoever speaks neither gets the clinic's own language"
    profile = quick_ward.telegram.the_bot().profile
    assert profile.text("description", "es") == in_language(menu.DESCRIPTION, "es")
    assert profile.text("short_description", "") == in_language(menu.ABOUT, "en")


async def test_a_language_that_the_clinic_no_longer_offers_is_no_longer_in_the_menu(quick_ward: Ward):
    await menu.publish(quick_ward.app.bot, BOTH)
    await menu.publish(quick_ward.app.bot, ("es",))
    assert seen_by(quick_ward, "en") == seen_by(quick_ward, "fr") == seen_by(quick_ward, "es")
    assert quick_ward.telegram.the_bot().profile.text("description", "en") == in_language(menu.DESCRIPTION, "es")


async def test_what_telegram_has_already_is_not_sent_again(quick_ward: Ward):
    await menu.publish(quick_ward.app.bot, BOTH)
    before = calls(quick_ward.telegram)
    assert before > 0
    await menu.publish(quick_ward.app.bot, BOTH)
    assert calls(quick_ward.telegram) == before


@pytest.mark.parametrize("trouble", ["429", "500", "html", "timeout_before", "drop_before", "timeout_after"])
async def test_trouble_with_the_menu_does_not_stop_the_start(quick_ward: Ward, caplog: pytest.LogCaptureFixture, trouble: str):
    quick_ward.telegram.faults.next(trouble, "setMyCommands")
    with caplog.at_level(logging.WARNING):
        await menu.publish(quick_ward.app.bot, BOTH)
    assert "could not bring the menu of commands up to date" in caplog.text
    await menu.publish(quick_ward.app.bot, BOTH)
    assert seen_by(quick_ward, "es")["check"] == "Unas preguntas cortas", "the next start makes up for it"


def test_the_menu_has_every_command_that_the_bot_knows():
    known = {command for handler in HANDLERS if isinstance(handler, CommandHandler) for command in handler.commands}
    assert set(menu.COMMANDS) == known - {"start"}, "Telegram itself offers /start"


@pytest.mark.parametrize("language", shipped())
def test_telegram_takes_the_menu_at_its_length(language: str):
    assert all(1 <= len(in_language(about, language)) <= 256 for about in menu.COMMANDS.values())
    assert len(in_language(menu.DESCRIPTION, language)) <= 512
    assert len(in_language(menu.ABOUT, language)) <= 120
