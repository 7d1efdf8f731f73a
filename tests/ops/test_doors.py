"""The doors as `run` and the demo open them: over real sockets, in one process, closed in order."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace

import aiohttp
import pytest

from care.heart.settings import TelegramSettings
from ops.doors import Doors, bot_open, scheduler_open, staff_open, until_stopped
from ops.stop import Stop
from simulator import server
from simulator.telegram import Telegram
from tests.ward import SETTINGS, TOKEN

HOOK_SECRET = "h" * 40


@pytest.fixture
async def address(telegram: Telegram):
    runner, address = await server.start(server.build(telegram, phones=False))
    yield address
    await runner.cleanup()


@pytest.fixture
def settings(address, free_port):
    return replace(
        SETTINGS, telegram=TelegramSettings(token=TOKEN, api_base=address), staff=replace(SETTINGS.staff, port=free_port))


@pytest.fixture
async def doors(open_clinic, sqlite_url):
    return Doors(await open_clinic(sqlite_url))


async def shown(person, words: str) -> None:
    async with asyncio.timeout(10):
        while words not in person.transcript:
            await asyncio.sleep(0.02)


async def test_a_stranger_is_answered_as_soon_as_the_bot_is_open(doors, telegram):
    ana = telegram.person("Ana", "es")
    ana.says("hola")
    async with bot_open(doors, None):
        await shown(ana, "asistente automático")
        assert doors.username == "riverside_bot"
        assert doors.invite_link("abc") == "https://t.me/riverside_bot?start=abc"
    commands = [one["command"] for one in ana.commands]
    assert commands == [
        "check", "hour", "meds", "learn", "appointments", "trends", "trip", "help", "language", "privacy", "why", "settings",
        "stop"]


async def test_everything_opens_and_closes_in_order(doors, telegram, settings):
    console = f"http://127.0.0.1:{settings.staff.port}"
    async with AsyncExitStack() as stack:
        for opened in (bot_open(doors, None), scheduler_open(doors), staff_open(doors)):
            await stack.enter_async_context(opened)
        async with aiohttp.ClientSession() as browser:
            async with browser.get(f"{console}/healthz") as answer:
                assert answer.status == 200
            async with browser.get(f"{console}/sign-in") as answer:
                assert "Riverside" in await answer.text()
            async with browser.get(f"{console}/page/{'x' * 32}") as answer:
                assert (answer.status, "This link does not work any more." in await answer.text()) == (404, True)
    async with aiohttp.ClientSession() as browser:
        with pytest.raises(aiohttp.ClientConnectionError):
            await browser.get(f"{console}/healthz")


async def test_a_taken_port_is_said_by_the_name_of_its_setting(doors):
    async with staff_open(doors):
        with pytest.raises(Stop, match=r"^staff.port: cannot listen on 127.0.0.1:\d+"):
            await staff_open(doors).__aenter__()


async def test_a_token_that_telegram_does_not_know_breaks_the_door(doors, telegram):
    telegram.bots.clear()
    async with bot_open(doors, None):
        with pytest.raises(Stop, match=r"telegram\.token: Telegram does not know this token"):
            await asyncio.wait_for(until_stopped(doors, asyncio.Event().wait()), 10)


async def test_while_telegram_is_away_the_bot_waits_and_the_rest_works(doors, telegram):
    telegram.faults.next("500", "getMe")
    ana = telegram.person("Ana")
    ana.says("hello")
    async with bot_open(doors, None):
        await shown(ana, "automated assistant")


async def test_by_webhook_an_update_comes_in_only_with_the_secret(doors, telegram, settings, free_port):
    hooked = replace(settings.telegram, intake="webhook", webhook_url="https://clinic.example/hook", webhook_secret=HOOK_SECRET,
                     webhook_port=free_port)
    doors.clinic.settings = replace(settings, telegram=hooked)
    ana = telegram.person("Ana")
    async with bot_open(doors, None), aiohttp.ClientSession() as outside:
        async with asyncio.timeout(10):
            while telegram.the_bot().updates.webhook is None:
                await asyncio.sleep(0.02)
        assert telegram.the_bot().updates.webhook.url == "https://clinic.example/hook"
        update, hook = ana.says("hello"), f"http://127.0.0.1:{free_port}/hook"
        async with outside.post(hook, json=update) as answer:
            assert answer.status == 403
        async with outside.post(hook, json=update, headers={"X-Telegram-Bot-Api-Secret-Token": HOOK_SECRET}) as answer:
            assert answer.status == 200
        await shown(ana, "automated assistant")


async def test_sending_can_be_taken_in_hand_and_given_back(doors, telegram):
    ana = telegram.person("Ana")
    async with bot_open(doors, None):
        ana.says("hello")
        await shown(ana, "automated assistant")
        async with doors.sending_by_hand() as sender:
            ana.says("/help")
            await asyncio.sleep(0)
            async with asyncio.timeout(10):
                while not await sender.send_waiting():
                    await asyncio.sleep(0.02)
        ana.says("/privacy")
        async with asyncio.timeout(10):
            while ana.transcript.count("automated assistant") < 3:
                await asyncio.sleep(0.02)
