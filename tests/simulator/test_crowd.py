"""A crowd that taps by itself, for load."""

import asyncio
from collections import deque

from simulator.crowd import Crowd, Script
from simulator.telegram import Telegram
from tests.simulator.conftest import TOKEN

LOW, HIGH, NEITHER = ({"text": text, "callback_data": data} for text, data in (("Low", "0"), ("High", "1"), ("Neither", "2")))
ROWS = [[LOW, HIGH], [NEITHER]]


async def hold_the_conversation(telegram: Telegram, crowd: Crowd) -> dict[int, list[int]]:
    """A bot that asks for ever, until the crowd is done; what it was answered."""
    heard: dict[int, list[int]] = {}
    offset = 0

    def call(method, **params):
        answer = telegram.call(TOKEN, method, params)
        assert answer.code == 200, answer.body
        return answer.body["result"]

    while not crowd.done.is_set():
        for update in call("getUpdates", offset=offset):
            offset = update["update_id"] + 1
            if query := update.get("callback_query"):
                chat_id, message_id = query["message"]["chat"]["id"], query["message"]["message_id"]
                heard.setdefault(chat_id, []).append(int(query["data"]))
                telegram.on_request("editMessageText", {"chat_id": chat_id})
                call("editMessageText", chat_id=chat_id, message_id=message_id, text=f"Question {offset}",
                     reply_markup={"inline_keyboard": ROWS})
                call("answerCallbackQuery", callback_query_id=query["id"])
            else:
                assert update["message"]["text"] == "/start"
                call("sendMessage", chat_id=update["message"]["chat"]["id"], text="First question",
                     reply_markup={"inline_keyboard": ROWS})
        await asyncio.sleep(0)
    return heard


def gathered(telegram: Telegram, people: int, **script) -> Crowd:
    queue = deque(telegram.person(f"Person {n}") for n in range(people))
    crowd = Crowd(telegram, queue, Script("/start", answers=3, buttons=3, seed=1, **script))
    crowd.begin()
    return crowd


async def test_everybody_taps_through_the_conversation_and_makes_room_for_the_next(telegram):
    crowd = gathered(telegram, 5, at_once=1, updates=20)
    heard = await asyncio.wait_for(hold_the_conversation(telegram, crowd), 10)
    assert crowd.taps == heard
    assert [len(taps) for taps in heard.values()] == [3] * 5
    assert {nth for taps in heard.values() for nth in taps} == {0, 1, 2}
    assert telegram.calls["sendMessage"] == 5


async def test_what_is_measured_begins_when_the_crowd_is_warm(telegram):
    crowd = gathered(telegram, 4, at_once=2, updates=12, warm=4)
    await asyncio.wait_for(hold_the_conversation(telegram, crowd), 10)
    summary = crowd.summary()
    assert summary["updates"] == 8
    assert len(crowd.latencies) <= 8
    assert crowd.warm.is_set()
    assert telegram.on_request is None


async def test_at_a_given_rate_nobody_acts_before_their_turn(telegram):
    crowd = gathered(telegram, 3, at_once=3, updates=6, rate=1000)
    assert crowd.acts == 0
    await asyncio.wait_for(hold_the_conversation(telegram, crowd), 10)
    assert crowd.answered == 6
