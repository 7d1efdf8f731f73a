"""Taps on buttons: new ones, old ones, forged ones, and their answers."""

import json

import pytest


@pytest.fixture
def question(ask, ana):
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "a:1"}, {"text": "More", "url": "https://example.org"}]]}
    return ask("sendMessage", chat_id=7, text="Better?", reply_markup=json.dumps(markup))["result"]


def answer(ask, update, **params):
    return ask("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], **params)


def test_a_tap_tells_who_what_and_under_which_message(question, ana):
    query = ana.taps("Yes")["callback_query"]
    assert (query["data"], query["from"]["id"], query["from"]["language_code"]) == ("a:1", 7, "es")
    assert query["message"] == question


def test_the_answer_to_a_tap_is_a_toast_or_an_alert_or_nothing(ask, question, ana):
    answer(ask, ana.taps("Yes"), text="Saved")
    answer(ask, ana.taps("Yes"), text="Careful", show_alert="true")
    answer(ask, ana.taps("Yes"))
    assert ana.transcript.splitlines() == [
        "bot: Better? [Yes] [More]", "patient: [Yes]", "toast: Saved", "patient: [Yes]", "alert: Careful", "patient: [Yes]",
    ]  # fmt: skip


def test_a_tap_is_answered_once_and_soon(ask, question, ana, clock):
    late, twice = ana.taps("Yes"), ana.taps("Yes")
    assert answer(ask, twice)["ok"]
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert answer(ask, twice)["description"] == too_old
    clock.passes(seconds=31)
    assert answer(ask, late)["description"] == too_old
    assert ask("answerCallbackQuery", callback_query_id="1")["description"] == too_old
    assert answer(ask, ana.taps("Yes"), text="x" * 201)["error_code"] == 400


def test_the_newest_button_is_tapped_unless_an_older_message_is_meant(ask, question, ana):
    older = ana.last
    ask("sendMessage", chat_id=7, text="Again?", reply_markup='{"inline_keyboard":[[{"text":"Yes","callback_data":"a:2"}]]}')
    assert ana.taps("Yes")["callback_query"]["data"] == "a:2"
    assert ana.taps("Yes", message=older)["callback_query"]["data"] == "a:1"


def test_a_button_that_is_not_on_screen_cannot_be_tapped(question, ana):
    for label in ("No", "More"):
        with pytest.raises(LookupError, match="no button"):
            ana.taps(label)


def test_forged_data_and_a_deleted_message_reach_the_bot_all_the_same(ask, question, ana):
    message = ana.last
    assert ana.tap_data("forged:99")["callback_query"]["data"] == "forged:99"
    ask("deleteMessage", chat_id=7, message_id=message.id)
    assert ana.tap_data("a:1", message=message)["callback_query"]["message"]["date"] == 0
