"""A Telegram put by and taken up again looks the same on every phone, and never gives a number twice."""

import json
from datetime import UTC, datetime

from simulator import snapshot
from simulator.telegram import Telegram

TOKEN = "123456:a-bot-on-a-laptop"


def clock() -> datetime:
    return datetime(2026, 11, 17, 8, 45, tzinfo=UTC)


def taken_up(telegram: Telegram) -> Telegram:
    again = Telegram(clock, seed=1)
    snapshot.load(again, json.loads(json.dumps(snapshot.dump(telegram))))
    return again


def test_phones_look_the_same_after_a_snapshot():
    telegram = Telegram(clock)
    telegram.add_bot(TOKEN, "clinic_bot", "Clinic")
    ana = telegram.person("Ana Ruiz", "es")
    ana.opens_link("an-invitation")
    buttons = json.dumps({"inline_keyboard": [[{"text": "Sí", "callback_data": "yes"}]]})
    telegram.call(TOKEN, "sendMessage", {"chat_id": ana.chat.id, "text": "¿Sí?", "reply_markup": buttons})
    ana.taps("Sí")
    telegram.call(TOKEN, "editMessageText", {"chat_id": ana.chat.id, "message_id": ana.last.id, "text": "Gracias"})
    ana.says("hola", reply_to=ana.last)
    ana.sends_photo(b"\x89PNG\r\n\x1a\n" + bytes(16), "mi pie")
    bob = telegram.person("Bob")
    bob.opens_link()
    bob.blocks()

    again = taken_up(telegram)
    for key, person in telegram.people.items():
        same = again.people[key]
        assert same.transcript == person.transcript
        assert same.chat.blocked == person.chat.blocked
        assert [message.wire() for message in same.chat.messages.values()] == [
            message.wire() for message in person.chat.messages.values()]
    (photo,) = [one.file for one in again.people[again.the_bot().user.id, ana.user.id].chat.messages.values() if one.file]
    assert again.files.at(photo.path).content == photo.content


def test_numbers_go_on_after_a_snapshot():
    telegram = Telegram(clock)
    telegram.add_bot(TOKEN)
    ana = telegram.person("Ana")
    last = ana.says("one")
    again = taken_up(telegram)
    same = again.people[again.the_bot().user.id, ana.user.id]
    following = same.says("two")
    assert following["update_id"] == last["update_id"] + 1
    assert following["message"]["message_id"] == last["message"]["message_id"] + 1
    assert again.person("Bob").user.id not in (ana.user.id,)
