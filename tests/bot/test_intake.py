"""How updates come in: polled or pushed, saved before they are confirmed, whatever Telegram answers."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, select
from telegram.error import InvalidToken

from bot.intake import LARGEST_UPDATE, Intake
from care.heart.settings import Settings, TelegramSettings
from care.tables import inbox
from tests.ward import SETTINGS, Ward

SECRET = "a-secret-of-at-least-thirty-two-characters"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def settings() -> Settings:
    return replace(SETTINGS, telegram=TelegramSettings(intake="webhook", webhook_secret=SECRET))


@pytest.fixture
async def door(quick_ward: Ward):
    app = web.Application(client_max_size=LARGEST_UPDATE)
    app.router.add_post("/telegram", quick_ward.intake.webhook)
    async with TestClient(TestServer(app)) as client:
        yield client


async def saved(ward: Ward) -> int:
    return await ward.clinic.read(lambda turn: turn.db.scalar(select(func.count()).select_from(inbox)))


async def test_a_pushed_update_is_saved_before_it_is_answered_and_handled_once(quick_ward: Ward, door: TestClient):
    phone = quick_ward.phone()
    update = phone.person.says("hello")
    for _ in range(3):  # Telegram sends it again if our answer was lost
        answer = await door.post("/telegram", json=update, headers={HEADER: SECRET})
        assert answer.status == 200
    assert await saved(quick_ward) == 1
    await quick_ward.intake.idle()
    await quick_ward.sender.send_waiting()
    assert phone.transcript.count("It is for patients of the clinic") == 1


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "x", "ключ"])
async def test_a_forged_update_is_refused_and_not_kept(quick_ward: Ward, door: TestClient, secret: str):
    headers = {HEADER: secret} if secret.isascii() else {HEADER: secret.encode().decode("latin-1")}
    answer = await door.post("/telegram", json={"update_id": 1}, headers=headers)
    assert answer.status == 403
    assert await saved(quick_ward) == 0


@pytest.mark.parametrize(("body", "status"), [
    ("[]", 400), ('{"update_id": "x"}', 400), ('{"message": {}}', 400), ("{", 400), ("x" * (LARGEST_UPDATE + 1), 413)])
async def test_what_is_no_update_is_refused_and_holds_up_nobody(quick_ward: Ward, door: TestClient, body: str, status: int):
    answer = await door.post("/telegram", data=body, headers={HEADER: SECRET, "Content-Type": "application/json"})
    assert answer.status == status
    assert await saved(quick_ward) == 0


async def test_without_a_secret_of_its_own_a_webhook_takes_nothing(quick_ward: Ward, door: TestClient, monkeypatch):
    bare = replace(SETTINGS, telegram=TelegramSettings(intake="webhook", webhook_secret=""))
    monkeypatch.setattr(quick_ward.clinic, "settings", bare)
    answer = await door.post("/telegram", json={"update_id": 1}, headers={HEADER: ""})
    assert answer.status == 403


async def test_polling_goes_on_whatever_telegram_answers(quick_ward: Ward):
    phone, faults = quick_ward.phone(), quick_ward.telegram.faults
    for fault in ("500", "html", "timeout_after", "drop_before", "429"):
        faults.next(fault, "getUpdates", retry_after=0)
    polling = asyncio.create_task(Intake(quick_ward.clinic, quick_ward.app, pause=0).poll())
    heard = asyncio.Event()
    phone.person.says("hello")
    while await saved(quick_ward) == 0:
        await asyncio.sleep(0)
    polling.cancel()
    heard.set()
    with pytest.raises(asyncio.CancelledError):
        await polling
    await quick_ward.settle()
    assert phone.transcript.count("It is for patients of the clinic") == 1


async def test_a_token_that_telegram_refuses_ends_the_polling(quick_ward: Ward):
    quick_ward.telegram.bots.clear()
    with pytest.raises(InvalidToken):
        await asyncio.wait_for(quick_ward.intake.poll(), 30)


async def test_stopping_leaves_what_is_not_at_hand_in_the_inbox(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    for words in ("/check", "3", "no"):
        phone.person.says(words)
    await quick_ward.intake.fetch()
    await quick_ward.intake.stop()
    waiting = await quick_ward.clinic.read(lambda turn: turn.db.scalar(
        select(func.count()).select_from(inbox).where(inbox.c.outcome.is_(None))))
    assert waiting == 2
    await quick_ward.restart()
    await quick_ward.settle()
    assert "Is it hard to breathe?" in phone.transcript


