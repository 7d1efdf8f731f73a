"""python-telegram-bot with its conversation in a database: SQLAlchemy's async ORM on aiosqlite."""

import records
from conversation import CLOSING, LABELS, QUESTIONS, arguments, question
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

ARGS = arguments()


def keyboard(number: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"{number}:{value}")] for value, label in enumerate(LABELS)])


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await records.begin(update.effective_chat.id)
    await update.message.reply_text(question(1), reply_markup=keyboard(1))


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    number, value = map(int, query.data.split(":"))
    kept = await records.keep(update.effective_chat.id, number, value)
    await query.answer()
    if not kept:
        return
    if number == QUESTIONS:
        await query.edit_message_text(CLOSING)
    else:
        await query.edit_message_text(question(number + 1), reply_markup=keyboard(number + 1))


async def started(app: Application) -> None:
    await records.set_up()


def main() -> None:
    app = (Application.builder().token(ARGS.token).base_url(f"{ARGS.api}/bot").base_file_url(f"{ARGS.api}/file/bot")
           .post_init(started).build())
    app.add_handler(CommandHandler("start", start))
    app.add_handler(CallbackQueryHandler(answer, pattern=r"^\d+:[0-3]$"))
    app.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
