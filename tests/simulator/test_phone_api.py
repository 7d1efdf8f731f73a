"""What the phone page is told, and what it can do."""

import json
from datetime import timedelta

import aiohttp
import pytest

from tests.simulator.conftest import TOKEN
from tests.simulator.test_sending import PNG


class Page:
    def __init__(self, http, address):
        self.http, self.address = http, f"{address}/phone/api"

    async def get(self, path):
        async with self.http.get(f"{self.address}/{path}") as response:
            return await response.json()

    async def post(self, path, **passed):
        async with self.http.post(f"{self.address}/{path}", **passed) as response:
            return response.status, await response.json()

    async def events(self, number, last_seen=None):
        """The next so many events, without waiting longer than they take."""
        headers = {"Last-Event-ID": str(last_seen)} if last_seen is not None else {}
        async with self.http.get(f"{self.address}/events", headers=headers) as response:
            read = []
            async for line in response.content:
                if line.startswith(b": open") and last_seen is None:
                    yield None  # from now on nothing is missed
                if line.startswith(b"id: "):
                    self.last_seen = int(line[4:])
                if line.startswith(b"data: "):
                    read.append(json.loads(line[6:]))
                    yield read[-1]
                if len(read) == number:
                    return


@pytest.fixture
async def page(serve, clock):
    async def advance(step):
        assert step == "90m"
        clock.passes(minutes=90)

    address = await serve(advance=advance, banner="Invented people", time_zone="Europe/Madrid")
    async with aiohttp.ClientSession() as http:
        yield Page(http, address)


@pytest.fixture
def question(ask, ana):
    markup = {
        "inline_keyboard": [
            [{"text": "Yes", "callback_data": "y", "style": "success"}, {"text": "More", "url": "https://a.org"}]
        ]
    }
    return ask("sendMessage", chat_id=7, text="/check <3?", reply_markup=json.dumps(markup))["result"]["message_id"]


async def test_the_page_opens_on_every_phone(page, ana, question, telegram):
    state = await page.get("state")
    assert state["bot"] == {"id": 42, "username": "laptop_bot", "first_name": "Bot"}
    assert (state["banner"], state["clock"], state["time_zone"]) == ("Invented people", True, "Europe/Madrid")
    assert state["now"] == telegram.now().isoformat()
    assert state["phones"] == [{
        "chat_id": 7, "name": "Ana Soto", "language_code": "es", "blocked": False, "unread": 1,
        "last": {"text": "/check <3?", "at": telegram.now().isoformat()},
    }]  # fmt: skip


async def test_a_chat_is_shown_and_by_that_read(page, ana, question):
    ana.says("hm")
    chat = await page.get("chats/7")
    assert chat["messages"][0] | {"at": ""} == {
        "id": question, "from": "bot", "at": "", "edited_at": None, "text": "/check <3?", "caption": "",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}], "photo": None, "video": None, "document": None,
        "deleted": False, "reply_to": None,
        "buttons": [[{"text": "Yes", "style": "success", "data": "y"}, {"text": "More", "style": None, "url": "https://a.org"}]],
    }  # fmt: skip
    assert (chat["messages"][1]["from"], chat["reply_keyboard"], chat["blocked"]) == ("me", None, False)
    assert (await page.get("state"))["phones"][0]["unread"] == 0


