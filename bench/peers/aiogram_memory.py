"""aiogram as its documentation shows it: a router, states, MemoryStorage."""

import asyncio

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from conversation import CLOSING, LABELS, QUESTIONS, arguments, question, write_down

ARGS = arguments()
router = Router()


class Form(StatesGroup):
    asking = State()


def keyboard(number: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[
        [InlineKeyboardButton(text=label, callback_data=f"{number}:{value}")] for value, label in enumerate(LABELS)])


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    await state.set_state(Form.asking)
    await message.answer(question(1), reply_markup=keyboard(1))


@router.callback_query(Form.asking, F.data.regexp(r"^\d+:[0-3]$"))
async def answer(query: CallbackQuery, state: FSMContext) -> None:
    number, value = map(int, query.data.split(":"))
    data = await state.get_data()
    await state.update_data(answers=[*data.get("answers", []), value])
    await query.answer()
    if number == QUESTIONS:
        await state.set_state(None)
        await query.message.edit_text(CLOSING)
    else:
        await query.message.edit_text(question(number + 1), reply_markup=keyboard(number + 1))


async def main() -> None:
    storage = MemoryStorage()
    dispatcher = Dispatcher(storage=storage)
    dispatcher.include_router(router)
    bot = Bot(ARGS.token, session=AiohttpSession(api=TelegramAPIServer.from_base(ARGS.api)))
    await dispatcher.start_polling(bot)
    write_down(ARGS.answers, {key.chat_id: record.data.get("answers", []) for key, record in storage.storage.items()})


if __name__ == "__main__":
    asyncio.run(main())
