"""The bot, wired: which update goes to which handler. Read this first."""

from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.flows import FLOWS
from bot.handlers import about, start, stop, talk, trends, words
from bot.transport import AiohttpRequest
from care.heart.clinic import Clinic

NEW = filters.UpdateType.MESSAGE

HANDLERS = (
    CallbackQueryHandler(talk.answer_button, pattern=r"^say:\d+:[a-z0-9_]+:.+$"),
    CallbackQueryHandler(talk.back_button, pattern=r"^back:\d+:[a-z0-9_]+$"),
    CallbackQueryHandler(talk.skip_button, pattern=r"^skip:\d+:[a-z0-9_]+$"),
    CallbackQueryHandler(talk.repeat_button, pattern=r"^repeat:\d+:[a-z0-9_]+$"),
    CallbackQueryHandler(talk.pause_button, pattern=r"^pause:\d+:[a-z0-9_]+$"),
    CallbackQueryHandler(talk.change_button, pattern=r"^change:\d+:[a-z0-9_]+$"),
    CallbackQueryHandler(talk.person_button, pattern=r"^person:\d+$"),
    CallbackQueryHandler(talk.go_on_button, pattern=r"^go:\d+:\d+$"),
    CallbackQueryHandler(talk.flow_button, pattern=r"^flow:[a-z0-9_-]+:\d+$"),
    CallbackQueryHandler(talk.not_today, pattern=r"^later:\d+$"),
    CallbackQueryHandler(talk.not_now, pattern=r"^notnow:\d+$"),
    CallbackQueryHandler(start.language_button, pattern=r"^lang:[A-Za-z-]+$"),
    CallbackQueryHandler(start.zone_button, pattern=r"^zone:\d+:[A-Za-z_/]+$"),
    CallbackQueryHandler(start.consent_button, pattern=r"^consent:\d+:(agree:[0-9-]+|more|no|again)$"),
    CallbackQueryHandler(stop.stop_button, pattern=r"^stop:(ask|pause|reminders|leave|left|keep|resume):\d+$"),
    CallbackQueryHandler(trends.list_button, pattern=r"^trends:(drawn|told):\d+$"),
    CallbackQueryHandler(trends.trend_button, pattern=r"^trend:(drawn|told):[a-z0-9_]+:\d+$"),
    CallbackQueryHandler(words.about_button, pattern=r"^about:\d+:\d+$"),
    CallbackQueryHandler(words.pass_button, pattern=r"^pass:\d+:\d+$"),
    CallbackQueryHandler(talk.unknown_button),
    CommandHandler("start", start.start, NEW),
    CommandHandler("help", about.help_, NEW),
    CommandHandler("language", start.language, NEW),
    CommandHandler("privacy", about.privacy, NEW),
    CommandHandler("stop", stop.stop, NEW),
    CommandHandler("trends", trends.show, NEW),
    *(CommandHandler(flow.command, talk.beginning(flow), NEW) for flow in FLOWS.values() if flow.command),
    MessageHandler(filters.UpdateType.MESSAGE | filters.UpdateType.EDITED_MESSAGE, words.words),
    ChatMemberHandler(start.membership, ChatMemberHandler.MY_CHAT_MEMBER),
    TypeHandler(Update, start.put_by),
)


class BotApplication(Application):  # type: ignore[type-arg]
    """PTB's application, but an error in a handler reaches whoever brought the update."""

    async def process_error(self, update: Any, error: Exception, job: Any = None, coroutine: Any = None) -> bool:
        raise error


def build(
    clinic: Clinic, token: str, api_base: str = "https://api.telegram.org", transport: BaseRequest | None = None,
) -> Application:  # type: ignore[type-arg]
    """The application, ready for `initialize`. Without a `transport` it talks to Telegram at `api_base`."""
    app = (
        ApplicationBuilder().application_class(BotApplication).token(token)
        .base_url(f"{api_base}/bot").base_file_url(f"{api_base}/file/bot")
        .request(transport or AiohttpRequest()).get_updates_request(transport or AiohttpRequest())
        .updater(None).job_queue(None).build())
    app.bot_data["clinic"] = clinic
    app.add_handlers(HANDLERS)
    return app
