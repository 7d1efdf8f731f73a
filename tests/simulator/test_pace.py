"""Telegram's speed limits, on whatever clock the simulator runs."""

import pytest


@pytest.fixture(autouse=True)
def paced(telegram):
    telegram.pace = True


def codes(answers):
    return [answer.get("error_code", 200) for answer in answers]


def test_a_chat_takes_a_short_burst_and_then_a_message_a_second(ask, ana, clock):
    ana.says("hi")
    assert codes(ask("sendMessage", chat_id=7, text=str(n)) for n in range(6)) == [200] * 5 + [429]
    clock.passes(milliseconds=900)
    refused = ask("sendMessage", chat_id=7, text="too early")
    assert refused["parameters"]["retry_after"] == 1
    assert refused["description"] == "Too Many Requests: retry after 1"
    clock.passes(milliseconds=150)
    assert ask("sendMessage", chat_id=7, text="in time")["ok"]
    for _ in range(20):
        clock.passes(seconds=1)
        assert ask("sendMessage", chat_id=7, text="steady")["ok"]


def test_thirty_a_second_is_the_most_for_what_answers_nobody_and_then_all_must_wait(ask, telegram, clock):
    people = [telegram.person(f"P{n}", started=True) for n in range(40)]
    assert codes(ask("sendMessage", chat_id=p.user.id, text="news") for p in people) == [200] * 30 + [429] * 10
    clock.passes(seconds=2)
    assert ask("sendMessage", chat_id=people[0].user.id, text="news")["parameters"]["retry_after"] == 1
    clock.passes(seconds=1)
    assert ask("sendMessage", chat_id=people[39].user.id, text="news")["ok"]


def test_answers_do_not_count_against_the_thirty(ask, telegram):
    people = [telegram.person(f"P{n}") for n in range(100)]
    for person in people:
        person.says("hello")
    assert codes(ask("sendMessage", chat_id=p.user.id, text="hello") for p in people) == [200] * 100


def test_one_chats_refusal_is_not_anothers(ask, ana, telegram):
    ben = telegram.person("Ben", started=True)
    for n in range(7):
        ask("sendMessage", chat_id=7, text=str(n))
    assert ask("sendMessage", chat_id=ben.user.id, text="hi")["ok"]


def test_edits_and_answers_to_taps_have_no_such_limit(ask, ana):
    message_id = ask("sendMessage", chat_id=7, text="0")["result"]["message_id"]
    assert codes(ask("editMessageText", chat_id=7, message_id=message_id, text=f"now {n}") for n in range(20)) == [200] * 20


def test_without_pace_a_campaign_takes_no_time(ask, ana, telegram):
    telegram.pace = False
    assert codes(ask("sendMessage", chat_id=7, text=str(n)) for n in range(500)) == [200] * 500
