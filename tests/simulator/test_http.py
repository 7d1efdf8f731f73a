"""The server on real sockets: every way of passing parameters, long polls, and python-telegram-bot's own client."""

import asyncio
import io

import aiohttp
import pytest
from telegram import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, error
from telegram.ext import ExtBot

from tests.simulator.conftest import TOKEN
from tests.simulator.test_sending import PNG


@pytest.fixture
async def http():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def address(serve):
    return await serve()


@pytest.fixture
async def http_bot(address):
    async with ExtBot(TOKEN, base_url=f"{address}/bot", base_file_url=f"{address}/file/bot") as bot:
        yield bot


def multipart(**fields):
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in fields.items():
        form.add_field(name, value)
    return form


@pytest.mark.parametrize(
    "passed",
    [
        {"params": {"chat_id": "7", "text": "[1]"}},
        {"data": {"chat_id": "7", "text": "[1]"}},
        {"json": {"chat_id": 7, "text": "[1]", "reply_markup": {"inline_keyboard": []}}},
        {"data": multipart(chat_id="7", text="[1]")},
        {"params": {"chat_id": "7"}, "data": {"text": "[1]"}},
    ],
    ids=["query", "form", "json", "multipart", "query and form"],
)
@pytest.mark.parametrize("verb", ["GET", "POST"])
async def test_parameters_are_taken_however_they_come(http, address, ana, verb, passed):
    async with http.request(verb, f"{address}/bot{TOKEN}/sendMessage", **passed) as response:
        assert (response.status, (await response.json())["result"]["text"]) == (200, "[1]")


@pytest.mark.parametrize(("path", "status"), [("bot42:wrong/getMe", 401), ("botwrong/getMe", 404), (f"bot{TOKEN}/getYou", 404)])
async def test_refusals_have_telegrams_shape_and_status(http, address, path, status):
    async with http.get(f"{address}/{path}") as response:
        answer = await response.json()
    assert (response.status, answer["ok"], answer["error_code"]) == (status, False, status)


async def test_a_body_that_is_not_json_is_refused(http, address):
    headers = {"Content-Type": "application/json"}
    async with http.post(f"{address}/bot{TOKEN}/sendMessage", data="nonsense", headers=headers) as response:
        assert response.status == 400


async def test_python_telegram_bot_holds_a_conversation(http_bot, ana):
    ana.opens_link("ENROL-abc")
    (update,) = await http_bot.get_updates(timeout=0)
    assert update.message.text == "/start ENROL-abc"
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
    sent = await http_bot.send_message(7, "Better? <b>2 of 5</b>", parse_mode="HTML", reply_markup=keyboard)
    assert sent.entities[0].type == "bold"
    ana.taps("Yes")
    (update,) = await http_bot.get_updates(offset=update.update_id + 1)
    await update.callback_query.answer("Saved")
    await update.callback_query.edit_message_text("Thank you")
    with pytest.raises(error.BadRequest, match="not modified"):
        await update.callback_query.edit_message_text("Thank you")
    assert await http_bot.set_my_commands([BotCommand("check", "Daily check")])
    assert ana.transcript.splitlines()[1:] == ["bot: Thank you", "patient: [Yes]", "toast: Saved"]


async def test_python_telegram_bot_exchanges_files(http_bot, ana):
    await http_bot.send_document(7, io.BytesIO(b"BEGIN:VCALENDAR"), filename="plan.ics", caption="Your plan")
    await http_bot.send_photo(7, PNG)
    ana.sends_photo(PNG, "mine")
    (update,) = await http_bot.get_updates()
    file = await update.message.photo[-1].get_file()
    assert bytes(await file.download_as_bytearray()) == PNG
    assert ana.transcript.splitlines() == ["bot: <document plan.ics> Your plan", "bot: <photo>", "patient: <photo> mine"]


async def test_a_long_poll_ends_with_the_first_update(http_bot, ana, updates):
    polling = asyncio.create_task(http_bot.get_updates(timeout=30, read_timeout=35))
    while updates.wake is None:
        await asyncio.sleep(0)
    ana.says("now")
    assert [update.message.text for update in await polling] == ["now"]


async def test_the_first_of_two_pollers_is_sent_away(http_bot, address, ana, updates):
    first = asyncio.create_task(http_bot.get_updates(timeout=30, read_timeout=35))
    while updates.wake is None:
        await asyncio.sleep(0)
    async with ExtBot(TOKEN, base_url=f"{address}/bot") as other_bot:
        second = asyncio.create_task(other_bot.get_updates(timeout=30, read_timeout=35))
        with pytest.raises(error.Conflict, match="terminated by other getUpdates"):
            await first
        ana.says("one listener")
        assert len(await second) == 1


async def test_a_poller_is_sent_away_by_a_webhook(http_bot, updates):
    polling = asyncio.create_task(http_bot.get_updates(timeout=30, read_timeout=35))
    while updates.wake is None:
        await asyncio.sleep(0)
    await http_bot.set_webhook("https://clinic.example/hook")
    with pytest.raises(error.Conflict, match="terminated by setWebhook"):
        await polling
    with pytest.raises(error.Conflict, match="webhook is active"):
        await http_bot.get_updates()


async def test_a_long_poll_does_not_hold_up_the_end(telegram, serve, updates):
    from simulator import server

    runner, address = await server.start(server.build(telegram))
    async with ExtBot(TOKEN, base_url=f"{address}/bot") as bot:
        polling = asyncio.create_task(bot.get_updates(timeout=30, read_timeout=35))
        while updates.wake is None:
            await asyncio.sleep(0)
        await runner.cleanup()
        assert await polling == ()
