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
from bot.handlers import (
    about,
    appointments,
    checks,
    lessons,
    medicines,
    obligations,
    privacy,
    quick_answers,
    start,
    stop,
    talk,
    trends,
    trip,
    why,
    wishes,
    words,
)
from bot.transport import AiohttpRequest
from care.heart.clinic import Clinic

NEW = filters.UpdateType.MESSAGE

# An id has at most 18 figures: more would not fit into the database's 64 bits, and \d would take figures of any script.
HANDLERS = (
    CallbackQueryHandler(talk.unknown_button, pattern=lambda data: False),  # without data: PTB gives it to the first
    CallbackQueryHandler(talk.answer_button, pattern=r"^say:[0-9]{1,18}:[a-z0-9_]+:.+$"),
    CallbackQueryHandler(talk.back_button, pattern=r"^back:[0-9]{1,18}:[a-z0-9_]+$"),
    CallbackQueryHandler(talk.skip_button, pattern=r"^skip:[0-9]{1,18}:[a-z0-9_]+$"),
    CallbackQueryHandler(talk.repeat_button, pattern=r"^repeat:[0-9]{1,18}:[a-z0-9_]+$"),
    CallbackQueryHandler(talk.pause_button, pattern=r"^pause:[0-9]{1,18}:[a-z0-9_]+$"),
    CallbackQueryHandler(talk.change_button, pattern=r"^change:[0-9]{1,18}:[a-z0-9_]+$"),
    CallbackQueryHandler(talk.person_button, pattern=r"^person:[0-9]{1,18}$"),
    CallbackQueryHandler(talk.go_on_button, pattern=r"^go:[0-9]{1,18}:[0-9]{1,18}$"),
    CallbackQueryHandler(talk.flow_button, pattern=r"^flow:[a-z0-9_-]+:[0-9]{1,18}$"),
    CallbackQueryHandler(checks.not_today, pattern=r"^later:[0-9]{1,18}$"),
    CallbackQueryHandler(checks.check_button, pattern=r"^check:for:[0-9]{1,18}$"),
    CallbackQueryHandler(checks.again_button, pattern=r"^again:[0-9]{1,18}$"),
    CallbackQueryHandler(talk.not_now, pattern=r"^notnow:[0-9]{1,18}$"),
    CallbackQueryHandler(start.language_button, pattern=r"^lang:[A-Za-z-]+$"),
    CallbackQueryHandler(start.zone_button, pattern=r"^zone:[0-9]{1,18}:[A-Za-z_/]+$"),
    CallbackQueryHandler(start.consent_button, pattern=r"^consent:[0-9]{1,18}:(agree:[0-9-]+|more|no|again)$"),
    CallbackQueryHandler(stop.stop_button, pattern=r"^stop:(ask|pause|reminders|leave|left|keep|resume):[0-9]{1,18}$"),
    CallbackQueryHandler(trends.list_button, pattern=r"^trends:(drawn|told):[0-9]{1,18}$"),
    CallbackQueryHandler(trends.trend_button, pattern=r"^trend:(drawn|told):[a-z0-9_]+:[0-9]{1,18}$"),
    CallbackQueryHandler(medicines.dose_button, pattern=r"^dose:[a-z]+:[0-9]{1,18}(:[0-9]{1,18})?(:[a-z_]+)?$"),
    CallbackQueryHandler(medicines.list_button, pattern=r"^meds:(list|openly|discreet|past|week|noweek):[0-9]{1,18}$"),
    CallbackQueryHandler(medicines.list_button, pattern=r"^meds:(cal|feed|nofeed|hours|asclinic):[0-9]{1,18}$"),
    CallbackQueryHandler(
        medicines.hours_button, pattern=r"^meds:(part|at):[0-9]{1,18}:(morning|noon|evening|night)(:[0-2][0-9][0-5][0-9])?$"),
    CallbackQueryHandler(medicines.medicine_button, pattern=r"^meds:(one|photo|more|sure):[0-9]{1,18}(:[0-9]{1,9})?$"),
    CallbackQueryHandler(medicines.taken_button, pattern=r"^meds:(took|undo):[0-9]{1,18}$"),
    CallbackQueryHandler(medicines.order_button, pattern=r"^order:(show|home):[0-9]{1,18}$"),
    CallbackQueryHandler(medicines.refill_button, pattern=r"^refill:[a-z]+:[0-9]{1,18}(:[a-z]+)?$"),
    CallbackQueryHandler(lessons.learn_button, pattern=r"^learn:[a-z]+(:[a-z0-9_]+)?(:[0-9]{1,6})?:[0-9]{1,18}$"),
    CallbackQueryHandler(lessons.lesson_button, pattern=r"^lesson:[a-z]+:[0-9]{1,18}(:[0-9a-z_]+)?(:[0-9])?$"),
    CallbackQueryHandler(obligations.seen_button, pattern=r"^seen:[0-9]{1,18}$"),
    CallbackQueryHandler(obligations.urgent_button, pattern=r"^urgent:(yes|wait):[0-9]{1,18}$"),
    CallbackQueryHandler(quick_answers.quick_button, pattern=r"^quick:[0-9]{1,18}:[0-9]$"),
    CallbackQueryHandler(trip.trip_button, pattern=r"^trip:(where|no|home|here):[0-9]{1,18}$"),
    CallbackQueryHandler(trip.trip_button, pattern=r"^trip:in:[0-9]{1,18}:[a-z]+$"),
    CallbackQueryHandler(trip.trip_button, pattern=r"^trip:to:[0-9]{1,18}:[A-Za-z_]+$"),
    CallbackQueryHandler(
        trip.trip_button, pattern=r"^trip:(by|each):[0-9]{1,18}:[A-Za-z_]+:[0-9a-f]{1,8}:[0-9a-f]{4}(:[0-9]{1,3})?$"),
    CallbackQueryHandler(why.why_button, pattern=r"^why:[0-9]{1,18}$"),
    CallbackQueryHandler(why.plan_button, pattern=r"^plan:(stop|again):[0-9]{1,18}$"),
    CallbackQueryHandler(wishes.wish_button, pattern=r"^wish:[a-z0-9]{1,16}:[0-9]{1,18}$"),
    CallbackQueryHandler(wishes.news_button, pattern=r"^news:show:[0-9]{1,18}$"),
    CallbackQueryHandler(
        appointments.patient_button,
        pattern=r"^visit:(list|new|later|idle|type|how|days|month|day|at|none|wait|wish):[0-9]{1,18}(:[0-9a-z-]+)*$"),
    CallbackQueryHandler(appointments.visit_button, pattern=r"^visit:(one|come|move|cancel|sure|book|join|stuck):[0-9]{1,18}$"),
    CallbackQueryHandler(appointments.offer_button, pattern=r"^visit:(take|pass):[0-9]{1,18}$"),
    CallbackQueryHandler(appointments.after_button, pattern=r"^visit:got:[0-9]{1,18}:[0-9]$"),
    CallbackQueryHandler(appointments.off_button, pattern=r"^visit:off:[0-9]{1,18}$"),
    CallbackQueryHandler(privacy.copy_button, pattern=r"^copy:(ask|send|no):[0-9]{1,18}$"),
    CallbackQueryHandler(privacy.forget_button, pattern=r"^forget:(ask|sure|keep):[0-9]{1,18}$"),
    CallbackQueryHandler(words.about_button, pattern=r"^about:[0-9]{1,18}:[0-9]{1,18}$"),
    CallbackQueryHandler(words.pass_button, pattern=r"^pass:[0-9]{1,18}:[0-9]{1,18}$"),
    CallbackQueryHandler(talk.unknown_button),
    CommandHandler("start", start.start, NEW),
    CommandHandler("appointments", appointments.show, NEW),
    CommandHandler("check", checks.check, NEW),
    CommandHandler("help", about.help_, NEW),
    CommandHandler("language", start.language, NEW),
    CommandHandler("learn", lessons.learn, NEW),
    CommandHandler("meds", medicines.show, NEW),
    CommandHandler("privacy", privacy.show, NEW),
    CommandHandler("settings", wishes.settings, NEW),
    CommandHandler("stop", stop.stop, NEW),
    CommandHandler("trends", trends.show, NEW),
    CommandHandler("trip", trip.show, NEW),
    CommandHandler("why", why.ask, NEW),
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
