"""The bot's menu of commands, and what it says of itself before a chat begins."""

import logging
from collections.abc import Mapping, Sequence

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.flows import FLOWS
from care.heart.language import Msg, _, in_language, shipped

logger = logging.getLogger(__name__)

COMMANDS: Mapping[str, Msg] = {
    "check": _("A short check-in"),
    **{flow.command: flow.about for flow in FLOWS.values() if flow.command},
    "meds": _("Your medicines"),
    "learn": _("Short lessons on what helps"),
    "appointments": _("Your visits, and booking one"),
    "trends": _("Your readings, looking back"),
    "trip": _("On a journey: by which clock"),
    "help": _("What I can do, and whom to call"),
    "language": _("Choose your language"),
    "privacy": _("What is kept, and your copy"),
    "why": _("Why you got a message"),
    "settings": _("What I write to you about"),
    "stop": _("Pause or stop messages"),
}
ABOUT = _("Keeps you in touch with your care team. An automated assistant. Not for emergencies.")
DESCRIPTION = _(
    "I keep you in touch with your care team: with short check-ins, reminders and messages. I am an automated assistant. "
    "This is not for emergencies. To begin, open the link that your clinic gave you.")


async def publish(bot: Bot, languages: Sequence[str]) -> None:
    """Tell Telegram the menu and the descriptions, in the languages that the clinic offers; its first one is everyone else's.

    What Telegram has already is not sent again. Trouble is logged and goes no further: the bot works without a menu, and the
    next start tries again.
    """
    try:
        await _publish(bot, languages[0], None)  # first: where a language has no words of its own, Telegram gives these
        for language in shipped():
            await _publish(bot, language if language in languages else languages[0], language.split("-")[0])
    except TelegramError as error:
        logger.warning("could not bring the menu of commands up to date: %s", type(error).__name__)


async def _publish(bot: Bot, language: str, readers: str | None) -> None:
    """In this language, for people whose Telegram is set to the language `readers` (None: for all whose language has nothing
    of its own)."""
    commands = tuple(BotCommand(command, in_language(about, language)) for command, about in COMMANDS.items())
    if await bot.get_my_commands(language_code=readers) != commands:
        await bot.set_my_commands(commands, language_code=readers)
    about, description = in_language(ABOUT, language), in_language(DESCRIPTION, language)
    if (await bot.get_my_short_description(language_code=readers)).short_description != about:
        await bot.set_my_short_description(about, language_code=readers)
    if (await bot.get_my_description(language_code=readers)).description != description:
        await bot.set_my_description(description, language_code=readers)
