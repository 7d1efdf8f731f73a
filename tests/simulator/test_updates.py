"""How a bot hears of things: nothing is lost before it is confirmed, nothing comes after."""

import json


def ids(answer):
    return [update["update_id"] for update in answer["result"]]


def test_an_update_comes_again_until_it_is_confirmed(ask, ana):
    first, second = ana.says("one")["update_id"], ana.says("two")["update_id"]
    assert second == first + 1
    assert ids(ask("getUpdates")) == ids(ask("getUpdates")) == [first, second]
    assert ids(ask("getUpdates", offset=str(second))) == [second]
    assert ids(ask("getUpdates", offset=second + 1)) == []
    assert ids(ask("getUpdates")) == []


def test_at_most_a_hundred_come_at_once_and_fewer_if_asked(ask, ana):
    for number in range(120):
        ana.says(str(number))
    assert len(ids(ask("getUpdates"))) == 100
    assert len(ids(ask("getUpdates", limit="3"))) == 3
    assert len(ids(ask("getUpdates", limit="5000"))) == 100


def test_a_negative_offset_forgets_all_but_the_last(ask, ana):
    made = [ana.says(words)["update_id"] for words in ("one", "two", "three")]
    assert ids(ask("getUpdates", offset=-1)) == made[-1:]
    assert ids(ask("getUpdates")) == made[-1:]


def test_what_is_not_fetched_for_a_day_is_gone(ask, ana, clock, updates):
    ana.says("yesterday")
    clock.passes(hours=24)
    today = ana.says("today")["update_id"]
    assert ids(ask("getUpdates")) == [today]
    assert updates.expired == 1


def test_only_the_kinds_that_were_asked_for_are_kept_and_the_wish_is_remembered(ask, ana):
    ask("getUpdates", allowed_updates=json.dumps(["message"]))
    spoken = ana.says("heard")["update_id"]
    assert ana.edits("unheard") is None
    assert ids(ask("getUpdates")) == [spoken]
    ask("getUpdates", allowed_updates="[]")
    assert ana.edits("heard again")["edited_message"]["text"] == "heard again"


def test_after_a_quiet_week_the_numbers_start_somewhere_else_and_an_old_offset_hides_nothing(ask, ana, clock):
    last = ana.says("before")["update_id"]
    ask("getUpdates", offset=last + 1)
    numbers = set()
    for _ in range(4):
        clock.passes(days=7)
        fresh = ana.says("after")["update_id"]
        assert ids(ask("getUpdates", offset=last + 1)) == [fresh]
        ask("getUpdates", offset=fresh + 1)
        numbers.add(fresh - last)
        last = fresh
    assert len(numbers) == 4
    assert 1 not in numbers
    assert min(numbers) < 0 < max(numbers)


def test_an_update_can_be_delivered_twice(ask, ana, updates):
    update = ana.says("once")
    ask("getUpdates", offset=update["update_id"] + 1)
    updates.redeliver(update)
    assert ask("getUpdates", offset=update["update_id"] + 1)["result"] == [update]
    assert ask("getUpdates", offset=update["update_id"] + 1)["result"] == []
    updates.redeliver(update["update_id"])
    assert ask("getUpdates")["result"] == [update]


def test_a_number_used_before_can_be_asked_for(ask, ana):
    assert ana.says("a", update_id=9)["update_id"] == ana.says("b", update_id=9)["update_id"] == 9
    assert [update["message"]["text"] for update in ask("getUpdates")["result"]] == ["a", "b"]


def test_a_bot_that_polls_cannot_have_a_webhook_too(ask, ana):
    assert ask("setWebhook", url="https://clinic.example/hook", secret_token="s3cret", max_connections="7")["ok"]
    refused = ask("getUpdates")
    assert refused["error_code"] == 409
    assert refused["description"].startswith("Conflict: can't use getUpdates method while webhook is active")
    ana.says("waiting")
    info = ask("getWebhookInfo")["result"]
    assert (info["url"], info["max_connections"], info["pending_update_count"]) == ("https://clinic.example/hook", 7, 1)
    assert ask("deleteWebhook", drop_pending_updates="true")["ok"]
    assert ask("getUpdates")["result"] == []


def test_a_webhook_needs_a_safe_address_and_a_plain_secret(ask):
    assert ask("setWebhook", url="http://clinic.example/hook")["description"].startswith("Bad Request: bad webhook")
    assert ask("setWebhook", url="https://x.org", secret_token="no spaces")["error_code"] == 400
    assert ask("setWebhook", url="http://127.0.0.1:8443/hook")["ok"]


def test_what_comes_again_never_runs_ahead_of_what_never_came(ask, ana, updates):
    made = [ana.says(str(number))["update_id"] for number in range(120)]
    updates.redeliver(made[0])
    updates.redeliver(made[110])
    first = ids(ask("getUpdates"))
    assert first == made[:100]
    assert ids(ask("getUpdates", offset=first[-1] + 1)) == [made[0], *made[100:111], *made[110:]]
