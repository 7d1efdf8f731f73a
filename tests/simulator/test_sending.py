"""What a bot may send, and what Telegram says when it may not."""

import json

import pytest

from simulator.call import Upload

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (40).to_bytes(4, "big") + (30).to_bytes(4, "big") + b"\0" * 9


def inline(*rows):
    return json.dumps({"inline_keyboard": [[{"text": data, "callback_data": data} for data in row] for row in rows]})


def refusal(answer):
    assert not answer["ok"]
    return answer["error_code"], answer["description"]


def test_a_message_arrives_and_comes_back_as_telegram_tells_it(ask, ana):
    sent = ask("sendMessage", chat_id="7", text="Hello /help")["result"]
    assert sent["chat"] == {"id": 7, "type": "private", "first_name": "Ana", "last_name": "Soto"}
    assert sent["from"]["is_bot"]
    assert sent["entities"] == [{"type": "bot_command", "offset": 6, "length": 5}]
    assert ana.transcript == "bot: Hello /help"


@pytest.mark.parametrize("text", ["[1, 2]", '{"a": 1}', "7", "true", '"quoted"'])
def test_words_that_look_like_json_stay_words(ask, ana, text):
    assert ask("sendMessage", chat_id=7, text=text)["result"]["text"] == text


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": "  \n "}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "x", "reply_markup": "{nonsense"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_markup": inline(["d" * 65])}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": inline(["ñ" * 33])}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": inline(*[["b"]] * 101)}, "REPLY_MARKUP_TOO_LONG"),
        ({"text": "x", "reply_markup": inline(["b"] * 9)}, "REPLY_MARKUP_TOO_LONG"),
        ({"text": "x", "reply_to_message_id": "99"}, "message to be replied not found"),
        ({"text": "x", "chat_id": "8"}, "chat not found"),
        ({"text": "x", "chat_id": "nobody"}, "chat not found"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
    ],
)
def test_what_is_wrong_with_a_message_is_said_in_telegrams_words(ask, ana, params, words):
    assert refusal(ask("sendMessage", **({"chat_id": "7"} | params))) == (400, f"Bad Request: {words}")
    assert ana.transcript == ""


def test_what_just_fits_is_sent(ask, ana):
    assert ask("sendMessage", chat_id=7, text="x" * 4096, reply_markup=inline(*[["ñ" * 32] * 4] * 25))["ok"]
    assert ask("sendMessage", chat_id=7, text=f"<b>{'x' * 4096}</b>", parse_mode="HTML")["ok"]


def test_a_caption_is_shorter_than_a_text(ask, ana):
    photo = {"photo": Upload("p.png", PNG)}
    assert ask("sendPhoto", photo, chat_id=7, caption="x" * 1024)["ok"]
    assert refusal(ask("sendPhoto", photo, chat_id=7, caption="x" * 1025))[1] == "Bad Request: message caption is too long"


def test_nobody_is_written_to_before_they_wrote(telegram, ask):
    ben = telegram.person("Ben")
    assert refusal(ask("sendMessage", chat_id=ben.user.id, text="Hi"))[1] == "Bad Request: chat not found"
    ben.opens_link("ENROL-abc_123")
    assert ask("sendMessage", chat_id=ben.user.id, text="Hi")["ok"]


