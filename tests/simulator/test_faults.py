"""Bad luck on purpose: the same by socket and in process, and never in the way of the journal."""

import json

import pytest
from telegram import error
from telegram.ext import ExtBot

from simulator.faults import Plan
from simulator.journal import Journal
from simulator.telegram import Telegram
from tests.simulator.conftest import TOKEN


@pytest.fixture(params=["in process", "by socket"])
async def faulty_bot(request, bot, serve):
    if request.param == "in process":
        yield bot
        return
    address = await serve()
    async with ExtBot(TOKEN, base_url=f"{address}/bot") as http_bot:
        yield http_bot


@pytest.mark.parametrize(
    ("kind", "raised", "accepted"),
    [
        ("429", error.RetryAfter, False),
        ("500", error.NetworkError, False),
        ("502", error.NetworkError, False),
        ("html", error.NetworkError, False),
        ("timeout_before", error.TimedOut, False),
        ("drop_before", error.NetworkError, False),
        ("timeout_after", error.TimedOut, True),
        ("drop_after", error.NetworkError, True),
        ("500_after", error.NetworkError, True),
        ("html_after", error.NetworkError, True),
    ],
)
async def test_what_was_accepted_is_in_the_journal_whatever_became_of_the_answer(
    telegram, ana, faulty_bot, clock, kind, raised, accepted
):
    telegram.faults.next(kind, "sendMessage", chat_id=7, retry_after=2)
    with pytest.raises(error.TelegramError) as happened:
        await faulty_bot.send_message(7, "Take two tablets", read_timeout=0.2)
    assert type(happened.value) is raised
    assert [(entry.text, entry.fault) for entry in telegram.journal.of("sendMessage", 7)] == [
        ("Take two tablets", kind)
    ] * accepted
    assert ana.transcript == ("bot: Take two tablets" if accepted else "")
    clock.passes(seconds=2)
    await faulty_bot.send_message(7, "Once more")


async def test_a_slow_answer_is_still_an_answer(telegram, ana, faulty_bot):
    telegram.faults.next("slow", seconds=0.01)
    assert (await faulty_bot.send_message(7, "Hi")).text == "Hi"
    telegram.faults.next("slow", seconds=30)
    with pytest.raises(error.TimedOut):
        await faulty_bot.send_message(7, "Too slow", read_timeout=0.2)
    assert [entry.text for entry in telegram.journal] == ["Hi", "Too slow"]


async def test_after_a_429_the_chat_stays_refused_and_others_do_not(telegram, ana, bot, clock):
    ben = telegram.person("Ben", started=True)
    telegram.faults.next("429", "sendMessage", chat_id=7, retry_after=3)
    for _ in range(2):
        with pytest.raises(error.RetryAfter):
            await bot.send_message(7, "x")
    with pytest.raises(error.RetryAfter):
        await bot.send_chat_action(7, "typing")
    await bot.send_message(ben.user.id, "x")
    clock.passes(seconds=3)
    await bot.send_message(7, "x")


async def test_updates_whose_delivery_was_lost_come_again(telegram, ana, bot):
    ana.says("hello")
    telegram.faults.next("drop_after", "getUpdates")
    with pytest.raises(error.NetworkError):
        await bot.get_updates()
    assert [update.message.text for update in await bot.get_updates()] == ["hello"]


def test_the_script_is_played_before_the_dice_and_only_where_it_fits():
    plan = Plan(seed=1)
    plan.next("502", "sendMessage", chat_id=7, times=2)
    assert plan.draw("sendMessage", 8) is None
    assert plan.draw("editMessageText", 7) is None
    assert [plan.draw("sendmessage", 7).kind for _ in range(2)] == ["502", "502"]
    assert plan.draw("sendMessage", 7) is None


def test_the_dice_are_the_same_for_the_same_seed_and_about_as_frequent_as_asked():
    def play(seed):
        plan = Plan(seed)
        plan.rates({"502": 0.1, "drop_after": 0.05}, methods=["sendMessage"])
        assert plan.draw("getUpdates", None) is None
        drawn = [plan.draw("sendMessage", 7) for _ in range(2000)]
        return [fault.kind if fault else None for fault in drawn]

    assert play(5) == play(5) != play(6)
    assert 150 < play(5).count("502") < 250
    assert 60 < play(5).count("drop_after") < 140


def test_a_fault_that_does_not_exist_is_refused_by_name():
    with pytest.raises(ValueError, match="there is no fault 'flood'"):
        Plan().next("flood")


async def test_the_journal_file_has_a_line_for_each_accepted_call_before_its_answer(clock, tmp_path):
    path = tmp_path / "journal.jsonl"
    telegram = Telegram(clock, journal=Journal(path))
    telegram.add_bot(TOKEN)
    telegram.person("Ana", user_id=7, started=True)
    markup = {"inline_keyboard": [[{"text": "Sí", "callback_data": "y"}]]}
    telegram.call(TOKEN, "sendMessage", {"chat_id": "7", "text": "¿Mejor?", "reply_markup": json.dumps(markup)})
    telegram.call(TOKEN, "getMe", {})
    telegram.call(TOKEN, "sendMessage", {"chat_id": "8", "text": "refused"})
    (line,) = path.read_text().splitlines()
    assert json.loads(line) == {
        "n": 1, "at": "2030-01-01T08:00:00+00:00", "bot_id": 42, "method": "sendMessage", "chat_id": 7, "message_id": 1,
        "fault": None,
        "params": {"chat_id": "7", "text": "¿Mejor?", "reply_markup": markup},
    }  # fmt: skip
    assert telegram.journal.entries[0].buttons == [["Sí"]]
    telegram.journal.close()
