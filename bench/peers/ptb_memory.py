"""python-telegram-bot as its documentation shows it: a ConversationHandler, its own HTTP client, everything in memory."""

from conversation import CLOSING, LABELS, QUESTIONS, arguments, question, write_down
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, ConversationHandler

ARGS = arguments()


def keyboard(number: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"{number}:{value}")] for value, label in enumerate(LABELS)])


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    await update.message.reply_text(question(1), reply_markup=keyboard(1))
    return 1


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    query = update.callback_query
    await query.answer()
    number, value = map(int, query.data.split(":"))
    context.user_data.setdefault("answers", []).append(value)
    if number == QUESTIONS:
        await query.edit_message_text(CLOSING)
        return ConversationHandler.END
    await query.edit_message_text(question(number + 1), reply_markup=keyboard(number + 1))
    return number + 1


async def stopped(app: Application) -> None:
    write_down(ARGS.answers, {user_id: data.get("answers", []) for user_id, data in app.user_data.items()})


def main() -> None:
    app = (Application.builder().token(ARGS.token).base_url(f"{ARGS.api}/bot").base_file_url(f"{ARGS.api}/file/bot")
           .post_shutdown(stopped).build())
    app.add_handler(ConversationHandler(
        entry_points=[CommandHandler("start", start)],
        states={number: [CallbackQueryHandler(answer, pattern=f"^{number}:[0-3]$")] for number in range(1, QUESTIONS + 1)},
        fallbacks=[CommandHandler("start", start)]))
    app.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
