"""An independent client library, so that the simulator is shaped like Telegram and not like one library's idea of it."""

import pytest
from telebot import asyncio_helper, types
from telebot.async_telebot import AsyncTeleBot

from tests.simulator.conftest import TOKEN


@pytest.fixture
async def telebot(serve, monkeypatch):
    address = await serve()
    monkeypatch.setattr(asyncio_helper, "API_URL", address + "/bot{0}/{1}")
    monkeypatch.setattr(asyncio_helper, "FILE_URL", address + "/file/bot{0}/{1}")
    bot = AsyncTeleBot(TOKEN)
    yield bot
    await bot.close_session()


async def test_it_polls_sends_edits_and_answers(telebot, ana):
    assert (await telebot.get_me()).username == "laptop_bot"
    ana.says("/start ENROL-abc")
    (update,) = await telebot.get_updates(timeout=1)
    assert update.message.text == "/start ENROL-abc"
    assert update.message.from_user.language_code == "es"
    keyboard = types.InlineKeyboardMarkup([[types.InlineKeyboardButton("Sí", callback_data="y")]])
    sent = await telebot.send_message(7, "<b>¿Mejor?</b>", parse_mode="HTML", reply_markup=keyboard)
    ana.taps("Sí")
    (update,) = await telebot.get_updates(offset=update.update_id + 1, timeout=1, allowed_updates=["message", "callback_query"])
    assert await telebot.answer_callback_query(update.callback_query.id, "Guardado", show_alert=True)
    edited = await telebot.edit_message_text("Gracias", 7, sent.message_id)
    assert edited.text == "Gracias"
    await telebot.set_my_commands([types.BotCommand("check", "Control diario")], language_code="es")
    assert ana.commands[0]["description"] == "Control diario"
    await telebot.send_chat_action(7, "typing")
    await telebot.delete_message(7, sent.message_id)
    assert ana.transcript.splitlines() == ["patient: /start ENROL-abc", "patient: [Sí]", "alert: Guardado"]


async def test_it_uploads_and_downloads(telebot, ana):
    await telebot.send_document(7, b"BEGIN:VCALENDAR", visible_file_name="plan.ics", caption="Tu plan")
    ana.sends_document(b"1,2,3", "doses.csv")
    (update,) = await telebot.get_updates(timeout=1)
    file = await telebot.get_file(update.message.document.file_id)
    assert await telebot.download_file(file.file_path) == b"1,2,3"
    assert ana.transcript == "bot: <document plan.ics> Tu plan\npatient: <document doses.csv>"


async def test_its_errors_carry_telegrams_code_and_words(telebot, ana):
    ana.blocks()
    with pytest.raises(asyncio_helper.ApiTelegramException) as refused:
        await telebot.send_message(7, "x")
    assert (refused.value.error_code, refused.value.description) == (403, "Forbidden: bot was blocked by the user")
