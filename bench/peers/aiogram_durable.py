"""aiogram with its conversation in a database: SQLAlchemy's async ORM on aiosqlite."""

import asyncio

import records
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from conversation import CLOSING, LABELS, QUESTIONS, arguments, question

ARGS = arguments()
router = Router()


def keyboard(number: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[
        [InlineKeyboardButton(text=label, callback_data=f"{number}:{value}")] for value, label in enumerate(LABELS)])


@router.message(CommandStart())
async def start(message: Message) -> None:
    await records.begin(message.chat.id)
    await message.answer(question(1), reply_markup=keyboard(1))


@router.callback_query(F.data.regexp(r"^\d+:[0-3]$"))
async def answer(query: CallbackQuery) -> None:
    number, value = map(int, query.data.split(":"))
    kept = await records.keep(query.message.chat.id, number, value)
    await query.answer()
    if not kept:
        return
    if number == QUESTIONS:
        await query.message.edit_text(CLOSING)
    else:
        await query.message.edit_text(question(number + 1), reply_markup=keyboard(number + 1))


async def main() -> None:
    await records.set_up()
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    await dispatcher.start_polling(Bot(ARGS.token, session=AiohttpSession(api=TelegramAPIServer.from_base(ARGS.api))))


if __name__ == "__main__":
    asyncio.run(main())