async def test_whatever_a_phone_does_reaches_the_bot(page, ana, question, ask):
    assert await page.post("chats/7/text", json={"text": "hello", "reply_to": question}) == (200, {"ok": True})
    spoken = ana.chat.messages[question + 1]
    assert await page.post("chats/7/edit", json={"message_id": spoken.id, "text": "hello!"}) == (200, {"ok": True})
    await page.post("chats/7/tap", json={"message_id": question, "row": 0, "column": 0})
    form = aiohttp.FormData({"caption": "look"})
    form.add_field("file", PNG, filename="p.png", content_type="image/png")
    await page.post("chats/7/photo", data=form)
    form = aiohttp.FormData()
    form.add_field("file", b"a,b", filename="doses.csv", content_type="text/csv")
    await page.post("chats/7/document", data=form)
    await page.post("chats/7/block", json={})
    await page.post("chats/7/start", json={"payload": "ENROL-1"})
    heard = ask("getUpdates", limit=100)["result"]
    assert [next(kind for kind in update if kind != "update_id") for update in heard] == [
        "message", "edited_message", "callback_query", "message", "message", "my_chat_member", "my_chat_member", "message",
    ]  # fmt: skip
    assert heard[0]["message"]["reply_to_message"]["message_id"] == question
    shown = (await page.get("chats/7"))["messages"]
    async with page.http.get(page.address.removesuffix("/phone/api") + shown[2]["photo"]) as picture:
        assert (await picture.read(), picture.content_type) == (PNG, "image/png")
    assert shown[3]["document"]["file_name"] == "doses.csv"


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("chats/7/text", {"text": " "}, "Nothing was written."),
        ("chats/7/tap", {"message_id": 99, "row": 0, "column": 0}, "That message is not there any more."),
        ("chats/7/tap", {"message_id": 1, "row": 0, "column": 5}, "That button is not there any more."),
        ("chats/7/tap", {"message_id": 1, "row": "x", "column": 5}, "A number was expected."),
        ("chats/7/tap", {"message_id": 1, "row": 0, "column": 1}, "That button opens a link."),
        ("chats/7/edit", {"message_id": 1, "text": "x"}, "Only what this phone wrote can be edited."),
        ("chats/8/text", {"text": "x"}, "There is no such phone."),
        ("phones", {"name": ""}, "A phone needs the name of whoever it belongs to."),
        ("clock", {"advance": "yesterday"}, 'Time is moved by "next_morning", or by minutes or hours such as "90m" or "1h".'),
        ("clock", [1], "A JSON object is expected."),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(page, question, path, body, error):
    status, answer = await page.post(path, json=body)
    assert status in (400, 404)
    assert answer == {"error": error}


async def test_a_new_phone_has_a_new_account(page, telegram):
    status, made = await page.post("phones", json={"name": "Ben Ruiz", "language_code": "en"})
    assert status == 200
    assert [phone["name"] for phone in (await page.get("state"))["phones"]] == ["Ben Ruiz"]
    assert telegram.people[42, made["chat_id"]].user.first_name == "Ben"


async def test_the_clock_is_moved_and_the_page_sees_it(page, telegram, ana):
    before = telegram.now()
    status, moved = await page.post("clock", json={"advance": "90m"})
    assert (status, moved) == (200, {"now": (before + timedelta(minutes=90)).isoformat()})


async def test_events_arrive_as_they_happen(page, ana, ask):
    events = page.events(7)
    await anext(events)
    message_id = ask("sendMessage", chat_id=7, text="1", reply_markup='{"keyboard":[["A"]],"input_field_placeholder":"Pick"}')[
        "result"
    ]["message_id"]
    first = await anext(events)
    assert (first["type"], first["chat_id"], first["message"]["text"]) == ("message", 7, "1")
    assert first["reply_keyboard"] == {"rows": [["A"]], "placeholder": "Pick"}
    ask("sendChatAction", chat_id=7, action="typing")
    assert (await anext(events))["type"] == "typing"
    tap = ana.tap_data("x")
    ask("answerCallbackQuery", callback_query_id=tap["callback_query"]["id"], text="Saved")
    assert await anext(events) == {"type": "toast", "chat_id": 7, "text": "Saved", "show_alert": False}
    ask("deleteMessage", chat_id=7, message_id=message_id)
    assert (await anext(events))["message"]["deleted"]
    ask("setMyCommands", commands='[{"command":"check","description":"Check"}]')
    assert (await anext(events))["commands"][0]["command"] == "check"
    ana.blocks()
    assert (await anext(events))["type"] == "phones"
    await page.post("clock", json={"advance": "90m"})
    assert (await anext(events))["type"] == "clock"


async def test_a_page_that_was_away_catches_up_or_is_told_to_look_again(page, ana):
    events = page.events(2)
    await anext(events)
    ana.says("one")
    ana.says("two")
    assert [event["message"]["text"] async for event in events] == ["one", "two"]
    assert [event["message"]["text"] async for event in page.events(1, last_seen=page.last_seen - 1)] == ["two"]
    for number in range(600):
        ana.says(str(number))
    assert [event["type"] async for event in page.events(1, last_seen=1)] == ["phones"]


async def test_the_page_itself_is_served_and_nothing_beside_it(page):
    address = page.address.removesuffix("/api")
    async with page.http.get(f"{address}/") as response:
        assert response.content_type == "text/html"
    async with page.http.get(f"{address}/..%2fserver.py") as response:
        assert response.status in (403, 404)
    async with page.http.get(f"{address.removesuffix('/phone')}/bot{TOKEN}/getMe") as response:
        assert response.status == 200
