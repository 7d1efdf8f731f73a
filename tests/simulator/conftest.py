"""What the simulator's tests share: a clock, a Telegram, one person, a bot in process and a server."""

from datetime import UTC, datetime, timedelta

import pytest
from telegram.ext import ExtBot

from simulator import server
from simulator.telegram import Telegram
from simulator.transport import InProcess

TOKEN = "42:laptop"


class FakeClock:
    def __init__(self):
        self.now = datetime(2030, 1, 1, 8, 0, tzinfo=UTC)

    def __call__(self):
        return self.now

    def passes(self, **time):
        self.now += timedelta(**time)


@pytest.fixture(autouse=True)
def delays_as_timedelta(monkeypatch):
    """What python-telegram-bot will do by itself one day; until then its other way warns."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def telegram(clock):
    telegram = Telegram(clock, seed=1)
    telegram.add_bot(TOKEN, username="laptop_bot")
    return telegram


@pytest.fixture
def updates(telegram):
    return telegram.the_bot().updates


@pytest.fixture
def ana(telegram):
    return telegram.person("Ana Soto", language_code="es", user_id=7, started=True)


@pytest.fixture
def ask(telegram):
    """Call a method as a bot does; the whole answer."""

    def ask(method, files=None, **params):
        return telegram.call(TOKEN, method, params, files).body

    return ask


@pytest.fixture
async def bot(telegram):
    """python-telegram-bot's own bot, without sockets."""
    async with ExtBot(TOKEN, request=InProcess(telegram), get_updates_request=InProcess(telegram)) as bot:
        yield bot


@pytest.fixture
async def serve(telegram):
    """Serve the simulator; return its address."""
    runners = []

    async def serve(**options):
        runner, address = await server.start(server.build(telegram, **options))
        runners.append(runner)
        return address

    yield serve
    for runner in runners:
        await runner.cleanup()