def test_whoever_blocked_the_bot_hears_nothing_until_they_unblock(ask, ana, updates):
    blocked = ana.blocks()["my_chat_member"]
    assert (blocked["old_chat_member"]["status"], blocked["new_chat_member"]["status"]) == ("member", "kicked")
    assert refusal(ask("sendMessage", chat_id=7, text="Hi")) == (403, "Forbidden: bot was blocked by the user")
    assert ana.unblocks()["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert ask("sendMessage", chat_id=7, text="Hi")["ok"]


def test_a_deleted_account_hears_nothing(ask, ana):
    ana.leaves_telegram()
    assert refusal(ask("sendMessage", chat_id=7, text="Hi")) == (403, "Forbidden: user is deactivated")


def test_a_wrong_token_and_an_unknown_method_are_told_apart(telegram, ask):
    assert telegram.call("42:other", "getMe", {}).code == 401
    assert telegram.call("nonsense", "getMe", {}).code == 404
    assert refusal(ask("sendEverything")) == (404, "Not Found: method not found")
    assert ask("GETME")["result"]["username"] == "laptop_bot"


def test_a_reply_keyboard_comes_back_as_ordinary_words(ask, ana):
    markup = {"keyboard": [["Yes", {"text": "No"}]], "one_time_keyboard": True}
    ask("sendMessage", chat_id=7, text="Better?", reply_markup=json.dumps(markup))
    assert ana.keys == ["Yes", "No"]
    assert ana.taps("No")["message"]["text"] == "No"
    assert ana.keys == []
    assert ana.transcript == "bot: Better? {Yes} {No}\npatient: No"


def test_a_message_is_edited_in_place_and_its_buttons_go_unless_they_are_sent_again(ask, ana):
    message_id = ask("sendMessage", chat_id=7, text="1 of 5", reply_markup=inline(["Yes", "No"]))["result"]["message_id"]
    ask("sendMessage", chat_id=7, text="Later")
    edited = ask("editMessageText", chat_id=7, message_id=message_id, text="2 of 5")["result"]
    assert edited["edit_date"]
    assert ana.transcript == "bot: 2 of 5\nbot: Later"
    assert ana.history == "bot: 1 of 5 [Yes] [No]\nbot: Later\nbot edits: 2 of 5"


def test_an_edit_that_changes_nothing_is_refused(ask, ana):
    message_id = ask("sendMessage", chat_id=7, text="Same", reply_markup=inline(["a"]))["result"]["message_id"]
    again = ask("editMessageText", chat_id=7, message_id=message_id, text="Same", reply_markup=inline(["a"]))
    assert refusal(again)[1].startswith("Bad Request: message is not modified")
    assert ask("editMessageReplyMarkup", chat_id=7, message_id=message_id)["ok"]


def test_only_the_bots_own_messages_are_edited_and_only_while_they_are_there(ask, ana):
    spoken = ana.says("Mine")["message"]["message_id"]
    assert refusal(ask("editMessageText", chat_id=7, message_id=spoken, text="x"))[1] == "Bad Request: message can't be edited"
    assert refusal(ask("editMessageText", chat_id=7, message_id=99, text="x"))[1] == "Bad Request: message to edit not found"
    own = ask("sendMessage", chat_id=7, text="Own")["result"]["message_id"]
    assert ask("deleteMessage", chat_id=7, message_id=own)["result"] is True
    assert refusal(ask("editMessageText", chat_id=7, message_id=own, text="x"))[1] == "Bad Request: message to edit not found"
    assert refusal(ask("deleteMessage", chat_id=7, message_id=own))[1] == "Bad Request: message to delete not found"
    assert ana.transcript == "patient: Mine"
    assert ana.history.endswith("bot deletes: Own")


def test_a_message_older_than_two_days_cannot_be_deleted(ask, ana, clock):
    own = ask("sendMessage", chat_id=7, text="Old")["result"]["message_id"]
    clock.passes(hours=49)
    assert refusal(ask("deleteMessage", chat_id=7, message_id=own))[1] == "Bad Request: message can't be deleted for everyone"


def test_a_message_that_brought_a_reply_keyboard_cannot_be_edited(ask, ana):
    own = ask("sendMessage", chat_id=7, text="Pick", reply_markup='{"keyboard": [["A"]]}')["result"]["message_id"]
    assert refusal(ask("editMessageText", chat_id=7, message_id=own, text="x"))[1] == "Bad Request: message can't be edited"


def test_a_picture_says_how_large_it_is_and_can_be_sent_again_by_its_id(ask, ana, telegram):
    sent = ask("sendPhoto", {"photo": Upload("p.png", PNG)}, chat_id=7, caption="Your week")["result"]
    assert (sent["photo"][-1]["width"], sent["photo"][-1]["height"]) == (40, 30)
    again = ask("sendPhoto", chat_id=7, photo=sent["photo"][-1]["file_id"])
    assert again["ok"]
    assert refusal(ask("sendDocument", chat_id=7, document=sent["photo"][-1]["file_id"]))[0] == 400
    assert refusal(ask("sendPhoto", {"photo": Upload("p.png", b"words")}, chat_id=7))[1] == "Bad Request: IMAGE_PROCESS_FAILED"
    path = ask("getFile", file_id=sent["photo"][-1]["file_id"])["result"]["file_path"]
    assert telegram.file("42:laptop", path).content == PNG
    message_id = sent["message_id"]
    assert ask("editMessageCaption", chat_id=7, message_id=message_id, caption="Better")["result"]["photo"]
    refused = ask("editMessageText", chat_id=7, message_id=message_id, text="x")
    assert refusal(refused)[1] == "Bad Request: there is no text in the message to edit"
    assert ana.transcript == "bot: <photo> Better\nbot: <photo>"


def test_a_document_keeps_its_name_and_kind(ask, ana):
    upload = {"plan": Upload("plan.ics", b"BEGIN:VCALENDAR")}
    sent = ask("sendDocument", upload, chat_id=7, document="attach://plan", caption="Your plan")["result"]
    assert sent["document"]["mime_type"] == "text/calendar"
    assert ana.transcript == "bot: <document plan.ics> Your plan"
