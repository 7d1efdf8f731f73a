"""Updates brought to a bot's own address."""

import asyncio

import pytest
from aiohttp import web

from simulator import webhooks


class Listener:
    """A bot's webhook, which takes what it gets unless told to refuse."""

    def __init__(self):
        self.got, self.secrets, self.refuse = [], [], 0
        self.at_once = self.most_at_once = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.answer = None
        self.changed = asyncio.Condition()

    async def hear(self, request):
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        await self.gate.wait()
        self.at_once -= 1
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if self.refuse:
            self.refuse -= 1
            return web.Response(status=500)
        self.got.append(await request.json())
        async with self.changed:
            self.changed.notify_all()
        return web.json_response(self.answer) if self.answer else web.Response()

    async def has(self, number):
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.got) >= number)
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def listener(serve, monkeypatch):
    monkeypatch.setattr(webhooks, "FIRST_PAUSE", 0.01)
    await serve()
    listener, app = Listener(), web.Application()
    app.router.add_post("/hook", listener.hear)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield listener
    listener.gate.set()
    await runner.cleanup()


async def test_what_waited_and_what_comes_is_brought_with_the_secret(ask, ana, listener, updates):
    ana.says("before")
    ask("setWebhook", url=listener.url, secret_token="s3cret")
    ana.says("after")
    assert await listener.has(2) == ["before", "after"]
    assert set(listener.secrets) == {"s3cret"}
    while updates.pending:
        await asyncio.sleep(0)
    assert ask("getWebhookInfo")["result"]["pending_update_count"] == 0


async def test_a_refused_update_comes_again_before_the_chats_next(ask, ana, listener):
    listener.refuse = 2
    ask("setWebhook", url=listener.url)
    for words in ("one", "two", "three"):
        ana.says(words)
    assert await listener.has(3) == ["one", "two", "three"]
    info = ask("getWebhookInfo")["result"]
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


async def test_chats_do_not_wait_for_each_other_but_connections_are_counted(ask, telegram, listener):
    listener.gate.clear()
    ask("setWebhook", url=listener.url, max_connections=3)
    for number in range(6):
        person = telegram.person(f"P{number}")
        person.says("first")
        person.says("second")
    while listener.at_once < 3:
        await asyncio.sleep(0)
    listener.gate.set()
    assert sorted(await listener.has(12)) == ["first"] * 6 + ["second"] * 6
    assert listener.most_at_once == 3


async def test_an_update_can_be_brought_twice(ask, ana, listener, updates):
    ask("setWebhook", url=listener.url)
    update = ana.says("once")
    updates.redeliver(update)
    assert await listener.has(2) == ["once", "once"]


async def test_the_answer_may_be_a_call(ask, ana, listener):
    listener.answer = {"method": "sendMessage", "chat_id": 7, "text": "Heard"}
    ask("setWebhook", url=listener.url)
    ana.says("hello")
    while "Heard" not in ana.transcript:
        await asyncio.sleep(0)


async def test_without_the_webhook_updates_wait_for_a_poller(ask, ana, listener):
    ask("setWebhook", url=listener.url)
    ask("deleteWebhook")
    ana.says("for the poller")
    assert [update["message"]["text"] for update in ask("getUpdates")["result"]] == ["for the poller"]
    assert listener.got == []
