"""The phone page in a real browser, against the real simulator; the test itself plays the bot."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import BrowserContext, Locator, Page, expect

from simulator import server
from simulator.people import Person
from simulator.telegram import Telegram

pytestmark = pytest.mark.asyncio(loop_scope="session")

TOKEN = "7001:phone-page"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763608f9a0b0001c701165356ab1a0000000049454e44"
    "ae426082"
)


class Room:
    """A simulator with two people in it, its bot played by hand, and the page that shows it."""

    def __init__(self, context: BrowserContext):
        self.context, self.time = context, datetime(2026, 11, 24, 8, 12, tzinfo=UTC)
        self.telegram = Telegram(lambda: self.time, seed=1)
        self.telegram.add_bot(TOKEN, "riverside_bot", "Riverside Clinic")
        self.amina = self.telegram.person("Amina Haddad", "en", started=True)
        self.lucia = self.telegram.person("Lucía Fernández", "es", started=True)
        self.bot("setMyCommands", commands=[{"command": "help", "description": "What I can do for you"},
                                            {"command": "language", "description": "Change the language"}])  # fmt: skip
        self.updates_read = 0
        self.runner: web.AppRunner | None = None
        self.url = ""

    async def open(self, port: int = 0) -> None:
        app = server.build(self.telegram, advance=self._advance, banner="Everybody here is invented.")
        self.runner, self.url = await server.start(app, port=port)

    async def close(self) -> None:
        if self.runner:
            await self.runner.cleanup()

    async def _advance(self, step: str) -> None:
        self.time += timedelta(hours=1)
        self.says(self.amina, f"Time moved by {step}.")

    def bot(self, method: str, **params: Any) -> Any:
        """What the bot asks of Telegram; it must be accepted."""
        written = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
        answer = self.telegram.call(TOKEN, method, written)
        assert answer.code == 200, answer.body
        return answer.body["result"]

    def says(self, to: Person, text: str, **more: Any) -> int:
        return int(self.bot("sendMessage", chat_id=to.chat.id, text=text, **more)["message_id"])

    def updates(self) -> list[dict[str, Any]]:
        """What the bot has heard since it last listened."""
        heard: list[dict[str, Any]] = self.bot("getUpdates", offset=self.updates_read)
        if heard:
            self.updates_read = heard[-1]["update_id"] + 1
        return heard

    async def page(self, path: str = "/phone") -> Page:
        page = await self.context.new_page()
        await page.goto(self.url + path)
        await expect(page.locator(".person").first).to_be_visible()
        return page


def keys(*rows: list[str]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": text, "callback_data": text.lower()} for text in row] for row in rows]}


def phone(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=f"{name}'s phone")


def writing(place: Locator) -> Locator:
    return place.get_by_role("textbox", name="Message")


async def send(place: Locator, text: str) -> None:
    await writing(place).fill(text)
    await writing(place).press("Enter")


@pytest_asyncio.fixture(loop_scope="session")
async def room(context: BrowserContext) -> AsyncIterator[Room]:
    room = Room(context)
    await room.open()
    yield room
    await room.close()


async def test_what_a_patient_writes_reaches_the_bot_and_its_answer_the_patient(room: Room) -> None:
    room.says(room.amina, "Good morning")
    amina = phone(await room.page(), "Amina Haddad")
    await send(amina, "My ankles are swollen")
    await expect(amina.locator(".from-me .words")).to_have_text("My ankles are swollen")
    assert [update["message"]["text"] for update in room.updates()] == ["My ankles are swollen"]
    room.bot("sendChatAction", chat_id=room.amina.chat.id, action="typing")
    await expect(amina.locator(".subtitle")).to_contain_text("typing")
    room.says(room.amina, "A nurse reads this today.")
    await expect(amina.locator(".from-bot .words").last).to_have_text("A nurse reads this today.")
    await expect(amina.locator(".subtitle")).to_have_text("bot")


async def test_a_tapped_button_waits_for_the_bot_and_the_question_changes_in_place(room: Room) -> None:
    question = room.says(
        room.amina,
        "<b>2 of 5</b> How strong is your pain?",
        parse_mode="HTML",
        reply_markup=keys(["0", "5", "9"], ["Back", "Pause"]),
    )
    amina = phone(await room.page(), "Amina Haddad")
    await expect(amina.locator(".words strong")).to_have_text("2 of 5")
    assert [await row.locator(".key").count() for row in await amina.locator(".keys .row").all()] == [3, 2]
    await amina.get_by_role("button", name="9", exact=True).click()
    await expect(amina.get_by_role("button", name="9", exact=True)).to_have_attribute("aria-busy", "true")
    [tap] = room.updates()
    assert tap["callback_query"]["data"] == "9"
    room.bot("answerCallbackQuery", callback_query_id=tap["callback_query"]["id"], text="Noted")
    await expect(amina.get_by_role("status").filter(has_text="Noted")).to_be_visible()
    await expect(amina.locator("[aria-busy]")).to_have_count(0)
    room.bot(
        "editMessageText",
        chat_id=room.amina.chat.id,
        message_id=question,
        text="3 of 5 How did you sleep?",
        reply_markup=keys(["Well", "Badly"]),
    )
    await expect(amina.locator(".from-bot .words")).to_have_text("3 of 5 How did you sleep?")
    await expect(amina.get_by_text("edited")).to_be_visible()
    await expect(amina.locator(".key")).to_have_text(["Well", "Badly"])


async def test_an_alert_from_the_bot_stays_until_the_patient_presses_ok(room: Room) -> None:
    room.says(room.amina, "Leave the clinic's messages?", reply_markup=keys(["Leave"]))
    amina = phone(await room.page(), "Amina Haddad")
    async with amina.page.expect_response("**/tap"):
        await amina.get_by_role("button", name="Leave").click()
    [tap] = room.updates()
    room.bot(
        "answerCallbackQuery",
        callback_query_id=tap["callback_query"]["id"],
        text="You can come back at any time.",
        show_alert=True,
    )
    alert = amina.get_by_role("alertdialog")
    await expect(alert).to_contain_text("You can come back at any time.")
    await expect(alert.get_by_role("button", name="OK")).to_be_focused()
    await amina.page.keyboard.press("Enter")
    await expect(alert).to_have_count(0)


async def test_a_reply_keyboard_shows_its_rows_and_example_and_sends_its_words(room: Room) -> None:
    markup = {
        "keyboard": [[{"text": "Sí"}, {"text": "No"}], [{"text": "Más tarde"}]],
        "input_field_placeholder": "p. ej. 120/80",
    }
    room.says(room.lucia, "¿Lo mide ahora?", reply_markup=markup)
    lucia = phone(await room.page(), "Lucía Fernández")
    await expect(writing(lucia)).to_have_attribute("placeholder", "p. ej. 120/80")
    answers = lucia.get_by_role("group", name="Answer buttons")
    await expect(answers.get_by_role("button")).to_have_text(["Sí", "No", "Más tarde"])
    await answers.get_by_role("button", name="Más tarde").click()
    await expect(lucia.locator(".from-me .words")).to_have_text("Más tarde")
    room.says(room.lucia, "De acuerdo.", reply_markup={"remove_keyboard": True})
    await expect(answers).to_be_hidden()
    await expect(writing(lucia)).to_have_attribute("placeholder", "Message")
    room.says(room.lucia, "¿Cuál es su peso?", reply_markup={"force_reply": True, "input_field_placeholder": "p. ej. 72,5 kg"})
    await expect(writing(lucia)).to_have_attribute("placeholder", "p. ej. 72,5 kg")
    await send(lucia, "71")
    await expect(writing(lucia)).to_have_attribute("placeholder", "Message")


async def test_a_patient_sends_a_photo_and_a_document_and_looks_at_them(room: Room) -> None:
    room.says(room.amina, "Send a picture if you like")
    page = await room.page()
    amina = phone(page, "Amina Haddad")
    await amina.get_by_role("button", name="Attach").click()
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("menuitem", name="Photo").click()
    await (await choosing.value).set_files({"name": "ankle.png", "mimeType": "image/png", "buffer": PIXEL})
    await expect(amina.get_by_text("Send a photo")).to_be_visible()
    await send(amina, "My left ankle")
    await amina.get_by_role("button", name="Picture: My left ankle. Enlarge").click()
    await expect(page.get_by_role("dialog", name="Picture").get_by_role("img")).to_be_visible()
    await page.keyboard.press("Escape")
    async with page.expect_file_chooser() as choosing:
        await amina.get_by_role("button", name="Attach").click()
        await page.get_by_role("menuitem", name="Document").click()
    await (await choosing.value).set_files({"name": "diary.txt", "mimeType": "text/plain", "buffer": b"Monday: 120/80"})
    await writing(amina).press("Enter")
    async with page.expect_download() as downloading:
        await amina.get_by_role("link", name="diary.txt").click()
    assert (await (await downloading.value).path()).read_bytes() == b"Monday: 120/80"
    photo, document = (update["message"] for update in room.updates())
    assert (photo["caption"], document["document"]["file_name"]) == ("My left ankle", "diary.txt")


async def test_the_menu_lists_the_commands_with_their_words_and_sends_the_chosen_one(room: Room) -> None:
    room.says(room.amina, "Welcome")
    page = await room.page()
    amina = phone(page, "Amina Haddad")
    await amina.get_by_role("button", name="Menu", exact=True).click()
    await expect(amina.get_by_role("group", name="Commands").get_by_role("button")).to_have_text(
        ["What I can do for you/help", "Change the language/language"]
    )
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(amina.locator(".from-me .words")).to_have_text("/language")
    await writing(amina).fill("/h")
    await expect(amina.get_by_role("group", name="Commands").get_by_role("button")).to_have_count(1)


async def test_a_locked_phone_shows_a_bystander_the_first_lines_only(room: Room) -> None:
    room.says(room.amina, "Welcome")
    amina = phone(await room.page(), "Amina Haddad")
    await amina.get_by_role("button", name="Lock the phone").click()
    room.says(room.amina, "Your clinic has a short check-in\nPress Show to see it\nAmlodipine 5 mg")
    shown = amina.locator(".notification-text")
    await expect(shown).to_contain_text("Your clinic has a short check-in")
    line = await shown.evaluate("node => parseFloat(getComputedStyle(node).lineHeight)")
    assert (await shown.bounding_box())["height"] < 2.5 * line
    await expect(amina.page.locator(".person-row").first.locator(".badge")).to_contain_text("1")
    await amina.locator(".notification").click()
    await expect(amina.get_by_role("region", name="Lock screen")).to_be_hidden()
    await expect(amina.locator(".words").last).to_be_in_viewport()
    await expect(amina.page.locator(".badge")).to_have_count(0)


async def test_two_phones_side_by_side_keep_their_chats_apart(room: Room) -> None:
    room.says(room.amina, "Good morning, Amina")
    room.says(room.lucia, "Buenos días, Lucía")
    page = await room.page()
    amina, lucia = phone(page, "Amina Haddad"), phone(page, "Lucía Fernández")
    await expect(amina.locator(".words")).to_have_text(["Good morning, Amina"])
    await expect(lucia.locator(".words")).to_have_text(["Buenos días, Lucía"])
    await send(lucia, "Hola")
    await expect(lucia.locator(".words")).to_have_count(2)
    await expect(amina.locator(".words")).to_have_count(1)
    await amina.get_by_role("button", name="Put Amina Haddad's phone away").click()
    await expect(amina).to_have_count(0)
    room.says(room.amina, "Are you there?")
    row = page.locator(".person-row").filter(has_text="Amina Haddad")
    await expect(row.locator(".badge")).to_contain_text("1")
    await row.hover()
    await row.get_by_role("button", name="beside").click()
    await expect(amina.locator(".words")).to_have_count(2)
    await expect(lucia).to_be_visible()


async def test_the_page_is_dark_when_the_system_is_and_when_somebody_wants_it(room: Room) -> None:
    room.says(room.amina, "Welcome")
    page = await room.page()
    brightness = "() => getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).reduce((a, b) => a + +b, 0)"
    assert await page.evaluate(brightness) > 600
    await page.emulate_media(color_scheme="dark")
    assert await page.evaluate(brightness) < 150
    await page.get_by_role("button", name=re.compile("^Colours")).click()
    assert await page.evaluate(brightness) > 600
    await page.reload()
    await expect(page.get_by_role("button", name="Colours: light")).to_be_visible()
    assert await page.evaluate(brightness) > 600


async def test_a_patient_blocks_the_bot_and_lets_it_back(room: Room) -> None:
    room.says(room.amina, "Welcome")
    page = await room.page()
    amina = phone(page, "Amina Haddad")
    await amina.get_by_role("button", name="Chat menu").click()
    await page.get_by_role("menuitem", name="Block the bot").click()
    await expect(amina.get_by_role("button", name="Unblock")).to_be_visible()
    await expect(writing(amina)).to_be_hidden()
    refused = room.telegram.call(TOKEN, "sendMessage", {"chat_id": str(room.amina.chat.id), "text": "Hello?"})
    assert refused.code == 403
    await amina.get_by_role("button", name="Unblock").click()
    await expect(writing(amina)).to_be_visible()
    standing = [update["my_chat_member"]["new_chat_member"]["status"] for update in room.updates()]
    assert standing == ["kicked", "member"]


async def test_an_invite_link_opens_on_a_new_phone_and_start_sends_its_payload(room: Room) -> None:
    page = await room.page("/phone?start=abc_DEF-1")
    await page.get_by_label("Name on Telegram").fill("Ruth Adeyemi")
    await page.get_by_label("Language of the phone").select_option("es")
    await page.get_by_role("button", name="Open the link").click()
    ruth = phone(page, "Ruth Adeyemi")
    await ruth.get_by_role("button", name="Start", exact=True).click()
    await expect(ruth.locator(".from-me .words")).to_have_text("/start abc_DEF-1")
    [update] = room.updates()
    assert update["message"]["from"]["language_code"] == "es"
    assert "start=" not in page.url


async def test_a_pasted_invite_link_is_understood_or_the_right_form_is_named(room: Room) -> None:
    page = await room.page()
    await page.get_by_role("button", name="Open an invite link").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Link").fill("https://t.me/riverside_bot")
    await dialog.get_by_label("Whose phone").select_option(label="Amina Haddad's phone")
    await dialog.get_by_role("button", name="Open the link").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("looks like https://t.me/")
    await dialog.get_by_label("Link").fill("https://t.me/riverside_bot?start=xyz")
    await dialog.get_by_role("button", name="Open the link").click()
    amina = phone(page, "Amina Haddad")
    await amina.get_by_role("button", name="Start", exact=True).click()
    await expect(amina.locator(".from-me .words")).to_have_text("/start xyz")


async def test_a_patient_corrects_and_quotes_what_was_said(room: Room) -> None:
    room.says(room.amina, "Please type your blood pressure")
    page = await room.page()
    amina = phone(page, "Amina Haddad")
    await send(amina, "184/91")
    await expect(amina.locator(".from-me .words")).to_have_text("184/91")
    await writing(amina).press("ArrowUp")
    await expect(writing(amina)).to_have_value("184/91")
    await send(amina, "148/91")
    await expect(amina.locator(".from-me .words")).to_have_text("148/91")
    await amina.locator(".from-bot .bubble").click(button="right")
    await page.get_by_role("menuitem", name="Reply").click()
    await send(amina, "Done")
    await expect(amina.locator(".from-me .quote")).to_contain_text("Please type your blood pressure")
    sent, edited, reply = room.updates()
    assert (edited["edited_message"]["text"], reply["message"]["reply_to_message"]["text"]) == (
        "148/91",
        "Please type your blood pressure",
    )
    assert edited["edited_message"]["message_id"] == sent["message"]["message_id"]


async def test_on_a_small_window_the_list_and_the_phone_take_turns(room: Room) -> None:
    room.says(room.amina, "Good morning")
    page = await room.context.new_page()
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{room.url}/phone")
    row = page.locator(".person-row").filter(has_text="Amina Haddad")
    await expect(row.locator(".badge")).to_contain_text("1")
    await row.get_by_role("button").first.click()
    amina = phone(page, "Amina Haddad")
    await expect(amina.locator(".words")).to_have_text(["Good morning"])
    await amina.get_by_role("button", name="Lock the phone").click()
    await amina.get_by_role("button", name="Back to the list of people").click()
    await expect(amina).to_be_hidden()
    await expect(row.get_by_role("button").first).to_be_focused()
    room.says(room.amina, "Are you well?")
    await expect(row.locator(".badge")).to_contain_text("1")
    await page.keyboard.press("Enter")
    await amina.get_by_role("button", name="Open the phone").click()
    await expect(row.locator(".badge")).to_have_count(0)
    await expect(writing(amina)).to_be_focused()


async def test_hostile_words_stay_words(room: Room) -> None:
    page = await room.page()
    room.amina.says("<img src=x onerror=\"document.title='gone'\"><script>1</script> javascript:alert(1)")
    amina = phone(page, "Amina Haddad")
    await expect(amina.locator(".from-me .words")).to_contain_text("<script>1</script>")
    assert await amina.locator(".words img, .words script, .words a[href^=javascript]").count() == 0
    assert await page.title() == "Riverside Clinic: phones"


async def test_a_reader_of_older_messages_is_not_moved_by_new_ones(room: Room) -> None:
    for day in range(150):
        room.says(room.amina, f"Message {day}")
    amina = phone(await room.page(), "Amina Haddad")
    await expect(amina.get_by_text("Message 149", exact=True)).to_be_in_viewport()
    reading = amina.get_by_text("Message 40", exact=True)
    await reading.scroll_into_view_if_needed()
    await expect(amina.locator(".pill")).to_be_visible()
    before = await reading.bounding_box()
    room.says(room.amina, "One more")
    room.says(room.amina, "And another")
    await expect(amina.locator(".pill")).to_contain_text("2 new")
    assert await reading.bounding_box() == before
    await amina.locator(".pill").click()
    await expect(amina.get_by_text("And another")).to_be_in_viewport()


async def test_nothing_is_lost_while_the_connection_is(room: Room) -> None:
    room.says(room.amina, "Before")
    page = await room.page()
    amina = phone(page, "Amina Haddad")
    await expect(amina.locator(".words")).to_have_text(["Before"])
    port = int(room.url.rsplit(":", 1)[1])
    await room.close()
    await expect(page.get_by_text("Connection lost")).to_be_visible()
    room.says(room.amina, "Meanwhile")
    await send(amina, "Is anybody there?")
    await expect(amina.get_by_text("does not answer")).to_be_visible()
    await expect(writing(amina)).to_have_value("Is anybody there?")
    await room.open(port)
    await expect(amina.locator(".words")).to_have_text(["Before", "Meanwhile"])
    await writing(amina).press("Enter")
    await expect(amina.locator(".words")).to_have_text(["Before", "Meanwhile", "Is anybody there?"])


async def test_the_clock_is_moved_from_the_page_and_the_banner_stays(room: Room) -> None:
    room.says(room.amina, "Welcome")
    page = await room.page()
    await expect(page.get_by_text("Everybody here is invented.")).to_be_visible()
    clock = page.get_by_role("region", name="Clinic time")
    before = await clock.locator("time").get_attribute("datetime")
    await clock.get_by_role("button", name="One hour on").click()
    await expect(phone(page, "Amina Haddad").locator(".words").last).to_have_text("Time moved by 1h.")
    await expect(clock.locator("time")).not_to_have_attribute("datetime", before or "")


@pytest.mark.parametrize(
    ("width", "height", "text"), [(360, 640, "100%"), (360, 640, "200%"), (768, 900, "200%"), (1920, 1080, "100%")]
)
async def test_a_small_window_or_big_text_hides_nothing(room: Room, width: int, height: int, text: str) -> None:
    room.says(
        room.amina, "How strong is your pain today?", reply_markup=keys(["0", "1", "2", "3"], ["Supercalifragilistic", "Pause"])
    )
    page = await room.page()
    await page.set_viewport_size({"width": width, "height": height})
    await page.evaluate("size => { document.documentElement.style.fontSize = size }", text)
    amina = phone(page, "Amina Haddad")
    await amina.get_by_role("button", name="Supercalifragilistic").scroll_into_view_if_needed()
    await expect(amina.get_by_role("button", name="Supercalifragilistic")).to_be_in_viewport(ratio=0.9)
    for needed in (
        writing(amina),
        amina.get_by_role("button", name="Send"),
        amina.get_by_role("button", name="Menu", exact=True),
    ):
        await expect(needed).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
